"""Comparing what Slack gets with a file; UPDATE_GOLDEN=1 writes it, for the change to be read in the diff."""

from __future__ import annotations

import json
import os
from pathlib import Path


def assert_golden(file: Path, message: object) -> None:
    written = json.dumps(message, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")
