"""How many of a timeline's entries `/timeline suggest` finds again, among talk that belongs on none.

The entries of each incident are said without a mark, and among them three or ten times as many lines of
`chatter.txt`. Incidents come from the folder that `$SCRIBE_CORPUS` names (as for `make corpus`), else
from the five that are shipped. Half of the incidents and half of the chatter, by their hash, were looked
at while the cues were written (`tuned`); the other half was not (`held`). Replies are drawn alike for
both kinds, so that only words count.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean, median

from benchmarks.drafting import fill
from benchmarks.rig import folder, rig
from bot.clock import ts_of
from bot.incidents.suggesting import MOST, Candidate, Surroundings, ranked
from bot.incidents.views.unmarked import unmarked_of

SHIPPED = Path(__file__).parents[1] / "tests" / "data" / "incidents"
CHATTER = Path(__file__).with_name("chatter.txt")
DRAWS = 10
"""How often the chatter of an incident is drawn anew."""
REPLIES = (0, 0, 0, 0, 0, 0, 0, 1, 2, 6)
SPREAD = 600
"""Seconds after an entry within which people chat."""
BOT = "bot: "
"""How a line of the chatter begins that an app says."""
MESSAGES, ROUNDS = 10_000, 5
Entry = tuple[datetime, str]
"""When it was said, and its text."""


@dataclass(frozen=True)
class Found:
    """Of one channel: how many of the suggestions are entries, and how many of the entries are suggested.

    At `MOST` suggestions, and at as many as there are entries.
    """

    precision_at_7: float
    recall_at_7: float
    precision_at_entries: float
    recall_at_entries: float


async def measure(*, is_quick: bool) -> dict[str, float]:
    """What is found in the held half and in the tuned one; and how long it takes among 10,000 messages."""
    held, held_3, tuned = (
        found(is_held=is_held, ratio=ratio, draws=1 if is_quick else DRAWS)
        for is_held, ratio in ((True, 10), (True, 3), (False, 10))
    )
    return {
        "suggest_precision_at_7": held.precision_at_7,
        "suggest_recall_at_7": held.recall_at_7,
        "suggest_precision_at_entries": held.precision_at_entries,
        "suggest_recall_at_entries": held.recall_at_entries,
        "suggest_precision_at_7_little_talk": held_3.precision_at_7,
        "suggest_recall_at_entries_little_talk": held_3.recall_at_entries,
        "suggest_precision_at_7_tuned": tuned.precision_at_7,
        "suggest_recall_at_entries_tuned": tuned.recall_at_entries,
        "suggest_10k_ms": 1000 * await _taken(300 if is_quick else MESSAGES, 1 if is_quick else ROUNDS),
    }


def found(*, is_held: bool, ratio: int, draws: int = DRAWS) -> Found:
    """The mean over the incidents of a half, each with several draws of the chatter of that half."""
    chatter = [line for line in CHATTER.read_text("utf-8").splitlines() if _is_held(line) is is_held]
    every = [
        _found_in(entries, chatter, ratio, Random(f"{slug} {draw}"))
        for slug, entries in _incidents()
        if _is_held(slug) is is_held
        for draw in range(draws)
    ]
    return Found(*(fmean(values) for values in zip(*(vars(one).values() for one in every), strict=True)))


def _found_in(entries: Sequence[Entry], chatter: Sequence[str], ratio: int, random: Random) -> Found:
    lines = random.sample(chatter, min(len(chatter), ratio * len(entries)))
    talk = [(random.choice(entries)[0] + timedelta(seconds=random.randrange(SPREAD)), line) for line in lines]
    candidates, of_entries = [], set()
    for number, (at, text) in enumerate([*entries, *talk]):
        ts = ts_of(at.replace(microsecond=number))
        if number < len(entries):
            of_entries.add(ts)
        app = "App" if text.startswith(BOT) else None
        said = text.removeprefix(BOT).replace("{service}", "checkout").replace("{team}", "platform")
        candidates.append(Candidate(ts, said, app, replies=random.choice(REPLIES)))
    listed = [one.ts for one in ranked(candidates, Surroundings())]
    hits = [len(of_entries.intersection(listed[:most])) for most in (MOST, len(entries))]
    shown = [max(1, len(listed[:most])) for most in (MOST, len(entries))]
    return Found(hits[0] / shown[0], hits[0] / len(entries), hits[1] / shown[1], hits[1] / len(entries))


def _incidents() -> Iterator[tuple[str, list[Entry]]]:
    """The name of each incident, and when each of its entries was said."""
    for file in sorted(Path(os.environ.get("SCRIBE_CORPUS") or SHIPPED).glob("*.json")):
        entries = json.loads(file.read_text("utf-8"))["entries"]
        said = [(datetime.fromisoformat(one["at"]), one["text"]) for one in entries if one.get("at")]
        yield file.stem, said


def _is_held(name: str) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 1


async def _taken(messages: int, rounds: int) -> float:
    """Seconds that the suggestions of an incident take of which one message in ten is marked."""
    with folder() as place:
        async with rig(f"sqlite:///{place / 'scribe.db'}") as app:
            incident = await fill(app, messages)
            taken = []
            for _ in range(rounds + 1):
                began = time.perf_counter()
                view = await unmarked_of(
                    app.scribe.database, app.scribe.workspace, incident, app.scribe.clock.now()
                )
                if len(view.messages) != MOST:
                    raise RuntimeError("there was more to suggest")
                taken.append(time.perf_counter() - began)
            return median(taken[1:])  # the first one reads the file
