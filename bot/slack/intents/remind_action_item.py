"""What the owner of an action item is told when it is due."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.incidents.action_items import remind_again
from bot.incidents.views.action_items import view_of
from bot.slack.blocks.action_item_list import action_item_reminder
from bot.slack.intents.told import Told
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import inert_line
from storage import action_items, incidents
from storage.postmortem_tables import Reminder
from storage.vocabulary import ActionItemState


async def remind_action_item(services: Services, reminder: Reminder) -> Told | None:
    """None once it is done, dropped, without an owner or a due date.

    The next time is set first, once: doing this again after an interruption changes nothing.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, reminder.incident_id)
        found = await action_items.by_number(session, incident, int(reminder.subject["number"]))
    if found is None or found.item.state != ActionItemState.OPEN:
        return None
    if not (found.item.due_on and found.item.owner_id):
        return None
    otherwise = ZoneInfo(incident.zone) if incident.zone else services.settings.zone
    zone = await services.directory.zone(found.item.owner_id, otherwise) or otherwise
    async with services.database.write() as session:
        await remind_again(session, incident, reminder.pk, zone, now=services.clock.now())
    today = services.clock.now().astimezone(zone).date()
    if today < found.item.due_on - timedelta(days=1):
        return None  # it was put off after this reminder was asked for
    names = await names_in(services.directory, [found.text], asks_slack=False)
    item = view_of(found)
    surface = action_item_reminder(incident.number, item, inert_line(item.words, names), today=today)
    return Told(found.item.owner_id, surface)
