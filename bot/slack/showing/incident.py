"""An incident as a whole, and what was said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.incidents.actions.declare import Alike, Declared, Importing, OpenIncident
from bot.incidents.actions.incident import Described, DurationStated, Replaced
from bot.incidents.stated import in_words
from bot.incidents.views.incident import Durations, DurationView, History, IncidentList, StatusView
from bot.incidents.views.milestones import Milestones
from bot.slack.blocks import Surface, answers
from bot.slack.blocks.alike import ShownIncident, joined
from bot.slack.blocks.milestone_answers import (
    ShownDuration,
    computed,
    duration_list,
    duration_stated,
    milestones_overview,
    zone_set,
)
from bot.slack.blocks.summary import summary
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.slack.summarise import summarise
from bot.text.mrkdwn import inert_line
from bot.text.nobody import mention
from storage.vocabulary import MarkSection


async def show_status(services: Services, view: StatusView) -> Surface:
    """The summary of an incident, as its channel has it."""
    return summary(await summarise(services, view, asks_slack=False), services.settings.emoji_names)


async def show_list(services: Services, listed: IncidentList) -> str:
    """A list of incidents."""
    titles = [one.title for one in listed.incidents]
    names = await names_in(services.directory, titles, asks_slack=False)
    shown = [replace(one, title=inert_line(one.title, names)) for one in listed.incidents]
    return answers.incident_list(shown, is_complete=listed.is_complete, has_more=listed.has_more)


async def show_declared(services: Services, declared: Declared) -> str:
    """That an incident is open, and where."""
    title = await _inert(services, declared.title)
    emoji = services.settings.emoji_names[MarkSection.TIMELINE]
    told = answers.declared_here(declared.number, title, emoji)
    if declared.is_own_channel:
        told = answers.declared(declared.number, title, declared.channel_name, is_private=declared.is_private)
    return told if declared.is_led else f"{told} {answers.CLAIM}"


async def shown_alike(services: Services, alike: Alike) -> list[ShownIncident]:
    """The open incidents that may be the same."""
    names = await names_in(services.directory, [one.title for one in alike.found], asks_slack=False)
    return [
        ShownIncident(one.number, inert_line(one.title, names), one.channel_id, one.declared_at)
        for one in alike.found
    ]


async def show_joined(services: Services, found: OpenIncident) -> str:
    """Where somebody is invited."""
    return joined(found.number, await _inert(services, found.title), found.channel_id)


async def show_importing(services: Services, importing: Importing) -> str:
    """That a channel is being read."""
    title, emoji = (
        await _inert(services, importing.title),
        services.settings.emoji_names[MarkSection.TIMELINE],
    )
    return answers.importing(importing.number, title, importing.since, emoji, is_new=importing.is_new)


async def show_renamed(services: Services, renamed: Replaced) -> str:
    """The title before, and the one now."""
    old = renamed.old or ""
    names = await names_in(services.directory, [old, renamed.new], asks_slack=False)
    return answers.renamed(renamed.number, inert_line(old, names), inert_line(renamed.new, names))


async def show_described(services: Services, described: Described) -> str:
    """The title and the zone, as far as they were replaced."""
    told = [await show_renamed(services, described.title)] if described.title else []
    if zone := described.zone:
        told.append(zone_set(zone.number, zone.old, zone.new))
    return " ".join(told)


async def show_concluded(services: Services, concluded: Replaced) -> str:
    """How it is said to have ended now."""
    return answers.concluded(concluded.number, await _inert(services, concluded.new))


async def show_conclusions(services: Services, history: History) -> str:
    """How it is said to have ended, and what was said before."""
    return await _said(services, history, answers.conclusions)


async def show_impact_stated(services: Services, stated: Replaced) -> str:
    """What it is said to have hurt now."""
    return answers.impact_stated(stated.number, await _inert(services, stated.new))


async def show_impact(services: Services, history: History) -> str:
    """What it is said to have hurt, and what was said before."""
    return await _said(services, history, answers.impacts)


async def _said(
    services: Services,
    history: History,
    say: Callable[[int, str | None, Sequence[tuple[datetime, str, str]]], str],
) -> str:
    names = await names_in(
        services.directory,
        [history.now or "", *(one.new or "" for one in history.changes)],
        [one.by for one in history.changes],
        asks_slack=False,
    )
    return say(
        history.number,
        inert_line(history.now, names) if history.now else None,
        [
            (one.at, names.person(one.by) or one.by, inert_line(one.new, names))
            for one in history.changes
            if one.new
        ],
    )


async def show_duration_stated(services: Services, result: DurationStated) -> str:
    """What was stated, beside the same duration counted between milestones."""
    name, said = result.stated.name, result.stated.said
    names = await names_in(services.directory, [name, said or ""], asks_slack=False)
    return duration_stated(
        result.number,
        inert_line(in_words(name), names),
        inert_line(said, names) if said else None,
        computed(result.known, name),
    )


async def show_durations(services: Services, view: Durations) -> Surface:
    """The durations that were counted, and those that were stated."""
    return duration_list(view.number, await _stated(services, view.stated), view.known)


async def show_milestones(services: Services, view: Milestones) -> Surface:
    """What is known of each milestone, and what is missing."""
    stated = await _stated(services, view.stated)
    return milestones_overview(view.number, view.known, stated, is_open=view.is_open)


async def _stated(services: Services, stated: Sequence[DurationView]) -> list[ShownDuration]:
    texts = [text for one in stated for text in (one.name, one.said)]
    names = await names_in(services.directory, texts, asks_slack=False)
    return [
        ShownDuration(
            inert_line(in_words(one.name), names), inert_line(one.said, names), mention(one.stated_by)
        )
        for one in stated
    ]


async def _inert(services: Services, text: str) -> str:
    return inert_line(text, await names_in(services.directory, [text], asks_slack=False))
