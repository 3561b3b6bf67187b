"""What was shared and announced: links, files, alerts, deploys, action items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import said_at
from bot.postmortem import facts as f
from bot.postmortem.document import FileRef
from bot.postmortem.gather.app_changes import course_of, told
from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot
from bot.postmortem.gather.said import author_of, file_of, is_human, said_of
from storage.participation import ShownMessage
from storage.postmortem_tables import ActionItem
from storage.tables import Message
from storage.vocabulary import EventKind, MarkSection

SHORTEST_SILENCE = timedelta(minutes=5)
"""Shorter pauses are not mentioned."""
_DEPLOYS = re.compile(
    r"(?<![a-z])(?:"
    r"(?:re)?deploy(?:s|ed|ing|ments?)?|releas(?:es?|ed|ing)|roll(?:s|ed|ing)?[ -]?backs?"
    r")(?![a-z])",
    re.IGNORECASE,
)


def links(found: Snapshot, lookups: Lookups) -> tuple[f.SharedLink, ...]:
    """The addresses that were shared, in the order of the first time."""
    said = {spoken.ts: _said(found, spoken, lookups, "") for spoken in found.linking}
    return tuple(f.SharedLink(one.url, one.label, said[one.ts], one.times) for one in found.addresses)


def files(found: Snapshot, lookups: Lookups) -> tuple[tuple[FileRef, f.Quote], ...]:
    """Every file that was shared."""
    return tuple(
        (file_of(file), _said(found, spoken, lookups, ""))
        for spoken, shared in found.filing
        for file in shared
    )


def alerts(found: Snapshot, lookups: Lookups, zone: ZoneInfo) -> tuple[tuple[f.Quote, ...], int]:
    """What bots said in the channel, and how many messages of bots there were beyond these."""
    said = tuple(
        told(_said(found, spoken, lookups), course_of(found, spoken, lookups), zone)
        for spoken in found.of_bots
        if not is_human(spoken, lookups)
    )
    return said, found.bots_said - len(found.of_bots)


def deploys(
    found: Snapshot, entries: Sequence[f.TimelineEntry], lookups: Lookups, zone: ZoneInfo
) -> tuple[f.Quote, ...]:
    """Deploys and releases as bots announced them, and timeline events of that kind."""
    announced = [
        told(_said(found, spoken, lookups), course_of(found, spoken, lookups), zone)
        for spoken in found.announced
        if _DEPLOYS.search(spoken.text) and not is_human(spoken, lookups)
    ]
    on_timeline = [entry.said for entry in entries if entry.kind == EventKind.DEPLOY]
    # a message is listed once, in the timeline's words; an event without a message is listed as well
    once = {said.permalink or str(place): said for place, said in enumerate([*announced, *on_timeline])}
    return tuple(sorted(once.values(), key=lambda said: said.said_at))


def action_items(found: Snapshot, lookups: Lookups) -> tuple[f.ActionItem, ...]:
    """The items by their number, then marked messages that have none yet."""
    numbered = {(item.channel_id, item.message_ts) for item, _ in found.items}
    loose: dict[str, Message] = {}
    for mark, message in found.marked:
        if mark.section == MarkSection.ACTION_ITEM and (message.channel_id, message.ts) not in numbered:
            loose.setdefault(message.ts, message)
    return (
        *(_item(item, message, lookups) for item, message in found.items),
        *(f.ActionItem(None, said_of(message, lookups)) for message in loose.values()),
    )


def _item(item: ActionItem, message: Message | None, lookups: Lookups) -> f.ActionItem:
    return f.ActionItem(
        number=item.number,
        said=_item_said(item, message, lookups),
        state=item.state,
        owner=lookups.name_of(item.owner_id) if item.owner_id else None,
        priority=item.priority,
        kind=item.kind,
        due_on=item.due_on,
        done_when=item.done_when,
        ticket_url=item.ticket_url,
        done_by=lookups.name_of(item.closed_by) if item.closed_by else None,
        done_at=item.closed_at,
    )


def _item_said(item: ActionItem, message: Message | None, lookups: Lookups) -> f.Quote:
    if message is None:
        return f.Quote(item.text or "", lookups.name_of(item.added_by), item.added_at)
    said = said_of(message, lookups)
    if item.text is None:
        return said
    return f.Quote(item.text, said.author, said.said_at, None if said.is_deleted else said.permalink)


def _said(found: Snapshot, spoken: ShownMessage, lookups: Lookups, text: str | None = None) -> f.Quote:
    return f.Quote(
        text=spoken.text if text is None else text,
        author=author_of(spoken, lookups),
        said_at=said_at(spoken.ts),
        permalink=lookups.link_to(found.incident.channel_id or "", spoken.ts, spoken.thread_ts),
        of=spoken.ts,
    )
