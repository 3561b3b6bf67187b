"""A published post-mortem's canvas says where else it stands, in a line at its end; pages leave it out."""

from __future__ import annotations

import re

from bot.incidents.views.pages import PageView, pages_of
from bot.postmortem.deliver.canvas_edits import append
from bot.postmortem.deliver.reading import DELETED, canvas_text
from bot.postmortem.render.markdown import address
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, postmortems
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName, PostmortemState

LEAD = "Published outside Slack:"
_LINE = re.compile(rf"^{re.escape(LEAD)}[^\n]*(?:\n|\Z)", re.MULTILINE)


async def link_pages(services: Services, intent: PendingIntent) -> OnSent | None:
    """Add the pages whose address does not stand in the canvas yet; a draft that is no canvas has none.

    Raises:
        TryLater: Slack is slow or limiting, or somebody is editing.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        postmortem = await postmortems.of_incident(session, incident.pk)
        draft = await drafts.newest_in_canvas(session, incident.pk)
        pages = await pages_of(session, incident.pk)
    is_published = postmortem is not None and postmortem.state == PostmortemState.PUBLISHED
    if draft is None or not draft.canvas_id or not is_published:
        return None
    text = await canvas_text(services, draft.canvas_id)
    if not isinstance(text, str):
        return None
    missing = [one for one in pages if one.url and not _stands(text, one.url)]
    if not missing:
        return None
    try:
        await append(services, draft.canvas_id, f"{LEAD} {', '.join(map(_linked, missing))}")
    except Refused as refusal:
        if refusal.error not in DELETED:
            raise
    return None


def _stands(text: str, url: str) -> bool:
    return url in text or address(url) in text


def _linked(page: PageView) -> str:
    return f"[{page.title}]({address(page.url or '')})"


def without_links(markdown: str) -> str:
    """The text without that line: on a page it would lead to the page itself."""
    return _LINE.sub("", markdown)


KIND = IntentKind(
    IntentName.LINK_PAGES,
    link_pages,
    Reconciled.BY_TEXT,
    could_not="link the published post-mortem's pages in its canvas",
)
"""An address that stands in the canvas already is not written again."""
