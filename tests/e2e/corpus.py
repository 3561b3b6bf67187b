"""Replaying published incidents: every entry stands in the draft, in order, unharmed, with its evidence."""

from __future__ import annotations

import asyncio
import html
import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import templates
from bot.app import start
from bot.postmortem.compiling import compile_draft
from bot.postmortem.export import export
from bot.postmortem.render import markdown_file
from bot.text import emoji
from bot.text.spans import in_words
from sandbox.replay import play
from sandbox.scenario import load
from sandbox.server import Sandbox
from storage import incidents
from tests.bot.postmortem.shown import thread_texts
from tests.e2e.conftest import RATE_SCALE, settings_for

HEAD = re.compile(r"^\| Time \((?P<zone>\w+)\) \| What happened \| Who \|$")
DAY = re.compile(r"^\| \*\*(?P<day>\d{4}-\d\d-\d\d)\*\* \|  \|  \|$")
ROW = re.compile(r"^\| \[(?P<when>[^\]]+)\]\((?P<link>\S+)\) \| (?P<said>.*) \| (?P<who>.*) \|$")
LEAD_IN = re.compile(r"^⚑ \*\*[A-Z][a-z, ]+\*\* |^[▲⬆◆●…] ")
"""What Scribe puts before the words of a line: the sign of its kind, and its milestone."""
ON_THE_DAY = re.compile(r"^(?:[^·\n]* · )?(?:since )?(\d{4}-\d\d-\d\d) \d\d:\d\d", re.MULTILINE)
"""The day in the line of facts on top."""


@dataclass
class Report:
    """What was found wrong with one incident; nothing, if all is well."""

    slug: str
    entries: int = 0
    faults: list[str] = field(default_factory=list)
    is_contradictory: bool = False


async def replay(path: Path, folder: Path) -> Report:
    """Replay one incident with the whole bot and check its draft against what was said."""
    scenario = load(path)
    source = json.loads(path.read_text(encoding="utf-8"))
    entries = sorted(
        (entry for entry in source["entries"] if entry.get("at")),
        key=lambda entry: datetime.fromisoformat(entry["at"]),
    )
    report = Report(path.stem, len(entries))
    async with Sandbox(now=scenario.began_at, rate_scale=RATE_SCALE) as sandbox:
        settings = settings_for(sandbox, f"sqlite:///{folder / 'scribe.db'}")
        running = await start(settings)
        try:
            await sandbox.wait_connected()
            await play(scenario, sandbox)
            async with asyncio.timeout(60):
                while not (sandbox.workspace.canvases and await running.worker.drained()):
                    await sandbox.settled()
            await export(
                running.scribe.database, 1, folder, settings, formats=["md", "html", "json", "timeline"]
            )
            async with running.scribe.database.read() as session:
                incident = await incidents.by_id(session, 1)
            drafts = {
                name: await compile_draft(running.scribe, incident, template=name)
                for name in templates.names()
                if not templates.load(name).is_public
            }
        finally:
            await running.stop()
        for name, text in {
            "canvas": "\n".join(canvas.markdown for canvas in sandbox.workspace.canvases.values()),
            "postmortem.md": (folder / "postmortem.md").read_text(encoding="utf-8"),
            **{name: markdown_file.render(document) for name, document in drafts.items()},
        }.items():
            report.faults += [f"{name}: {fault}" for fault in _table_faults(text, entries, sandbox)]
        page = _Rows()
        page.feed((folder / "postmortem.html").read_text(encoding="utf-8"))
        report.faults += [f"postmortem.html: {fault}" for fault in _row_faults(page.rows, entries, sandbox)]
        rows = _json_rows(json.loads((folder / "postmortem.json").read_text(encoding="utf-8")))
        report.faults += [f"postmortem.json: {fault}" for fault in _row_faults(rows, entries, sandbox)]
        for name, document in drafts.items():
            timeline_only = replace(
                document, sections=tuple(one for one in document.sections if "timeline" in one.key)
            )
            faults = _thread_faults(thread_texts(timeline_only), entries)
            report.faults += [f"thread by {name}: {fault}" for fault in faults]
        draft = (folder / "postmortem.md").read_text(encoding="utf-8")
        report.faults += [f"durations: {fault}" for fault in _duration_faults(draft, source)]
        report.is_contradictory = "contradictory" in draft.lower()
        timeline = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))["timeline"]
        report.faults += [f"timeline.json: {fault}" for fault in _json_faults(timeline, entries)]
        refused = [c for c in sandbox.workspace.calls() if not c.answer.get("ok")]
        report.faults += [f"Slack refused {call.method}: {call.answer}" for call in refused]
    return report


def _table_faults(text: str, entries: list[dict[str, str]], sandbox: Sandbox) -> list[str]:
    rows: list[Row] = []
    day, zone = ON_THE_DAY.findall(text)[0], ""
    for line in text.splitlines():
        if head := HEAD.match(line):
            zone = head["zone"]
        elif heading := re.match(r"### (\d{4}-\d\d-\d\d)", line):
            day = heading[1]
        elif begun := DAY.match(line):
            day = begun["day"]
        elif row := ROW.match(line):
            said = _undone(LEAD_IN.sub("", row["said"]))
            rows.append((f"{day} {row['when']} {zone}", said, row["who"], row["link"]))
    return _row_faults(rows, entries, sandbox)


CONTRADICTORY = frozenset({"flags-early-alert", "posthog-2025-10-28-connection-pool"})
"""Told with milestones in an impossible order: detected minutes before the impact began."""

Row = tuple[str, str, str, str]
"""When, what, who, and the link to it."""


class _Rows(HTMLParser):
    """The rows of the timeline of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._day = self._zone = self._row = self._cut = ""
        self._cells: list[str] = []
        self._link = ""
        self._is_in_cell = self._is_in_timeline = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "table":
            self._is_in_timeline = said.get("class") == "timeline"
        elif tag == "tr":
            self._cells, self._link, self._row = [], "", str(said.get("class"))
        elif tag in ("td", "th"):
            self._cells.append("")
            self._is_in_cell = True
        elif tag in ("span", "strong") and self._is_in_cell and not self._cells[-1].strip():
            self._cut = tag  # Scribe's own: a sign, or a milestone
        elif tag in ("br", "p", "pre", "a", "code") and self._cells and self._is_in_cell:
            self._cells[-1] += {"a": "", "code": "`"}.get(tag, "\n")
            if tag == "a" and len(self._cells) == 1:
                self._link = str(said.get("href"))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._is_in_cell = False
        elif tag == self._cut:
            self._cut = ""
        elif tag == "code" and self._is_in_cell:
            self._cells[-1] += "`"
        elif tag == "tr" and self._is_in_timeline and self._row == "day":
            self._day = self._cells[0].strip()
        elif tag == "tr" and self._is_in_timeline and self._cells[0].startswith("Time ("):
            self._zone = self._cells[0].removeprefix("Time (").removesuffix(")")
        elif tag == "tr" and self._link and self._is_in_timeline:
            when, what, who = self._cells
            self.rows.append(
                (f"{self._day} {when.strip()} {self._zone}".strip(), what, who.strip(), self._link)
            )

    def handle_data(self, data: str) -> None:
        if self._is_in_cell and not self._cut:
            self._cells[-1] += data


def _json_rows(document: dict[str, Any]) -> list[Row]:
    zone = ZoneInfo(document["zone"])
    rows = []
    for section in document["sections"]:
        for block in section["blocks"]:
            for row in block["rows"] if block["type"] == "timeline" else ():
                if row["permalink"] is None:
                    continue  # a change of the incident
                at = datetime.fromisoformat(row["occurred_at"]).astimezone(zone)
                said = "\n".join(_json_words(part) for part in row["text"])
                rows.append((f"{at:%Y-%m-%d %H:%M} {at:%Z}", said, row["author"], row["permalink"]))
    return rows


def _json_words(part: dict[str, Any]) -> str:
    match part["type"]:
        case "code_block" | "text":
            return str(part["text"])
        case "code":
            return f"`{part['text']}`"
        case "emoji":
            return str(part["name"])
        case "line_break":
            return "\n"
        case "link":
            label, url = part["label"], part["url"]
            return str(url) if label == url else f"{label} ({url})"
        case "strong" | "emphasis" | "strike":
            return "".join(map(_json_words, part["children"]))
    return "".join(map(_json_words, part["inlines"]))


def _row_faults(rows: list[Row], entries: list[dict[str, str]], sandbox: Sandbox) -> list[str]:
    if len(rows) != len(entries):
        return [f"{len(rows)} rows for {len(entries)} entries"]
    faults = []
    for (when, said, author, link), entry in zip(rows, entries, strict=True):
        at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
        if not f"{at:%Y-%m-%d %H:%M} UTC".endswith(when):  # the day stands once, be it above
            faults.append(f"{when} is not {at}")
        if _bare(said) != _bare(entry["text"]):
            faults.append(f"{said!r} is not {entry['text']!r}")
        message = sandbox.workspace.resolve_permalink(link)
        if message is None or message.user_id is None:
            faults.append(f"{link} leads to no message")
        elif sandbox.workspace.person(message.user_id).real_name != author:
            faults.append(f"{author} did not say it")
    return faults


def _thread_faults(parts: list[str], entries: list[dict[str, str]]) -> list[str]:
    """The words of every entry, in order."""
    text = _words(html.unescape("\n".join(parts)))
    place, faults = 0, []
    for entry in entries:
        words = _words(entry["text"])
        found = text.find(words, place)
        if found < 0:
            faults.append(f"{entry['text']!r} is missing or out of order")
        else:
            place = found + len(words)
    return faults


def _words(text: str) -> str:
    """Letters and digits alone: the thread's markup and what defuses it stand between words."""
    return " " + " ".join(re.findall(r"\w+", text.replace("_", " "))) + " "


STATED = {
    "Time to detect": (("started_at", "detected_at"),),
    "Time to mitigate": (("started_at", "mitigated_at"), ("detected_at", "mitigated_at")),
    "Time to resolve": (("started_at", "resolved_at"), ("detected_at", "resolved_at")),
    "Duration": (("started_at", "resolved_at"),),
}


def _duration_faults(draft: str, source: dict[str, Any]) -> list[str]:
    """The elapsed times between published milestones are exact, and published durations stand beside them."""
    text = draft.replace("\\", "").replace("**", "")
    lines = {line.partition(":")[0].removeprefix("- "): line for line in text.splitlines()}
    faults = []
    for label, pairs in STATED.items():
        for since, until in pairs:
            if not source.get(since) or not source.get(until):
                continue
            start, end = (datetime.fromisoformat(source[name]) for name in (since, until))
            wanted = in_words(end - start) if end >= start else "contradictory"
            line = lines.get(label, "")
            if f" {wanted}," not in line and not (end < start and wanted in line):
                faults.append(f"{line!r} lacks {wanted} from {since} to {until}")
    for name, said in (source.get("published_durations") or {}).items():
        if f"stated: {said}" not in text and f"({said})" not in text:
            faults.append(f"the published {name} of {said} is missing")
    return faults


def _json_faults(timeline: list[dict[str, str]], entries: list[dict[str, str]]) -> list[str]:
    said = [(event["occurred_at"][:16], event["text"]) for event in timeline]
    wanted = [(datetime.fromisoformat(e["at"]).astimezone(UTC).isoformat()[:16], e["text"]) for e in entries]
    return [f"{one} is not {other}" for one, other in zip(said, wanted, strict=True) if one != other]


def _undone(cell: str) -> str:
    """A table cell back to what was typed: escapes undone, line ends back, marks aside."""
    text = cell.replace("<br>", "\n")
    return _bare(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _bare(text: str) -> str:
    """The words of a text without the marks of code, styles and emoji, which every format has of its own."""
    shown = re.sub(r":[a-z0-9_+-]+:", lambda name: getattr(emoji.known(name[0]), "character", name[0]), text)
    return " ".join(re.sub("[*_~]", "", shown.replace("`", " ")).split())
