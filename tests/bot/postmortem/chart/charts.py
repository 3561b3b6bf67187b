"""Charts to draw: the demo's, a large one, and those that ask for something odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.postmortem.document import Band, Chart, Dot, Moment, Step
from storage.vocabulary import EventKind

NAMES = ("Undetected", "Detected", "Acknowledged", "Identified", "Mitigated")


def at(minutes: float) -> datetime:
    return datetime(2023, 9, 10, 14, tzinfo=UTC) + timedelta(minutes=minutes)


def bands(*minutes: float) -> tuple[Band, ...]:
    return tuple(
        Band(name, at(since), at(until))
        for name, (since, until) in zip(NAMES, pairwise(minutes), strict=False)
    )


def chart(
    *,
    title: str = "INC-7 Deployment disruption",
    alt: str = "From 14:00 to 15:30 UTC.",
    phases: tuple[Band, ...] = (),
    moments: tuple[Moment, ...] = (),
    dots: tuple[Dot, ...] = (),
    steps: tuple[Step, ...] = (),
    severities: tuple[str, ...] = ("SEV1", "SEV2", "SEV3"),
    zone: ZoneInfo | None = None,
) -> Chart:
    itself = [moment.at for moment in moments] + [end for band in phases for end in (band.since, band.until)]
    shown = itself or [dot.at for dot in dots] + [step.at for step in steps] or [at(0)]
    return Chart(
        title,
        alt,
        min(shown),
        max(shown),
        (),
        moments,
        phases,
        dots,
        steps,
        severities,
        zone or ZoneInfo("UTC"),
    )


DEMO = chart(
    phases=bands(0, 15, 20, 45, 70, 90),
    dots=tuple(
        Dot(at(minutes), kind)
        for minutes, kind in [
            (0, EventKind.DEPLOY),
            (15, EventKind.ALERT),
            (20, EventKind.MESSAGE),
            (30, EventKind.DECISION),
            (90, EventKind.STATUS),
        ]
    ),
    steps=(Step(at(2), "SEV2"), Step(at(25), "SEV1"), Step(at(75), "SEV3")),
)
HUGE = chart(
    phases=bands(0, 4, 5, 6, 500, 501),
    dots=tuple(Dot(at(number * number % 50_021 / 100), EventKind.MESSAGE) for number in range(5000)),
)
ODD: dict[str, Chart] = {
    "nothing": chart(),
    "one dot": chart(dots=(Dot(at(0), EventKind.MESSAGE),)),
    "all at one instant": chart(dots=tuple(Dot(at(0), EventKind.ALERT) for _ in range(5000))),
    "only a severity": chart(steps=(Step(at(0), "SEV1"),)),
    "a minute": chart(phases=bands(0, 0.5, 1), dots=(Dot(at(1), EventKind.ALERT),)),
    "ten days": chart(phases=bands(0, 10, 60, 1500, 14_400), dots=(Dot(at(9000), EventKind.NOTE),)),
    "ninety years": chart(dots=(Dot(at(0), EventKind.NOTE), Dot(at(90 * 365 * 24 * 60), EventKind.NOTE))),
    "the ends of time": chart(
        dots=(Dot(datetime.min.replace(tzinfo=UTC), EventKind.NOTE), Dot(at(0), EventKind.NOTE))
    ),
    "a negative span": chart(phases=(Band("Detected", at(9), at(3)),), dots=(Dot(at(0), EventKind.NOTE),)),
    "phases that overlap": chart(phases=(Band("One", at(0), at(50)), Band("Two", at(20), at(90)))),
    "every kind": chart(dots=tuple(Dot(at(n), kind) for n, kind in enumerate(EventKind))),
    "a severity nobody listed": chart(steps=(Step(at(0), "odd"), Step(at(5), "SEV1"))),
    "odd characters": chart(
        title="$x_1$ \\frac <b>&amp; \x00\x1b ]]> 🔥👩‍💻 日本語 عربى \u202e \ud800 \ufffe" + " long" * 60,
        alt="a\x00b \ud800 <&>",
        phases=(Band("$^{_", at(0), at(1)), Band("🔥" * 40, at(1), at(60)), Band("", at(60), at(90))),
        dots=(Dot(at(0), EventKind.NOTE),),
        steps=(Step(at(0), "critical 🔥" * 9),),
        severities=(),
    ),
}
ALL = {"the demo": DEMO, "5,000 events": HUGE, **ODD}
