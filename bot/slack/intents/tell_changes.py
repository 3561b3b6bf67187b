"""Telling an incident's channel what somebody changed about it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.blocks.changed import ShownActionItem, changed
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, changes, incidents
from storage.outbox import PendingIntent
from storage.tables import IncidentChange
from storage.vocabulary import ChangeKind, IntentName


async def tell_changes(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it once, in one message for what was changed at once; an archived channel is told nothing."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        ids = [int(one) for one in subject.text(intent, "changes").split(",")]
        made = await changes.by_ids(session, ids)
        found = [await action_items.by_number(session, incident, number) for number in _task_numbers(made)]
    if not incident.channel_id or incident.is_archived:
        return None
    items = {
        one.item.number: ShownActionItem(one.text, one.item.due_on.isoformat() if one.item.due_on else None)
        for one in found
        if one
    }
    words = [
        text or ""
        for one in made
        if one.what in (ChangeKind.TITLE, ChangeKind.CONCLUSION, ChangeKind.IMPACT)
        for text in (one.old, one.new)
    ]
    texts = [*words, *(item.text for item in items.values())]
    names = await names_in(services.directory, texts, _people(made))
    told = [(one.what, one.old, one.new, one.changed_by) for one in made]
    surface = changed(incident.number, told, names, items)
    if surface:
        await post_once(
            services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
        )
    return None


def _people(made: Sequence[IncidentChange]) -> set[str]:
    """Who changed something, and who had or got a role, an item or the post-mortem."""
    about_people = (ChangeKind.ROLE, ChangeKind.POSTMORTEM_OWNER)
    of_people = [
        one
        for one in made
        if ChangeKind.parsed(one.what)[0] in about_people or one.what.endswith(":owner_id")
    ]
    handed = {user for one in of_people for user in (one.old, one.new) if user}
    return handed | {one.changed_by for one in made}


def _task_numbers(made: Sequence[IncidentChange]) -> list[int]:
    about = [ChangeKind.parsed(one.what) for one in made]
    return [int(which.partition(":")[0]) for kind, which in about if kind == ChangeKind.ACTION_ITEM]


KIND = IntentKind(
    IntentName.TELL_CHANGES,
    tell_changes,
    Reconciled.BY_METADATA,
    could_not="tell what was changed here",
)
