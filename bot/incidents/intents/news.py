"""What happened to an incident, told in its channel and where incidents are announced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.incidents.intents.making import about_incident, stamp
from storage.outbox import NORMAL, URGENT, NewIntent
from storage.vocabulary import IntentName, MilestoneKind


def post_update(incident_id: int, what: str, at: datetime) -> NewIntent:
    """Tell the incident's channel something that happened at a time, once: `what` is resolved."""
    return about_incident(IntentName.POST_UPDATE, incident_id, URGENT, what, stamp(at), what=what)


def tell_changes(incident_id: int, change_ids: Sequence[int]) -> NewIntent:
    """Tell the incident's channel what somebody changed, in one message for what was changed at once."""
    changes = ",".join(map(str, change_ids))
    return about_incident(IntentName.TELL_CHANGES, incident_id, NORMAL, str(min(change_ids)), changes=changes)


def tell_alert(incident_id: int, group_id: int, *, is_attached: bool = False) -> NewIntent:
    """Tell the incident's channel which alerts declared it, or were attached to it, with their link."""
    return about_incident(
        IntentName.TELL_ALERT,
        incident_id,
        NORMAL,
        str(group_id),
        group_id=group_id,
        is_attached=int(is_attached),
    )


def tell_deploys(incident_id: int) -> NewIntent:
    """Tell the incident's channel, once, what was deployed in the hour before it began."""
    return about_incident(IntentName.TELL_DEPLOYS, incident_id, NORMAL)


def tell_update(incident_id: int, update_id: int) -> NewIntent:
    """Post an update in the incident's channel."""
    return about_incident(IntentName.TELL_UPDATE, incident_id, URGENT, str(update_id), update_id=update_id)


def announce(incident_id: int) -> NewIntent:
    """Begin the incident's thread in the channel of announcements, or make its first message true again.

    The thread has a lane of its own, so that no trouble there holds up the incident's own channel.
    """
    return about_incident(IntentName.ANNOUNCE, incident_id, NORMAL, lane="announce")


def withdraw_announcement(incident_id: int, number: int) -> NewIntent:
    """Take back what that thread says: its incident became private; `number` counts the times."""
    return about_incident(IntentName.WITHDRAW_ANNOUNCEMENT, incident_id, NORMAL, str(number), lane="announce")


def announce_changes(incident_id: int, change_ids: Sequence[int]) -> NewIntent:
    """Tell the incident's thread in the channel of announcements what changed."""
    changes = ",".join(map(str, change_ids))
    about = f"changes:{min(change_ids)}"
    return about_incident(
        IntentName.ANNOUNCE_NEWS, incident_id, NORMAL, about, lane="announce", changes=changes
    )


def announce_update(incident_id: int, update_id: int) -> NewIntent:
    """Post an update in the incident's thread in the channel of announcements."""
    about = f"update:{update_id}"
    return about_incident(
        IntentName.ANNOUNCE_NEWS, incident_id, NORMAL, about, lane="announce", update_id=update_id
    )


def suggest_milestone(incident_id: int, kind: MilestoneKind) -> NewIntent:
    """Ask the channel whether the record shows this milestone, or say below the question how it was settled.

    Nothing is sent while nothing is to be suggested, or while a suggestion of this kind stands unanswered.
    """
    return about_incident(IntentName.SUGGEST_MILESTONE, incident_id, NORMAL, kind, lane="suggest", kind=kind)


def remind(reminder_id: int, incident_id: int, due_at: datetime) -> NewIntent:
    """Remind somebody of what is due, once for each time it is."""
    key = f"{IntentName.REMIND}:{reminder_id}:{due_at:%Y%m%dT%H%M%S}"
    subject = {"incident_id": incident_id, "reminder_id": reminder_id}
    return NewIntent(IntentName.REMIND, key, f"remind:{incident_id}", subject, NORMAL)
