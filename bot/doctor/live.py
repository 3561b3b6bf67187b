"""`scribe doctor --live`: asking Slack itself about what Scribe shows, and for a canvas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.doctor import installed
from bot.doctor.finding import Finding
from bot.settings import Settings
from bot.slack.calls import Refused, Slack, SlackTrouble, TryLater
from bot.slack.egress import slack_session
from bot.text.well_formed import tables, text

GOLDEN = Path(__file__).parents[2] / "tests" / "bot" / "slack"
"""Everything Scribe shows, as its tests keep it; a checkout has it, an installed Scribe has not."""
MOST_BLOCKS = 50
"""docs.slack.dev/reference/block-kit/blocks: in one message."""
SHOWN_PROBLEMS = 10
TITLE = "Scribe's doctor was here: delete this"
ONLY_TABS = "free_teams_cannot_create_non_tabbed_canvases"
"""docs.slack.dev/reference/methods/canvases.create, Errors"""


@dataclass
class Batch:
    """Blocks of several messages, to ask about in one call; and of each block, which file it is from."""

    blocks: list[Mapping[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def takes(self, blocks: Sequence[Mapping[str, Any]]) -> bool:
        """Whether they fit: there are not too many, and no block's id is there twice."""
        ids = [block["block_id"] for block in [*self.blocks, *blocks] if "block_id" in block]
        return len(self.blocks) + len(blocks) <= MOST_BLOCKS and len(ids) == len(set(ids))


async def examine(settings: Settings, golden: Path = GOLDEN) -> list[Finding]:
    """A canvas, which is deleted at once, and every message and form that a checkout keeps."""
    async with slack_session(settings.slack_api_url, within=30) as http:
        client = AsyncWebClient(
            token=settings.slack_bot_token, base_url=settings.slack_api_url, session=http, retry_handlers=[]
        )
        slack = Slack(client, Clock(), rate_scale=settings.rate_scale)
        return [await _canvas(slack), *await _shown(slack, golden)]


async def examine_each(settings: Settings, golden: Path = GOLDEN) -> list[Finding]:
    """A canvas in each workspace that has installed Scribe, and in one of them the messages and forms."""
    known = await installed.known_to(settings)
    found: list[Finding] = []
    shown: list[Finding] = []
    async with slack_session(settings.slack_api_url, within=30) as http:
        for one, slack in installed.opened(settings, known, http) if known else ():
            canvas = await _canvas(slack)
            found.append(replace(canvas, what=f"{canvas.what} in {one.team_id}"))
            if canvas.is_well and not shown:
                shown = await _shown(slack, golden)
    return [*found, *shown] or [Finding(True, "live", "no workspace to ask: none has installed Scribe")]


async def _canvas(slack: Slack) -> Finding:
    content = {"type": "markdown", "markdown": "Made to see whether Scribe can make canvases."}
    try:
        made = await slack.call("canvases_create", title=TITLE, document_content=content)
    except Refused as refusal:
        if refusal.error == ONLY_TABS:
            return Finding(True, "canvas", "can be had in tabs of channels alone, as on Slack's free plan")
        return Finding(False, "canvas", f"cannot be had ({refusal.error}): drafts come as threads or files")
    except TryLater as trouble:
        return Finding(False, "canvas", f"could not be asked for ({trouble}): try again")
    try:
        await slack.call("canvases_delete", canvas_id=str(made["canvas_id"]))
    except SlackTrouble as trouble:
        return Finding(False, "canvas", f"was made and not deleted ({trouble}): delete “{TITLE}” by hand")
    return Finding(True, "canvas", "can be made and deleted")


async def _shown(slack: Slack, golden: Path) -> list[Finding]:
    """Whether Slack takes what Scribe shows."""
    messages, views = _kept(golden)
    if not messages and not views:
        return [Finding(True, "blocks", f"none to ask about: {golden} is part of a checkout alone")]
    problems: list[str] = []
    try:
        for batch in _batches(messages):
            problems += await _problems(slack, batch.files, blocks=batch.blocks)
        for name, view in views.items():
            problems += [f"{name} {one}" for one in await _problems(slack, (), view=view)]
    except SlackTrouble as trouble:
        return [Finding(False, "blocks", f"Slack could not be asked about all of them ({trouble})")]
    if not problems:
        count = f"Slack takes all {len(messages)} messages and {len(views)} forms"
        return [Finding(True, "blocks", count)]
    more = len(problems) - SHOWN_PROBLEMS
    found = [Finding(False, "blocks", one) for one in problems[:SHOWN_PROBLEMS]]
    return [*found, Finding(False, "blocks", f"{more} more problems")] if more > 0 else found


def _kept(
    golden: Path,
) -> tuple[Mapping[str, Sequence[Mapping[str, Any]]], Mapping[str, Mapping[str, Any]]]:
    """The blocks of every message and every view that is kept, by file name."""
    messages, views = {}, {}
    for file in sorted(golden.rglob("golden*/*.json")):
        shown = json.loads(file.read_text("utf-8"))
        name = str(file.relative_to(golden))
        if not isinstance(shown, dict):
            continue
        if shown.get("type") in ("modal", "home"):
            views[name] = shown
        elif shown.get("blocks"):
            messages[name] = shown["blocks"]
    return messages, views


def _batches(messages: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Batch]:
    batch = Batch()
    for name, blocks in messages.items():
        if batch.blocks and not batch.takes(blocks):
            yield batch
            batch = Batch()
        batch.blocks += blocks
        batch.files += [name] * len(blocks)
    if batch.blocks:
        yield batch


async def _problems(slack: Slack, files: Sequence[str], **payload: Any) -> list[str]:
    """What Slack would refuse and where; `files` says of which file each block is."""
    try:
        await slack.call("blocks_validate", **payload)
    except Refused as refusal:
        if not refusal.error.startswith("invalid_") or refusal.error == "invalid_arguments":
            raise
        return [_located(one, files) for one in tables(refusal.answer.get("errors"))] or [refusal.error]
    return []


def _located(error: Mapping[str, Any], files: Sequence[str]) -> str:
    pointer, message = text(error.get("pointer")), text(error.get("message"))
    number = pointer.strip("/").partition("/")[0]
    where = files[int(number)] if number.isdecimal() and int(number) < len(files) else ""
    return f"{where} {pointer}: {message}".strip()
