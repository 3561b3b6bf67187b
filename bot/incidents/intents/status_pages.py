"""The team's status pages: posting there what somebody pressed for, and telling the channel of it."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.intents.making import about_incident, stamp
from storage.outbox import NORMAL, URGENT, NewIntent
from storage.vocabulary import IntentName


def post_public_update(incident_id: int, post_id: int, page: str, response_url: str | None) -> NewIntent:
    """Post it on its page, in the order in which people pressed, and tell who pressed at `response_url`."""
    return about_incident(
        IntentName.POST_PUBLIC_UPDATE,
        incident_id,
        URGENT,
        str(post_id),
        lane=f"public:{page}",
        post_id=post_id,
        response_url=response_url,
    )


def tell_public_post(incident_id: int, post_id: int) -> NewIntent:
    """Tell the incident's channel what stands on a status page now, with its link."""
    return about_incident(IntentName.TELL_PUBLIC_POST, incident_id, NORMAL, str(post_id), post_id=post_id)


def offer_closing_post(incident_id: int, at: datetime) -> NewIntent:
    """Propose in the channel of an incident that is over to say so where everybody reads otherwise."""
    return about_incident(IntentName.OFFER_CLOSING_POST, incident_id, NORMAL, stamp(at))
