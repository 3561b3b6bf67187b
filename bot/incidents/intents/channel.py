"""The channel of an incident: having one, who is in it, what stands at its head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.incidents.intents.making import about_head, about_incident, stamp
from storage.outbox import LEISURELY, NORMAL, URGENT, NewIntent
from storage.vocabulary import IntentName, Unreachable


def open_channel(
    incident_id: int, response_url: str | None, origin_id: str | None = None, origin_name: str | None = None
) -> NewIntent:
    """Create the incident's own channel; where Slack refuses one, the channel it was declared in serves."""
    return about_incident(
        IntentName.OPEN_CHANNEL,
        incident_id,
        URGENT,
        response_url=response_url,
        origin_id=origin_id,
        origin_name=origin_name,
    )


def join_channel(incident_id: int, response_url: str | None) -> NewIntent:
    """Join the channel the incident was declared in, or ask to be invited."""
    return about_incident(IntentName.JOIN_CHANNEL, incident_id, URGENT, response_url=response_url)


def invite(incident_id: int, user_id: str) -> NewIntent:
    """Bring somebody into the incident's channel."""
    return about_incident(IntentName.INVITE, incident_id, URGENT, user_id, user_id=user_id)


def offer_briefing(incident_id: int, user_id: str) -> NewIntent:
    """Offer somebody who joined an incident's channel late, alone, to be told how it stands."""
    return about_incident(IntentName.OFFER_BRIEFING, incident_id, NORMAL, user_id, lane=None, user_id=user_id)


def link_source(
    incident_id: int, channel_id: str, ts: str, thread_ts: str | None, is_private: bool
) -> NewIntent:
    """Link the message that an incident was declared from, in the incident's channel."""
    return about_incident(
        IntentName.LINK_SOURCE,
        incident_id,
        NORMAL,
        source_id=channel_id,
        ts=ts,
        thread_ts=thread_ts,
        is_private=int(is_private),
    )


def note_in_source(
    incident_id: int, channel_id: str, ts: str, thread_ts: str | None, is_private: bool
) -> NewIntent:
    """Say below the message that an incident was declared from it, once it has its channel."""
    return about_incident(
        IntentName.NOTE_IN_SOURCE,
        incident_id,
        NORMAL,
        source_id=channel_id,
        ts=ts,
        thread_ts=thread_ts,
        is_private=int(is_private),
    )


def invite_responders(incident_id: int, severity: str, at: datetime) -> NewIntent:
    """Bring those into the incident's channel who are to be there at the severity it has since then."""
    return about_incident(
        IntentName.INVITE_RESPONDERS,
        incident_id,
        URGENT,
        severity,
        stamp(at),
        severity=severity,
        at=at.isoformat(),
    )


def invite_routed(incident_id: int, route: str, names: Sequence[str], at: datetime) -> NewIntent:
    """Bring those into the incident's channel whom the route names by which an alert declared it."""
    return about_incident(
        IntentName.INVITE_RESPONDERS,
        incident_id,
        URGENT,
        "route",
        stamp(at),
        route=route,
        names=",".join(names),
        at=at.isoformat(),
    )


def catch_up(incident_id: int, *, is_thorough: bool = True) -> NewIntent:
    """Read the channel's history for what was missed; thoroughly with every thread in it."""
    extent = "whole" if is_thorough else "news"
    return about_incident(
        IntentName.CATCH_UP, incident_id, NORMAL, extent, lane="catch_up", is_thorough=int(is_thorough)
    )


def refresh_summary(incident_id: int) -> NewIntent:
    """Make the incident's one summary message say what the record says."""
    return about_incident(IntentName.REFRESH_SUMMARY, incident_id, URGENT)


def pin_summary(incident_id: int) -> NewIntent:
    """Pin the summary to the incident's channel."""
    return about_head(IntentName.PIN_SUMMARY, incident_id)


def keep_topic(incident_id: int) -> NewIntent:
    """Make the topic of the incident's channel say how it stands, where people let it."""
    return about_head(IntentName.KEEP_TOPIC, incident_id)


def ask_topic(incident_id: int, user_id: str) -> NewIntent:
    """Ask somebody whether Scribe may keep the topic of the incident's channel, which is people's."""
    return about_head(IntentName.ASK_TOPIC, incident_id, user_id=user_id)


def keep_bookmark(incident_id: int) -> NewIntent:
    """Make the bookmark in the channel's header lead to the incident's canvas."""
    return about_head(IntentName.KEEP_BOOKMARK, incident_id)


def post_pointer(incident_id: int, after: str) -> NewIntent:
    """Point at the summary, which has scrolled far away: `after` is the ts of it, or of the last pointer."""
    return about_incident(IntentName.POST_POINTER, incident_id, LEISURELY, after, lane="pointer", after=after)


def welcome(incident_id: int) -> NewIntent:
    """Say in an incident's own channel, once and after its summary, what there is to know."""
    return about_incident(IntentName.WELCOME, incident_id, NORMAL)


def live_timeline(incident_id: int) -> NewIntent:
    """Make the canvas with an open incident's timeline say what the record says."""
    return about_incident(IntentName.LIVE_TIMELINE, incident_id, LEISURELY, lane="live_timeline")


def end_live_timeline(incident_id: int) -> NewIntent:
    """Take that canvas away, before the draft comes, so that nobody takes one for the other."""
    return about_incident(IntentName.END_LIVE_TIMELINE, incident_id, URGENT, lane="draft")


def tell_privacy(incident_id: int, number: int) -> NewIntent:
    """Tell the channel what its becoming private, or public again, means; `number` counts the times."""
    return about_incident(IntentName.TELL_PRIVACY, incident_id, NORMAL, str(number))


def tell_unreachable(incident_id: int, because: Unreachable, since: datetime) -> NewIntent:
    """Tell whoever leads an open incident, alone, that nothing more of its channel comes onto the record."""
    return about_incident(
        IntentName.TELL_UNREACHABLE,
        incident_id,
        URGENT,
        because,
        stamp(since),
        lane="unreachable",
        because=because,
    )


def tell_trouble(
    incident_id: int,
    kind: IntentName,
    error: str,
    *,
    needed: str | None = None,
    is_held: bool = False,
    by: str | None = None,
    said: str | None = None,
    item: str | int | None = None,
    of: str | None = None,
) -> NewIntent:
    """Tell the incident's channel what could not be done: once per incident, kind of intent and error.

    `by` is a tracker that refused it, with what it `said`, of an action item: then once for each item. `of`
    names what else is told of once for each. It has a lane of its own, so that it does not wait behind what
    it tells about.
    """
    of_tracker = {"by": by, "said": said, "item": item} if by else {}
    return about_incident(
        IntentName.TELL_TROUBLE,
        incident_id,
        NORMAL,
        kind,
        error,
        *(f"{one}" for one in (item, of) if by and one is not None),
        lane="trouble",
        kind=kind,
        error=error,
        needed=needed,
        is_held=int(is_held),
        **of_tracker,
    )
