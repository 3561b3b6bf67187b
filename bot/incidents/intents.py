"""What Slack must be told, by kind: what it is about, after what it must be told, and how urgent it is.

Urgent is what a person waits for: answers, the incident's channel and what is said there, its draft.
Leisurely are the confirmations: many of them may be waiting, and nobody waits for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.incidents.actor import Actor
from storage.outbox import LEISURELY, NORMAL, URGENT, NewIntent
from storage.record import MessageKey
from storage.vocabulary import AudienceReason, IntentName, MilestoneKind, NotesOccasion, Unreachable


def open_channel(
    incident_id: int, response_url: str | None, origin_id: str | None = None, origin_name: str | None = None
) -> NewIntent:
    """Create the incident's own channel; where Slack refuses one, the channel it was declared in serves."""
    return _about_incident(
        IntentName.OPEN_CHANNEL,
        incident_id,
        URGENT,
        response_url=response_url,
        origin_id=origin_id,
        origin_name=origin_name,
    )


def join_channel(incident_id: int, response_url: str | None) -> NewIntent:
    """Join the channel the incident was declared in, or ask to be invited."""
    return _about_incident(IntentName.JOIN_CHANNEL, incident_id, URGENT, response_url=response_url)


def invite(incident_id: int, user_id: str) -> NewIntent:
    """Bring somebody into the incident's channel."""
    return _about_incident(IntentName.INVITE, incident_id, URGENT, user_id, user_id=user_id)


def offer_briefing(incident_id: int, user_id: str) -> NewIntent:
    """Offer somebody who joined an incident's channel late, alone, to be told how it stands."""
    return _about_incident(
        IntentName.OFFER_BRIEFING, incident_id, NORMAL, user_id, lane=None, user_id=user_id
    )


def link_source(
    incident_id: int, channel_id: str, ts: str, thread_ts: str | None, is_private: bool
) -> NewIntent:
    """Link the message that an incident was declared from, in the incident's channel."""
    return _about_incident(
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
    return _about_incident(
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
    return _about_incident(
        IntentName.INVITE_RESPONDERS,
        incident_id,
        URGENT,
        severity,
        _stamp(at),
        severity=severity,
        at=at.isoformat(),
    )


def catch_up(incident_id: int, *, is_thorough: bool = True) -> NewIntent:
    """Read the channel's history for what was missed; thoroughly with every thread in it."""
    extent = "whole" if is_thorough else "news"
    return _about_incident(
        IntentName.CATCH_UP, incident_id, NORMAL, extent, lane="catch_up", is_thorough=int(is_thorough)
    )


def refresh_summary(incident_id: int) -> NewIntent:
    """Make the incident's one summary message say what the record says."""
    return _about_incident(IntentName.REFRESH_SUMMARY, incident_id, URGENT)


def pin_summary(incident_id: int) -> NewIntent:
    """Pin the summary to the incident's channel."""
    return _about_head(IntentName.PIN_SUMMARY, incident_id)


def keep_topic(incident_id: int) -> NewIntent:
    """Make the topic of the incident's channel say how it stands, where people let it."""
    return _about_head(IntentName.KEEP_TOPIC, incident_id)


def ask_topic(incident_id: int, user_id: str) -> NewIntent:
    """Ask somebody whether Scribe may keep the topic of the incident's channel, which is people's."""
    return _about_head(IntentName.ASK_TOPIC, incident_id, user_id=user_id)


def keep_bookmark(incident_id: int) -> NewIntent:
    """Make the bookmark in the channel's header lead to the incident's canvas."""
    return _about_head(IntentName.KEEP_BOOKMARK, incident_id)


def post_pointer(incident_id: int, after: str) -> NewIntent:
    """Point at the summary, which has scrolled far away: `after` is the ts of it, or of the last pointer."""
    return _about_incident(
        IntentName.POST_POINTER, incident_id, LEISURELY, after, lane="pointer", after=after
    )


def post_update(incident_id: int, what: str, at: datetime) -> NewIntent:
    """Tell the incident's channel something that happened at a time, once: `what` is resolved."""
    return _about_incident(IntentName.POST_UPDATE, incident_id, URGENT, what, _stamp(at), what=what)


def tell_changes(incident_id: int, change_ids: Sequence[int]) -> NewIntent:
    """Tell the incident's channel what somebody changed, in one message for what was changed at once."""
    changes = ",".join(map(str, change_ids))
    return _about_incident(
        IntentName.TELL_CHANGES, incident_id, NORMAL, str(min(change_ids)), changes=changes
    )


def tell_update(incident_id: int, update_id: int) -> NewIntent:
    """Post an update in the incident's channel."""
    return _about_incident(IntentName.TELL_UPDATE, incident_id, URGENT, str(update_id), update_id=update_id)


def announce(incident_id: int) -> NewIntent:
    """Begin the incident's thread in the channel of announcements, or make its first message true again.

    The thread has a lane of its own, so that no trouble there holds up the incident's own channel.
    """
    return _about_incident(IntentName.ANNOUNCE, incident_id, NORMAL, lane="announce")


def announce_changes(incident_id: int, change_ids: Sequence[int]) -> NewIntent:
    """Tell the incident's thread in the channel of announcements what changed."""
    changes = ",".join(map(str, change_ids))
    about = f"changes:{min(change_ids)}"
    return _about_incident(
        IntentName.ANNOUNCE_NEWS, incident_id, NORMAL, about, lane="announce", changes=changes
    )


def announce_update(incident_id: int, update_id: int) -> NewIntent:
    """Post an update in the incident's thread in the channel of announcements."""
    about = f"update:{update_id}"
    return _about_incident(
        IntentName.ANNOUNCE_NEWS, incident_id, NORMAL, about, lane="announce", update_id=update_id
    )


def suggest_milestone(incident_id: int, kind: MilestoneKind) -> NewIntent:
    """Ask the channel whether the record shows this milestone, or say below the question how it was settled.

    Nothing is sent while nothing is to be suggested, or while a suggestion of this kind stands unanswered.
    """
    return _about_incident(IntentName.SUGGEST_MILESTONE, incident_id, NORMAL, kind, lane="suggest", kind=kind)


def deliver_draft(
    incident_id: int, draft_id: int, response_url: str | None, *, is_refresh: bool = False
) -> NewIntent:
    """Compile a draft from the record and put it where people read it.

    `is_refresh`: it was delivered before, and nobody asked for it again; there is something to say only when
    something of substance is new.
    """
    key = f"{IntentName.DELIVER_DRAFT}:{draft_id}"
    subject = {"incident_id": incident_id, "draft_id": draft_id, "response_url": response_url}
    if is_refresh:
        key = f"{key}:refresh"
        subject["is_refresh"] = 1
    return NewIntent(IntentName.DELIVER_DRAFT, key, f"draft:{incident_id}", subject, URGENT)


def refresh_draft(incident_id: int, draft_id: int) -> NewIntent:
    """Merge into the draft's canvas what is still to be found of the channel, once it has been read.

    It waits in a lane of its own, so that nobody's draft waits behind it.
    """
    return _about_incident(
        IntentName.REFRESH_DRAFT,
        incident_id,
        NORMAL,
        str(draft_id),
        lane="refresh_draft",
        draft_id=draft_id,
    )


def ask_audience(incident_id: int, user_id: str, why: AudienceReason) -> NewIntent:
    """Ask the post-mortem's owner for whom its drafts are, in a channel shared with another company."""
    return _about_incident(
        IntentName.ASK_AUDIENCE, incident_id, URGENT, user_id, why, lane=None, user_id=user_id, why=why
    )


def ask_review(incident_id: int, user_id: str, asked_at: datetime) -> NewIntent:
    """Tell somebody, in the incident's channel, that their review of its post-mortem is asked for."""
    return _about_incident(
        IntentName.ASK_REVIEW, incident_id, NORMAL, user_id, _stamp(asked_at), user_id=user_id
    )


def publish(incident_id: int, published_at: datetime) -> NewIntent:
    """Keep the final text of the post-mortem, write its files, and tell the channel that it is published.

    After its draft, so that a draft under way is in it.
    """
    when = _stamp(published_at)
    return _about_incident(IntentName.PUBLISH, incident_id, URGENT, when, lane="draft", published=when)


def show_checkpoint(incident_id: int, user_id: str, response_url: str | None, now: datetime) -> NewIntent:
    """Show the post-mortem's owner, alone, what its draft lacks, once the draft was delivered.

    `user_id` is who gave the `response_url`.
    """
    return _about_incident(
        IntentName.SHOW_CHECKPOINT,
        incident_id,
        LEISURELY,
        _stamp(now),
        lane="draft",
        user_id=user_id,
        response_url=response_url,
    )


def editor_notes(
    incident_id: int, occasion: NotesOccasion, user_id: str, response_url: str | None, asked: str = ""
) -> NewIntent:
    """Show the owner the editor's notes, once per occasion, or each time they are asked for.

    `user_id` is who gave the `response_url`.
    """
    return _about_incident(
        IntentName.EDITOR_NOTES,
        incident_id,
        URGENT if asked else LEISURELY,
        asked or occasion,
        lane=None if asked else "draft",
        occasion=occasion,
        user_id=user_id,
        response_url=response_url,
    )


def live_timeline(incident_id: int) -> NewIntent:
    """Make the canvas with an open incident's timeline say what the record says."""
    return _about_incident(IntentName.LIVE_TIMELINE, incident_id, LEISURELY, lane="live_timeline")


def end_live_timeline(incident_id: int) -> NewIntent:
    """Take that canvas away, before the draft comes, so that nobody takes one for the other."""
    return _about_incident(IntentName.LIVE_TIMELINE, incident_id, URGENT, "end", lane="draft")


def confirm_mark(key: MessageKey) -> NewIntent:
    """Show under a message, with Scribe's own reaction, whether it stands in the record."""
    return _about_message(IntentName.CONFIRM_MARK, key, LEISURELY, lane="mark")


def point_out_deletion(incident_id: int) -> NewIntent:
    """Say that something a delivered draft holds was deleted in Slack; the draft itself is people's."""
    return _about_incident(IntentName.POINT_OUT_DELETION, incident_id, NORMAL)


def update_copies(incident_id: int) -> NewIntent:
    """Bring what is kept of words outside the record in step with it: published texts, files, drafts."""
    return _about_incident(IntentName.UPDATE_COPIES, incident_id, NORMAL, lane=None)


def tell_privacy(incident_id: int, number: int) -> NewIntent:
    """Tell the channel what its becoming private, or public again, means; `number` counts the times."""
    return _about_incident(IntentName.TELL_PRIVACY, incident_id, NORMAL, str(number))


def fetch_message(key: MessageKey) -> NewIntent:
    """Fetch the text of a message that was marked before Scribe heard it."""
    return _about_message(IntentName.FETCH_MESSAGE, key, NORMAL, lane="fetch")


def remind(reminder_id: int, incident_id: int, due_at: datetime) -> NewIntent:
    """Remind somebody of what is due, once for each time it is."""
    key = f"{IntentName.REMIND}:{reminder_id}:{due_at:%Y%m%dT%H%M%S}"
    subject = {"incident_id": incident_id, "reminder_id": reminder_id}
    return NewIntent(IntentName.REMIND, key, f"remind:{incident_id}", subject, NORMAL)


def reply(response_url: str, text: str, key: str) -> NewIntent:
    """Answer a command after its acknowledgement, visible to its person alone."""
    key = f"{IntentName.REPLY}:{key}"
    return NewIntent(IntentName.REPLY, key, key, {"response_url": response_url, "text": text}, URGENT)


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
    key = f"{IntentName.ANSWER}:{channel_id}:{ts}"
    subject = {
        "channel_id": channel_id,
        "user_id": user_id,
        "thread_ts": thread_ts,
        "text": text,
        "blocks": blocks,
        "is_direct": int(is_direct),
    }
    return NewIntent(IntentName.ANSWER, key, key, subject, URGENT)


def publish_home(user_id: str, *, urgency: int = LEISURELY) -> NewIntent:
    """Bring somebody's App Home up to date; a hundred changes meanwhile are one call."""
    key = f"{IntentName.PUBLISH_HOME}:{user_id}"
    return NewIntent(IntentName.PUBLISH_HOME, key, key, {"user_id": user_id}, urgency)


def tell_unreachable(incident_id: int, because: Unreachable, since: datetime) -> NewIntent:
    """Tell whoever leads an open incident, alone, that nothing more of its channel comes onto the record."""
    return _about_incident(
        IntentName.TELL_UNREACHABLE,
        incident_id,
        URGENT,
        because,
        _stamp(since),
        lane="unreachable",
        because=because,
    )


def tell_trouble(
    incident_id: int, kind: IntentName, error: str, *, needed: str | None = None, is_held: bool = False
) -> NewIntent:
    """Tell the incident's channel what could not be done: once per incident, kind of intent and error.

    It has a lane of its own, so that it does not wait behind what it tells about.
    """
    return _about_incident(
        IntentName.TELL_TROUBLE,
        incident_id,
        NORMAL,
        kind,
        error,
        lane="trouble",
        kind=kind,
        error=error,
        needed=needed,
        is_held=int(is_held),
    )


def welcome(incident_id: int) -> NewIntent:
    """Say in an incident's own channel, once and after its summary, what there is to know."""
    return _about_incident(IntentName.WELCOME, incident_id, NORMAL)


def _about_incident(
    name: IntentName,
    incident_id: int,
    urgency: int,
    /,
    *about: str,
    lane: str | None = "incident",
    **subject: str | int | None,
) -> NewIntent:
    """`about` tells it from others of its kind; `lane` of None: it waits for nothing else."""
    key = ":".join((name, str(incident_id), *about))
    told_after = f"{lane}:{incident_id}" if lane else key
    return NewIntent(name, key, told_after, {"incident_id": incident_id, **subject}, urgency)


def _about_head(name: IntentName, incident_id: int, **subject: str) -> NewIntent:
    """What stands at the head of an incident's channel: nobody waits for it, and it holds nothing up."""
    return _about_incident(name, incident_id, NORMAL, lane="head", **subject)


def _about_message(name: IntentName, key: MessageKey, urgency: int, *, lane: str) -> NewIntent:
    about = ":".join(key)
    subject = dict(zip(("team_id", "channel_id", "ts"), key, strict=True))
    return NewIntent(name, f"{name}:{about}", f"{lane}:{about}", subject, urgency)


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S%f}"
