"""Buttons below what a mention is answered: the form it takes, and which incident is meant."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.attempt import AlreadyDone
from bot.incidents.errors import ScribeError
from bot.incidents.vocabulary import Door
from bot.listeners import troubles
from bot.listeners.actions.press import value_of
from bot.listeners.actors import Body
from bot.listeners.commands import COMMANDS, carried_out, sentence_of
from bot.listeners.commands.verb import line_for, open_form
from bot.listeners.once import OncePerDelivery
from bot.listeners.requests import Answer, Command, answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks.carried import OutOfDate, unpacked
from bot.slack.blocks.mention import FORM_ACTION, WHICH_ACTION, MentionWords, form_offer
from bot.text.when import UnreadableTime


def register(app: AsyncApp, scribe: Scribe) -> None:
    once = OncePerDelivery()

    async def open_its_form(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            name, command = _command(body)
            await scribe.permission.check_person(command.actor)
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)
            return
        await open_form(COMMANDS[name], command, scribe)

    async def answered(body: Body) -> Answer | None:
        try:
            name, command = _command(body)
            shown = await carried_out(name, command, scribe)
            line = line_for(COMMANDS[name], command)
            return shown or form_offer(command.number, MentionWords(name, command.text), line)
        except AlreadyDone:
            return None  # whoever did it has answered
        except RECORD_TROUBLE as trouble:
            return troubles.about_command(trouble, "the same again")
        except (ScribeError, UnreadableTime) as problem:
            return sentence_of(problem)

    async def carry_out(ack: AsyncAck, body: dict[str, Any]) -> None:
        await once(str(body["trigger_id"]), lambda: answered(body))
        await ack()

    async def tell(body: dict[str, Any], respond: AsyncRespond) -> None:
        shown = await once(str(body["trigger_id"]), lambda: answered(body))
        if shown is not None:
            await respond(**answer_arguments(shown), replace_original=False)

    app.action(FORM_ACTION)(ack=_acknowledge, lazy=[open_its_form])
    app.action(re.compile(rf"{WHICH_ACTION}_\d+"))(ack=carry_out, lazy=[tell])


def _command(body: Body) -> tuple[str, Command]:
    """What was said, about the incident that the button names, as if it were said now."""
    number, words = unpacked(value_of(body), MentionWords)
    if words.command not in COMMANDS:
        raise OutOfDate
    channel = body.get("channel") or {}
    command = Command(
        team_id=str(body["user"].get("team_id") or (body.get("team") or {}).get("id") or ""),
        channel_id=str(channel.get("id") or ""),
        channel_name=str(channel.get("name") or ""),
        user_id=str(body["user"]["id"]),
        text=words.text,
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body["trigger_id"]),
        number=number,
        door=Door.BUTTON,
    )
    return words.command, command


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
