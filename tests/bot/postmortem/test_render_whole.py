"""However wild the texts, a draft keeps its shape: its own headings, lists and tables and no others."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.postmortem.document import (
    Bullets,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
)
from bot.postmortem.render import canvas, markdown_file
from bot.text.mrkdwn import KnownNames, escape, read
from bot.text.prose import Paragraph, Quotation, Text

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
AT = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C1/p1694354400000100"
BLOCK_SIGNS = [
    "# ",
    "- ",
    "+ ",
    "1. ",
    "> ",
    "---",
    "===",
    "***",
    "```",
    "~~~",
    "|",
    "| --- |",
    "    ",
    "- [ ] ",
]
INLINE_SIGNS = ["<div>", "<!--", "`", "\\", "*", "_", "[a]: b", "![](@U1)", "&nbsp;", "!", "<br>"]
WILD = st.lists(
    st.sampled_from([*BLOCK_SIGNS, *INLINE_SIGNS, "\n", "\n\n", "\t", "a"]),
    max_size=10,
).map("".join)


def drafted(texts: list[str]) -> Document:
    """A draft in which every text stands in every place that people's words can reach."""
    said = [(text, read(escape(text), KnownNames()) or (Paragraph((Text("."),)),)) for text in texts]
    rows = tuple(TimelineRow(AT, None, True, words, text, LINK, (FileRef(text),)) for text, words in said)
    remarks = tuple(Remark(words, Evidence(text, LINK, files=(FileRef(text),))) for text, words in said)
    sections = (
        Section("Timeline", (TimelineTable(rows),)),
        Section("Lessons", (Bullets(remarks),)),
        Section("Conclusion", (Remark(said[0][1], Evidence(texts[0])),)),
    )
    return Document(
        f"INC-1: {texts[0]}", (FactList((Fact("Severity", texts[0]),)),), sections, ZoneInfo("UTC")
    )


@pytest.mark.parametrize("form", ["canvas", "canvas without tables", "file"])
@example(texts=["```- ``````"])
@example(texts=["    \n> # "])
@given(texts=st.lists(WILD, min_size=1, max_size=4))
def test_no_text_changes_the_shape_of_a_draft(form: str, texts: list[str]) -> None:
    draft = drafted(texts)
    if form == "file":
        tokens = PARSER.parse(markdown_file.render(draft))
    else:
        tokens = PARSER.parse(canvas.render(draft, tables=form == "canvas", with_title=True))

    counts = Counter(token.type for token in tokens)
    has_table = form != "canvas without tables"
    assert counts["heading_open"] == 4
    assert counts["bullet_list_open"] == (2 if has_table else 3)
    assert counts["list_item_open"] == 1 + len(texts) * (1 if has_table else 2)
    assert counts["td_open"] == (3 * len(texts) if has_table else 0)
    quotes = sum(isinstance(block, Quotation) for block in read(escape(texts[0]), KnownNames()))
    assert counts["blockquote_open"] <= quotes
    assert set(counts).isdisjoint({"ordered_list_open", "hr", "html_block", "code_block"})
    images = [child for token in tokens for child in token.children or () if child.type == "image"]
    assert images == []
