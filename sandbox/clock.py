"""The workspace's time: real, frozen at a moment of the past, or running on from there."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SandboxClock:
    """One clock for everything the workspace stamps; all times are aware UTC.

    A new `ts` is unique in the workspace and rises with every message. Only `set` may step back, so
    that a scenario of the past can be played after the workspace was set up in the present.
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._frozen_at: datetime | None = None
        self._flows_from: tuple[datetime, float] | None = None
        self._last = 0
        self._issued: set[int] = set()
        if at is not None:
            self.set(at)

    def now(self) -> datetime:
        """The workspace's present moment."""
        if self._frozen_at is not None:
            return self._frozen_at
        if self._flows_from is not None:
            start, mark = self._flows_from
            return start + timedelta(seconds=time.monotonic() - mark)
        return datetime.now(UTC)

    def set(self, at: datetime) -> None:
        """Freeze the clock at this moment, which may be earlier than the last one.

        Raises:
            ValueError: the moment has no time zone.
        """
        if at.tzinfo is None:
            raise ValueError("The sandbox clock needs a moment with a time zone.")
        self._frozen_at = at.astimezone(UTC)
        self._last = _microseconds(self._frozen_at) - 1

    def run(self) -> None:
        """Let time run at real speed from where the clock stands."""
        if self._frozen_at is not None:
            self._flows_from = (self._frozen_at, time.monotonic())
            self._frozen_at = None

    def next_ts(self) -> str:
        """A new message timestamp: seconds and six decimals, an identifier and therefore text."""
        moment = max(_microseconds(self.now()), self._last + 1)
        while moment in self._issued:
            moment += 1
        self._last = moment
        self._issued.add(moment)
        return ts_text(moment)


def ts_text(microseconds: int) -> str:
    """Microseconds since 1970 written the way Slack writes a `ts`."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def ts_of(moment: datetime) -> str:
    """The `ts` that belongs to a moment; aware times only."""
    return ts_text(_microseconds(moment))


def moment_of(ts: str) -> datetime:
    """The UTC moment a `ts` names, without a detour over floats.

    Raises:
        ValueError: the text is not a Slack timestamp.
    """
    return _EPOCH + int(ts_order(ts) * 1_000_000) * _MICROSECOND


def ts_order(ts: str) -> Decimal:
    """The key by which timestamps are compared: an exact decimal, since a float loses trailing digits.

    Raises:
        ValueError: the text is not a number.
    """
    try:
        order = Decimal(ts)
    except InvalidOperation as error:
        raise ValueError(f"{ts!r} is not a Slack timestamp.") from error
    if not order.is_finite():
        raise ValueError(f"{ts!r} is not a Slack timestamp.")
    return order


def _microseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
