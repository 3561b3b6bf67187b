"""Errors for Sentry, where `SENTRY_DSN` names one: the optional extra `sentry`.

What leaves is put together here, field by field: the name of a line of the log, ids, the kinds of exceptions
and where in the code they were raised. No message of an exception, no variable, no request, no host name:
these may hold what people wrote, or a secret.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from structlog.typing import EventDict, WrappedLogger

if TYPE_CHECKING:
    from sentry_sdk.types import Event

SENT_LEVELS = ("error", "critical")
SENT_IDS = ("incident", "event_id", "request", "command", "channel", "kind", "job", "stage")
"""What of a line is sent beside its name: ids, and names that Scribe gave."""
OF_AN_EVENT = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "release",
    "environment",
    "sdk",
    "tags",
    "logentry",
)
OF_A_FRAME = ("filename", "module", "function", "lineno", "in_app")


class ExtraMissing(Exception):
    """A setting needs an optional extra that is not installed; the text is one sentence."""


class ErrorReports:
    """A processor of structlog's that sends errors, before exceptions are made into text."""

    def __init__(self, dsn: str) -> None:
        """Prepare to send to `dsn`; nothing is sent yet.

        Raises:
            ExtraMissing: the extra is not installed.
        """
        try:
            import sentry_sdk
        except ImportError:
            raise ExtraMissing(
                "SENTRY_DSN is set, and what it needs is not installed: "
                "pip install 'incident-scribe[sentry]'."
            ) from None
        self._sentry = sentry_sdk
        sentry_sdk.init(
            dsn=dsn,
            release=version("incident-scribe"),
            server_name="",
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            shutdown_timeout=1,
            before_send=lambda event, hint: only_what_may_leave(event),
        )

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        if line.get("level") in SENT_LEVELS and "_record" not in line:
            self._send(line)
        return line

    def _send(self, line: Mapping[str, Any]) -> None:
        from sentry_sdk.utils import event_from_exception

        problem = line.get("exc_info") or line.get("why")
        if problem is True:
            problem = sys.exc_info()
        event: Event = {}
        if isinstance(problem, BaseException | tuple) and problem != (None, None, None):
            event, _ = event_from_exception(problem)
        event["level"] = line["level"]
        event["logentry"] = {"message": str(line["event"])}
        event["tags"] = {name: str(line[name]) for name in SENT_IDS if line.get(name) is not None}
        self._sentry.capture_event(event)


def only_what_may_leave(event: Mapping[str, Any]) -> Event:
    """The event with the fields that are known to hold no words and no secrets, and no others."""
    kept: dict[str, Any] = {name: event[name] for name in OF_AN_EVENT if name in event}
    exceptions = (event.get("exception") or {}).get("values") or ()
    if exceptions:
        kept["exception"] = {"values": [_exception(one) for one in exceptions]}
    return kept  # type: ignore[return-value]  # a TypedDict, of which these are some keys


def _exception(found: Mapping[str, Any]) -> dict[str, Any]:
    frames = (found.get("stacktrace") or {}).get("frames") or ()
    return {
        "type": found.get("type"),
        "module": found.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in OF_A_FRAME} for frame in frames]},
    }
