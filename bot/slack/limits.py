"""How often Slack lets each method be called: the bot's reading of `slack-limits.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("slack-limits.toml")


@dataclass(frozen=True)
class Limit:
    """At most `per_minute` calls in any 60 s; to one channel so many in any second, if that is limited.

    Source: docs.slack.dev/apis/web-api/rate-limits.
    """

    per_minute: int
    per_second_in_a_channel: int | None = None


@dataclass(frozen=True)
class Limits:
    """The limit of every method, named as Slack names it: `chat.postMessage`."""

    by_method: Mapping[str, Limit]
    otherwise: Limit

    def of(self, method: str) -> Limit:
        return self.by_method.get(method, self.otherwise)


def read_limits(path: Path = TABLE) -> Limits:
    """The table that comes with Scribe.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML.
        KeyError: a tier lacks its number or its methods, or `otherwise` names none.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    tiers = {name: tier for name, tier in table.items() if isinstance(tier, dict)}
    limits = {
        name: Limit(int(tier["per_minute"]), tier.get("per_second_in_a_channel"))
        for name, tier in tiers.items()
    }
    by_method = {method: limits[name] for name, tier in tiers.items() for method in tier["methods"]}
    return Limits(by_method, limits[table["otherwise"]])
