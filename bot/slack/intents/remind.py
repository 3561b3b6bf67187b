"""Reminding people of what is due, in the incident's channel.

There and not in a direct message: the team sees that it is being asked for, and the app needs no right to
write to anybody alone (docs/decisions/0019).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.slack.blocks import section
from bot.slack.intents import subject
from bot.slack.intents.ask_about_silence import ask_about_silence
from bot.slack.intents.nudge import nudge
from bot.slack.intents.remind_action_item import remind_action_item
from bot.slack.intents.remind_update import remind_update
from bot.slack.intents.told import Told
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.nobody import mention
from storage import incidents, reminders
from storage.outbox import PendingIntent
from storage.postmortem_tables import Reminder
from storage.vocabulary import IncidentStatus, IntentName, ReminderKind

Builder = Callable[[Services, Reminder], Awaitable[Told | None]]

KINDS: Mapping[ReminderKind, Builder] = {
    ReminderKind.POSTMORTEM: nudge,
    ReminderKind.ACTION_ITEM: remind_action_item,
    ReminderKind.UPDATE: remind_update,
    ReminderKind.SILENCE: ask_about_silence,
}
"""What is said, by the kind of reminder; None when there is nothing left to remind of."""


async def remind(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say what is due, unless it is done or forgotten meanwhile."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        reminder = await reminders.by_id(session, int(subject.text(intent, "reminder_id")))
    if reminder is None or not incident.channel_id:
        return None
    told = await KINDS[reminder.kind](services, reminder)
    if told is None or incident.is_archived or incident.status == IncidentStatus.CANCELLED:
        return None  # its next time is set all the same: channel and incident may be opened again
    to = f"{mention(told.user_id)} " if told.user_id else ""
    blocks = [section(to.strip()), *told.surface.blocks] if to else list(told.surface.blocks)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=f"{to}{told.surface.text}", blocks=blocks
    )
    return told.on_sent


KIND = IntentKind(
    IntentName.REMIND,
    remind,
    Reconciled.BY_METADATA,
    could_not="remind people here of what is due",
)
