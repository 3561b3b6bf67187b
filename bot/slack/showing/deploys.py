"""What was deployed before an incident, with everybody's words made inert."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.views.deploys import DeploysView, DeployView
from bot.slack.blocks import Block, Surface
from bot.slack.blocks.deploys import ShownDeploy, deploys_listed, deploys_told, suggested
from bot.text.mrkdwn import KnownNames, inert
from bot.text.of_programs import inert_words

LONGEST_SERVICE = 100


def show_told(view: DeploysView) -> Surface:
    """The message of the channel."""
    return deploys_told(view.number, _shown(view.deploys), more=view.more, service=_service(view))


def show_listed(view: DeploysView) -> Surface:
    """The list for one person."""
    return deploys_listed(view.number, _shown(view.deploys), more=view.more, service=_service(view))


def show_suggested(view: DeploysView) -> list[Block]:
    """The part of the suggestions for a timeline."""
    return suggested(view.number, _shown(view.deploys), more=view.more)


def _shown(found: Sequence[DeployView]) -> list[ShownDeploy]:
    return [ShownDeploy(one.key, one.at, inert(one.text, KnownNames()), one.is_added) for one in found]


def _service(view: DeploysView) -> str | None:
    return inert_words(view.service, LONGEST_SERVICE) if view.service else None
