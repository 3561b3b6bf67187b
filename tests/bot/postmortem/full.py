"""An incident of which everything is known: every block of a template has something to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.postmortem.facts import (
    ActionItem,
    Away,
    Coverage,
    Facts,
    FileRef,
    Held,
    Milestone,
    Participant,
    SharedLink,
    Silence,
    StateChange,
    StatedDuration,
)
from storage.vocabulary import Basis, MarkSection
from tests.bot.postmortem.conftest import at, said

WELL = said("The rollback took one click.", "Bob Marsh", "15:31")
BADLY = said("The alert was muted.", "Chen", "15:34")
LUCKY = said("It was a Sunday, with few buyers.", "Chen", "15:32")
DECISION = said("We roll back rather than fix forward.", "Ana", "15:10")
LESSON = said("Load tests need production's data.", "Chen", "15:33")
ALERT = said("p99 above 2 s", "Grafana", "14:16")
DEPLOY = said("orders_v2 is live", "Deployer", "14:01")
RUNBOOK = said("see <https://wiki.acme.dev/runbook>", "Ana", "14:30")
LINKED = SharedLink("https://wiki.acme.dev/runbook", "the runbook", RUNBOOK, times=3)
GRAPH = (FileRef("pool.png", "https://acme.slack.com/files/F2"), said("the pool", "Chen", "14:44"))
INDEX = ActionItem(
    number=1,
    said=said("Add the index", "Chen", "15:25"),
    state="done",
    owner="Chen",
    priority="P1",
    kind="prevent",
    due_on=date(2023, 9, 15),
    done_when="the query &amp; its plan use it",
    ticket_url="https://tickets.acme.dev/SHOP-1",
    done_by="Chen",
)
LOAD_TEST = ActionItem(number=2, said=said("Write a load test", "Bob Marsh", "15:26"))


def filled(facts: Facts) -> Facts:
    """The incident of the fixture, with whatever else a record can hold."""
    return replace(
        facts,
        acknowledged=Milestone(at("14:20"), Basis.STATED, by="Ana"),
        identified=Milestone(at("14:40"), Basis.STATED, by="Chen"),
        mitigated=Milestone(at("15:15"), Basis.STATED, "", "https://acme.slack.com/m", "Ana"),
        stated_durations=(StatedDuration("time_to_detect", "15m", "Ana"),),
        changes=(
            StateChange("status", None, "open", "Ana", at("14:20"), "declared"),
            StateChange("severity", "SEV3", "SEV2", "Ana", at("14:45"), "1"),
            StateChange("stage", "investigating", "monitoring", "Chen", at("15:16"), "2"),
            StateChange("status", "open", "resolved", "Ana", at("15:30"), "resolved"),
        ),
        roles=(
            Held("commander", "Ana", at("14:20"), at("15:00"), "Ana", "1"),
            Held("commander", "Chen", at("15:00"), None, "Ana", "2"),
        ),
        participants=(
            Participant("Ana", at("14:20")),
            Participant("Chen", at("14:31")),
            Participant("Grafana", None, is_bot=True),
        ),
        silence=Silence(at("14:50"), at("15:14"), "https://acme.slack.com/s"),
        owner="Ana",
        ended_by=said("Rolled back. Latency is normal.", "Bob Marsh", "15:15"),
        links=(LINKED,),
        more_links=2,
        files=(GRAPH,),
        action_items=(INDEX, LOAD_TEST),
        alerts=(ALERT,),
        more_alerts=1,
        deploys=(DEPLOY,),
        severities=("SEV1", "SEV2", "SEV3"),
        coverage=Coverage((Away(at("14:02"), at("14:09"), 37),), 0, False, 412, 31, 3),
        marked={
            **facts.marked,
            MarkSection.DECISION: (DECISION,),
            MarkSection.LESSON: (LESSON,),
            MarkSection.WENT_WELL: (WELL,),
            MarkSection.WENT_BADLY: (BADLY,),
            MarkSection.LUCKY: (LUCKY,),
        },
    )
