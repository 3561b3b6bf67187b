"""Finding the names of everybody and every channel that some Slack texts mention."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping

from bot.slack.calls import Refused, TryLater
from bot.slack.directory import SLACKBOT, Directory
from bot.slack.mrkdwn import KnownNames
from storage.tables import Person

PATIENCE = 8.0
"""Seconds the names of a draft or summary may take to look up."""
MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
NAMELESS_CHANNEL = re.compile(r"<#(C[A-Z0-9]+)(?:\|)?>")
NAMELESS_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|)?>")


async def names_in(
    directory: Directory, texts: Iterable[str], user_ids: Collection[str] = (), *, asks_slack: bool = True
) -> KnownNames:
    """The names needed to show these texts and these people.

    With `asks_slack` false only what is known already is used, so that an answer never waits for Slack.
    Whom Slack does not name in a few seconds keeps their id: no draft waits for a name.
    """
    wanted = set(user_ids)
    channel_ids: set[str] = set()
    group_ids: set[str] = set()
    for text in texts:
        wanted.update(MENTION.findall(text))
        channel_ids.update(NAMELESS_CHANNEL.findall(text))
        group_ids.update(NAMELESS_GROUP.findall(text))
    if not asks_slack:
        return named(await directory.known(wanted))
    try:
        async with asyncio.timeout(PATIENCE):
            people = await directory.people(wanted)
            channels = await _channels(directory, channel_ids)
            groups = await _groups(directory, group_ids)
    except (TryLater, TimeoutError):
        return named(await directory.known(wanted))
    return named(people, channels, groups)


def named(
    people: Mapping[str, Person],
    channels: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> KnownNames:
    """People, channels and user groups as names."""
    return KnownNames(
        people={user_id: person.name for user_id, person in people.items()},
        channels=channels or {},
        groups=groups or {},
        bots=frozenset({SLACKBOT, *(user_id for user_id, person in people.items() if person.is_bot)}),
    )


async def _channels(directory: Directory, channel_ids: set[str]) -> dict[str, str]:
    channels: dict[str, str] = {}
    for channel_id in sorted(channel_ids):
        try:
            channels[channel_id] = await directory.channel_name(channel_id)
        except Refused:
            continue  # a channel Scribe may not see keeps its id
    return channels


async def _groups(directory: Directory, group_ids: set[str]) -> Mapping[str, str]:
    if not group_ids:
        return {}
    try:
        return await directory.group_handles(group_ids)
    except Refused:
        return {}  # without the scope for it a group keeps its id
