"""What says that an installation has ended: `app_uninstalled`, and `tokens_revoked` for the bot's token.

Sources: docs.slack.dev/reference/events/app_uninstalled and /tokens_revoked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.installations.organizations import organization_of
from bot.text.well_formed import items, number, table, text

LATEST = 253_402_300_799
"""The last second that a date has."""


@dataclass(frozen=True)
class Ended:
    """Whose installation ended, a workspace's or an organization's.

    `told_at` is by when, so that one that was made since then stands.
    """

    team_id: str
    told_at: datetime


def ends_by(body: Mapping[str, Any]) -> Ended | None:
    """The installation that an event ends, if it ends one.

    Both events are of a workspace itself, so that the outer `team_id` is the installation's, or of an
    organization that has installed Scribe as a whole.
    """
    event = table(body.get("event"))
    match event.get("type"):
        case "app_uninstalled":
            pass
        case "tokens_revoked" if items(table(event.get("tokens")).get("bot")):
            pass
        case _:
            return None
    seconds = min(max(number(body.get("event_time")), 0) + 1, LATEST)  # Slack names the second it began in
    whose = organization_of(body) or text(body.get("team_id"))
    return Ended(whose, datetime.fromtimestamp(seconds, UTC))
