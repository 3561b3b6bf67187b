"""Rate limits as Slack enforces them: whoever calls more often than `slack-limits.toml` says gets a 429.

This is stricter than Slack: no bursts beyond the numbers are allowed, and windows slide instead of starting
at fixed times. Source: docs.slack.dev/apis/web-api/rate-limits.
"""

import math
import time
import tomllib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "bot" / "slack" / "slack-limits.toml"
_MINUTE, _SECOND = 60.0, 1.0


class RateLimits:
    """Counts calls in real (monotonic) time, whatever the workspace's clock shows.

    Args:
        scale: how many times faster than Slack's limits calls may come.
        now: monotonic seconds.
        path: the table.
    """

    def __init__(
        self, scale: float = 1.0, *, now: Callable[[], float] = time.monotonic, path: Path = DEFAULT_PATH
    ) -> None:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        self._tiers: dict[str, Mapping[str, int]] = {
            method: tier for tier in table.values() if isinstance(tier, dict) for method in tier["methods"]
        }
        self._otherwise: Mapping[str, int] = table[table["otherwise"]]
        self._now = now
        self._taken: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.scale = scale

    @property
    def scale(self) -> float:
        """How many times faster than Slack's limits calls may come; holds for what was called before too.

        Raises:
            SandboxError: set to a number that is not above 0.
        """
        return self._scale

    @scale.setter
    def scale(self, scale: float) -> None:
        if not scale > 0:
            raise SandboxError("The rate scale is a number above 0, such as 1 or 60.")
        self._scale = scale

    def names(self, method: str) -> bool:
        """Whether the table has this method; for others a tier is assumed."""
        return method in self._tiers

    def take(self, method: str, args: Mapping[str, object]) -> int:
        """Count a call and return 0; one that comes too early is not counted: the seconds to wait."""
        tier = self._tiers.get(method, self._otherwise)
        windows = [((method, ""), tier["per_minute"], _MINUTE)]
        channel = args.get("channel")
        if "per_second_in_a_channel" in tier and isinstance(channel, str):
            windows.append(((method, channel), tier["per_second_in_a_channel"], _SECOND))
        now = self._now()
        wait = max(self._wait(now, key, most, seconds / self._scale) for key, most, seconds in windows)
        if wait > 0:
            return max(math.ceil(wait), 1)
        for key, _, _ in windows:
            self._taken[key].append(now)
        return 0

    def _wait(self, now: float, key: tuple[str, str], most: int, seconds: float) -> float:
        taken = self._taken[key]
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        return taken[-most] + seconds - now if len(taken) >= most else 0.0


RATE_LIMITED: JsonObject = {"ok": False, "error": "ratelimited"}
"""The body of a 429."""
