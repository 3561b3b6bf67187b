"""A draft with every block there is, and with what is hard to render, independent of any template."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    Band,
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
    Step,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.text.prose import Code, CodeBlock, LineBreak, Link, Paragraph, Strong, Text

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2023, 10, 28, 23, 50, tzinfo=UTC)
"""Ten minutes to two in the night in which Berlin's clocks go back."""

WRITTEN = """# What we *think* happened

The pool was full, see [the graph](https://grafana.acme.dev/d/7 "p99") and ![](@U1).

- [x] found
- [ ] proven

> It was dark. ~~Very~~ dark.

```sql
select 1 < 2
```

| When | Who |
| --- | --- |
| 14:00 | Ana<br>Bob |"""


def permalink(number: int) -> str:
    return f"https://acme.slack.com/archives/C0INC/p{1_698_537_000 + number}000100"


def row(minutes: int, *words: Paragraph | CodeBlock, until: int | None = None, **more: object) -> TimelineRow:
    at = NIGHT + timedelta(minutes=minutes)
    known: dict[str, object] = {
        "is_approximate": False,
        "author": "Ana",
        "permalink": permalink(minutes),
        **more,
    }
    end = NIGHT + timedelta(minutes=until) if until else None
    return TimelineRow(occurred_at=at, occurred_until=end, text=words, **known)  # type: ignore[arg-type]


def said(text: str) -> Paragraph:
    return Paragraph((Text(text),))


PICTURE = FileRef("p99 [1].png", "https://acme.slack.com/files/U2/F1/p99_1.png", is_image=True)
TIMELINE = TimelineTable(
    (
        row(0, Paragraph((Text("Deploy of "), Code("orders_v2"), Text(" began :rocket:"))), kind="deploy"),
        row(12, said("p99 > 2 s | checkout"), author="Grafana", files=(PICTURE,), kind="alert"),
        row(30, said("pool is full"), CodeBlock("select *\n  from orders | head"), until=75),
        row(80, said("<!channel> *back* at ~03:10"), author="Bob_Marsh <b>", is_approximate=True),
        row(85, author="Ana", permalink=None, kind="milestone", label="Resolved"),
        row(90, said("20 h in which nobody wrote"), author="", permalink=None, kind="note", is_silence=True),
        row(
            1500, said("(no text, see the file)"), permalink=None, files=(FileRef("notes.txt"),), kind="note"
        ),
    ),
    (Phase("after the detection", NIGHT + timedelta(minutes=12)),),
)
CHART = Chart(
    title="INC-7: Checkout & payments",
    alt="Timeline from 2023-10-29 01:50 CEST; 12 min to detect, 1 h 8 min to resolve; severity SEV2.",
    since=NIGHT,
    until=NIGHT + timedelta(minutes=80),
    notes=(),
    moments=(
        Moment(NIGHT, "Impact began"),
        Moment(NIGHT + timedelta(minutes=12), "Detected"),
        Moment(NIGHT + timedelta(minutes=80), "Resolved"),
    ),
    bands=(
        Band("to detect", NIGHT, NIGHT + timedelta(minutes=12)),
        Band("to resolve", NIGHT + timedelta(minutes=12), NIGHT + timedelta(minutes=80)),
    ),
    dots=tuple(Dot(one.occurred_at, one.kind) for one in TIMELINE.rows[:4]),
    steps=(Step(NIGHT + timedelta(minutes=14), "SEV2"),),
    severities=("SEV1", "SEV2"),
    zone=BERLIN,
)
ITEMS = Checklist(
    (
        CheckItem(
            False,
            Remark((said("Add the index, [soon]"),), Evidence("Chen", permalink(90))),
            (
                Fact("Owner", "Ana"),
                Fact("Due", "2023-11-03"),
                Fact("Done when", "p99 < 1 s for a week", Evidence("Ana", permalink(91))),
                Fact("State", "open"),
                Fact("Ticket", "https://tickets.acme.dev/_OPS_-1"),
            ),
        ),
        CheckItem(True, Remark((said("Roll back"),), Evidence("Bob")), (Fact("State", "done by Bob"),)),
    )
)


def gallery() -> Document:
    """The draft."""
    opening = (
        said("SEV2 · 2023-10-29 01:50–02:05 CET · owner Ana_B"),
        Bullets(
            (
                Remark(
                    (said("4% of carts | could not be paid."),),
                    Evidence("Chen", permalink(40)),
                    "i",
                    "Impact",
                ),
                Remark((said("All well."),), Evidence("Ana"), "e", "Ended by"),
            )
        ),
        said("2 action items, 1 done"),
    )
    sections = (
        Section("Timeline", (CHART, TIMELINE), "timeline"),
        Section(
            "Root cause",
            (
                Paragraph((Strong((Text("On record:"),)),)),
                Bullets(
                    (
                        Remark(
                            (said("Query without an index:"), CodeBlock("explain analyze")),
                            Evidence("Chen", permalink(40)),
                        ),
                        Remark(
                            (
                                Paragraph(
                                    (
                                        Text("# see "),
                                        Link("run 7", "https://ci.acme.dev/run_7"),
                                        LineBreak(),
                                        Text("1. x"),
                                    )
                                ),
                            ),
                            Evidence("Bob", permalink(41), files=(FileRef("log.txt", permalink(42)),)),
                        ),
                    )
                ),
                CodeBlock("ERROR: too many ``` connections"),
                FactList((Fact("Longest silence", "20 min", Evidence("", permalink(60))),)),
            ),
            "root_cause",
        ),
        Section("Our view", (Written(WRITTEN),), "view"),
        Section("Action items", (ITEMS,), "action_items"),
        Section("Empty", (), "empty"),
        Section("Conclusion", (Remark((said("All well."),), Evidence("Ana")),), "end"),
    )
    return Document("INC-7: Checkout & payments <slow>", opening, sections, BERLIN)
