"""The post-mortem: its drafts, who has to do with it, its publication."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.intents.making import about_incident, stamp
from storage.outbox import LEISURELY, NORMAL, URGENT, NewIntent
from storage.vocabulary import AudienceReason, IntentName, NotesOccasion


def deliver_draft(
    incident_id: int, draft_id: int, response_url: str | None, *, is_refresh: bool = False
) -> NewIntent:
    """Compile a draft from the record and put it where people read it.

    `is_refresh`: it is delivered by then, and nobody asked for it again; there is something to say only when
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
    return about_incident(
        IntentName.REFRESH_DRAFT,
        incident_id,
        NORMAL,
        str(draft_id),
        lane="refresh_draft",
        draft_id=draft_id,
    )


def ask_audience(incident_id: int, user_id: str, why: AudienceReason) -> NewIntent:
    """Ask the post-mortem's owner for whom its drafts are, in a channel shared with another company."""
    return about_incident(
        IntentName.ASK_AUDIENCE, incident_id, URGENT, user_id, why, lane=None, user_id=user_id, why=why
    )


def ask_review(incident_id: int, user_id: str, asked_at: datetime) -> NewIntent:
    """Tell somebody, in the incident's channel, that their review of its post-mortem is asked for."""
    return about_incident(
        IntentName.ASK_REVIEW, incident_id, NORMAL, user_id, stamp(asked_at), user_id=user_id
    )


def send_meeting(incident_id: int, sequence: int, *, is_anew: bool = False) -> NewIntent:
    """Share the review meeting, as it was planned for the `sequence`th time, or that it is cancelled, in the
    incident's channel. `is_anew`: it is planned again after it was cancelled.
    """
    return about_incident(
        IntentName.SEND_MEETING,
        incident_id,
        NORMAL,
        str(sequence),
        lane="meeting",
        sequence=sequence,
        is_anew=int(is_anew),
    )


def publish(incident_id: int, published_at: datetime) -> NewIntent:
    """Keep the final text of the post-mortem, write its files, and tell the channel that it is published.

    After its draft, so that a draft under way is in it.
    """
    when = stamp(published_at)
    return about_incident(IntentName.PUBLISH, incident_id, URGENT, when, lane="draft", published=when)


def show_checkpoint(incident_id: int, user_id: str, response_url: str | None, now: datetime) -> NewIntent:
    """Show the post-mortem's owner, alone, what its draft lacks, once the draft was delivered.

    `user_id` is who gave the `response_url`.
    """
    return about_incident(
        IntentName.SHOW_CHECKPOINT,
        incident_id,
        LEISURELY,
        stamp(now),
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
    return about_incident(
        IntentName.EDITOR_NOTES,
        incident_id,
        URGENT if asked else LEISURELY,
        asked or occasion,
        lane=None if asked else "draft",
        occasion=occasion,
        user_id=user_id,
        response_url=response_url,
    )


def point_out_deletion(incident_id: int) -> NewIntent:
    """Say that something a delivered draft holds was deleted in Slack; the draft itself is people's."""
    return about_incident(IntentName.POINT_OUT_DELETION, incident_id, NORMAL)


def update_thread(incident_id: int, draft_id: int) -> NewIntent:
    """Take out of a draft in a thread what was deleted in Slack; once it is delivered, if it is under way."""
    return about_incident(
        IntentName.UPDATE_THREAD, incident_id, NORMAL, str(draft_id), lane="draft", draft_id=draft_id
    )


def update_copies(incident_id: int) -> NewIntent:
    """Bring copies of words outside the record in step with it: published texts, files, drafts, Homes."""
    return about_incident(IntentName.UPDATE_COPIES, incident_id, NORMAL, lane=None)
