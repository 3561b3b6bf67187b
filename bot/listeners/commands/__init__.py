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
from bot.listeners.commands.verb import Verb, Verbs, dispatch, open_form, run
from bot.listeners.commands.wishes import wish_for
from bot.listeners.once import OncePerDelivery
from bot.listeners.requests import Answer, Command, answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.text.mrkdwn import KnownNames, inert
from bot.text.when import UnreadableTime

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


async def carried_out(name: str, command: Command, scribe: Scribe) -> Answer | None:
    """What somebody is answered who says this; None where a form answers.

    Raises:
        AlreadyDone: it was carried out before.
        RecordAway, Unanswered, InDoubt: the record is in trouble.
        ScribeError, UnreadableTime: it cannot be done (`sentence_of`).
    """

    async def work() -> Answer | None:
        await scribe.permission.check_person(command.actor)
        return await run(COMMANDS[name], command, scribe, name)

    return await within_ack_window(work)


def sentence_of(problem: ScribeError | UnreadableTime) -> str:
    """Why it cannot be done, and what works instead."""
    if isinstance(problem, UnknownVerb):
        return wish_for(problem, COMMANDS) or problem.sentence
    if isinstance(problem, ScribeError):
        return problem.sentence
    return inert(problem.sentence, KnownNames())  # it quotes what the person wrote


def register(app: AsyncApp, scribe: Scribe) -> None:
    """`/incident` reaches everything; the short forms reach their part."""

    once = OncePerDelivery()

    def answering(name: str) -> Callable[..., Awaitable[None]]:
        async def answer_to(command: Command, said: str) -> Answer | None:
            try:
                return await carried_out(name, command, scribe)
            except AlreadyDone:
                return None  # whoever did it has answered
            except RECORD_TROUBLE as trouble:
                return troubles.about_command(trouble, said)
            except (ScribeError, UnreadableTime) as problem:
                return sentence_of(problem)

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
            await open_form(verb, Command.of(body), scribe)

        return open_its_form

    for name, command in COMMANDS.items():
        handler = answering(name)
        if command.form or any(verb.form for verb in command.verbs.values()):
            app.command(name)(ack=handler, lazy=[opening(command)])
        else:
            app.command(name)(handler)
