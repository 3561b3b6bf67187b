"""What an incident's channel is told of whom Scribe could not bring into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.settings.team import severity_key
from bot.slack.blocks import LONGEST_SECTION, Surface, section, shortened_mrkdwn
from bot.slack.blocks.trouble import MEANS
from bot.text.mrkdwn import escape

MOST_NAMED = 20


def setting(severity: str) -> str:
    """The setting that names whom to invite at a severity."""
    return f"INVITE_{severity_key(severity).upper()}"


def by_setting(severity: str) -> str:
    """Who asked for it, as Slack text: the setting of a severity."""
    return f"`{setting(severity)}`"


def by_route(name: str) -> str:
    """Who asked for it, as Slack text: the route of this name."""
    return f"the route `{_code(name)}`"


def not_all_invited(
    number: int, asked_by: str, unknown: Mapping[str, str], refused: Sequence[tuple[str, str]]
) -> Surface:
    """`unknown` are names that stand for nobody, with why; `refused` are user ids with Slack's error."""
    lines = [f"*Not everybody of {asked_by} was invited to INC-{number}.*"]
    lines += [f"• `{_code(name)}`: {escape(why)}" for name, why in unknown.items()]
    lines += [f"• <@{who}>: {MEANS.get(error, escape(error))}" for who, error in refused[:MOST_NAMED]]
    if len(refused) > MOST_NAMED:
        lines.append(f"• {len(refused) - MOST_NAMED} more")
    lines.append("Everybody else is. `/invite` brings who is missing; `scribe doctor` looks at the names.")
    text = shortened_mrkdwn("\n".join(lines), LONGEST_SECTION)
    told = f"Not everybody of {asked_by.replace('`', '')} was invited to INC-{number}."
    return Surface(told, [section(text)])


def nobody_invited(number: int, asked_by: str) -> Surface:
    """Its channel is private: a list that stands in a setting or a file lets nobody in."""
    text = (
        f"INC-{number} is private, so nobody of {asked_by} was invited. "
        "Whoever is to know of it: `/invite` brings them."
    )
    return Surface(text, [section(f":lock: {text}")])


def _code(text: str) -> str:
    return escape(text.replace("`", "'"))
