"""The action items of an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.incidents.action_items import ActionItemDetails, NoSuchActionItem
from bot.incidents.actor import Actor
from bot.incidents.unit_of_work import UnitOfWork
from storage import action_items
from storage.action_items import Found
from storage.postmortem_tables import ActionItem
from storage.vocabulary import ActionItemState

DELETED = "(its message was deleted in Slack)"
NOT_READ = "(its message is not read yet)"


@dataclass(frozen=True)
class ActionItemView:
    """An item as it stands: what was said of it, and `words`, which are a reason where there are none."""

    number: int
    words: str
    state: ActionItemState
    details: ActionItemDetails = field(default_factory=ActionItemDetails)

    @property
    def is_open(self) -> bool:
        return self.state == ActionItemState.OPEN


@dataclass(frozen=True)
class ActionItemList:
    """Every item that stands in incident `number`, by its number."""

    number: int
    items: Sequence[ActionItemView]

    def item(self, number: int) -> ActionItemView | None:
        return next((one for one in self.items if one.number == number), None)


async def action_item_list(work: UnitOfWork, actor: Actor, number: int | None) -> ActionItemList:
    """The items; messages that were marked as one and have no number yet get one."""
    async with work.changing(actor, number) as change:
        await action_items.adopt_marked(change.session, change.incident, change.now)
        found = await action_items.standing(change.session, change.incident)
    return ActionItemList(change.incident.number, [view_of(one) for one in found])


async def standing_items(work: UnitOfWork, actor: Actor, number: int | None) -> ActionItemList:
    """The items that have a number; nothing is written."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        found = await action_items.standing(session, incident)
    return ActionItemList(incident.number, [view_of(one) for one in found])


async def action_item(
    work: UnitOfWork, actor: Actor, number: int | None, item: int
) -> tuple[int, ActionItemView]:
    """An item as it stands, and its incident's number.

    Raises:
        NoSuchActionItem: none stands by this number.
        IncidentCancelled: the incident was declared by mistake.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        found = await action_items.by_number(session, incident, item)
    if found is None:
        raise NoSuchActionItem(str(item))
    return incident.number, view_of(found)


def view_of(found: Found) -> ActionItemView:
    """An item of the record."""
    return of_item(found.item, found.text, words_of(found))


def of_item(item: ActionItem, text: str, words: str) -> ActionItemView:
    """An item whose words are known."""
    details = ActionItemDetails(
        text=text,
        owner_id=item.owner_id,
        due_on=item.due_on,
        priority=item.priority,
        kind=item.kind,
        done_when=item.done_when,
        ticket_url=item.ticket_url,
    )
    return ActionItemView(item.number, words, item.state, details)


def words_of(found: Found) -> str:
    """An item's words as Slack text; why there are none, where its message has none to show."""
    if found.text or not found.item.message_ts:
        return found.text
    if found.message is None or not found.message.is_known:
        return DELETED if found.message and found.message.deleted_ts else NOT_READ
    return DELETED if found.message.deleted_ts else ""
