"""What was deployed before an incident: told in its channel, listed for one person, and suggested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Block, Surface, actions, button, context, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.text.moments import shown

ADD_ACTION, ADD_ALL_ACTION, DISMISS_ACTION = "deploy_add", "deploy_add_all", "deploy_dismiss"
LONGEST_LINE = 600


@dataclass(frozen=True)
class ShownDeploy:
    """One deploy; `text` is inert Slack text with its link."""

    key: int
    at: datetime
    text: str
    is_added: bool = False


@dataclass(frozen=True)
class DeployRefs:
    """What a button says: the deploys that it adds, and what else its message shows.

    `told` are those in a message of the channel, which said that there were `more`; without any the button
    stands in a list of one person's, of suggestions where it `is_suggested`.
    """

    keys: tuple[int, ...]
    told: tuple[int, ...] = ()
    more: int = 0
    is_suggested: bool = False


def deploys_told(
    number: int, found: Sequence[ShownDeploy], *, more: int = 0, service: str | None = None
) -> Surface:
    """What the channel is told; `service` is inert text, where all of them are of one."""
    return _listed(number, found, more, service, tuple(one.key for one in found))


def deploys_listed(
    number: int, found: Sequence[ShownDeploy], *, more: int = 0, service: str | None = None
) -> Surface:
    """The same for one person alone, who asked."""
    if not found:
        nothing = f"Scribe was told of no deploy in the hour before INC-{number}."
        return Surface(nothing, [section(nothing)])
    return _listed(number, found, more, service, ())


def _listed(
    number: int, found: Sequence[ShownDeploy], more: int, service: str | None, told: tuple[int, ...]
) -> Surface:
    count = len(found) + more
    head = f"{counted(count)}{f' of {service}' if service else ''} in the hour before"
    blocks: list[Block] = [section(f":arrow_up: *{head}:*")]
    for one in found:
        line = f"{shown(one.at)}  {shortened_mrkdwn(one.text, LONGEST_LINE)}"
        if one.is_added:
            blocks.append(section(f"{line} :white_check_mark:"))
            continue
        value = packed(number, DeployRefs((one.key,), told, more))
        blocks.append({**section(line), "accessory": button(ADD_ACTION, "Add to timeline", value)})
    left = tuple(one.key for one in found if not one.is_added)
    if len(left) > 1:
        label = f"Add all {len(left)}" if len(left) == count else f"Add these {len(left)}"
        blocks.append(actions([button(ADD_ALL_ACTION, label, packed(number, DeployRefs(left, told, more)))]))
    if more:
        rest = f": `/timeline deploys INC-{number}` lists further ones" if told else ""
        blocks.append(context(f"and {more:,} more{rest}."))
    return Surface(f"{head} INC-{number} began", blocks)


def suggested(number: int, found: Sequence[ShownDeploy], *, more: int = 0) -> list[Block]:
    """Deploys that nobody decided on, as a part of the suggestions for a timeline."""
    if not found:
        return []
    blocks: list[Block] = [section(f"*{counted(len(found) + more)} in the hour before INC-{number}*")]
    for one in found:
        value = packed(number, DeployRefs((one.key,), is_suggested=True))
        blocks += [
            section(f"{shown(one.at)}  {shortened_mrkdwn(one.text, LONGEST_LINE)}"),
            actions([button(ADD_ACTION, "Add to timeline", value), button(DISMISS_ACTION, "Dismiss", value)]),
        ]
    if len(found) > 1:
        keys = tuple(one.key for one in found)
        value = packed(number, DeployRefs(keys, is_suggested=True))
        blocks.append(actions([button(ADD_ALL_ACTION, f"Add these {len(found)}", value)]))
    if more:
        blocks.append(context(f"{more:,} more follow when these are answered."))
    return blocks


def counted(count: int) -> str:
    return "1 deploy" if count == 1 else f"{count:,} deploys"
