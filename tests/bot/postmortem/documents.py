"""Drafts of every block, with whatever people can type in every place that their words can reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.postmortem.document import (
    DETAILS,
    Block,
    Bullets,
    Chart,
    CheckItem,
    Checklist,
    Document,
    Dot,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Moment,
    Phase,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.text.prose import (
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Listing,
    ListItem,
    Paragraph,
    Prose,
    Quotation,
    Strike,
    Strong,
    Text,
)
from storage.vocabulary import EventKind

AT = datetime(2023, 10, 28, 23, 50, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C1/p1694354400000100"
ZONES = st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo")])

SIGNS = [
    "# ", "## ", "- ", "+ ", "1. ", "2) ", "> ", "---", "===", "***", "```", "~~~", "|", "| --- |", "    ",
    "- [ ] ", "<div>", "<!--", "-->", "<script>alert(1)</script>", "<b onclick=x>", "</td></table>", "`",
    "\\", "*", "_", "~", "[a]: b", "[x](javascript:alert(1))", "[x](https://x.test)", "![](@U1)", "&nbsp;",
    "&amp;", "&lt;", "!", "<br>", "<!channel>", "<@U1>", "<https://x.test|y>", "\"'", "]]>", "<?php",
]  # fmt: skip
TYPED = st.one_of(
    st.lists(st.sampled_from([*SIGNS, "\n", "\n\n", "\t", " ", "a", "Word", "ツ"]), max_size=10).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
"""What a person may type, lines and all."""
LABELS = TYPED.map(lambda text: f"x{text}")
URLS = st.sampled_from(
    [LINK, "https://x.test/a_b(c)?d=1&e=<2>", "javascript:alert(1)", "x y", "data:text/html,x"]
)


def nests(inlines: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    return st.lists(inlines, max_size=2).map(lambda found: Strong((Text("Scribe"), *found)))


INLINES: st.SearchStrategy[Inline] = st.one_of(
    TYPED.map(Text),
    TYPED.map(lambda code: Code(f"c{' '.join(code.split())}")),
    st.builds(Link, LABELS, URLS),
    URLS.map(lambda url: Link(url, url)),
    st.just(LineBreak()),
    nests(st.just(Text("says"))),
    st.builds(Emphasis, st.tuples(TYPED.map(Text), st.just(Text("says")))),
    st.builds(Strike, st.tuples(TYPED.map(Text), nests(TYPED.map(Text)))),
)
PARAGRAPHS = st.lists(INLINES, max_size=4).map(lambda inlines: Paragraph((Text("p"), *inlines)))
CODE = TYPED.map(lambda code: CodeBlock(f"code {code}"))
QUOTES = st.lists(INLINES, max_size=4).map(lambda inlines: Quotation((Text("q"), *inlines)))
ITEMS = st.builds(
    ListItem,
    st.lists(INLINES, max_size=2).map(lambda inlines: (Text("i"), *inlines)),
    st.integers(0, 3),
    st.sampled_from([None, None, 1, 12]),
)
LISTS = st.lists(ITEMS, min_size=1, max_size=4).map(lambda items: Listing(tuple(items)))
WORDS: st.SearchStrategy[tuple[Prose, ...]] = st.lists(
    st.one_of(PARAGRAPHS, CODE, QUOTES, LISTS), max_size=3
).map(tuple)
FILES = st.lists(
    st.builds(
        FileRef,
        LABELS,
        st.sampled_from([None, LINK, "https://acme.slack.com/files/U1/F1/x.png"]),
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
EVIDENCE = st.builds(Evidence, st.just("") | LABELS, st.sampled_from([None, LINK]), FILES)
REMARKS = st.builds(Remark, WORDS, st.none() | EVIDENCE)
LABELLED = st.builds(
    Remark, WORDS, st.none() | EVIDENCE, st.just("impact"), st.sampled_from(["Impact", "Ended by"])
)
FACTS = st.builds(Fact, LABELS, st.one_of(TYPED, st.just(LINK)), st.none() | EVIDENCE)
INSTANTS = st.integers(0, 4_000).map(lambda minutes: AT + timedelta(minutes=minutes))
ROWS = st.builds(
    TimelineRow,
    INSTANTS,
    st.none() | st.just(AT + timedelta(days=5)),
    st.booleans(),
    WORDS,
    st.just("") | LABELS,
    st.sampled_from([None, LINK]),
    FILES,
    st.sampled_from(list(EventKind)),
    label=st.sampled_from(["", "Impact began"]),
)
TIMELINES = st.lists(ROWS, max_size=3).map(
    lambda rows: TimelineTable(
        tuple(sorted(rows, key=lambda row: row.occurred_at)), (Phase("after the detection", AT),)
    )
)
DETAIL = st.builds(Fact, st.sampled_from(DETAILS), st.one_of(TYPED, st.just(LINK)), st.none() | EVIDENCE)
DETAIL_LISTS = st.lists(DETAIL, max_size=3, unique_by=lambda fact: fact.label).map(tuple)
CHECKLISTS = st.lists(st.builds(CheckItem, st.booleans(), REMARKS, DETAIL_LISTS), max_size=2).map(
    lambda items: Checklist(tuple(items))
)
CHARTS = st.builds(
    Chart,
    title=LABELS,
    alt=LABELS,
    since=st.just(AT),
    until=st.just(AT),
    notes=st.just(()),
    moments=st.builds(Moment, st.just(AT), LABELS).map(lambda moment: (moment,)),
    bands=st.just(()),
    dots=st.just((Dot(AT, "note"),)),
    steps=st.just(()),
    severities=st.just(()),
    zone=ZONES,
)
WRITTEN = TYPED.map(Written)
"""Markdown that people wrote, and anything else they may have typed there."""
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    PARAGRAPHS,
    CODE,
    REMARKS,
    st.lists(REMARKS, max_size=2).map(lambda items: Bullets(tuple(items))),
    st.lists(FACTS, max_size=2).map(lambda facts: FactList(tuple(facts))),
    TIMELINES,
    CHECKLISTS,
    CHARTS,
    WRITTEN,
)
SECTIONS = st.builds(
    Section, LABELS, st.lists(BLOCKS, max_size=3).map(tuple), st.sampled_from(["", "lessons"])
)
DOCUMENTS = st.builds(
    Document,
    LABELS,
    st.builds(
        lambda line, remarks: (Paragraph((Text(line),)), Bullets(tuple(remarks))),
        LABELS,
        st.lists(LABELLED, max_size=2),
    ),
    st.lists(SECTIONS, max_size=3).map(tuple),
    ZONES,
)
"""Whole drafts."""
