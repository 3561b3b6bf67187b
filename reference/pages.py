"""Which pages there are, and what writes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bot.manifest import Mode, manifest
from reference import commands, decisions, metrics, schemas, scopes, settings, tables, terminal

DOCS = Path(__file__).parents[1] / "docs"

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/commands.md": commands.page,
    "reference/terminal.md": terminal.page,
    "reference/settings.md": settings.page,
    "reference/scopes.md": scopes.page,
    "reference/tables.md": tables.page,
    "reference/metrics.md": metrics.page,
    "reference/schemas.md": schemas.page,
    "decisions/README.md": decisions.page,
    "../manifest.yml": partial(manifest, Mode.SOCKET, None),
}
"""By file name in `docs`; a test holds each file to what its function returns."""
