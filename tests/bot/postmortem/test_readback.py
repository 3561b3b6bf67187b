"""What people changed in a canvas is told from what Slack wrote anew by itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.postmortem.deliver.readback import State, blocks, normal, normal_blocks, read_back, split
from sandbox import canvas_shown, canvases

WRITTEN = [
    {"key": "header", "heading": "", "markdown": "- **Status:** open\n- **Severity:** SEV-2"},
    {
        "key": "timeline",
        "heading": "Timeline",
        "markdown": (
            "## Timeline\n\n| Time | What | Who |\n| --- | --- | --- |\n"
            "| [14:30](https://acme.slack.com/archives/C1/p1) | Rolled \\| back\\. | Ana |\n\n"
            "**Decisions**\n\n- We keep the old build\\!\n- _Ana_ decides"
        ),
    },
    {
        "key": "root_cause",
        "heading": "Root Cause Analysis",
        "markdown": (
            "## Root Cause Analysis\n\nsnake\\_case was wrong.\n\n```\na = 1\n\n## not a heading\n```"
        ),
    },
    {"key": "lesson", "heading": "Lessons Learned", "markdown": "## Lessons Learned\n\n1. one\n2. two"},
]
WHOLE = "\n\n".join(one["markdown"] for one in WRITTEN) + "\n"
WORDS = sorted({found[0] for found in re.finditer(r"\b[a-z]{3,}\b", WHOLE)})

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


@given(lines.map("\n".join))
def test_the_sections_joined_are_the_text_again(text: str) -> None:
    parts = [markdown for _, markdown in split(text)]

    joined = "\n".join(parts)

    assert joined == text if text.partition("\n")[0][:2] != "##" else joined.lstrip("\n") == text


@given(lines.map("\n".join))
def test_no_line_is_lost_among_the_blocks(text: str) -> None:
    together = "\n".join(blocks(text))

    assert [one for one in together.split("\n") if one.strip()] == [
        one for one in text.split("\n") if one.strip()
    ]


def test_what_slack_writes_anew_is_nobodys_change() -> None:
    given_back = shown(WHOLE)
    assert given_back != WHOLE

    found = read_back(given_back, WRITTEN)

    assert [part.state for part in found.parts] == [State.UNTOUCHED] * 4
    assert found.gone == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("- one\n- two", "* one\n\n* two"),
        ("1. one\n2. two", "1) one\n2) two"),
        ("snake_case", "snake\\_case"),
        ("_softly_", "*softly*"),
        ("no\\. escapes \\& none", "no. escapes & none"),
        ("a &amp; b", "a & b"),
        ("| a | b |\n| --- | --- |\n| c | d |", "|a  |b  |\n|:--|---|\n|c  |d  |"),
        ("one\\\ntwo", "one  \ntwo"),
        ("https://acme.example/x", "[https://acme.example/x](https://acme.example/x)"),
        ("https://acme.example/x", "<https://acme.example/x>"),
        ("## Heading\n\ntext", "## Heading\ntext"),
        ("text\n- item", "text\n\n- item"),
    ],
)
def test_the_normal_form_forgives(ours: str, theirs: str) -> None:
    assert normal_blocks(ours) == normal_blocks(theirs)


@given(st.sampled_from(WORDS), st.text(alphabet="abcdefgh", min_size=1, max_size=6), st.data())
def test_a_changed_word_is_always_seen(word: str, instead: str, data: st.DataObject) -> None:
    assume(word != instead)
    given_back = shown(WHOLE)
    places = list(re.finditer(rf"\b{word}\b", given_back))
    place = data.draw(st.sampled_from(places))

    found = read_back(given_back[: place.start()] + instead + given_back[place.end() :], WRITTEN)

    assert not all(part.state is State.UNTOUCHED for part in found.parts)


@given(st.integers(0, 3), st.sampled_from(["people say", "- a point", "> quoted", "### sub\n\ntext"]))
def test_words_added_below_a_section_make_it_peoples(position: int, added: str) -> None:
    parts = [markdown for _, markdown in split(shown(WHOLE))]
    parts[position] += f"\n{added}\n"

    found = read_back("\n".join(parts), WRITTEN)

    states = [part.state for part in found.parts]
    assert states == [State.CHANGED if number == position else State.UNTOUCHED for number in range(4)]
    assert normal(added.split()[-1]) in normal(found.changed[WRITTEN[position]["key"]])


def test_a_section_taken_out_is_named_and_one_of_peoples_own_is_theirs() -> None:
    text = shown(WHOLE).replace("## Lessons Learned", "## What we think")

    found = read_back(text, WRITTEN)

    assert found.gone == ("lesson",)
    assert [heading for heading, _ in found.own] == ["What we think"]
    assert "two" in found.own[0][1]


def test_a_heading_within_code_is_no_section() -> None:
    assert [heading for heading, _ in split(WHOLE)] == [
        "",
        "Timeline",
        "Root Cause Analysis",
        "Lessons Learned",
    ]


def test_lists_of_two_kinds_are_two_blocks_and_what_is_indented_stays_with_its_item() -> None:
    found = blocks("- one\n\n  more of it\n\n- two\n1. first\n\ntext")

    assert found == ["- one\n\n  more of it\n\n- two", "1. first", "text"]
