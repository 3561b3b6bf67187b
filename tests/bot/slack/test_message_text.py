from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.happenings import spoken_in
from bot.slack.message_text import text_of


def test_text_that_is_there_is_taken_as_it_is() -> None:
    message = {"text": "down &amp; out <@U1>", "attachments": [{"text": "unfurled"}]}
    assert text_of(message) == "down &amp; out <@U1>"


def test_an_alert_in_blocks() -> None:
    message = {
        "text": "",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "CPU > 90% & rising"}},
            {"type": "divider"},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "*db-1* <https://x.test|graph>"},
                "fields": [
                    {"type": "mrkdwn", "text": "*Env* prod"},
                    {"type": "plain_text", "text": "eu&amp;us"},
                ],
            },
            {
                "type": "context",
                "elements": [
                    {"type": "image", "image_url": "https://x.test/i.png", "alt_text": "logo"},
                    {"type": "mrkdwn", "text": "since 14:00"},
                ],
            },
            {
                "type": "actions",
                "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Ack"}}],
            },
            {"type": "markdown", "text": "## a < b"},
            {"type": "image", "title": {"type": "plain_text", "text": "p99"}, "alt_text": "latency graph"},
        ],
    }
    assert text_of(message).split("\n") == [
        "CPU &gt; 90% &amp; rising",
        "*db-1* <https://x.test|graph>",
        "*Env* prod",
        "eu&amp;us",
        "logo since 14:00",
        "## a &lt; b",
        "p99 latency graph",
    ]


def test_rich_text_keeps_mentions_links_and_code() -> None:
    def section(*elements: Mapping[str, object]) -> Mapping[str, object]:
        return {"type": "rich_text_section", "elements": list(elements)}

    rich = {
        "type": "rich_text",
        "elements": [
            section(
                {"type": "text", "text": "a < b "},
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " "},
                {"type": "channel", "channel_id": "C1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "fire"},
                {"type": "link", "url": "https://x.test?a&b", "text": "docs"},
                {"type": "link", "url": "https://y.test"},
                {"type": "text", "text": "x=1", "style": {"code": True}},
                {"type": "date", "timestamp": 1694354400, "fallback": "14:00"},
            ),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    section({"type": "text", "text": "one"}),
                    section({"type": "text", "text": "two"}),
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [section({"type": "text", "text": "dot"})],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "select *"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        ],
    }
    assert text_of({"blocks": [rich]}) == (
        "a &lt; b <@U1> <#C1><!subteam^S1><!here>:fire:<https://x.test?a&amp;b|docs><https://y.test>`x=1`14:00\n"
        "1. one\n2. two\n• dot\n```\nselect *\n```\nsaid"
    )


def test_a_table_keeps_its_rows() -> None:
    cells = [{"type": "raw_text", "text": "db-1"}, {"type": "raw_text", "text": "down"}]
    assert text_of({"blocks": [{"type": "table", "rows": [cells]}]}) == "db-1 | down"


def test_an_alert_in_attachments() -> None:
    attachment = {
        "fallback": "short",
        "pretext": "[FIRING] <@U1>",
        "title": "Error rate",
        "title_link": "https://grafana.test/d?a=1&b=2",
        "text": "5xx &gt; 2%",
        "fields": [{"title": "Env", "value": "prod", "short": True}],
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "runbook"}}],
    }
    assert text_of({"text": None, "attachments": [attachment, {"fallback": "only this"}]}) == (
        "[FIRING] <@U1>\n<https://grafana.test/d?a=1&amp;b=2|Error rate>\n5xx &gt; 2%\n"
        "Env: prod\nrunbook\nonly this"
    )


@pytest.mark.parametrize(
    "message", [{}, {"text": " "}, {"text": 5, "blocks": "x", "attachments": [None, 3, {}]}]
)
def test_a_message_without_text_has_none(message: Mapping[str, object]) -> None:
    assert text_of(message).strip() == ""


KEYS = st.sampled_from(
    ["type", "text", "elements", "fields", "title", "rows", "style", "blocks", "attachments", "url"]
)
LEAVES = st.one_of(
    st.none(),
    st.integers(),
    st.booleans(),
    st.sampled_from(["section", "rich_text", "context", "table", "link", "x"]),
)
NONSENSE = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4))
)


@given(st.dictionaries(KEYS, NONSENSE, max_size=4))
def test_nonsense_never_raises(message: dict[str, object]) -> None:
    assert isinstance(text_of(message), str)


def test_a_nul_which_postgresql_does_not_take_is_left_out() -> None:
    message = {"ts": "1694354400.000100", "user": "U1", "text": "Rolled\0 back."}

    assert spoken_in(("T1", "C1", "1694354400.000100"), message).text == "Rolled back."
