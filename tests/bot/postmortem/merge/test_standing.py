"""What people made of a canvas is told from what Slack wrote anew by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.postmortem.merge.blocks import blocks, entries, sections, with_whole_lists
from bot.postmortem.merge.items import Item, Kind, Rendered, WrittenSection, as_written, loaded, stored
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.standing import Standing, kept, recalled
from sandbox import canvas_shown, canvases

ROLLED_BACK = "https://acme.slack.com/archives/C1/p1690000000000001"
FORGOT = "https://acme.slack.com/archives/C1/p1690000000000002"
OFFERED = (
    Rendered(
        "header",
        "",
        "",
        (
            Item("header|Status", Kind.BULLET, "- **Status:** open", "0"),
            Item("header|Severity", Kind.BULLET, "- **Severity:** SEV-2", "0"),
        ),
    ),
    Rendered(
        "timeline",
        "Timeline",
        "## Timeline",
        (
            Item("head", Kind.HEAD, "| Time | What | Who |", "1"),
            Item(
                "timeline|1",
                Kind.ROW,
                f"| 14:30 | Rolled \\| back\\. ([message]({ROLLED_BACK})) | Ana |",
                "1",
                ROLLED_BACK,
            ),
            Item("timeline|2", Kind.ROW, "| 14:40 | A note | Ben |", "1"),
            Item("lead-in|decision", Kind.BLOCK, "**Decisions**"),
            Item("decision|a", Kind.BULLET, "- We keep the old build\\!", "3"),
            Item("decision|b", Kind.BULLET, f"- _Ana_ forgot ([message]({FORGOT}))", "3", FORGOT),
        ),
    ),
    Rendered(
        "root_cause",
        "Root Cause Analysis",
        "## Root Cause Analysis",
        (
            Item("conclusion", Kind.BLOCK, "snake\\_case was wrong."),
            Item("conclusion~2", Kind.BLOCK, "```\na = 1\n\n## not a heading\n```"),
        ),
    ),
)
WHOLE = "\n\n".join(one.markdown for one in OFFERED) + "\n"
WRITTEN = tuple(WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in OFFERED)
WORDS = sorted(
    {found[0] for found in re.finditer(r"\b[a-z]{3,}\b", WHOLE)} - {"https", "acme", "slack", "com"}
)
lines = st.lists(
    st.one_of(
        st.text(alphabet="ab #|`*_~-\\.1[]()<>&", max_size=12),
        st.sampled_from(
            ["## Timeline", "## Own", "```", "~~~~", "- item", "2) two", "| a | b |", "", "  in"]
        ),
    ),
    max_size=12,
)


def shown(markdown: str) -> str:
    """As Slack gives it back."""
    return canvas_shown.shown(canvases.sections(markdown))


def peoples(standing: Standing) -> list[str]:
    return [node.markdown for node in standing.nodes if node.is_peoples]


def test_what_slack_writes_anew_is_nobodys_change() -> None:
    given_back = shown(WHOLE)
    assert given_back != WHOLE

    standing = read(given_back, WRITTEN)

    assert peoples(standing) == []
    assert standing.ids == {item.id for one in OFFERED for item in one.offered}
    assert [section.key for section in standing.sections] == ["header", "timeline", "root_cause"]


def test_what_is_kept_of_what_scribe_wrote_holds_none_of_its_words() -> None:
    content = stored(WRITTEN)

    assert loaded(content) == WRITTEN
    for word in ("Rolled", "forgot", "snake", "build"):
        assert word not in str(content)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("- one", "* one"),
        ("1. one", "1) one"),
        ("snake_case", "snake\\_case"),
        ("_softly_", "*softly*"),
        ("no\\. escapes \\& none", "no. escapes & none"),
        ("a &amp; b", "a & b"),
        ("| a | b |\n| --- | --- |\n| c | d |", "|a  |b  |\n|:--|---|\n|c  |d  |"),
        ("one\\\ntwo", "one  \ntwo"),
        ("https://acme.example/x", "[https://acme.example/x](https://acme.example/x)"),
        ("https://acme.example/x", "<https://acme.example/x>"),
    ],
)
def test_the_normal_form_forgives(ours: str, theirs: str) -> None:
    assert normal(ours) == normal(theirs)


@given(lines.map("\n".join))
def test_no_line_is_lost_among_the_blocks_and_their_entries(text: str) -> None:
    wanted = [one for one in text.split("\n") if one.strip()]

    assert [one for one in "\n".join(blocks(text)).split("\n") if one.strip()] == wanted
    assert [one for one in with_whole_lists(text).split("\n") if one.strip()] == wanted
    for block in blocks(text):
        found = "\n".join(entry.markdown for entry in entries(block)).split("\n")
        lost = [line for line in block.split("\n") if line.strip() and line not in found]
        assert all("-" in line for line in lost)  # the second line of a table


@given(st.sampled_from(WORDS), st.text(alphabet="abcdefgh", min_size=1, max_size=6), st.data())
def test_a_changed_word_is_always_seen(word: str, instead: str, data: st.DataObject) -> None:
    assume(word != instead)
    given_back = shown(WHOLE)
    place = data.draw(st.sampled_from(list(re.finditer(rf"\b{word}\b", given_back))))

    standing = read(given_back[: place.start()] + instead + given_back[place.end() :], WRITTEN)

    assert any(instead in text for text in peoples(standing))


@pytest.mark.parametrize(
    ("was", "becomes", "known"),
    [
        ("Rolled \\| back", "We rolled forward", "timeline|1"),  # by the message it links to
        ("SEV-2", "SEV-1, I think", "header|Severity"),  # by its label
        ("A note", "Something else altogether", "timeline|2"),  # by its time
        ("snake\\_case was wrong.", "We do not know.", "conclusion"),  # by its place
    ],
)
def test_an_item_in_other_words_is_the_same_item(was: str, becomes: str, known: str) -> None:
    given_back = shown(WHOLE)
    assert was in given_back

    standing = read(given_back.replace(was, becomes), WRITTEN)

    assert [(node.id, node.is_changed) for node in standing.nodes if node.is_peoples] == [(known, True)]


def test_a_message_in_two_sections_is_an_item_of_each() -> None:
    item = Item("lesson|x", Kind.BULLET, f"- The same ([message]({FORGOT}))", "0", FORGOT)
    other = Item("cause|x", Kind.BULLET, item.markdown, "0", FORGOT)
    offered = [Rendered("a", "Lessons", "## Lessons", (item,)), Rendered("b", "Cause", "## Cause", (other,))]
    written = [WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in offered]

    standing = read(shown("\n\n".join(one.markdown for one in offered)), written)

    assert [[node.id for node in section.nodes] for section in standing.sections] == [
        ["lesson|x"],
        ["cause|x"],
    ]
    assert peoples(standing) == []


def test_people_s_own_words_are_theirs_by_section() -> None:
    text = shown(WHOLE).replace("* We keep", "* Ours\n* We keep") + "\n## How we felt\n\nTired.\n"

    assert read(text, WRITTEN).peoples_words == {"Timeline": "* Ours", "How we felt": "Tired."}


def test_a_section_called_otherwise_is_known_by_what_it_holds() -> None:
    standing = read(shown(WHOLE).replace("## Root Cause Analysis", "## Why"), WRITTEN)

    found = standing.sections[-1]
    assert (found.key, found.title, found.is_title_changed) == ("root_cause", "## Why", True)


def test_what_is_kept_of_a_canvas_is_people_s_words_and_their_places() -> None:
    text = shown(WHOLE).replace("A note", "Ben's note").replace("* We keep", "* Ours\n* We keep")

    content = kept(read(text, WRITTEN))

    for word in ("Rolled", "forgot", "snake", "build"):
        assert word not in str(content)
    again = recalled(content)
    assert [node.markdown for node in again.nodes if node.is_peoples] == peoples(read(text, WRITTEN))
    assert kept(again) == content


def test_a_canvas_without_anything_of_scribe_s_is_emptied() -> None:
    assert read("", WRITTEN).is_emptied
    assert read("Just my notes.\n", WRITTEN).is_emptied
    assert not read("## Timeline\n", WRITTEN).is_emptied


def test_a_heading_within_code_is_no_section() -> None:
    assert [heading for heading, _, _ in sections(WHOLE)] == ["", "Timeline", "Root Cause Analysis"]


def test_of_two_alike_the_one_that_people_took_out_is_not_the_one_that_stands() -> None:
    deleted = "- (message deleted in Slack)"
    out, moved = (as_written(Item(name, Kind.BULLET, deleted)) for name in ("impact|3", "lesson|2"))
    written = (
        WrittenSection("background", "Background", (replace(out, is_out=True),)),
        WrittenSection("lessons", "Lessons", (moved,)),
    )

    standing = read(f"## Background\n\n{deleted}\n\n## Lessons\n", written)

    assert standing.ids == {"lesson|2"}
