"""What a reader hands over: incidents one after the other, and what it could not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.imports.reading import Skipped
from bot.imports.tools.incident import ToolIncident


@dataclass(frozen=True)
class Reading:
    """`incidents` are read as they are asked for; `skipped` is whole once all of them were."""

    incidents: Iterator[ToolIncident]
    skipped: list[Skipped]
