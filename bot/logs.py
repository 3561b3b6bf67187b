"""Logging: one line per thing worth knowing, to stderr, for people or for machines.

No line holds what people wrote, above DEBUG: an exception is said by its message only where that holds no
words of anybody's, else by its kind and where it was raised. Other people's libraries speak from WARNING on.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator

import aiohttp
import structlog
from sqlalchemy.exc import SQLAlchemyError
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.error_reports import ErrorReports
from bot.metrics import LOG_LINES
from bot.settings import Settings
from bot.slack.calls import SlackTrouble
from storage.recorder import RecorderFull

OURS = ("bot", "storage")
WITHOUT_WORDS = (SlackTrouble, aiohttp.ClientError, OSError, SQLAlchemyError, RecorderFull)
"""Exceptions whose messages quote nobody: the database's are without the values of statements."""


def configure(settings: Settings) -> None:
    """Set up structlog and the standard library's logging (Bolt's and the SDK's) alike.

    Raises:
        ExtraMissing: SENTRY_DSN is set, and the extra is not installed.
    """
    level = logging.getLevelName(settings.log_level)
    rendering: Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([ErrorReports(settings.sentry_dsn)] if settings.sentry_dsn else []),
        _Exceptions(is_whole=level <= logging.DEBUG),
        _count,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = logging.StreamHandler(sys.stderr)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[without_meta, rendering], foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


class _Exceptions:
    """Writes exceptions as text: those that are values, and the one that was being handled."""

    def __init__(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        for name, value in line.items():
            if isinstance(value, BaseException) and name != "exc_info":
                line[name] = self._said(value)
        handled = line.pop("exc_info", None)
        if isinstance(handled, tuple):
            handled = handled[1]
        elif handled and not isinstance(handled, BaseException):
            handled = sys.exc_info()[1]
        if isinstance(handled, BaseException):
            line["exception"] = "\n".join(self._traced(handled, set()))
        return line

    def _said(self, problem: BaseException) -> str:
        if self._is_whole or isinstance(problem, WITHOUT_WORDS):
            return f"{type(problem).__name__}: {problem}"
        frames = traceback.extract_tb(problem.__traceback__)
        return type(problem).__name__ + (f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else "")

    def _traced(self, problem: BaseException, seen: set[int]) -> Iterator[str]:
        """What led to it, then where it was raised, then what it is."""
        seen.add(id(problem))
        before = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
        if before and id(before) not in seen:
            yield from self._traced(before, seen)
            yield "which led to:"
        for one in getattr(problem, "exceptions", ()):
            yield from self._traced(one, seen)
            yield "which is one of:"
        yield "".join(traceback.format_tb(problem.__traceback__)).rstrip()
        yield self._said(problem)


def _count(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Count what is a warning or worse by its name; what others write is counted by who wrote it."""
    if line["level"] in ("warning", "error", "critical"):
        record = line.get("_record")
        name = record.name.partition(".")[0] if record else str(line["event"])
        LOG_LINES.add(line["level"], name)
    return line
