"""The titles of drafts' canvases, and renaming a canvas after its incident was renamed."""

from __future__ import annotations

import re
from collections.abc import Collection

import structlog

from bot.postmortem.deliver.canvas_edits import rename
from bot.slack.calls import Refused
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import plain
from storage import changes
from storage.tables import Incident
from storage.vocabulary import ChangeKind

log = structlog.get_logger()

LONGEST_TITLE = 250
_VERSION = re.compile(r" \(draft \d+\)$")


def titled(title: str, version: int) -> str:
    """The title of a draft; a later one has its number in it, so that no two are the same."""
    return _fitting(title, f" (draft {version})" if version > 1 else "")


def retitled(standing: str, title: str, earlier: Collection[str]) -> str | None:
    """The title that a canvas is to have; None if it has it already, or if people gave it another."""
    found = _VERSION.search(standing)
    for version in ("", found[0] if found else ""):
        if standing in (_fitting(one, version) for one in earlier):
            wanted = _fitting(title, version)
            return wanted if wanted != standing else None
    return None


async def rename_canvas(services: Services, incident: Incident, canvas_id: str, title: str) -> None:
    """Give the canvas the incident's present title, unless people gave it another or Slack refuses.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    async with services.database.read() as session:
        renamed = await changes.of_incident(session, incident.pk, ChangeKind.TITLE)
    earlier = [one.old for one in renamed if one.old]
    if not earlier:
        return
    names = await names_in(services.directory, earlier, home=incident.channel_id)
    number = f"INC-{incident.number}"
    given = [f"{number}: {words}" if (words := plain(one, names)) else number for one in earlier]
    try:
        described = await services.slack.call("files_info", file=canvas_id)
        wanted = retitled(str(described["file"].get("title")), title, given)
        if wanted:
            await rename(services, canvas_id, wanted)
    except Refused as refusal:
        log.warning("draft.not_renamed", incident=incident.number, why=str(refusal))


def _fitting(title: str, version: str) -> str:
    return title[: LONGEST_TITLE - len(version)] + version
