"""Incidents to replay, and times as people write them: of `tests/data/incidents`, or of `$SCRIBE_CORPUS`.

Tests that read them are marked `corpus`; `make corpus` runs those against a folder of published incidents.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

SHIPPED = Path(__file__).parent / "data" / "incidents"
FOLDER = Path(os.environ.get("SCRIBE_CORPUS") or SHIPPED)
INCIDENTS = sorted(FOLDER.glob("*.json"))
if not INCIDENTS:
    raise FileNotFoundError(f"SCRIBE_CORPUS names {FOLDER}, which holds no incident (*.json).")


def texts() -> list[str]:
    """What was said in all of them, in order."""
    return [entry["text"] for file in INCIDENTS for entry in json.loads(file.read_text("utf-8"))["entries"]]


def time_phrases() -> list[dict[str, str]]:
    """The rows of the folder's `time_phrases.tsv`; of the one that is shipped where it has none."""
    own = FOLDER / "time_phrases.tsv"
    with (own if own.exists() else SHIPPED / own.name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
