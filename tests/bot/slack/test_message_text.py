from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.message_events import spoken_in
from bot.slack.message_text import shown_files, text_of


def test_text_that_is_there_is_taken_as_it_is() -> None:
    message = {
        "text": "down &amp; out <@U1>",
        "attachments": [{"from_url": "https://x.test", "text": "unfurled"}],
    }
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


def section(text: str, **more: object) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def rich(*elements: object, kind: str = "rich_text_section") -> dict[str, object]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


FORWARDED = {
    "is_share": True,
    "is_msg_unfurl": True,
    "from_url": "https://acme.slack.com/archives/C2/p1694354400000100",
    "author_name": "Ben Okafor",
    "fallback": "[September 10th, 2023 2:00 PM] ben: The pool is exhausted.",
    "text": "The pool is exhausted.",
    "message_blocks": [
        {"team": "T1", "channel": "C2", "message": {"blocks": [rich(words("The pool is exhausted."))]}}
    ],
    "files": [{"id": "F1", "name": "graph.png", "permalink": "https://acme.slack.com/files/F1"}],
}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        # a forwarded message under a comment, and without one; its words stand once
        (
            {"text": "Look at this.", "attachments": [FORWARDED]},
            "Look at this.\nBen Okafor\nThe pool is exhausted.",
        ),
        ({"text": "", "attachments": [FORWARDED]}, "Ben Okafor\nThe pool is exhausted."),
        (
            {"text": "", "attachments": [{**FORWARDED, "text": ""}]},
            "Ben Okafor\nThe pool is exhausted.",
        ),
        # a link that Slack, an app or a message's address unfurled
        ({"text": "See.", "attachments": [{"from_url": "https://x.test", "title": "Unfurled"}]}, "See."),
        ({"text": "See.", "attachments": [{"is_app_unfurl": True, "blocks": [section("App")]}]}, "See."),
        ({"text": "See.", "attachments": [{**FORWARDED, "is_share": False}]}, "See."),
        # an alert that says everything in an attachment with an address: no link is there to unfurl
        (
            {
                "bot_id": "B1",
                "text": "",
                "attachments": [{"from_url": "https://x.test", "text": "5xx over 2%"}],
            },
            "5xx over 2%",
        ),
        (
            {"bot_id": "B1", "text": "", "attachments": [{"fallback": "[no preview available]"}]},
            "",
        ),
        # attachments beside a short text
        (
            {
                "bot_id": "B1",
                "text": "Alert",
                "attachments": [
                    {
                        "pretext": "[FIRING]",
                        "title": "Error rate",
                        "text": "5xx over 2%",
                        "fields": [{"title": "Env", "value": "prod"}],
                        "fallback": "never beside the rest",
                    },
                    {"fallback": "only this"},
                ],
            },
            "Alert\n[FIRING]\nError rate\n5xx over 2%\nEnv: prod\nonly this",
        ),
        (
            {
                "bot_id": "B1",
                "text": "Error rate is high on db-1",
                "attachments": [{"title": "Error rate is high on db-1", "text": "5xx over 2%"}],
            },
            "Error rate is high on db-1\n5xx over 2%",
        ),
        # of an app's message the blocks are shown, the text is the notification's
        (
            {"bot_id": "B1", "text": "New alert", "blocks": [section("*db-1* is down"), section("Page Ana")]},
            "*db-1* is down\nPage Ana",
        ),
        (
            {"subtype": "bot_message", "username": "Old", "text": "New alert", "blocks": [section("db-1")]},
            "db-1",
        ),
        ({"bot_id": "B1", "text": "db-1 is *down*", "blocks": [section("db-1 is down")]}, "db-1 is *down*"),
        ({"bot_id": "B1", "text": "*a* b", "blocks": [rich(words("a b"))]}, "*a* b"),
        (
            {"bot_id": "B1", "text": "Deployed", "blocks": [{"type": "divider"}, {"type": "actions"}]},
            "Deployed",
        ),
        # a person's rich text repeats their text; a table they pasted does not
        ({"user": "U1", "text": "*a* <@U2>", "blocks": [rich(words("a "), {"type": "user"})]}, "*a* <@U2>"),
        (
            {
                "user": "U1",
                "text": "The nodes:",
                "blocks": [
                    rich(words("The nodes:")),
                    {"type": "table", "rows": [[{"type": "raw_text", "text": "db-1"}]]},
                ],
            },
            "The nodes:\ndb-1",
        ),
    ],
)
def test_what_the_channel_showed_is_said_once(message: Mapping[str, object], said: str) -> None:
    assert text_of(message) == said


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (section("a", fields=[{"type": "mrkdwn", "text": "b"}]), "a\nb"),
        (section("a", accessory={"type": "button", "text": {"type": "plain_text", "text": "Press"}}), "a"),
        (section("a", accessory={"type": "image", "image_url": "x", "alt_text": "graph"}), "a\ngraph"),
        ({"type": "image", "title": {"type": "plain_text", "text": "p99"}, "alt_text": "p99"}, "p99"),
        (
            {
                "type": "data_table",
                "caption": "Pools",
                "rows": [
                    [{"type": "raw_text", "text": "pool"}, {"type": "raw_text", "text": "used"}],
                    [rich(words("db-1")), {"type": "raw_number", "value": 97}],
                ],
            },
            "Pools\npool | used\ndb-1 | 97",
        ),
        (
            {
                "type": "video",
                "title": {"type": "plain_text", "text": "Demo"},
                "description": {"type": "plain_text", "text": "How"},
                "video_url": "https://x.test",
            },
            "Demo\nHow",
        ),
        (
            {
                "type": "call",
                "call_id": "R1",
                "call": {"v1": {"name": "Bridge", "join_url": "https://x.test"}},
            },
            "Bridge",
        ),
        ({"type": "file", "external_id": "E1", "file": {"title": "runbook.pdf"}}, "runbook.pdf"),
        (
            {
                "type": "card_of_2027",
                "title": {"type": "mrkdwn", "text": "*Card*"},
                "subtitle": "below",
                "url": "https://x.test",
                "body": [{"type": "plain_text", "text": "a < b"}, rich(words("c"))],
                "actions": [{"type": "button", "text": {"type": "plain_text", "text": "Press"}}],
                "element": {"type": "static_select", "placeholder": {"type": "plain_text", "text": "Choose"}},
            },
            "*Card*\nbelow\na &lt; b\nc",
        ),
        (
            rich({"type": "color", "value": "#d33"}, {"type": "emoji", "name": "fire"}, {"type": "team"}),
            "#d33:fire:",
        ),
    ],
)
def test_every_block_shows_its_words_and_no_labels(block: Mapping[str, object], said: str) -> None:
    assert text_of({"bot_id": "B1", "text": "", "blocks": [block]}) == said


def test_files_of_forwarded_messages_and_attachments_count_once() -> None:
    message = {
        "text": "Look.",
        "files": [None, {"id": "F0", "name": "log.txt"}, {"id": "F1"}, 5],
        "attachments": [
            FORWARDED,
            {"text": "more", "files": [{"id": "F2", "name": "trace.json"}, None]},
            {"from_url": "https://x.test", "files": [{"id": "F3"}]},
        ],
    }
    assert [file["id"] for file in shown_files(message)] == ["F0", "F1", "F2"]


def test_what_two_attachments_say_alike_each_says_of_something_else() -> None:
    parts = [("db-1", "Down"), ("db-2", "Up"), ("db-3", "Down")]
    message = {"bot_id": "B1", "attachments": [{"title": title, "text": text} for title, text in parts]}
    assert text_of(message) == "db-1\nDown\ndb-2\nUp\ndb-3\nDown"


@pytest.mark.parametrize(
    ("one", "other"), [("🔴 api", "🟢 api"), ("latency &gt; 100", "latency &lt; 100"), ("-5 %", "+5 %")]
)
def test_signs_are_words(one: str, other: str) -> None:
    assert text_of({"bot_id": "B1", "attachments": [{"text": one}, {"text": other}]}) == f"{one}\n{other}"
    assert other in text_of({"bot_id": "B1", "text": one, "attachments": [{"text": other}]})


def test_a_forward_of_the_words_above_it_is_said_all_the_same() -> None:
    forward = {"is_share": True, "author_name": "Ben", "text": "the api is down"}
    message = {
        "user": "U1",
        "text": "Is it true that the api is down for everybody?",
        "attachments": [forward],
    }
    assert text_of(message).endswith("Ben\nthe api is down")


def test_a_forwarded_alert_keeps_what_stands_in_its_attachments() -> None:
    alert = {"text": "", "bot_id": "B1", "attachments": [{"text": "FIRING db-1"}]}
    forward = {"is_share": True, "author_name": "Grafana", "message_blocks": [{"message": alert}]}
    assert text_of({"user": "U1", "text": "fyi", "attachments": [forward]}) == "fyi\nGrafana\nFIRING db-1"


def test_a_forward_of_which_slack_gives_the_fallback_alone_says_that() -> None:
    forward = {"is_share": True, "author_name": "Grafana", "fallback": "[10 Sep] Grafana: FIRING db-1"}
    said = text_of({"user": "U1", "text": "fyi", "attachments": [forward]})
    assert said == "fyi\nGrafana\n[10 Sep] Grafana: FIRING db-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("🔴 api", "🟢 api"),
        ("latency &gt; 100", "latency &lt; 100"),
        ("-5 %", "+5 %"),
        ("db-1 is down", "db-1 is down"),
    ],
)
def test_what_two_attachments_say_is_never_taken_for_a_repeat(one: str, other: str) -> None:
    assert text_of({"bot_id": "B1", "attachments": [{"text": one}, {"text": other}]}) == f"{one}\n{other}"


def test_hosts_with_the_same_state_keep_it_in_attachments_and_fields() -> None:
    states = [("db-1", "Down"), ("db-2", "Up"), ("db-3", "Down")]
    whole = "db-1\nDown\ndb-2\nUp\ndb-3\nDown"
    apart = [{"title": host, "text": state} for host, state in states]
    fields = [{"value": value} for state in states for value in state]

    assert text_of({"bot_id": "B1", "attachments": apart}) == whole
    assert text_of({"bot_id": "B1", "text": "db-2", "attachments": apart}) == f"db-2\n{whole}"
    assert text_of({"bot_id": "B1", "attachments": [{"fields": fields}]}) == whole


def test_an_apps_text_that_differs_from_its_blocks_in_signs_is_not_what_was_shown() -> None:
    assert text_of({"bot_id": "B1", "text": "🔴 api", "blocks": [section("🟢 api")]}) == "🟢 api"


def test_what_an_attachment_says_twice_itself_is_said_once() -> None:
    attachment = {"pretext": "db-1 is down", "title": "db-1 is down", "fallback": "db-1 is down"}
    assert (
        text_of({"bot_id": "B1", "text": "*db-1* is down", "attachments": [attachment]}) == "*db-1* is down"
    )
    assert text_of({"bot_id": "B1", "attachments": [attachment]}) == "db-1 is down"


def test_a_text_that_repeats_all_its_attachments_is_said_once() -> None:
    attachments = [{"title": "db-1", "text": "Down"}, {"fallback": "db-2 Up"}]
    message = {"bot_id": "B1", "text": "db-1 Down\ndb-2 Up", "attachments": attachments}
    assert text_of(message) == "db-1 Down\ndb-2 Up"


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"author_name": "Ben", "text": "the api is down"}, "Ben\nthe api is down"),
        ({"text": "Is the api is down true?"}, "Is the api is down true?"),
        ({"author_name": "Ben", "fallback": "[10 Sep] Ben: it is"}, "Ben\n[10 Sep] Ben: it is"),
        (
            {
                "author_name": "Grafana",
                "message_blocks": [{"message": {"text": "", "attachments": [{"text": "FIRING db-1"}]}}],
                "fallback": "[10 Sep] Grafana: FIRING db-1",
            },
            "Grafana\nFIRING db-1",
        ),
        (
            {
                "author_name": "Grafana",
                "text": "FIRING",
                "message_blocks": [
                    {
                        "message": {
                            "text": "FIRING",
                            "bot_id": "B1",
                            "blocks": [section("db-1")],
                            "attachments": [{"text": "db-2"}, {"from_url": "https://x.test", "text": "no"}],
                        }
                    }
                ],
            },
            "Grafana\nFIRING\ndb-1\ndb-2",
        ),
    ],
)
def test_what_is_forwarded_is_told_whole(shared: Mapping[str, object], said: str) -> None:
    message = {
        "user": "U1",
        "text": "Is the api is down true?",
        "attachments": [{"is_share": True, **shared}],
    }
    assert text_of(message) == f"Is the api is down true?\n{said}"
