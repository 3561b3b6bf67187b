"""Pages as Scribe sends them, for the tests of those who take them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.incidents.pages.contract import PICTURE, NewPage, SeenPage

NEW = NewPage(
    marker="0f" * 16,
    number=12,
    publication=1,
    since=datetime(2023, 9, 10, 14, 0, tzinfo=UTC),
    title="INC-12: Checkout was slow, *again*",
    markdown=f"![The timeline]({PICTURE})\n\n## What happened\n\nBen rolled back.\n",
    data='{"incident": "INC-12"}\n',
    picture=b"\x89PNG made up",
    drawing="<svg/>",
)


def again(seen: SeenPage, **changes: object) -> NewPage:
    """The same page published once more, over the one that was seen."""
    fields = {"publication": 2, "markdown": "## What happened\n\nBen rolled back at 14:30.\n", **changes}
    return replace(NEW, earlier=seen, **fields)  # type: ignore[arg-type]
