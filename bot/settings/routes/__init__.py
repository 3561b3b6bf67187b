"""`ROUTES_FILE`: what comes of which alerts, and which messages are events (docs/how-to/route-alerts.md)."""

from __future__ import annotations

from pathlib import Path

from bot.settings.routes.model import MessageRule, Route, Routes
from bot.settings.routes.parse import Known, RoutesError, parse

__all__ = ["Known", "MessageRule", "Route", "Routes", "RoutesError", "load", "parse"]

MOST_BYTES = 128 * 1024


def load(file: Path, known: Known) -> Routes:
    """The routes in a file.

    Raises:
        RoutesError: the file cannot be read or used.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise RoutesError(f"{file} is larger than routes are; at most {MOST_BYTES // 1024} KiB.")
        # utf-8-sig: some editors begin a file with a mark that TOML does not know
        return parse(file.read_text("utf-8-sig"), file.name, known)
    except UnicodeDecodeError as problem:
        raise RoutesError(f"{file} is not UTF-8 text; save it as UTF-8.") from problem
    except OSError as problem:
        why = problem.strerror or problem
        example = "ROUTES_FILE=/etc/scribe/routes.toml"
        raise RoutesError(f"{file} cannot be read ({why}); for example {example}.") from problem
