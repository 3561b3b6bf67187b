"""The timeline as CSV (RFC 4180), for spreadsheets and scripts: a line for each event, times in UTC."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from bot.postmortem.document import Document, TimelineRow, TimelineTable
from bot.text.prose import CodeBlock, Prose, plain_text

COLUMNS = (
    "occurred_at",
    "occurred_until",
    "is_approximate",
    "kind",
    "what_happened",
    "who",
    "evidence",
    "files",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet (owasp.org/www-community/attacks/CSV_Injection)."""


def render(document: Document) -> str:
    """Every timeline event of the draft; what would be a formula to a spreadsheet begins with `'`."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, TimelineTable):
                writer.writerows([_inert(cell) for cell in _cells(row)] for row in block.rows)
    return text.getvalue()


def _cells(row: TimelineRow) -> tuple[str, ...]:
    return (
        _iso(row.occurred_at),
        _iso(row.occurred_until) if row.occurred_until else "",
        "yes" if row.is_approximate else "no",
        row.kind,
        ": ".join(filter(None, (row.label, "\n".join(map(_in_words, row.text))))),
        row.author,
        row.permalink or "",
        " ".join(file.url or file.name for file in row.files),
    )


def _in_words(block: Prose) -> str:
    return block.text if isinstance(block, CodeBlock) else plain_text((block,))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
