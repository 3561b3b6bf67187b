"""Comparing what Slack gets with a file; UPDATE_GOLDEN=1 writes it, for the change to be read in the diff."""

from __future__ import annotations

import json
import os
from pathlib import Path

from slack_sdk.models.blocks import Block as SlackBlock

from bot.slack.blocks import Surface
from sandbox.blocks import checked_content


def assert_golden(file: Path, message: object) -> None:
    written = json.dumps(message, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


def assert_posted(file: Path, surface: Surface) -> None:
    """The same of a message, which Slack and slack_sdk's models must take as well."""
    message = {"text": surface.text, "blocks": list(surface.blocks)}
    checked_content(message)  # raises what Slack would refuse
    for block in SlackBlock.parse_all(message["blocks"]):  # type: ignore[arg-type]
        block.validate_json()
    assert_golden(file, message)
