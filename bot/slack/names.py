"""Finding the names of everybody and every channel that some Slack texts mention."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.slack.calls import Refused
from bot.slack.directory import Directory
from bot.slack.mrkdwn import KnownNames

MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
NAMELESS_CHANNEL = re.compile(r"<#(C[A-Z0-9]+)(?:\|)?>")


async def names_in(
    directory: Directory, texts: Iterable[str], user_ids: Collection[str] = (), *, asks_slack: bool = True
) -> KnownNames:
    """The names needed to show these texts and these people.

    With `asks_slack` false only what is known already is used, so that an answer never waits for Slack.

    Raises:
        TryLater: Slack was asked and could not answer.
    """
    wanted = set(user_ids)
    channel_ids: set[str] = set()
    for text in texts:
        wanted.update(MENTION.findall(text))
        channel_ids.update(NAMELESS_CHANNEL.findall(text))
    if not asks_slack:
        known = await directory.known(wanted)
        return KnownNames(people={user_id: person.name for user_id, person in known.items()})
    people = await directory.people(wanted)
    channels: dict[str, str] = {}
    for channel_id in sorted(channel_ids):
        try:
            channels[channel_id] = await directory.channel_name(channel_id)
        except Refused:
            continue  # a channel Scribe may not see keeps its id
    return KnownNames(people={user_id: person.name for user_id, person in people.items()}, channels=channels)
