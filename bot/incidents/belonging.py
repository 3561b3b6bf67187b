"""To which of a channel's incidents a message belongs: one of them, whoever marks it and whenever."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from storage.record import IncidentSpan


def incident_of(spans: Collection[IncidentSpan], said_at: datetime, marked_at: datetime) -> IncidentSpan:
    """The incident that was open when the message was said, the latest declared of several.

    One that was said while none was open belongs to the first incident whose stated start it follows, else
    to the latest that was declared when it was marked, else to the first. A cancelled incident gets it only
    where there is no other.
    """
    ordered = sorted(_living(spans), key=order)
    open_then = [one for one in ordered if one.declared_at <= said_at and not _is_over(one, said_at)]
    if open_then:
        return open_then[-1]
    about_to = [one for one in ordered if one.since <= said_at < one.declared_at]
    if about_to:
        return about_to[0]
    declared = [one for one in ordered if one.declared_at <= marked_at]
    return declared[-1] if declared else ordered[0]


def under_way(spans: Collection[IncidentSpan], said_at: datetime) -> IncidentSpan | None:
    """The incident that was open, or whose stated impact had begun, when a message was said; no mistake."""
    stood = [one for one in spans if not one.is_cancelled]
    if not stood:
        return None
    found = incident_of(stood, said_at, said_at)
    return found if found.since <= said_at and not _is_over(found, said_at) else None


def earliest_of(spans: Collection[IncidentSpan]) -> IncidentSpan:
    """Of the incidents that marks on one message named, the one that its earliest mark named.

    The others were declared later, so the order in which marks are received does not matter.
    """
    return min(_living(spans), key=order)


def order(span: IncidentSpan) -> tuple[datetime, int]:
    """The sort key of a channel's incidents: by when they were declared."""
    return span.declared_at, span.incident_id


def _living(spans: Collection[IncidentSpan]) -> Collection[IncidentSpan]:
    return [one for one in spans if not one.is_cancelled] or spans


def _is_over(span: IncidentSpan, moment: datetime) -> bool:
    return span.until is not None and span.until < moment
