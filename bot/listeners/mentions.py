"""Mentions of Scribe and direct messages to it: carried out as commands, and answered where they are."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.incidents import intents
from bot.incidents.attempt import AlreadyDone, Unanswered
from bot.incidents.errors import NoIncidentHere, ScribeError
from bot.incidents.views.incident import incident_list
from bot.incidents.vocabulary import Door
from bot.listeners import troubles
from bot.listeners.commands import COMMANDS, carried_out, sentence_of
from bot.listeners.commands.routing import routed, without_slash
from bot.listeners.commands.verb import line_for
from bot.listeners.once import OncePerDelivery
from bot.listeners.requests import Answer, Command, Thread, answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks.mention import Choice, MentionWords, form_offer, which_incident
from bot.slack.calls import SlackTrouble
from bot.slack.names import names_in
from bot.text.mrkdwn import plain
from bot.text.visible import without_unseen_end
from bot.text.when import UnreadableTime

DIRECT, PRIVATE = "directmessage", "privategroup"
"""How Slack names such channels in a command."""
SAYS = frozenset({"", "file_share", "thread_broadcast"})
"""Subtypes of what somebody says; the others are edits, notices, and what apps say."""
KNOWN_WITHIN = 0.6
"""Seconds that Slack is waited for to say whether a channel is private."""
DONE_BEFORE = "I have done that already. `/incident show` and `/timeline` show what stands."
"""To a copy of a mention whose answer may be lost."""


@dataclass(frozen=True)
class Mention:
    """Words to Scribe, and where they were said."""

    command: Command
    ts: str
    is_direct: bool


def words_for(text: str, bot_user_id: str, *, is_direct: bool) -> str | None:
    """What is said to Scribe: what follows its name; in direct messages everything.

    None where a mention only speaks of it: its name stands in the middle of a sentence.
    """
    mention = rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>"
    found = re.match(rf"\s*(?:(?:hey|hi|hello|ok|okay)\s+)?{mention}[\s,:;]*", text, re.IGNORECASE)
    if found:
        return text[found.end() :].strip()
    if is_direct:
        return text.strip()
    # no pattern for all of it: one that begins or ends with blanks takes minutes over 40,000 of them
    before, last, behind = text.rstrip().removesuffix(".").removesuffix("!").rstrip().rpartition("<@")
    if last and re.fullmatch(mention, last + behind) and len(before.split()) <= 2:
        return before.strip().rstrip(",").rstrip()  # "pin this @Scribe"
    return None


def mention_in(event: Mapping[str, Any], scribe: Scribe, *, is_direct: bool) -> Mention | None:
    """What an event says to Scribe; None where it says nothing, or nobody did: an app, an edit, a notice."""
    user_id, ts = str(event.get("user") or ""), str(event.get("ts") or "")
    if not user_id or user_id == scribe.workspace.bot_user_id or event.get("bot_id") or event.get("edited"):
        return None
    if str(event.get("subtype") or "") not in SAYS:
        return None
    words = words_for(str(event.get("text") or ""), scribe.workspace.bot_user_id, is_direct=is_direct)
    if words is None:
        return None
    channel_id = str(event["channel"])
    thread_ts = str(event.get("thread_ts") or ts)
    command = Command(
        team_id=str(event.get("user_team") or event.get("team") or scribe.workspace.team_id),
        channel_id=channel_id,
        channel_name=DIRECT if is_direct else "",
        user_id=user_id,
        text=without_unseen_end(words.replace("\0", "")),
        response_url="",
        # a mention has none; this names it among all
        trigger_id=f"mention:{scribe.workspace.team_id}:{channel_id}:{ts}",
        thread=Thread(thread_ts, str(event.get("parent_user_id") or "") or None) if thread_ts != ts else None,
        door=Door.MENTION,
    )
    return Mention(command, ts, is_direct)


async def answer(mention: Mention, scribe: Scribe, once: OncePerDelivery) -> None:
    """Carry it out, once, and have it answered.

    A copy that comes meanwhile has the same answer, which is asked for once.

    Raises:
        RecordAway, InDoubt: the record is in trouble; Slack sends the event again.
    """
    shown = await once(mention.command.trigger_id, lambda: _answered(mention, scribe)) or DONE_BEFORE
    if isinstance(shown, str) and mention.command.thread:
        shown = without_slash(shown, is_direct=mention.is_direct)
    arguments = answer_arguments(shown)
    told = intents.answer(
        scribe.workspace.team_id,
        mention.command.channel_id,
        mention.ts,
        mention.command.user_id,
        mention.command.thread.ts if mention.command.thread else None,
        arguments["text"],
        json.dumps(arguments["blocks"]) if "blocks" in arguments else None,
        is_direct=mention.is_direct,
    )
    await scribe.work.tell_once(told)


async def _answered(mention: Mention, scribe: Scribe) -> Answer:
    """What its person is shown."""
    name, command = "", mention.command
    try:
        name, command = routed(command)
        shown = await carried_out(name, await _placed(command, scribe), scribe)
    except AlreadyDone:
        return DONE_BEFORE
    except Unanswered as trouble:
        return troubles.about_command(trouble, mention.command.text.replace("`", "'"))
    except NoIncidentHere as problem:
        return await _which(name, command, scribe) if mention.is_direct else problem.sentence
    except (ScribeError, UnreadableTime) as problem:
        return sentence_of(problem)
    if shown is None:
        line = line_for(COMMANDS[name], command)
        return form_offer(command.number, MentionWords(name, command.text), line)
    return shown


async def _placed(command: Command, scribe: Scribe) -> Command:
    """The same with what a slash command says of its channel: whether it is private.

    Where Slack does not say so in time it counts as private, since what is declared there may be.
    """
    if command.channel_name or command.verb()[0] not in ("start", "import"):
        return command
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            channel = await scribe.directory.channel(command.channel_id)
    except (TimeoutError, SlackTrouble):
        return replace(command, channel_name=PRIVATE)
    return replace(command, channel_name=PRIVATE if channel.is_private else channel.name)


async def _which(name: str, command: Command, scribe: Scribe) -> Answer:
    """The open incidents that its person may see, to choose from."""
    listed = await incident_list(scribe.work, command.actor)
    still_open = [one for one in listed.incidents if one.is_open]
    names = await names_in(scribe.directory, [one.title for one in still_open], asks_slack=False)
    choices = [Choice(one.number, plain(one.title, names)) for one in still_open]
    return which_incident(MentionWords(name, command.text), choices)
