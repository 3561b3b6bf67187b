"""Finding the names of the people and channels that some Slack texts mention."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.calls import Refused, TryLater
from bot.slack.directory import SLACKBOT, Directory, KnownChannel
from bot.text.mrkdwn import KnownNames
from storage import people
from storage.tables import Person

PATIENCE = 8.0
"""Seconds the names of a draft or summary may take to look up."""
MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
SOON = 0.5
"""Seconds an answer to a person may wait for the channels it names."""
NAMELESS_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|)?>")


async def names_in(
    directory: Directory,
    texts: Iterable[str],
    user_ids: Collection[str] = (),
    *,
    asks_slack: bool = True,
    waits: bool = True,
    home: str | None = None,
) -> KnownNames:
    """The names needed to show these texts and these people.

    With `asks_slack` false only what is known already is used, so that an answer hardly waits for Slack: only
    for whether a channel that is mentioned is private, half a second at most. Whom Slack does not name in a
    few seconds keeps their id: no draft waits for a name. Of private channels that of `home` alone is named.
    With `waits` false Slack is not waited for at all, as within a transaction, behind which others wait.
    """
    wanted = set(user_ids)
    channel_ids: set[str] = set()
    group_ids: set[str] = set()
    for text in texts:
        wanted.update(MENTION.findall(text))
        channel_ids.update(CHANNEL.findall(text))
        group_ids.update(NAMELESS_GROUP.findall(text))
    channels = directory.known_channels(channel_ids)
    if waits:
        channels = await _channels(directory, channel_ids, PATIENCE if asks_slack else SOON)
    public = {one: known.name for one, known in channels.items() if one == home or not known.is_private}
    private = channels.keys() - public.keys()
    groups: Mapping[str, str] = {}
    if asks_slack and waits:
        try:
            async with asyncio.timeout(PATIENCE):
                await directory.people(wanted)
                groups = await _groups(directory, group_ids)
        except (TryLater, TimeoutError):
            pass
    return named(await directory.known(wanted), public, groups, private=private)


async def names_on_record(
    session: AsyncSession, team_id: str, texts: Iterable[str], user_ids: Collection[str] = ()
) -> KnownNames:
    """The names of these people, and of whom these texts mention, that the database knows."""
    wanted = {*user_ids, *(user_id for text in texts for user_id in MENTION.findall(text))}
    return named(await people.find(session, team_id, wanted) if wanted else {})


def named(
    persons: Mapping[str, Person],
    channels: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
    *,
    private: Collection[str] = (),
) -> KnownNames:
    """People, channels and user groups as names; a channel that is not named here keeps its id."""
    return KnownNames(
        people={user_id: person.name for user_id, person in persons.items()},
        zones={user_id: person.zone for user_id, person in persons.items() if person.zone},
        channels=channels or {},
        groups=groups or {},
        private_channels=frozenset(private),
        trusts_labels=False,
        bots=frozenset({SLACKBOT, *(user_id for user_id, person in persons.items() if person.is_bot)}),
    )


async def _channels(
    directory: Directory, channel_ids: set[str], seconds: float
) -> Mapping[str, KnownChannel]:
    """Those of these channels that Slack shows to Scribe in time."""
    known = directory.known_channels(channel_ids)
    try:
        async with asyncio.timeout(seconds):
            for channel_id in sorted(channel_ids - known.keys()):
                try:
                    await directory.channel(channel_id)
                except Refused:
                    continue  # a channel that Scribe may not see is shown by its id
    except (TryLater, TimeoutError):
        pass
    return directory.known_channels(channel_ids)


async def _groups(directory: Directory, group_ids: set[str]) -> Mapping[str, str]:
    if not group_ids:
        return {}
    try:
        return await directory.group_handles(group_ids)
    except Refused:
        return {}  # without the scope for it a group keeps its id
