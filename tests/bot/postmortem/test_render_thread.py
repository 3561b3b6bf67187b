import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.document import (
    Bullets,
    Document,
    Evidence,
    FileRef,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.quotes import GONE, ROW, without_rows
from bot.postmortem.render import thread
from bot.text.mrkdwn import KnownNames, escape, read
from bot.text.prose import Code, CodeBlock, Inline, Link, Paragraph, Prose, Text
from tests import published
from tests.bot.postmortem.gallery import gallery

AT = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C1/p1694354400000100"
ELSEWHERE = "https://acme.slack.com/archives/C1/p1694354400000900"
PIECES = st.sampled_from(
    [
        "a",
        "word ",
        "&",
        "<!channel>",
        "<@U1>",
        "\n",
        "*x*",
        "ツ",
        "https://x.test/a?b=1&c=2 ",
        ELSEWHERE,
        "\u200b",
    ]
)
TYPED = st.tuples(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(1, 1500)).map(
    lambda drawn: drawn[0] * drawn[1]
)
INLINES: st.SearchStrategy[Inline] = st.one_of(
    TYPED.map(Text),
    TYPED.map(lambda code: Code(f"c{code}".replace("\n", " "))),
    st.sampled_from([Link("the graph & more", "https://x.test/?a=1&b=2"), Link(ELSEWHERE, ELSEWHERE)]),
)
WORDS: st.SearchStrategy[tuple[Prose, ...]] = st.lists(
    st.one_of(
        st.lists(INLINES, min_size=1, max_size=4).map(lambda inlines: Paragraph(tuple(inlines))),
        TYPED.map(lambda code: CodeBlock(f"code {code}")),
    ),
    max_size=4,
).map(tuple)


def row(words: tuple[Prose, ...], author: str = "Ana") -> TimelineRow:
    return TimelineRow(AT, None, False, words, author, LINK)


def document(*sections: Section) -> Document:
    return Document("INC-1: Night", (Paragraph((Text("sev2"),)),), sections, ZoneInfo("UTC"))


def letters(text: str) -> str:
    """Text without what the thread may move about or add: white space, backticks, entities, "goes on"."""
    text = text.replace(f" <{LINK}|…>", "")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return re.sub(r"[\s`\u200b]", "", text)


def typed(words: tuple[Prose, ...]) -> str:
    parts = []
    for block in words:
        for inline in block.inlines if isinstance(block, Paragraph) else (block,):
            assert isinstance(inline, Text | Code | CodeBlock | Link)
            if isinstance(inline, Link):
                is_bare = inline.url == inline.label
                parts.append(f"<{inline.url}>" if is_bare else f"<{inline.url}|{inline.label}>")
            else:
                parts.append(inline.text)
    return "".join(parts)


def assert_whole(message: str) -> None:
    """A message within its limit, in which no entity and no link was divided, and nothing pings."""
    assert 0 < len(message) <= thread.MAX_CHARACTERS
    assert not re.search(r"&(?!(?:amp|lt|gt);)", message)
    assert not re.search(r"[<>]", re.sub(r"<https://[^<>|\s]+(?:\|[^<>|]+)?>", "", message))
    assert message.count("```") % 2 == 0


@given(WORDS)
def test_nothing_is_cut_off_however_long_a_line_is(words: tuple[Prose, ...]) -> None:
    remark = Remark(words, Evidence("Bob", LINK))
    header, *messages = thread.render(
        document(
            Section("Timeline", (TimelineTable((row(words),)),)), Section("Lessons", (Bullets((remark,)),))
        )
    )

    assert_whole(header)
    for message in messages:
        assert_whole(message)
        assert LINK in message or message.endswith("Times in UTC"), "it is known what each quotes"
    said = typed(words)
    timeline = f"*Timeline*Times in UTC<{LINK}|14:00> {said}— Ana"
    expected = f"{timeline}*Lessons*• {said}— <{LINK}|Bob>"
    assert letters("".join(messages)) == letters(expected)


@given(WORDS)
def test_of_what_is_gone_no_word_stays_however_long_it_was(words: tuple[Prose, ...]) -> None:
    kept = Remark((Paragraph((Text("Kept"),)),), Evidence("Cem", ELSEWHERE))
    remark = Remark(words, Evidence("Bob", LINK))
    sections = (
        Section("Timeline", (TimelineTable((row(words), row(words))),)),
        Section("Lessons", (Bullets((remark, kept, remark)),)),
    )

    found = [
        without_rows(one, {"1694354400.000100"}.__contains__) for one in thread.render(document(*sections))
    ]

    gone = re.escape(letters(GONE))
    event, lesson, stays = f"14:00(?:{gone})+", f"•(?:{gone})+", re.escape(f"•Kept—<{ELSEWHERE}|Cem>")
    expected = rf"\*Timeline\*TimesinUTC(?:{event}){{2}}\*Lessons\*{lesson}{stays}{lesson}"
    assert re.fullmatch(expected, letters("".join(found[1:])))
    assert found == [without_rows(one, {"1694354400.000100"}.__contains__) for one in found]


def test_a_long_timeline_is_divided_between_its_rows() -> None:
    rows = tuple(row((Paragraph((Text(f"Event {number} & more"),)),)) for number in range(400))
    _, *messages = thread.render(document(Section("Timeline", (TimelineTable(rows),))))

    lines = [line.removeprefix(ROW) for message in messages for line in message.split("\n")]
    assert lines[:2] == ["*Timeline*", "Times in UTC"]
    assert lines[2:] == [f"<{LINK}|14:00> Event {number} &amp; more — Ana" for number in range(400)]
    assert max(map(len, messages)) > thread.MAX_CHARACTERS * 0.9
    for message in messages:
        assert_whole(message)


def test_the_first_message_is_a_short_header() -> None:
    header = thread.render(gallery())[0].replace(ROW, "")
    assert header.startswith(
        "*Post-mortem draft of INC-7: Checkout &amp; payments &lt;slow&gt;*\nSEV2 · 2023-10-29"
    )
    assert "Timeline" not in header


def test_what_people_wrote_stands_in_slack_s_own_marks() -> None:
    items = "- [x] done \\_so\\_\n- see [run 7](https://ci.acme.dev/7)"
    text = f"## Our *view*\n{items}\n\n```\nls <x>\n```\n<!here> ![](@U1)"
    _, message = thread.render(document(Section("View", (Written(text),))))
    assert [line.removeprefix(ROW) for line in message.split("\n")] == [
        "*View*",
        "Our *view*",
        "☑ done _so_",
        "• see <https://ci.acme.dev/7|run 7>",
        "```",
        "ls &lt;x&gt;",
        "```",
        "&lt;!here&gt; ![](@U1)",
    ]


def test_a_file_with_an_endless_name_fits() -> None:
    file = FileRef("n" * 9_000 + ".png", "https://acme.slack.com/files/F1")
    messages = thread.render(document(Section("Files", (Remark((), Evidence("Ana", LINK, files=(file,))),))))
    for message in messages:
        assert_whole(message)
    assert "n" * 9_000 in letters("".join(messages))


def test_a_title_of_forty_thousand_characters_is_divided_too(draft: Document) -> None:
    title = "*a & b* " * 5_000
    messages = thread.render(replace(draft, title=title))
    for message in messages:
        assert_whole(message)
    assert letters(title) in letters("".join(messages))


def test_a_fence_that_was_never_closed_makes_no_code_of_other_lines() -> None:
    rows = tuple(row(read(text, KnownNames())) for text in ("see ``` there", "and", "```\ncode\n```"))
    _, message = thread.render(document(Section("Timeline", (TimelineTable(rows),))))
    assert message.count("```") == 2
    assert "see ``\u200b` there — Ana" in message


def test_a_heading_stays_with_what_it_heads() -> None:
    filler = Section("One", (Paragraph((Text("x" * 3_750),)),))
    _, *messages = thread.render(document(filler, Section("Two", (Paragraph((Text("y " * 100),)),))))
    assert messages[1].startswith(f"{ROW}*Two*\n{ROW}y y")


def test_people_ping_nobody_and_keep_their_emphasis(draft: Document) -> None:
    whole = "\n".join(thread.render(draft))
    assert "@channel *rolled back* at ~15:15, see https://ci.acme.dev/run_7 — Bob Marsh" in whole
    assert "<!" not in whole
    assert "<@" not in whole


@pytest.mark.corpus
def test_published_texts_survive() -> None:
    published_texts = published.texts()
    rows = tuple(row(read(escape(text), KnownNames())) for text in published_texts)
    messages = thread.render(document(Section("Timeline", (TimelineTable(rows),))))
    whole = letters("".join(messages))
    for message in messages:
        assert_whole(message)
    for text in published_texts:
        assert letters(escape(text)) in whole
