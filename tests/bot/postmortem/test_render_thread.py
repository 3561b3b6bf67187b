import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.document import (
    Bullets,
    CheckItem,
    Checklist,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.render import thread
from bot.postmortem.render.thread_parts import MAX_CHARACTERS, NOTES, quoted_in, recalled, stored
from bot.text.mrkdwn import KnownNames, escape, read
from bot.text.prose import Code, CodeBlock, Inline, Link, Paragraph, Prose, Text
from tests import published
from tests.bot.postmortem.gallery import gallery
from tests.bot.postmortem.shown import thread_texts

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
    """Text without what the thread may move about or add: white space, backticks, entities."""
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
    assert 0 < len(message) <= MAX_CHARACTERS
    assert not re.search(r"&(?!(?:amp|lt|gt);)", message)
    assert not re.search(r"[<>]", re.sub(r"<https://[^<>|\s]+(?:\|[^<>|]+)?>", "", message))
    assert message.count("```") % 2 == 0


@given(WORDS)
def test_nothing_is_cut_off_however_long_a_line_is(words: tuple[Prose, ...]) -> None:
    remark = Remark(words, Evidence("Bob", LINK))
    header, *messages = thread_texts(
        document(
            Section("Timeline", (TimelineTable((row(words),)),)), Section("Lessons", (Bullets((remark,)),))
        )
    )

    assert_whole(header)
    for message in messages:
        assert_whole(message)
    said = typed(words)
    timeline = f"*Timeline*Times in UTC<{LINK}|14:00> {said}— Ana"
    expected = f"{timeline}*Lessons*• {said}— <{LINK}|Bob>"
    assert letters("".join(messages)) == letters(expected)


NOTE = letters(NOTES[0])


def said_by(words: tuple[Prose, ...], number: int) -> tuple[Remark, Remark]:
    """Something said in the message of this number, and what is left of it once that is deleted."""
    ts, name = f"1694354400.000{number}00", f"Ana ({number})"
    file = FileRef(f"{number}.png", "https://files.test/x")
    link = f"https://acme.slack.com/archives/C1/p{ts.replace('.', '')}"
    gone = (Paragraph((Text(NOTES[0]),)),)
    return Remark(words, Evidence(name, link, (file,)), of=ts), Remark(gone, Evidence(name))


def line(remark: Remark) -> TimelineRow:
    evidence = remark.evidence or Evidence("")
    return TimelineRow(
        AT, None, False, remark.words, evidence.author, evidence.permalink, evidence.files, of=remark.of
    )


@given(st.lists(st.tuples(WORDS.filter(bool), st.integers(1, 3)), min_size=1, max_size=5), st.integers(1, 3))
def test_without_a_message_a_thread_is_as_if_it_had_been_deleted_before(
    said: list[tuple[tuple[Prose, ...], int]], number: int
) -> None:
    def drafted(remarks: list[Remark]) -> Document:
        detail = Fact("Owner", "Ben"), Fact("Done when", "it is quiet")
        return document(
            Section("Timeline", (TimelineTable(tuple(map(line, remarks))),)),
            Section("Lessons", (Bullets(tuple(remarks)), *remarks)),
            Section("Items", (Checklist(tuple(CheckItem(False, one, detail) for one in remarks)),)),
        )

    both = [said_by(words, of) for words, of in said]
    parts = thread.render(drafted([one for one, _ in both]))
    deleted = f"1694354400.000{number}00"
    expected = drafted([gone if one.of == deleted else one for one, gone in both])

    found = [part.without({deleted}.__contains__) for part in parts]

    shown, expected_to_show = (
        letters("".join(texts)) for texts in ([one.text for one in found], thread_texts(expected))
    )
    assert shown.replace(NOTE, "") == expected_to_show.replace(NOTE, "")
    assert shown.count(NOTE) >= expected_to_show.count(NOTE), (
        "a row that goes on in a further message has two"
    )
    assert all(
        0 < len(one.text) <= max(MAX_CHARACTERS, len(was.text)) for one, was in zip(found, parts, strict=True)
    )
    assert deleted not in quoted_in(found)
    assert found == [part.without({deleted}.__contains__) for part in found]
    assert [one for one, was in zip(found, parts, strict=True) if deleted not in quoted_in([was])] == [
        was for was in parts if deleted not in quoted_in([was])
    ]
    assert recalled(json.loads(json.dumps(stored(parts)))) == parts


def test_words_that_somebody_chose_stay_without_the_link_to_the_message() -> None:
    words = (Paragraph((Text("In Ben's words"),)),)
    remark = Remark(words, Evidence("Ana", LINK, (FileRef("a.png", "https://files.test/a"),)))
    [_, part] = thread.render(
        document(Section("Timeline", (TimelineTable((line(remark),)), Bullets((remark,)))))
    )

    text = part.without({"1694354400.000100"}.__contains__).text

    assert text == "*Timeline*\nTimes in UTC\n14:00 In Ben's words — Ana\n• In Ben's words — Ana"


def test_a_time_stays_whose_message_is_deleted() -> None:
    fact = Fact("Started", "2023-09-10 14:00 UTC, observed", Evidence("", LINK))
    [_, part] = thread.render(document(Section("Milestones", (FactList((fact,)),))))

    text = part.without({"1694354400.000100"}.__contains__).text

    assert text == "*Milestones*\n*Started:* 2023-09-10 14:00 UTC, observed"


def test_of_what_people_wrote_their_links_say_whose_words_it_holds() -> None:
    written = (
        f"- A first — [Ana]({LINK})\n- B second — [Ben]({ELSEWHERE}) and more\n\n"
        f"```\nvault 1\n```\n\n— [Ana]({LINK})\n\n```\nkept\n```\n"
    )
    [_, part] = thread.render(document(Section("View", (Written(written),))))

    text = part.without({"1694354400.000100"}.__contains__).text

    note = NOTES[0]
    assert text == (
        f"*View*\n• {note}\n• B second — <{ELSEWHERE}|Ben> and more\n{note}\n{note}\n```\nkept\n```"
    )


def test_a_message_full_of_short_words_stays_within_its_limit() -> None:
    ok = tuple(said_by((Paragraph((Text("ok"),)),), 1)[0] for _ in range(600))
    rows = tuple(replace(line(one), permalink=None, author="", files=()) for one in ok)
    parts = thread.render(document(Section("Timeline", (TimelineTable(rows),))))

    found = [part.without(lambda ts: True) for part in parts]

    assert all(len(one.text) <= MAX_CHARACTERS for one in found)
    assert not any("ok" in one.text for one in found)


def test_what_an_earlier_version_stored_is_posted_as_it_is() -> None:
    [part] = recalled(["*Timeline*\n14:00 Gone & forgotten"])
    assert part.without(lambda ts: True).text == part.text == "*Timeline*\n14:00 Gone & forgotten"


def test_a_long_timeline_is_divided_between_its_rows() -> None:
    rows = tuple(row((Paragraph((Text(f"Event {number} & more"),)),)) for number in range(400))
    _, *messages = thread_texts(document(Section("Timeline", (TimelineTable(rows),))))

    lines = [line for message in messages for line in message.split("\n")]
    assert lines[:2] == ["*Timeline*", "Times in UTC"]
    assert lines[2:] == [f"<{LINK}|14:00> Event {number} &amp; more — Ana" for number in range(400)]
    assert max(map(len, messages)) > MAX_CHARACTERS * 0.9
    for message in messages:
        assert_whole(message)


def test_the_first_message_is_a_short_header() -> None:
    header = thread_texts(gallery())[0]
    assert header.startswith(
        "*Post-mortem draft of INC-7: Checkout &amp; payments &lt;slow&gt;*\nSEV2 · 2023-10-29"
    )
    assert "Timeline" not in header


def test_what_people_wrote_stands_in_slack_s_own_marks() -> None:
    items = "- [x] done \\_so\\_\n- see [run 7](https://ci.acme.dev/7)"
    text = f"## Our *view*\n{items}\n\n```\nls <x>\n```\n<!here> ![](@U1)"
    _, message = thread_texts(document(Section("View", (Written(text),))))
    assert message.split("\n") == [
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
    messages = thread_texts(document(Section("Files", (Remark((), Evidence("Ana", LINK, files=(file,))),))))
    for message in messages:
        assert_whole(message)
    assert "n" * 9_000 in letters("".join(messages))


def test_a_title_of_forty_thousand_characters_is_divided_too(draft: Document) -> None:
    title = "*a & b* " * 5_000
    messages = thread_texts(replace(draft, title=title))
    for message in messages:
        assert_whole(message)
    assert letters(title) in letters("".join(messages))


def test_a_fence_that_was_never_closed_makes_no_code_of_other_lines() -> None:
    rows = tuple(row(read(text, KnownNames())) for text in ("see ``` there", "and", "```\ncode\n```"))
    _, message = thread_texts(document(Section("Timeline", (TimelineTable(rows),))))
    assert message.count("```") == 2
    assert "see ``\u200b` there — Ana" in message


def test_a_heading_stays_with_what_it_heads() -> None:
    filler = Section("One", (Paragraph((Text("x" * 3_750),)),))
    _, *messages = thread_texts(document(filler, Section("Two", (Paragraph((Text("y " * 100),)),))))
    assert messages[1].startswith("*Two*\ny y")


def test_people_ping_nobody_and_keep_their_emphasis(draft: Document) -> None:
    whole = "\n".join(thread_texts(draft))
    assert "@channel *rolled back* at ~15:15, see https://ci.acme.dev/run_7 — Bob Marsh" in whole
    assert "<!" not in whole
    assert "<@" not in whole


@pytest.mark.corpus
def test_published_texts_survive() -> None:
    published_texts = published.texts()
    rows = tuple(row(read(escape(text), KnownNames())) for text in published_texts)
    messages = thread_texts(document(Section("Timeline", (TimelineTable(rows),))))
    whole = letters("".join(messages))
    for message in messages:
        assert_whole(message)
    for text in published_texts:
        assert letters(escape(text)) in whole
