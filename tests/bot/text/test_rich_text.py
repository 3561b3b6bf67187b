"""Rich text as Slack sends it for what people type: what was formatted is, and what was raw stays raw."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.mrkdwn import KnownNames
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    LineBreak,
    Link,
    Listing,
    ListItem,
    Paragraph,
    Quotation,
    Strike,
    Strong,
    Text,
)
from bot.text.rich_text import RichText, SentText, may_be_rich, read, rich_text

BOLD = Strong((Text("b"),))
NAMES = KnownNames(people={"U1": "Ana"}, channels={"C1": "ops"}, private_channels=frozenset({"C2"}))
Json = dict[str, Any]


def typed(text: str, *styles: str) -> Json:
    return {"type": "text", "text": text, **({"style": dict.fromkeys(styles, True)} if styles else {})}


def part(kind: str, *elements: Json, **more: object) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def block(*parts: Json) -> Json:
    return {"type": "rich_text", "block_id": "b", "elements": list(parts)}


def shown(*parts: Json, text: str = "said") -> tuple[object, ...]:
    return read(RichText(text, (block(*parts),)), NAMES)


def inlines(*elements: Json, text: str = "said") -> tuple[object, ...]:
    (found,) = shown(part("section", *elements), text=text)
    assert isinstance(found, Paragraph)
    return found.inlines


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([typed("now "), typed("b", "bold"), typed("!")], (Text("now "), BOLD, Text("!"))),
        ([typed("ls *.log *raw* _x_ `y` > 5")], (Text("ls *.log *raw* _x_ `y` > 5"),)),
        ([typed("a"), typed("b", "bold"), typed("c")], (Text("a"), BOLD, Text("c"))),
        ([typed("a ", "bold"), typed("i", "bold", "italic")],
         (Strong((Text("a "), Emphasis((Text("i"),)))),)),
        ([typed("x", "strike", "unknown")], (Strike((Text("x"),)),)),
        ([typed("a\nb", "bold")], (Strong((Text("a"),)), LineBreak(), Strong((Text("b"),)))),
        ([typed("a ", "bold"), typed(" c")], (Strong((Text("a"),)), Text("  c"))),
        ([typed("ls -l", "code")], (Code("ls -l"),)),
        ([typed("ls", "code", "bold")], (Strong((Code("ls"),)),)),
        ([{"type": "link", "url": "https://x.test/?a&b", "text": "docs", "style": {"bold": True}}],
         (Strong((Link("docs", "https://x.test/?a&b"),)),)),
        ([{"type": "link", "url": "https://evil.test", "text": "bank.test"}],
         (Text("bank.test ("), Link("https://evil.test", "https://evil.test"), Text(")"))),
        ([{"type": "link", "url": "javascript:alert(1)", "text": "x"}], (Text("x (javascript:alert(1))"),)),
        ([{"type": "user", "user_id": "U1", "style": {"bold": True}}], (Strong((Text("@Ana"),)),)),
        ([{"type": "channel", "channel_id": "C2"}], (Text("(a private channel)"),)),
        ([{"type": "broadcast", "range": "here"}, typed(" <!here> <@U1>")], (Text("@here <!here> <@U1>"),)),
        ([{"type": "date", "timestamp": 1694354400, "format": "{date}"}], (Text("2023-09-10 14:00 UTC"),)),
        ([{"type": "emoji", "name": "fire", "unicode": "1f525"}, typed(":fire:")],
         (Emoji(":fire:", "🔥"), Text(":fire:"))),
        ([{"type": "emoji", "name": "wave", "skin_tone": 3}], (Emoji(":wave::skin-tone-3:", "👋🏼"),)),
        ([{"type": "emoji", "name": "party_parrot"}], (Text(":party_parrot:"),)),
        ([{"type": "color", "value": "#FF0000"}], (Text("#FF0000"),)),
    ],
)  # fmt: skip
def test_elements_and_their_styles(elements: list[Json], expected: tuple[object, ...]) -> None:
    assert inlines(*elements) == expected


def test_the_label_of_a_mention_stands_in_the_text() -> None:
    group = {"type": "usergroup", "usergroup_id": "S1"}
    assert inlines(group, text="<!subteam^S1|@dbas>") == (Text("@dbas"),)


def test_paragraphs_quotes_and_code() -> None:
    assert shown(
        part("section", typed("one\n\n\ntwo\nthree\n")),
        part("quote", typed("q1\n\n"), typed("q2", "italic")),
        part("preformatted", typed("select *\n  from t\n"), {"type": "link", "url": "https://x.test"}),
    ) == (
        Paragraph((Text("one"),)),
        Paragraph((Text("two"), LineBreak(), Text("three"))),
        Quotation((Text("q1"), LineBreak(), LineBreak(), Emphasis((Text("q2"),)))),
        CodeBlock("select *\n  from t\nhttps://x.test"),
    )


def test_lists_with_what_is_below_them() -> None:
    def listed(style: str, indent: int, *texts: str, **more: object) -> Json:
        return part(
            "list", *(part("section", typed(text)) for text in texts), style=style, indent=indent, **more
        )

    assert shown(
        part("section", typed("Next:\n")),
        listed("ordered", 0, "roll back"),
        listed("bullet", 1, "eu", "us"),
        listed("ordered", 0, "tell", offset=1),
    ) == (
        Paragraph((Text("Next:"),)),
        Listing(
            (
                ListItem((Text("roll back"),), 0, 1),
                ListItem((Text("eu"),), 1),
                ListItem((Text("us"),), 1),
                ListItem((Text("tell"),), 0, 2),
            )
        ),
    )


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part("section")],
        [part("section", typed(" "))],
        [part("carousel", typed("x"))],
        [part("section", {"type": "hologram", "text": "x"})],
        [part("list", part("quote", typed("x")), style="bullet")],
    ],
)
def test_what_is_not_known_is_read_from_the_text(parts: list[Json]) -> None:
    assert shown(*parts, text="*down*") == (Paragraph((Strong((Text("down"),)),)),)


def test_what_follows_the_rich_text_is_read_as_well() -> None:
    message = {"text": "look", "blocks": [block(part("section", typed("look", "bold")))]}
    found = rich_text("look\n*forwarded*", message)
    assert found is not None
    assert read(found, NAMES) == (
        Paragraph((Strong((Text("look"),)),)),
        Paragraph((Strong((Text("forwarded"),)),)),
    )


@pytest.mark.parametrize(
    "message",
    [
        {"text": "look"},
        {"text": "", "blocks": [block()]},
        {"text": "other", "blocks": [block()]},
        {"text": "look", "blocks": [block(), {"type": "section"}]},
        {"text": None, "blocks": "x"},
    ],
)
def test_a_message_whose_text_is_not_its_rich_text_has_none(message: Json) -> None:
    assert rich_text("look", message) is None


@pytest.mark.parametrize(
    ("message", "is_formatted"),
    [
        ({"text": "*look*", "blocks": [block(part("section", typed("*look*")))]}, False),
        ({"text": "*look*", "blocks": [block(part("section", typed("look", "bold")))]}, True),
        ({"text": "other", "blocks": [block(part("section", typed("other")))]}, True),
        ({"text": "*look*", "blocks": "rich_text"}, True),
        ([], True),
    ],
)
def test_a_text_as_it_was_sent_is_read_by_its_message(message: Json | list[Json], is_formatted: bool) -> None:
    words = Text("look")
    shown = Paragraph((Strong((words,)),)) if is_formatted else Paragraph((Text("*look*"),))
    assert read(SentText("*look*", json.dumps(message)), NAMES) == (shown,)


def test_only_a_message_with_rich_text_need_be_decoded() -> None:
    assert may_be_rich(json.dumps({"text": "look", "blocks": [block(part("section", typed("look")))]}))
    assert not may_be_rich(json.dumps({"text": "see rich_text", "blocks": [{"type": "section"}]}))


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "elements", "text", "style", "url", "indent", "offset", "user_id", "name"]
            ),
            inner | st.sampled_from(["rich_text_section", "rich_text_list", "text", "link", "emoji", "user"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(NONSENSE, max_size=3))
def test_no_block_makes_a_message_unreadable(elements: list[Any]) -> None:
    assert read(RichText("said", ({"type": "rich_text", "elements": elements},)), NAMES)
