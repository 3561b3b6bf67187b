"""Slash commands: each validates, commits and answers before it is acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.attempt import AlreadyDone, within_ack_window
from bot.incidents.errors import ScribeError, UnknownVerb
from bot.listeners import troubles
from bot.listeners.commands import incident, postmortem, resolve, timeline
from bot.listeners.commands.verb import Verb, Verbs, dispatch, open_form, open_form_of, run
from bot.listeners.commands.wishes import wish_for
from bot.listeners.once import OncePerDelivery
from bot.listeners.requests import Answer, Command, answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.text.mrkdwn import KnownNames, inert
from bot.text.when import UnreadableTime

Handler = Callable[[Command, Scribe], Awaitable[Answer | None]]


COMMANDS: Verbs = {
    "/incident": Verb(
        partial(dispatch, known=incident.VERBS, name="/incident"),
        "/incident help",
        "reaches everything",
        verbs=incident.VERBS,
        helps=incident.helps,
    ),
    "/postmortem": Verb(
        postmortem.handle,
        "/postmortem draft",
        "takes the post-mortem of this channel's incident to its end",
        verbs=postmortem.VERBS,
    ),
    "/timeline": Verb(
        timeline.handle,
        "/timeline",
        "shows the timeline, adds to it, corrects it",
        verbs=timeline.VERBS,
    ),
    "/resolve": resolve.verb("/resolve"),
}
"""What people can say in Slack, as far down as it has words of its own."""


def register(app: AsyncApp, scribe: Scribe) -> None:
    """`/incident` reaches everything; the short forms reach their part."""

    once = OncePerDelivery()

    def answering(handler: Handler) -> Callable[..., Awaitable[None]]:
        async def allowed(command: Command) -> Answer | None:
            await scribe.permission.check_person(command.actor)
            return await handler(command, scribe)

        async def answer_to(command: Command, said: str) -> Answer | None:
            try:
                return await within_ack_window(lambda: allowed(command))
            except AlreadyDone:
                return None  # whoever did it has answered
            except RECORD_TROUBLE as trouble:
                return troubles.about_command(trouble, said)
            except UnknownVerb as problem:
                return wish_for(problem, COMMANDS) or problem.sentence
            except ScribeError as problem:
                return problem.sentence
            except UnreadableTime as problem:
                return inert(problem.sentence, KnownNames())  # it quotes what the person wrote

        async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
            command = Command.of(body)
            answer = await once(command.trigger_id, lambda: answer_to(command, troubles.said(body)))
            if answer is None:
                await ack()
            else:
                await ack(**answer_arguments(answer))

        return acknowledge

    def opening(verb: Verb) -> Callable[..., Awaitable[None]]:
        async def open_its_form(body: dict[str, Any]) -> None:
            command = Command.of(body)
            if verb.verbs:
                await open_form(command, scribe, verb.verbs)
            else:
                await open_form_of(verb, command.naming(verb.names), scribe)

        return open_its_form

    for name, command in COMMANDS.items():
        handler = answering(partial(run, command, name=name))
        if command.form or any(verb.form for verb in command.verbs.values()):
            app.command(name)(ack=handler, lazy=[opening(command)])
        else:
            app.command(name)(handler)
