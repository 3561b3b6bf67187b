"""Calls go as fast as Slack allows and no faster, the urgent first; minutes pass in virtual time."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.limits import Limit, Limits, read_limits
from bot.slack.pacing import (
    ASKED_AGAIN_AFTER,
    MARGIN,
    MOST_IDLE_CHANNELS,
    MOST_IN_FLIGHT,
    MOST_UNHURRIED_IN_FLIGHT,
    Pace,
    Slots,
    Turn,
    urgency,
)
from sandbox.limits import RateLimits
from storage.outbox import LEISURELY, NORMAL, URGENT
from tests.virtual_time import in_virtual_time

MINUTE, SECOND = 60 * (1 + MARGIN), 1 * (1 + MARGIN)
MARK, POST, OPEN = "reactions.add", "chat.postMessage", "conversations.create"
LIMITS = Limits({MARK: Limit(50), POST: Limit(300, 1), OPEN: Limit(20)}, otherwise=Limit(3))


def clock() -> float:
    return asyncio.get_running_loop().time()


def pace(scale: float = 1.0) -> Pace:
    return Pace(LIMITS, scale, now=clock)


async def call(
    pace: Pace,
    method: str,
    channel: str | None = None,
    *,
    level: int = URGENT,
    seconds: float = 0.0,
) -> float:
    """Make a call that takes so long; returns when it was let go."""
    urgency.set(level)
    place = await pace.take(method, channel)
    place.is_used = True
    at = clock()
    await asyncio.sleep(seconds)
    place.leave()
    return at


async def calls(pace: Pace, method: str, number: int, **how: object) -> list[float]:
    """When each of so many calls was let go, in seconds from now, all of them wanted now."""
    began = clock()
    made = await asyncio.gather(*(call(pace, method, **how) for _ in range(number)))  # type: ignore[arg-type]
    return [round(at - began, 3) for at in made]


# --- as fast as Slack allows --------------------------------------------------------------------------


def test_a_burst_goes_at_once_as_far_as_the_minute_reaches_and_the_rest_a_minute_later() -> None:
    async def work() -> None:
        assert await calls(pace(), OPEN, 45) == [0.0] * 20 + [MINUTE] * 20 + [2 * MINUTE] * 5

    in_virtual_time(work())


def test_a_call_counts_from_its_answer_since_nobody_knows_when_slack_counted_it() -> None:
    async def work() -> None:
        at = await calls(pace(), OPEN, 21, seconds=10.0)
        assert at == [0.0] * 20 + [10.0 + MINUTE]

    in_virtual_time(work())


def test_a_method_in_no_tier_goes_at_the_pace_of_the_others() -> None:
    async def work() -> None:
        assert await calls(pace(), "new.method", 4) == [0.0] * 3 + [MINUTE]

    in_virtual_time(work())


def test_each_channel_is_posted_to_once_a_second() -> None:
    async def work() -> None:
        slack, began = pace(), clock()
        at = await asyncio.gather(
            *(call(slack, POST, channel) for channel in ("C1", "C1", "C1", "C2", "C2", "C3"))
        )
        seconds = [round(moment - began, 3) for moment in at]
        assert seconds == [0.0, SECOND, 2 * SECOND, 0.0, SECOND, 0.0]

    in_virtual_time(work())


def test_a_sandbox_may_be_many_times_faster() -> None:
    async def work() -> None:
        assert await calls(pace(60.0), OPEN, 21) == [0.0] * 20 + [round(MINUTE / 60, 3)]

    in_virtual_time(work())


def test_channels_that_are_at_rest_are_forgotten() -> None:
    async def work() -> None:
        slack = pace(1000.0)
        for number in range(3 * MOST_IDLE_CHANNELS):
            await call(slack, POST, f"C{number}")
            await asyncio.sleep(SECOND)
        assert len(slack._line(POST)._channels) <= MOST_IDLE_CHANNELS

    in_virtual_time(work())


# --- the urgent first -----------------------------------------------------------------------------------


def test_the_urgent_go_first_and_equals_in_the_order_they_came() -> None:
    async def work() -> None:
        slack, order = pace(), []

        async def wanted(name: str, level: int) -> None:
            await call(slack, OPEN, level=level)
            order.append(name)

        await calls(slack, OPEN, 20)
        await asyncio.gather(
            wanted("a confirmation", LEISURELY),
            wanted("a fetch", NORMAL),
            wanted("an answer", URGENT),
            wanted("another fetch", NORMAL),
            wanted("another answer", URGENT),
        )
        assert order == ["an answer", "another answer", "a fetch", "another fetch", "a confirmation"]

    in_virtual_time(work())


def test_the_last_tenth_of_a_minute_is_kept_for_the_urgent() -> None:
    async def work() -> None:
        slack = pace()
        leisurely = asyncio.create_task(calls(slack, MARK, 60, level=LEISURELY))
        await asyncio.sleep(1)
        assert await calls(slack, MARK, 5) == [0.0] * 5
        assert (await leisurely).count(0.0) == 45

    in_virtual_time(work())


def test_a_channel_that_must_wait_holds_up_no_other() -> None:
    async def work() -> None:
        slack, began = pace(), clock()
        waiting = [asyncio.create_task(call(slack, POST, "C1")) for _ in range(5)]
        await asyncio.sleep(0)
        assert await call(slack, POST, "C2", level=LEISURELY) == began
        await asyncio.gather(*waiting)

    in_virtual_time(work())


# --- places that are given back -------------------------------------------------------------------------


def test_a_place_given_back_is_free_at_once() -> None:
    async def work() -> None:
        slack = pace()
        await calls(slack, OPEN, 19)
        unused = await slack.take(OPEN)
        waiting = asyncio.create_task(call(slack, OPEN))
        await asyncio.sleep(5)
        assert not waiting.done()
        at = clock()
        unused.leave()
        assert await waiting == at

    in_virtual_time(work())


@pytest.mark.parametrize("is_served", [False, True])
def test_whoever_gives_up_leaves_no_hole(is_served: bool) -> None:
    async def work() -> None:
        # given a place that is taken, and two who wait for it
        slack = pace()
        await calls(slack, OPEN, 19)
        held = await slack.take(OPEN)
        first, second = asyncio.create_task(call(slack, OPEN)), asyncio.create_task(call(slack, OPEN))
        await asyncio.sleep(1)
        # when the first of them is cancelled, before or in the moment it is served
        if is_served:
            held.leave()
            first.cancel()
        else:
            first.cancel()
            await asyncio.sleep(1)
            held.leave()
        # then the second has the place at once
        at = clock()
        assert await second == at
        assert first.cancelled()

    in_virtual_time(work())


def test_whoever_waits_can_be_turned_away() -> None:
    async def work() -> None:
        slack = pace()
        await calls(slack, OPEN, 20)
        waiting = asyncio.create_task(call(slack, OPEN))
        await asyncio.sleep(1)
        slack.turn_away(lambda: ValueError("closed"))
        with pytest.raises(ValueError, match="closed"):
            await waiting
        await asyncio.sleep(MINUTE)
        assert await calls(slack, OPEN, 21) == [0.0] * 20 + [MINUTE]

    in_virtual_time(work())


# --- what Slack says itself -----------------------------------------------------------------------------


def test_a_429_pauses_its_method_alone_for_real_seconds_at_any_scale() -> None:
    async def work() -> None:
        slack = pace(1000.0)
        slack.pause(MARK, 30.0)
        assert await calls(slack, OPEN, 2) == [0.0, 0.0]
        assert await calls(slack, MARK, 2) == [30.0, 30.0]

    in_virtual_time(work())


def test_a_429_holds_back_those_who_wait_already() -> None:
    async def work() -> None:
        slack = pace()
        await calls(slack, OPEN, 20)
        waiting = asyncio.create_task(calls(slack, OPEN, 1))
        await asyncio.sleep(0)
        slack.pause(OPEN, 100.0)
        assert await waiting == [100.0]

    in_virtual_time(work())


@pytest.mark.parametrize("refusals", [1, 3])
def test_after_a_429_one_call_asks_and_the_others_wait_for_its_answer(refusals: int) -> None:
    async def work() -> None:
        slack = pace(1000.0)
        made: list[float] = []

        async def until_taken() -> None:
            while True:
                place = await slack.take(MARK)
                place.is_used = True
                made.append(clock())
                await asyncio.sleep(0.5)
                is_refused = len(made) <= refusals
                if is_refused:
                    slack.pause(MARK, 10.0)
                place.leave()
                if not is_refused:
                    return

        slack.pause(MARK, 10.0)
        began = clock()
        await asyncio.gather(*(until_taken() for _ in range(30)))
        asked = [10.0 + 10.5 * number for number in range(refusals + 1)]
        assert [round(at - began, 3) for at in made] == asked + [asked[-1] + 0.5] * 29

    in_virtual_time(work())


@pytest.mark.parametrize("is_used", [True, False])
def test_who_asks_and_gets_no_answer_holds_up_the_others_for_a_moment_alone(is_used: bool) -> None:
    async def work() -> None:
        slack = pace(1000.0)
        slack.pause(MARK, 10.0)
        began = clock()
        asking = await slack.take(MARK)
        waiting = asyncio.create_task(calls(slack, MARK, 3, seconds=0.25))
        await asyncio.sleep(1)
        if not is_used:  # it was given up: the next one asks at once
            asking.leave()
        at = 1.0 if not is_used else ASKED_AGAIN_AFTER
        assert await waiting == [at, at + 0.25, at + 0.25]
        assert round(clock() - began, 3) == 10.0 + at + 0.5
        if is_used:
            asking.is_used = True
            asking.leave()

    in_virtual_time(work())


# --- turns ----------------------------------------------------------------------------------------------


def test_a_turn_is_used_by_the_first_call_of_its_method() -> None:
    async def work() -> None:
        slack = pace()
        await calls(slack, OPEN, 19)
        async with Turn(slack, OPEN, None) as turn:
            assert not turn.has_waited
            assert Turn.place_for(slack, MARK, None) is None
            place = Turn.place_for(slack, OPEN, None)
            assert place is not None
            place.is_used = True
            assert Turn.place_for(slack, OPEN, None) is None
        place.leave()
        assert Turn.place_for(slack, OPEN, None) is None
        async with Turn(slack, OPEN, None) as turn:
            assert turn.has_waited

    in_virtual_time(work())


def test_a_turn_for_one_channel_is_none_for_another() -> None:
    async def work() -> None:
        slack = pace()
        async with Turn(slack, POST, "C1"):
            assert Turn.place_for(slack, POST, "C2") is None
            assert Turn.place_for(slack, POST, "C1") is not None
        async with Turn(slack, MARK, "C1"):  # of which each channel is as good as the other
            assert Turn.place_for(slack, MARK, "C2") is not None

    in_virtual_time(work())


def test_a_turn_left_without_a_call_is_given_back_at_once() -> None:
    async def work() -> None:
        slack = pace()
        await calls(slack, OPEN, 19)
        with pytest.raises(ValueError, match="no longer needed"):
            async with Turn(slack, OPEN, None):
                raise ValueError("no longer needed")
        assert await calls(slack, OPEN, 1) == [0.0]

    in_virtual_time(work())


def test_turns_within_turns_are_found_from_inside() -> None:
    async def work() -> None:
        slack = pace()
        async with Turn(slack, OPEN, None), Turn(slack, MARK, None):
            assert Turn.place_for(slack, OPEN, None) is not None
            assert Turn.place_for(slack, MARK, None) is not None

    in_virtual_time(work())


# --- requests under way ---------------------------------------------------------------------------------


def test_slow_confirmations_leave_room_for_what_is_urgent() -> None:
    async def work() -> None:
        slots = Slots()
        under_way: defaultdict[int, int] = defaultdict(int)

        async def request(level: int) -> None:
            urgency.set(level)
            async with slots.one():
                under_way[level] += 1
                await asyncio.sleep(30)

        waiting = [asyncio.create_task(request(LEISURELY)) for _ in range(50)]
        await asyncio.sleep(1)
        waiting += [asyncio.create_task(request(URGENT)) for _ in range(50)]
        await asyncio.sleep(1)
        assert under_way == {
            LEISURELY: MOST_UNHURRIED_IN_FLIGHT,
            URGENT: MOST_IN_FLIGHT - MOST_UNHURRIED_IN_FLIGHT,
        }
        await asyncio.gather(*waiting)

    in_virtual_time(work())


# --- any sequence of calls ------------------------------------------------------------------------------

TABLE = """
otherwise = "few"
[few]
per_minute = 2
methods = ["few"]
[some]
per_minute = 11
methods = ["some"]
[posting]
per_minute = 6
per_second_in_a_channel = 1
methods = ["post"]
"""


@dataclass(frozen=True)
class Wish:
    """A call somebody wants to make `after` the one before, and what becomes of it."""

    method: str
    channel: str
    level: int
    after: float
    there: float
    back: float
    patience: float | None
    is_made: bool


seconds = st.floats(0, 3, allow_nan=False)
wishes = st.builds(
    Wish,
    method=st.sampled_from(["few", "some", "post", "unheard of"]),
    channel=st.sampled_from(["C1", "C2"]),
    level=st.sampled_from([URGENT, NORMAL, LEISURELY]),
    after=st.one_of(st.just(0.0), st.floats(0, 40, allow_nan=False)),
    there=seconds,
    back=seconds,
    patience=st.one_of(st.none(), st.none(), st.floats(0, 70, allow_nan=False)),
    is_made=st.sampled_from([True, True, True, False]),
)
A_MINUTE_FULL = [Wish("some", "C1", LEISURELY, 0.0, 3.0, 0.0, None, True) for _ in range(25)]


@given(st.lists(wishes, max_size=40), st.sampled_from([1.0, 7.0, 1000.0]))
@example([*A_MINUTE_FULL, Wish("some", "C1", URGENT, 30.0, 0.0, 0.0, None, True)], 1.0)
def test_whatever_is_called_when_no_counting_of_slacks_would_refuse(wanted: list[Wish], scale: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "limits.toml"
        path.write_text(TABLE, encoding="utf-8")
        arrived, made = in_virtual_time(_played(wanted, scale, path))
    # everybody who did not give up came to call
    assert made == sum(wish.is_made for wish in wanted if wish.patience is None)
    for (method, _), times in arrived.items():
        most = {"some": 11, "post": 6}.get(method, 2)
        assert _fixed_windows_hold(times, most, 60 / scale)
        assert _bucket_holds(times, most, 60 / scale)


async def _played(
    wanted: list[Wish], scale: float, path: Path
) -> tuple[dict[tuple[str, str], list[float]], int]:
    """When the calls arrived, by method; each passed the sandbox's own enforcement."""
    slack, enforced = Pace(read_limits(path), scale, now=clock), RateLimits(scale, now=clock, path=path)
    arrived: dict[tuple[str, str], list[float]] = defaultdict(list)
    made = 0

    async def fulfil(wish: Wish) -> None:
        nonlocal made
        urgency.set(wish.level)
        async with asyncio.timeout(wish.patience):
            place = await slack.take(wish.method, wish.channel)
        if wish.is_made:
            place.is_used = True
            await asyncio.sleep(wish.there)
            assert enforced.take(wish.method, {"channel": wish.channel}) == 0
            arrived[wish.method, ""].append(clock())
            made += wish.patience is None
            await asyncio.sleep(wish.back)
        place.leave()

    tasks = []
    for wish in wanted:
        await asyncio.sleep(wish.after)
        tasks.append(asyncio.create_task(fulfil(wish)))
    for problem in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(problem, BaseException) and not isinstance(problem, TimeoutError):
            raise problem
    return arrived, made


def _fixed_windows_hold(times: list[float], most: int, seconds: float) -> bool:
    counted: dict[int, int] = defaultdict(int)
    for at in times:
        counted[int(at // seconds)] += 1
    return all(number <= most for number in counted.values())


def _bucket_holds(times: list[float], most: int, seconds: float) -> bool:
    tokens, filled_at = float(most), times[0]
    for at in times:
        tokens, filled_at = min(most, tokens + (at - filled_at) * most / seconds), at
        tokens -= 1
        if tokens < -1e-6:
            return False
    return True


Check = Callable[[list[float], int, float], bool]


@pytest.mark.parametrize("holds", [_fixed_windows_hold, _bucket_holds])
def test_the_countings_refuse_who_is_too_fast(holds: Check) -> None:
    assert holds([0.0, 0.0, 61.0], 2, 60.0)
    assert not holds([0.0, 0.0, 0.1], 2, 60.0)
