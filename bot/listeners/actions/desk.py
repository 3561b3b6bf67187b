"""The buttons and the menu of an incident's summary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.channels import AnswerTopic, answer_topic
from bot.incidents.actions.incident import Reopen, reopen
from bot.incidents.actions.postmortem import DraftPostmortem, draft_postmortem
from bot.incidents.actions.roles import TakeCommand, take_command
from bot.incidents.views.action_items import standing_items
from bot.incidents.views.incident import roles, severity_history, status_view, zone_of_incident
from bot.listeners.actions.press import Chosen, on_choice, on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.milestone_form import filled_form as filled_milestones
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks import (
    Surface,
    answers,
    commander,
    roles_form,
    severity_form,
    summary,
    title_form,
    topic,
)
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.summary import MenuChoice
from bot.slack.showing.action_items import show_action_items
from bot.slack.showing.roles import show_leader


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_form(
        app,
        summary.SEVERITY_ACTION,
        scribe,
        partial(_severity_form, scribe=scribe),
        partial(_empty_severity_form, scribe=scribe),
        lambda body: f"Say it in one line instead: `/incident severity INC-{_number(body)} sev2`.",
    )
    show = partial(_show_leader, scribe=scribe)
    on_press(app, summary.TAKE_ACTION, partial(_take_command, scribe=scribe), show)
    on_press(app, commander.TAKE_OVER_ACTION, partial(_take_over, scribe=scribe), show)
    on_press(app, summary.REOPEN_ACTION, partial(_reopen, scribe=scribe))
    on_press(app, summary.DRAFT_ACTION, partial(_draft, scribe=scribe), _show_drafting)
    for action_id, may in ((topic.KEEP_ACTION, True), (topic.LEAVE_ACTION, False)):
        on_press(
            app,
            action_id,
            partial(_answer_topic, scribe=scribe, may=may),
            partial(_show_topic_answer, may=may),
        )
    on_choice(
        app,
        summary.MENU_ACTION,
        scribe,
        partial(_choose, scribe=scribe),
        lambda body: f"`/incident help` names a command for each; say INC-{_number(body)} in it.",
    )


def _number(body: Body) -> int:
    return incident_in(value_of(body))


# --- severity -------------------------------------------------------------------------------------------


async def _severity_form(body: Body, scribe: Scribe) -> View:
    actor, number = pressed_by(body), _number(body)
    await scribe.work.incident(actor, number, even_cancelled=False)
    history = await severity_history(scribe.work, actor, number)
    return _severities(body, scribe, history.now)


def _empty_severity_form(body: Body, scribe: Scribe) -> View:
    return _severities(body, scribe, None)


def _severities(body: Body, scribe: Scribe, held: str | None) -> View:
    actor = pressed_by(body)
    origin = severity_form.Origin(actor.channel_id, actor.response_url or "", held)
    known = [(name, scribe.settings.meaning_of(name)) for name in scribe.settings.severity_names]
    return severity_form.severity_form(_number(body), origin, known)


# --- command --------------------------------------------------------------------------------------------


async def _take_command(body: Body, scribe: Scribe) -> None:
    await take_command(scribe.work, pressed_by(body), TakeCommand(_number(body)))


async def _take_over(body: Body, scribe: Scribe) -> None:
    number, leader = subject_in(value_of(body), commander.Leader)
    await take_command(scribe.work, pressed_by(body), TakeCommand(number, leader.user_id))


async def _show_leader(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """Who leads now; a question whether to take over is replaced by it."""
    actor = pressed_by(body)
    view = await roles(scribe.work, actor, _number(body))
    was_asked = body["actions"][0].get("action_id") == commander.TAKE_OVER_ACTION
    answer = await show_leader(scribe, view, actor.user_id)
    await respond(**answer_arguments(answer), replace_original=was_asked)


# --- what else there is ---------------------------------------------------------------------------------


async def _reopen(body: Body, scribe: Scribe) -> None:
    await reopen(scribe.work, pressed_by(body), Reopen(_number(body)))


async def _draft(body: Body, scribe: Scribe) -> None:
    await draft_postmortem(scribe.work, pressed_by(body), DraftPostmortem(number=_number(body)))


async def _show_drafting(body: Body, respond: AsyncRespond) -> None:
    await respond(**answer_arguments(answers.drafting_again(_number(body))), replace_original=False)


async def _answer_topic(body: Body, scribe: Scribe, may: bool) -> None:
    await answer_topic(scribe.work, pressed_by(body), AnswerTopic(may, _number(body)))


async def _show_topic_answer(body: Body, respond: AsyncRespond, may: bool) -> None:
    await respond(**answer_arguments(topic.answered(_number(body), may=may)), replace_original=True)


async def _choose(body: Body, scribe: Scribe) -> Chosen:
    _, chosen = subject_in(value_of(body), summary.Chosen)
    return await CHOICES[chosen.choice](body, scribe)


async def _roles(body: Body, scribe: Scribe) -> View:
    actor, number = pressed_by(body), _number(body)
    await scribe.work.incident(actor, number, even_cancelled=False)
    view = await roles(scribe.work, actor, number)
    held = {one.role: one.user_id for one in view.held if one.until is None}
    origin = roles_form.Origin(actor.channel_id, actor.response_url or "", held)
    return roles_form.roles_form(number, origin, list(dict.fromkeys([*scribe.settings.role_names, *held])))


async def _milestones(body: Body, scribe: Scribe) -> View:
    return await filled_milestones(scribe, pressed_by(body), _number(body), even_cancelled=False)


async def _action_items(body: Body, scribe: Scribe) -> Surface:
    return await show_action_items(scribe, await standing_items(scribe.work, pressed_by(body), _number(body)))


async def _title_and_zone(body: Body, scribe: Scribe) -> View:
    actor, number = pressed_by(body), _number(body)
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    _, zone = await zone_of_incident(scribe.work, actor, number)
    return title_form.title_form(
        number,
        actor.channel_id,
        actor.response_url or "",
        incident.title,
        zone or scribe.settings.timezone,
    )


async def _privacy(body: Body, scribe: Scribe) -> str:
    view = await status_view(scribe.work, pressed_by(body), _number(body))
    return answers.privacy(view.number, view.channel_id, is_private=view.is_private)


CHOICES: Mapping[MenuChoice, Callable[[Body, Scribe], Awaitable[Chosen]]] = {
    MenuChoice.ROLES: _roles,
    MenuChoice.MILESTONES: _milestones,
    MenuChoice.ACTION_ITEMS: _action_items,
    MenuChoice.TITLE_AND_ZONE: _title_and_zone,
    MenuChoice.PRIVACY: _privacy,
}
