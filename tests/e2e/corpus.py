"""Replaying published incidents: every entry stands in the draft, in order, unharmed, with its evidence.

`make corpus CORPUS=../shared/corpus` replays a whole folder and says how each one went.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.app import start
from bot.postmortem.export import export
from sandbox.replay import play
from sandbox.scenario import load
from sandbox.server import Sandbox
from tests.e2e.conftest import RATE_SCALE, settings_for

ROW = re.compile(r"^\| (?!Time |---)(.*) \|$")
CELLS = re.compile(r"(?<!\\) \| ")
LINK = re.compile(r"\[message\]\((\S+)\)")


@dataclass
class Report:
    """What was found wrong with one incident; nothing, if all is well."""

    slug: str
    entries: int = 0
    faults: list[str] = field(default_factory=list)


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
            while not await running.worker.drained():
                await sandbox.settled()
            await export(running.scribe.database, 1, folder, settings)
        finally:
            await running.stop()
        for name, text in {
            "canvas": "\n".join(canvas.markdown for canvas in sandbox.workspace.canvases.values()),
            "postmortem.md": (folder / "postmortem.md").read_text(encoding="utf-8"),
        }.items():
            report.faults += [f"{name}: {fault}" for fault in _table_faults(text, entries, sandbox)]
        timeline = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))["timeline"]
        report.faults += [f"timeline.json: {fault}" for fault in _json_faults(timeline, entries)]
        refused = [c for c in sandbox.workspace.calls() if not c.answer.get("ok")]
        report.faults += [f"Slack refused {call.method}: {call.answer}" for call in refused]
    return report


def _table_faults(text: str, entries: list[dict[str, str]], sandbox: Sandbox) -> list[str]:
    rows = [CELLS.split(found[1]) for line in text.splitlines() if (found := ROW.match(line))]
    if len(rows) != len(entries):
        return [f"{len(rows)} rows for {len(entries)} entries"]
    faults = []
    for row, entry in zip(rows, entries, strict=True):
        when, said, author, evidence = row
        at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
        if when != f"{at:%Y-%m-%d %H:%M} UTC":
            faults.append(f"{when} is not {at}")
        if _undone(said) != _bare(entry["text"]):
            faults.append(f"{said!r} is not {entry['text']!r}")
        link = LINK.fullmatch(evidence)
        message = sandbox.workspace.resolve_permalink(link[1]) if link else None
        if message is None or message.user_id is None:
            faults.append(f"{evidence} leads to no message")
        elif sandbox.workspace.person(message.user_id).real_name != author:
            faults.append(f"{author} did not say it")
        if entry.get("author") and entry["author"] != author:
            faults.append(f"{author} is not {entry['author']}")
    return faults


def _json_faults(timeline: list[dict[str, str]], entries: list[dict[str, str]]) -> list[str]:
    said = [(event["occurred_at"][:16], event["text"]) for event in timeline]
    wanted = [(datetime.fromisoformat(e["at"]).astimezone(UTC).isoformat()[:16], e["text"]) for e in entries]
    return [f"{one} is not {other}" for one, other in zip(said, wanted, strict=True) if one != other]


def _undone(cell: str) -> str:
    """A table cell back to what was typed: escapes undone, line ends back, code fences aside."""
    text = cell.replace("<br>", "\n")
    return _bare(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _bare(text: str) -> str:
    return " ".join(text.replace("`", " ").split())


async def _all(folder: Path) -> int:
    failed = 0
    for path in sorted(folder.glob("*.json")):
        with tempfile.TemporaryDirectory() as out:
            report = await replay(path, Path(out))
        failed += bool(report.faults)
        print(f"{'FAIL' if report.faults else 'ok  '} {report.entries:3} entries  {report.slug}")
        for fault in report.faults:
            print(f"       {fault}")
    print(f"{failed} failed")
    return failed


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name a folder of incidents: make corpus CORPUS=path/to/folder")
    sys.exit(1 if asyncio.run(_all(Path(sys.argv[1]))) else 0)
