"""What a post-mortem lacks: shown to its owner once there is a draft, and before it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TypedDict

import structlog

from bot.incidents import lifecycle
from bot.incidents.actor import Actor
from bot.incidents.attempt import is_away
from bot.incidents.draft_link import draft_link
from bot.incidents.pages.work import kept_inside
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.deploys import read_unanswered
from bot.incidents.views.unmarked import unmarked_of
from bot.postmortem.checkpoint import (
    Around,
    Checkpoint,
    Deployed,
    EmptySection,
    Gap,
    LooseItem,
    NoMilestone,
    NoOwner,
    NoReviewer,
    NoSeverity,
    Notes,
    NothingPublic,
    Unmarked,
    checkpoint,
)
from bot.postmortem.compiling import compile_facts, template_named
from bot.postmortem.deliver.reading import last_standing, read_draft
from bot.postmortem.gather import snapshot
from bot.postmortem.show_editor_notes import advice_on
from bot.postmortem.show_owner import show_owner
from bot.slack.blocks import Block, Surface
from bot.slack.blocks import checkpoint as blocks
from bot.slack.blocks.gap_form import Asked
from bot.slack.calls import SlackTrouble
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import OutcomeUnknown
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.templates import question_in_words
from storage import drafts, incidents, postmortems
from storage.outbox import PendingIntent
from storage.postmortem_tables import Draft, Postmortem
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName, MarkSection, PostmortemState

log = structlog.get_logger()

READ_WITHIN = 0.8
"""Seconds that a command waits for the canvas to be read; Slack itself waits 3 s for its answer."""
LISTED_WITHIN = 1.0
"""Seconds more that it waits for what is missing; it asks without that where the record is very long."""


async def show_checkpoint(services: Services, intent: PendingIntent) -> OnSent | None:
    """Show the owner what the draft lacks; where nothing is missing, or no draft is there yet, nothing.

    It is no record of anything: `/postmortem publish` shows the same at any time.
    """
    if intent.is_in_doubt:
        raise OutcomeUnknown("the owner may have been shown what is missing", is_told=False)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        postmortem = await postmortems.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
    if incident.status != IncidentStatus.RESOLVED or not incident.channel_id or draft is None:
        return None
    if postmortem is None or postmortem.owner_id is None or postmortem.state == PostmortemState.PUBLISHED:
        return None
    if draft.canvas_id:
        await read_draft(services, draft)
    found = await read_checkpoint(services, incident, draft, postmortem, is_owner=True)
    if not found.gaps:
        return None
    gaps = _shown(services, incident, draft, found)
    surface = blocks.after_resolving(incident.number, _link(services, incident, draft), gaps)
    await show_owner(services, intent, incident, postmortem, surface)
    return None


class Where(TypedDict):
    """Where it goes besides Slack, and why it does so only where its person says so, if that is so."""

    goes_to: Sequence[str]
    kept_inside: str | None


async def publish_question(services: Services, work: UnitOfWork, actor: Actor, number: int | None) -> Surface:
    """What is missing, and the question whether to publish all the same, to somebody who may.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell, IncidentCancelled: as `UnitOfWork.incident`.
        NoDraftYet, AlreadyPublished: there is nothing to publish.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        version = await lifecycle.to_be_published(session, incident)
        draft = await lifecycle.delivered(session, incident)
        postmortem = await postmortems.of_incident(session, incident.pk)
    is_read = await _read_in_time(services, draft)
    is_owner = postmortem is not None and postmortem.owner_id == actor.user_id
    where: Where = {
        "goes_to": [one.title for one in services.settings.page_hosts],
        "kept_inside": kept_inside(incident),
    }
    try:
        async with asyncio.timeout(LISTED_WITHIN):
            found = await read_checkpoint(services, incident, draft, postmortem, is_owner=is_owner)
    except TimeoutError:
        log.warning("checkpoint.not_listed", incident=incident.number)
        return blocks.publish_question(
            incident.number, version, _link(services, incident, draft), None, **where
        )
    return blocks.publish_question(
        incident.number,
        version,
        _link(services, incident, draft),
        _shown(services, incident, draft, found),
        is_bare=found.is_bare,
        is_read=is_read,
        **where,
    )


async def read_checkpoint(
    services: Services, incident: Incident, draft: Draft, postmortem: Postmortem | None, *, is_owner: bool
) -> Checkpoint:
    """What the draft lacks by the record and its canvas as last read; the editor's notes are its owner's."""
    async with services.database.read() as session:
        rows = await snapshot(session, incident)
        reading = await postmortems.last_reading(session, incident.pk)
        asked = await postmortems.reviewers(session, incident.pk)
        deployed = await read_unanswered(session, incident, services.settings)
    find_names = partial(names_in, services.directory, asks_slack=False)
    compiled = await compile_facts(rows, services.workspace, services.settings, find_names)
    standing = last_standing(draft, reading)
    unmarked = await unmarked_of(services.database, services.workspace, incident, services.clock.now())
    template = template_named(services, draft.template)

    def found() -> Checkpoint:
        around = Around(
            has_owner=postmortem is not None and postmortem.owner_id is not None,
            has_reviewer=bool(asked),
            notes=len(advice_on(compiled, standing, rows.dismissed)) if is_owner else 0,
            unmarked=len(unmarked.messages) + unmarked.more,
            deployed=len(deployed.deploys) + deployed.more,
        )
        return checkpoint(compiled.facts, template, compiled.read, standing, around)

    return await asyncio.to_thread(found)  # reading thousands of lines takes a part of a second


async def _read_in_time(services: Services, draft: Draft) -> bool:
    """Read the canvas, if the draft is one; False where it could not be read in time."""
    if not draft.canvas_id:
        return True
    try:
        async with asyncio.timeout(READ_WITHIN):
            return isinstance(await read_draft(services, draft), str)
    except Exception as problem:
        if not isinstance(problem, TimeoutError | SlackTrouble) and not is_away(problem):
            raise
        log.warning("checkpoint.canvas_unread", canvas=draft.canvas_id, why=problem)
        return False


def _shown(services: Services, incident: Incident, draft: Draft, found: Checkpoint) -> list[Block]:
    return [_block(services, incident, draft, gap) for gap in found.gaps]


def _block(services: Services, incident: Incident, draft: Draft, gap: Gap) -> Block:
    number = incident.number
    match gap:
        case NothingPublic():
            channel = f"{services.workspace.url.rstrip('/')}/archives/{incident.channel_id}"
            mark = services.settings.emoji_names[MarkSection.PUBLIC]
            return blocks.nothing_public(mark, channel if incident.channel_id else None)
        case EmptySection(heading, question):
            emoji = {
                **template_named(services, draft.template).emoji,
                **services.settings.emoji_names,
            }
            asked = question_in_words(question, emoji)
            return blocks.empty_section(heading, asked, _link(services, incident, draft))
        case NoMilestone(kind, perhaps, because):
            return blocks.no_milestone(number, kind, perhaps, because)
        case LooseItem(item, has_owner, has_due_day):
            return blocks.loose_item(number, item, has_owner=has_owner, has_due_day=has_due_day)
        case NoSeverity():
            return blocks.unasked(number, Asked.SEVERITY)
        case NoOwner():
            return blocks.unasked(number, Asked.OWNER)
        case NoReviewer():
            return blocks.unasked(number, Asked.REVIEWERS)
        case Notes(count):
            return blocks.editor_has_notes(number, count)
        case Unmarked(count):
            return blocks.may_belong(number, count)
        case Deployed(count):
            return blocks.deploys_may_belong(number, count)


def _link(services: Services, incident: Incident, draft: Draft) -> str | None:
    return draft_link(services.workspace, incident, draft)


KIND = IntentKind(
    IntentName.SHOW_CHECKPOINT,
    show_checkpoint,
    Reconciled.NEVER,
    could_not="show the post-mortem's owner what is missing; `/postmortem publish` does, and asks first",
)
