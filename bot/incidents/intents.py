"""What Slack must be told, by kind: what it is about, and after what it must be told."""

from __future__ import annotations

from storage.outbox import Ask
from storage.record import MessageKey


def open_channel(
    incident_id: int, response_url: str | None, origin_id: str | None = None, origin_name: str | None = None
) -> Ask:
    """Create the incident's own channel; where Slack refuses one, the channel it was declared in serves."""
    subject = {
        "incident_id": incident_id,
        "response_url": response_url,
        "origin_id": origin_id,
        "origin_name": origin_name,
    }
    return Ask("open_channel", f"open_channel:{incident_id}", _lane(incident_id), subject)


def join_channel(incident_id: int, response_url: str | None) -> Ask:
    """Join the channel the incident was declared in, or ask to be invited."""
    subject = {"incident_id": incident_id, "response_url": response_url}
    return Ask("join_channel", f"join_channel:{incident_id}", _lane(incident_id), subject)


def invite(incident_id: int, user_id: str) -> Ask:
    """Bring somebody into the incident's channel."""
    return Ask(
        "invite",
        f"invite:{incident_id}:{user_id}",
        _lane(incident_id),
        {"incident_id": incident_id, "user_id": user_id},
    )


def catch_up(incident_id: int) -> Ask:
    """Read the channel's history for what was missed."""
    key = f"catch_up:{incident_id}"
    return Ask("catch_up", key, key, {"incident_id": incident_id})


def refresh_summary(incident_id: int) -> Ask:
    """Make the incident's one summary message say what the record says."""
    return Ask(
        "refresh_summary", f"refresh_summary:{incident_id}", _lane(incident_id), {"incident_id": incident_id}
    )


def post_update(incident_id: int, what: str, number: int) -> Ask:
    """Tell the incident's channel something that happened, once: `what` is declared, resolved, drafted…"""
    return Ask(
        "post_update",
        f"post_update:{incident_id}:{what}:{number}",
        _lane(incident_id),
        {"incident_id": incident_id, "what": what, "number": number},
    )


def deliver_draft(incident_id: int, draft_id: int, response_url: str | None) -> Ask:
    """Compile a draft from the record and put it where people read it."""
    return Ask(
        "deliver_draft",
        f"deliver_draft:{draft_id}",
        f"draft:{incident_id}",
        {"incident_id": incident_id, "draft_id": draft_id, "response_url": response_url},
    )


def confirm_mark(key: MessageKey) -> Ask:
    """Show under a message, with Scribe's own reaction, whether it stands in the record."""
    team_id, channel_id, ts = key
    return Ask(
        "confirm_mark",
        f"confirm_mark:{team_id}:{channel_id}:{ts}",
        f"mark:{team_id}:{channel_id}:{ts}",
        {"team_id": team_id, "channel_id": channel_id, "ts": ts},
    )


def point_out_deletion(incident_id: int) -> Ask:
    """Say that something a delivered draft holds was deleted in Slack; the draft itself is people's."""
    return Ask(
        "point_out_deletion",
        f"point_out_deletion:{incident_id}",
        _lane(incident_id),
        {"incident_id": incident_id},
    )


def fetch_message(key: MessageKey) -> Ask:
    """Fetch the text of a message that was marked before Scribe heard it."""
    team_id, channel_id, ts = key
    return Ask(
        "fetch_message",
        f"fetch_message:{team_id}:{channel_id}:{ts}",
        f"fetch:{team_id}:{channel_id}:{ts}",
        {"team_id": team_id, "channel_id": channel_id, "ts": ts},
    )


def reply(response_url: str, text: str, key: str) -> Ask:
    """Answer a command after its acknowledgement, visible to its person alone."""
    return Ask("reply", f"reply:{key}", f"reply:{key}", {"response_url": response_url, "text": text})


def _lane(incident_id: int) -> str:
    return f"incident:{incident_id}"
