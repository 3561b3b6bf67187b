"""What Slack must be told, by kind: what it is about, after what it must be told, and how urgent it is.

Urgent is what a person waits for: answers, the incident's channel and what is said there, its draft.
Leisurely are the confirmations, of which many may wait and nobody for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.outbox import LEISURELY, NORMAL, URGENT, NewIntent
from storage.record import MessageKey


def open_channel(
    incident_id: int, response_url: str | None, origin_id: str | None = None, origin_name: str | None = None
) -> NewIntent:
    """Create the incident's own channel; where Slack refuses one, the channel it was declared in serves."""
    subject = {
        "incident_id": incident_id,
        "response_url": response_url,
        "origin_id": origin_id,
        "origin_name": origin_name,
    }
    return NewIntent("open_channel", f"open_channel:{incident_id}", _lane(incident_id), subject, URGENT)


def join_channel(incident_id: int, response_url: str | None) -> NewIntent:
    """Join the channel the incident was declared in, or ask to be invited."""
    subject = {"incident_id": incident_id, "response_url": response_url}
    return NewIntent("join_channel", f"join_channel:{incident_id}", _lane(incident_id), subject, URGENT)


def invite(incident_id: int, user_id: str) -> NewIntent:
    """Bring somebody into the incident's channel."""
    return NewIntent(
        "invite",
        f"invite:{incident_id}:{user_id}",
        _lane(incident_id),
        {"incident_id": incident_id, "user_id": user_id},
        URGENT,
    )


def catch_up(incident_id: int, *, is_thorough: bool = True) -> NewIntent:
    """Read the channel's history for what was missed; thoroughly with every thread in it."""
    extent = "whole" if is_thorough else "news"
    subject = {"incident_id": incident_id, "is_thorough": int(is_thorough)}
    lane = f"catch_up:{incident_id}"
    return NewIntent("catch_up", f"{lane}:{extent}", lane, subject, NORMAL)


def refresh_summary(incident_id: int) -> NewIntent:
    """Make the incident's one summary message say what the record says."""
    return NewIntent(
        "refresh_summary",
        f"refresh_summary:{incident_id}",
        _lane(incident_id),
        {"incident_id": incident_id},
        URGENT,
    )


def post_update(incident_id: int, what: str, at: datetime) -> NewIntent:
    """Tell the incident's channel something that happened at a time, once: `what` is resolved."""
    return NewIntent(
        "post_update",
        f"post_update:{incident_id}:{what}:{at:%Y%m%dT%H%M%S%f}",
        _lane(incident_id),
        {"incident_id": incident_id, "what": what},
        URGENT,
    )


def tell_changes(incident_id: int, change_ids: Sequence[int]) -> NewIntent:
    """Tell the incident's channel what somebody changed, in one message for what was changed at once."""
    return NewIntent(
        "tell_changes",
        f"tell_changes:{incident_id}:{min(change_ids)}",
        _lane(incident_id),
        {"incident_id": incident_id, "changes": ",".join(str(one) for one in change_ids)},
        NORMAL,
    )


def suggest_milestone(incident_id: int, kind: str) -> NewIntent:
    """Ask the channel whether the record shows this milestone, or say below the question how it was settled.

    Nothing is sent while nothing is to be suggested, or while a suggestion of this kind stands unanswered.
    """
    return NewIntent(
        "suggest_milestone",
        f"suggest_milestone:{incident_id}:{kind}",
        f"suggest:{incident_id}",
        {"incident_id": incident_id, "kind": kind},
        NORMAL,
    )


def deliver_draft(
    incident_id: int, draft_id: int, response_url: str | None, *, is_refresh: bool = False
) -> NewIntent:
    """Compile a draft from the record and put it where people read it.

    `is_refresh`: it was delivered before, and nobody asked for it again; there is something to say only when
    something of substance is new.
    """
    key = f"deliver_draft:{draft_id}"
    subject: dict[str, int | str | None] = {
        "incident_id": incident_id,
        "draft_id": draft_id,
        "response_url": response_url,
    }
    if is_refresh:
        key = f"{key}:refresh"
        subject["is_refresh"] = 1
    return NewIntent("deliver_draft", key, f"draft:{incident_id}", subject, URGENT)


def refresh_draft(incident_id: int, draft_id: int) -> NewIntent:
    """Merge into the draft's canvas what is still to be found of the channel, once it has been read.

    It waits in a lane of its own, so that nobody's draft waits behind it.
    """
    lane = f"refresh_draft:{incident_id}"
    subject = {"incident_id": incident_id, "draft_id": draft_id}
    return NewIntent("refresh_draft", f"{lane}:{draft_id}", lane, subject, NORMAL)


def ask_audience(incident_id: int, user_id: str, why: str) -> NewIntent:
    """Ask the post-mortem's owner for whom its drafts are, in a channel shared with another company.

    `why` is `draft` or `shared`: one waits, or one stands in the channel already.
    """
    key = f"ask_audience:{incident_id}:{user_id}:{why}"
    subject: dict[str, str | int | None] = {"incident_id": incident_id, "user_id": user_id, "why": why}
    return NewIntent("ask_audience", key, key, subject, URGENT)


def ask_review(incident_id: int, user_id: str, asked_at: datetime) -> NewIntent:
    """Tell somebody, in the incident's channel, that their review of its post-mortem is asked for."""
    return NewIntent(
        "ask_review",
        f"ask_review:{incident_id}:{user_id}:{asked_at:%Y%m%dT%H%M%S%f}",
        _lane(incident_id),
        {"incident_id": incident_id, "user_id": user_id},
        NORMAL,
    )


def publish(incident_id: int, published_at: datetime) -> NewIntent:
    """Keep the final text of the post-mortem, write its files, and tell the channel that it is published.

    After its draft, so that a draft under way is in it.
    """
    when = f"{published_at:%Y%m%dT%H%M%S%f}"
    subject: dict[str, str | int | None] = {"incident_id": incident_id, "published": when}
    return NewIntent("publish", f"publish:{incident_id}:{when}", f"draft:{incident_id}", subject, URGENT)


def editor_notes(
    incident_id: int, occasion: str, user_id: str, response_url: str | None, asked: str = ""
) -> NewIntent:
    """Show the owner the editor's notes, once per occasion: `draft`, `review`, or each time it is `asked`.

    `user_id` is who gave the `response_url`.
    """
    subject: dict[str, str | int | None] = {
        "incident_id": incident_id,
        "occasion": occasion,
        "user_id": user_id,
        "response_url": response_url,
    }
    if asked:
        key = f"editor_notes:{incident_id}:{asked}"
        return NewIntent("editor_notes", key, key, subject, URGENT)
    key = f"editor_notes:{incident_id}:{occasion}"
    return NewIntent("editor_notes", key, f"draft:{incident_id}", subject, LEISURELY)


def confirm_mark(key: MessageKey) -> NewIntent:
    """Show under a message, with Scribe's own reaction, whether it stands in the record."""
    team_id, channel_id, ts = key
    return NewIntent(
        "confirm_mark",
        f"confirm_mark:{team_id}:{channel_id}:{ts}",
        f"mark:{team_id}:{channel_id}:{ts}",
        {"team_id": team_id, "channel_id": channel_id, "ts": ts},
        LEISURELY,
    )


def point_out_deletion(incident_id: int) -> NewIntent:
    """Say that something a delivered draft holds was deleted in Slack; the draft itself is people's."""
    return NewIntent(
        "point_out_deletion",
        f"point_out_deletion:{incident_id}",
        _lane(incident_id),
        {"incident_id": incident_id},
        NORMAL,
    )


def update_copies(incident_id: int) -> NewIntent:
    """Bring what is kept of words outside the record in step with it: published texts, files, drafts."""
    key = f"update_copies:{incident_id}"
    return NewIntent("update_copies", key, key, {"incident_id": incident_id}, NORMAL)


def tell_privacy(incident_id: int, number: int) -> NewIntent:
    """Tell the channel what its becoming private, or public again, means; `number` counts the times."""
    subject = {"incident_id": incident_id}
    key = f"tell_privacy:{incident_id}:{number}"
    return NewIntent("tell_privacy", key, _lane(incident_id), subject, NORMAL)


def fetch_message(key: MessageKey) -> NewIntent:
    """Fetch the text of a message that was marked before Scribe heard it."""
    team_id, channel_id, ts = key
    return NewIntent(
        "fetch_message",
        f"fetch_message:{team_id}:{channel_id}:{ts}",
        f"fetch:{team_id}:{channel_id}:{ts}",
        {"team_id": team_id, "channel_id": channel_id, "ts": ts},
        NORMAL,
    )


def remind(reminder_id: int, incident_id: int, due_at: datetime) -> NewIntent:
    """Remind somebody of what is due, once for each time it is."""
    return NewIntent(
        "remind",
        f"remind:{reminder_id}:{due_at:%Y%m%dT%H%M%S}",
        f"remind:{incident_id}",
        {"incident_id": incident_id, "reminder_id": reminder_id},
        NORMAL,
    )


def reply(response_url: str, text: str, key: str) -> NewIntent:
    """Answer a command after its acknowledgement, visible to its person alone."""
    subject = {"response_url": response_url, "text": text}
    return NewIntent("reply", f"reply:{key}", f"reply:{key}", subject, URGENT)


def tell_unreachable(incident_id: int, because: str, since: datetime) -> NewIntent:
    """Tell whoever leads an open incident, alone, that nothing more of its channel comes onto the record."""
    return NewIntent(
        "tell_unreachable",
        f"tell_unreachable:{incident_id}:{because}:{since:%Y%m%dT%H%M%S%f}",
        f"unreachable:{incident_id}",
        {"incident_id": incident_id, "because": because},
        URGENT,
    )


def tell_trouble(
    incident_id: int, kind: str, error: str, *, needed: str | None = None, is_held: bool = False
) -> NewIntent:
    """Tell the incident's channel what could not be done: once per incident, kind of intent and error.

    It has a lane of its own, so that it does not wait behind what it tells about.
    """
    subject: dict[str, str | int | None] = {
        "incident_id": incident_id,
        "kind": kind,
        "error": error,
        "needed": needed,
        "is_held": int(is_held),
    }
    key = f"tell_trouble:{incident_id}:{kind}:{error}"
    return NewIntent("tell_trouble", key, f"trouble:{incident_id}", subject, NORMAL)


def _lane(incident_id: int) -> str:
    return f"incident:{incident_id}"
