"""A button that writes: acknowledged when it is recorded, and then answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.attempt import AlreadyDone, within_ack_window
from bot.incidents.errors import ScribeError
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import Instead, View, filled_in_time, open_view
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks import Surface

log = structlog.get_logger()

TRY_AGAIN = "Scribe cannot write to its record just now. Please press the button again in a minute."
UNREADABLE = "Scribe cannot read its record just now. Please press the button again in a minute."

Act = Callable[[Body], Awaitable[object]]
Tell = Callable[[Body, AsyncRespond], Awaitable[None]]
When = Callable[[Body], bool]
"""Which choices of a menu are meant, where several doors share its action id."""
Refuse = Callable[[Body, AsyncRespond, str], Awaitable[None]]


async def beside(body: Body, respond: AsyncRespond, sentence: str) -> None:
    """Say something to whoever pressed a button, below the message it stands on."""
    await respond(**answer_arguments(sentence), replace_original=False)


def on_press(
    app: AsyncApp,
    action_id: str,
    act: Act,
    tell: Tell | None = None,
    refuse: Refuse = beside,
    *,
    when: When | None = None,
) -> None:
    """Register a button: `act` writes, once for each press, `tell` shows what stands then, `refuse` why not.

    A press is never sent again by Slack, so one that could not be recorded before it was acknowledged is
    tried once more, and its person told when that fails too.
    """

    async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            await within_ack_window(lambda: act(body))
        except (*RECORD_TROUBLE, ScribeError, AlreadyDone) as problem:
            log.info("press.not_recorded", action=action_id, why=problem)  # `answer` tells the person
        await ack()

    async def answer(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            await within_ack_window(lambda: act(body))
        except AlreadyDone:
            pass
        except RECORD_TROUBLE:
            await refuse(body, respond, TRY_AGAIN)
            return
        except ScribeError as problem:
            await refuse(body, respond, problem.sentence)
            return
        if tell:
            try:
                await tell(body, respond)
            except ScribeError as problem:  # somebody changed it since
                await refuse(body, respond, problem.sentence)

    app.action(action_id, matchers=_matchers(when))(ack=acknowledge, lazy=[answer])


def on_look(
    app: AsyncApp,
    action_id: Any,
    look: Callable[[Body], Awaitable[Surface | str]],
    *,
    replaces: bool,
    trouble: str = UNREADABLE,
    when: When | None = None,
) -> None:
    """Register a button that writes nothing: what `look` returns is shown, or takes its message's place."""

    async def show(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            answer = await within_ack_window(lambda: look(body))
        except RECORD_TROUBLE:
            await respond(**answer_arguments(trouble), replace_original=False)
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)
        else:
            await respond(**answer_arguments(answer), replace_original=replaces)

    app.action(action_id, matchers=_matchers(when))(ack=_acknowledge, lazy=[show])


def on_form(
    app: AsyncApp,
    action_id: str,
    scribe: Scribe,
    fill: Callable[[Body], Awaitable[View]],
    empty: Callable[[Body], View],
    instead: Callable[[Body], Instead],
    *,
    when: When | None = None,
) -> None:
    """Register a button that opens a form, filled with what the record holds, or `empty` where that is slow.

    `instead` is what to say where Slack does not open it.
    """

    async def open_form(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            view = await filled_in_time(fill(body)) or empty(body)
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)
            return
        await open_view(scribe, pressed_by(body), str(body["trigger_id"]), view, instead(body))

    app.action(action_id, matchers=_matchers(when))(ack=_acknowledge, lazy=[open_form])


def _matchers(when: When | None) -> list[Callable[..., Awaitable[bool]]]:
    async def matches(body: dict[str, Any]) -> bool:
        return when is None or when(body)

    return [matches]


Chosen = View | Surface | str
"""What a choice of a menu leads to: a form, or something that is shown."""


def on_choice(
    app: AsyncApp,
    action_id: str,
    scribe: Scribe,
    choose: Callable[[Body], Awaitable[Chosen]],
    instead: Callable[[Body], str],
) -> None:
    """Register a menu whose choices write nothing: each opens a form, or shows something to its person alone.

    `instead` is what to say where Slack does not open the form.
    """

    async def chosen(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            found = await within_ack_window(lambda: choose(body))
        except RECORD_TROUBLE:
            await respond(**answer_arguments(UNREADABLE), replace_original=False)
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)
        else:
            if isinstance(found, dict):
                await open_view(scribe, pressed_by(body), str(body["trigger_id"]), found, instead(body))
            else:
                await respond(**answer_arguments(found), replace_original=False)

    app.action(action_id)(ack=_acknowledge, lazy=[chosen])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def value_of(body: Body) -> str:
    """What the button, or the choice of a menu, carries (`bot.slack.blocks.carried`)."""
    action = body["actions"][0]
    return str(action.get("value") or (action.get("selected_option") or {}).get("value"))
