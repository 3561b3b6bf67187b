"""What one person is shown, alone."""

from __future__ import annotations

from bot.incidents.actor import Actor
from storage.outbox import LEISURELY, URGENT, NewIntent
from storage.vocabulary import IntentName


def reply(team_id: str, response_url: str, text: str, key: str, blocks: str | None = None) -> NewIntent:
    """Answer a command after its acknowledgement, visible to its person alone; `blocks` is JSON."""
    key = f"{IntentName.REPLY}:{key}"
    subject = {"team_id": team_id, "response_url": response_url, "text": text}
    if blocks:
        subject["blocks"] = blocks
    return NewIntent(IntentName.REPLY, key, key, subject, URGENT)


def show_timeline(
    incident_id: int, actor: Actor, page: int, kind: str | None, *, is_removed: bool, text: str
) -> NewIntent:
    """Bring the list of events that somebody has before them up to date; `text` says what was just done."""
    key = f"{IntentName.SHOW_TIMELINE}:{actor.key}"
    subject = {
        "incident_id": incident_id,
        "response_url": actor.response_url,
        "user_id": actor.user_id,
        "channel_id": actor.channel_id,
        "page": page,
        "kind": kind,
        "is_removed": int(is_removed),
        "text": text,
    }
    return NewIntent(IntentName.SHOW_TIMELINE, key, key, subject, URGENT)


def answer(
    team_id: str,
    channel_id: str,
    ts: str,
    user_id: str,
    thread_ts: str | None,
    text: str,
    blocks: str | None,
    *,
    is_direct: bool,
) -> NewIntent:
    """Answer a mention where it was said, visible to its person alone; `blocks` is JSON."""
    key = f"{IntentName.ANSWER}:{team_id}:{channel_id}:{ts}"
    subject = {
        "team_id": team_id,
        "channel_id": channel_id,
        "user_id": user_id,
        "thread_ts": thread_ts,
        "text": text,
        "blocks": blocks,
        "is_direct": int(is_direct),
    }
    return NewIntent(IntentName.ANSWER, key, key, subject, URGENT)


def publish_home(team_id: str, user_id: str, *, urgency: int = LEISURELY) -> NewIntent:
    """Bring somebody's App Home up to date; a hundred changes meanwhile are one call."""
    key = f"{IntentName.PUBLISH_HOME}:{team_id}:{user_id}"
    return NewIntent(IntentName.PUBLISH_HOME, key, key, {"team_id": team_id, "user_id": user_id}, urgency)
