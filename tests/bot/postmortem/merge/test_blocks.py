"""What of a canvas is published: every word, and no heading below which there are none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.merge.blocks import Entry, as_published, blocks, entries, is_same_list, opening_of
from bot.postmortem.merge.items import Kind

CANVAS = """sev1 · 2 h

- **Impact:** _Half_ of them

## Background

### What led up to it

## Timeline

| Time | What |
| --- | --- |
| 14:05 | Rolled back |

## Lessons Learned

- [ ]

---

## Conclusion

```
## no heading
```

### Later

Fine.

### Empty at the end
"""
LINES = st.lists(
    st.sampled_from(
        [
            "## A",
            "### B",
            "# T",
            "words",
            "- item",
            "",
            "---",
            "```",
            "## no",
            "> quote",
            "1. one",
            "é",
            "- [ ]",
        ]
    ),
    max_size=25,
).map("\n".join)


def test_sections_without_words_are_left_out_and_the_rest_stands_as_it_was() -> None:
    assert (
        as_published(CANVAS)
        == """sev1 · 2 h

- **Impact:** _Half_ of them

## Timeline

| Time | What |
| --- | --- |
| 14:05 | Rolled back |

## Conclusion

```
## no heading
```

### Later

Fine.
"""
    )


def test_what_was_for_drafting_is_left_out_with_the_heading_it_leaves_empty() -> None:
    text = "## Lessons\n\n> What went well?\n\n## Cause\n\nA flag."

    assert as_published(text, {"> What went well?"}) == "## Cause\n\nA flag."


def test_the_opening_is_what_stands_above_the_first_section_without_the_title() -> None:
    assert opening_of(f"# INC-7: Down\n\n{CANVAS}") == "sev1 · 2 h\n\n- **Impact:** _Half_ of them"
    assert opening_of("## Only a section\n\nWords.") == ""
    assert opening_of("") == ""


@given(LINES)
def test_no_word_is_lost_and_once_more_changes_nothing(text: str) -> None:
    published = as_published(text)

    def words(of: str) -> list[str]:
        return re.findall(r"^(?:words|- item|> quote|1\. one|é)$", of, re.MULTILINE)

    assert words(published) == words(text)
    assert as_published(published) == published


def test_a_carriage_return_ends_a_line() -> None:
    text = "## Timeline\r\n\r\n- one\r- two\r\r0"

    assert blocks(text) == ["## Timeline", "- one\n- two", "0"]
    assert [one.markdown for one in entries(blocks(text)[1])] == ["- one", "- two"]
    assert entries("\r0") == [Entry(Kind.BLOCK, "\n0")]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\n  \n"])
def test_blanks_hold_nothing_and_are_no_list(blank: str) -> None:
    assert entries(blank) == []
    assert not is_same_list(blank, "- item")
    assert not is_same_list("- item", blank)
    assert not is_same_list(blank, blank)
