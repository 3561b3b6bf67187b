"""Published post-mortems outside Slack: writing their pages, and telling the channel of them."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.intents.making import about_incident, stamp
from storage.outbox import LEISURELY, NORMAL, NewIntent
from storage.vocabulary import IntentName, PageNews


def publish_page(incident_id: int, page_id: int) -> NewIntent:
    """Write the published post-mortem to the host of the page."""
    return about_incident(
        IntentName.PUBLISH_PAGE, incident_id, NORMAL, str(page_id), lane=f"page:{page_id}", page_id=page_id
    )


def link_pages(incident_id: int) -> NewIntent:
    """Have the canvas of the post-mortem say where else it stands; after what is being written into it."""
    return about_incident(IntentName.LINK_PAGES, incident_id, LEISURELY, lane="draft")


def tell_page(
    incident_id: int,
    page_id: int,
    what: PageNews,
    at: datetime,
    *,
    who: str | None = None,
    lacks: str | None = None,
) -> NewIntent:
    """Tell the channel of a page that is new, or ask what becomes of one that `who` edited.

    `lacks` is why its host did not take the picture, in its own words; None: it lacks none.
    """
    return about_incident(
        IntentName.TELL_PAGE,
        incident_id,
        NORMAL,
        str(page_id),
        stamp(at),
        page_id=page_id,
        what=what,
        who=who,
        lacks=lacks,
    )
