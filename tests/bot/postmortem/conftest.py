"""One small incident, as its record would give it, and the draft composed from it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import templates
from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.facts import Facts, FileRef, Milestone, Quote, TimelineEntry
from bot.text.mrkdwn import KnownNames, read
from storage.vocabulary import Basis, MarkSection

GOLDEN = Path(__file__).parent / "golden"


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2023-09-10T{clock}:00+00:00").astimezone(UTC)


def said(
    text: str, author: str, clock: str, files: tuple[FileRef, ...] = (), is_deleted: bool = False
) -> Quote:
    link = f"https://acme.slack.com/archives/C0INC/p169435{clock.replace(':', '')}000100"
    return Quote(text, author, at(clock), link, files, is_deleted)


def entry(clock: str, said: Quote, until: str | None = None, is_approximate: bool = False) -> TimelineEntry:
    return TimelineEntry(at(clock), at(until) if until else None, is_approximate, said)


@pytest.fixture
def facts() -> Facts:
    return Facts(
        number=1,
        title="Checkout &amp; payments slow",
        severity="SEV2",
        status="resolved",
        channel_name="inc-20230910-checkout",
        declared=Milestone(at("14:20"), Basis.OBSERVED, by="Ana"),
        started=Milestone(at("14:00"), Basis.STATED, by="Ana"),
        detected=Milestone(
            at("14:15"),
            Basis.INFERRED,
            "the first alert on the timeline",
            "https://acme.slack.com/archives/C0INC/p1694351415000100",
        ),
        resolved=Milestone(at("15:30"), Basis.OBSERVED, by="Ana"),
        responders=("Ana", "Bob Marsh", "Chen"),
        timeline=(
            entry("14:00", said("Deploy of `orders_v2` began", "Ana", "14:00")),
            entry(
                "14:15",
                said(
                    ":fire: <https://grafana.acme.dev/d/7?a=1&amp;b=2|checkout latency> &gt; 2 s | p99",
                    "Grafana",
                    "14:15",
                    files=(FileRef("p99_checkout.png", "https://acme.slack.com/files/F1"),),
                ),
            ),
            entry(
                "14:40",
                said("<@U1>: pool is full\n```\nselect *\n  from orders | head\n```", "Chen", "14:41"),
                until="14:55",
                is_approximate=True,
            ),
            entry(
                "15:15",
                said(
                    "<!channel> *rolled back* at ~15:15, see https://ci.acme.dev/run_7", "Bob Marsh", "15:15"
                ),
            ),
            entry("15:20", said("oops", "Bob Marsh", "15:20", is_deleted=True)),
        ),
        marked={
            MarkSection.BACKGROUND: (
                said("The weekly release went out with the new checkout.", "Ana", "14:50"),
            ),
            MarkSection.IMPACT: (said("About 4% of carts could not be paid.", "Chen", "14:52"),),
            MarkSection.ROOT_CAUSE: (
                said("Query without an index:\n```\nexplain analyze\n```", "Chen", "15:01"),
                said("# no load test\n1. none was planned", "Bob Marsh", "15:02"),
            ),
            MarkSection.ACTION_ITEM: (said("Add the index <@U1>", "Chen", "15:25"),),
        },
        conclusion="Rolled back, all well.\n\nThe index comes first.",
        concluded_by="Ana",
        zone=ZoneInfo("UTC"),
    )


@pytest.fixture
def draft(facts: Facts) -> Document:
    return compose(facts, templates.load(), partial(read, names=KnownNames(people={"U1": "Ana"})))


@pytest.fixture
def assert_golden() -> Callable[[str, str], None]:
    """Compares with a file in golden/; UPDATE_GOLDEN=1 writes it, for the change to be read in the diff."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare
