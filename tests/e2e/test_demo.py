"""`scribe demo --headless`, as a newcomer runs it: its files hold every fact of the example."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMELINE = [
    ("14:00", "Deployment of the new feature commenced as part of the regular release cycle."),
    ("14:15", "Monitoring alerts triggered due to increased error rates and slower response times."),
    ("14:20", "Initial investigation pointed toward database connection errors."),
    ("14:30", "The database team reviewed connection logs and identified unusual patterns."),
    ("14:45", "The incident was escalated to the deployment team for joint analysis."),
    ("15:00", "Database queries associated with the new feature were identified as a potential cause."),
    ("15:15", "Temporary rollback of the feature was executed to restore service stability."),
    ("15:30", "Service fully restored and incident concluded."),
]
FACTS = {
    "Background": ["10 September 2023", "new feature", "regular release", "small subset of users"],
    "Root Cause Analysis": ["inefficient database queries", "spike in database connection usage"],
    "Remediation": [
        "Query optimization",
        "development team",
        "Thorough testing before deployment",
        "Improved monitoring and alerting of database behaviour",
    ],
    "Lessons Learned": [
        "Database impact assessment",
        "Collaborative response",
        "Preventive testing in staging",
        "Post-deployment monitoring",
        "Documentation updates",
    ],
    "Conclusion": ["rollback restored the service"],
}
MARKED = {
    "decision": "Then we take the feature out and look at it in peace.",
    "went well": "The rollback took two minutes",
    "lucky": "And it was a Sunday afternoon.",
}
COMPUTED = [
    "Mitigated: 2023-09-10 15:15 UTC, stated by Ben Okafor",
    "Time to mitigate: 1 h 15 min, from the stated start at 14:00 UTC",
    "Time to acknowledge: 2 min, from the inferred detection at 14:15 UTC",
    "prevent | p1 | Sam Whitfield | 2023-09-15 | open",
    "Ben Okafor (14:12 UTC)",
    "Commander: Ben Okafor",
    "41 messages seen, 8 on the timeline",
    "https://graphs.example.com/d/db-connections",
]
CHATTER = ["mum", "Tea, finally", "life choices", "rocket", "Wrong window", "possible cause", "the pool"]


WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        said = arguments[0] if event.startswith("socket.get") else arguments[1]
        with open(os.environ["WATCHED"], "a") as file:
            file.write(repr(said) + "\\n")

if "WATCHED" in os.environ:
    sys.addaudithook(watch)
"""
"""Python's audit events of all that looks up or opens an address (docs.python.org, audit_events)."""


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "sitecustomize.py").write_text(WATCH)
    watched = {"PYTHONPATH": str(folder), "WATCHED": str(folder / "watched")}
    ended = demo("--headless", "--out", str(folder), **watched)
    assert ended.returncode == 0, ended.stderr
    return folder


def test_the_draft_holds_the_eight_entries_in_order(out: Path) -> None:
    draft = (out / "postmortem.md").read_text()
    rows = re.findall(r"^\| \[(\d\d:\d\d)\]\(http://127\.0\.0\.1:\S+\) \| (.*?) \| [\w ]+ \|$", draft, re.M)
    said = [(when, re.sub(r"^⚑ \*\*\w+\*\* ", "", words)) for when, words in rows]

    assert [one for one in said if not one[1].startswith(("◆", "▲"))] == TIMELINE


def test_the_draft_knows_how_long_it_took(out: Path) -> None:
    draft = (out / "postmortem.md").read_text()

    assert "**Duration:** 1 h 30 min, from the stated start at 14:00 UTC" in draft
    assert "**Time to detect:** 15 min" in draft
    assert "**Detected:** 2023-09-10 14:15 UTC, inferred from the first alert on the timeline" in draft


def test_no_process_of_it_asks_for_another_host(out: Path) -> None:
    """Bot, sandbox and terminal, though people share links to other hosts, and the draft holds them."""
    said = (out / "watched").read_text().splitlines()

    assert "https://graphs.example.com" in (out / "postmortem.md").read_text()
    assert sum("127.0.0.1" in line for line in said) > 3, "nothing was watched"
    assert [line for line in said if "127.0.0.1" not in line and "::1" not in line] == []


@pytest.mark.parametrize("heading", FACTS)
def test_every_fact_stands_in_its_section_linked_to_its_message(out: Path, heading: str) -> None:
    draft = (out / "postmortem.md").read_text()
    section = draft.split(f"## {heading}\n")[1].split("\n## ")[0]

    for fact in FACTS[heading]:
        assert fact in section
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    assert all("](http://127.0.0.1:" in line for line in lines)


def test_none_of_the_chatter_is_in_the_draft(out: Path) -> None:
    draft = (out / "postmortem.md").read_text()

    assert [word for word in CHATTER if word in draft] == []


def test_the_timeline_is_there_for_machines_and_the_channel_for_readers(out: Path) -> None:
    timeline = json.loads((out / "timeline.json").read_text())
    transcript = (out / "transcript.txt").read_text()

    assert [(e["occurred_at"][11:16], e["text"]) for e in timeline["timeline"]] == TIMELINE
    assert timeline["incident"]["started"] == {
        "at": "2023-09-10T14:00:00Z",
        "basis": "stated",
        "because": None,
        "by": "Ben Okafor",
    }
    assert "Ana Ferreira" in transcript
    assert "Database queries associated with the new feature" in transcript


def test_a_scenario_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("title = ")

    for path in (broken, tmp_path / "missing.toml"):
        ended = demo("--headless", "--out", str(tmp_path / "out"), "--scenario", str(path))

        assert ended.returncode == 1
        assert path.name in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("template", ["classic", "sre", "atlassian", "pagerduty", "kehoe"])
def test_every_template_holds_every_fact_with_its_evidence_and_the_picture(
    out: Path, tmp_path: Path, template: str
) -> None:
    formats = [word for name in ("md", "html", "json", "csv") for word in ("--format", name)]
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "bot",
            "export",
            "INC-1",
            "--template",
            template,
            "--out",
            str(tmp_path),
            *formats,
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{out / 'scribe.db'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr

    draft = (tmp_path / "postmortem.md").read_text().replace("\\", "").replace("**", "")
    page = html.unescape((tmp_path / "postmortem.html").read_text())
    for said in [*(fact for facts in FACTS.values() for fact in facts), *MARKED.values()]:
        lines = [line for line in draft.splitlines() if said in line]
        assert lines, said
        assert any("(http://127.0.0.1:" in line or "— Ben Okafor" in line for line in lines), said
        assert said in page
    for computed in COMPUTED:
        assert computed in draft
    rows = re.findall(
        r"^\| \[(\d\d:\d\d)\]\(http\S+\) \| (?:⚑ [A-Z][a-z ]+? (?=[A-Z]))?(.*?) \|", draft, re.M
    )
    assert [one for one in rows if not one[1].startswith(("◆", "▲"))] == TIMELINE
    assert "![Timeline from 2023-09-10 14:00 UTC" in draft
    assert "<svg" in (tmp_path / "timeline.svg").read_text()
    assert page.count("<svg") == 2
    document = json.loads((tmp_path / "postmortem.json").read_text())
    assert document["title"] == "INC-1: Deployment disruption"
    sections = document["sections"]
    table = next(block for section in sections for block in section["blocks"] if block["type"] == "timeline")
    assert (tmp_path / "timeline.csv").read_text().count("\n") == 1 + len(table["rows"])
