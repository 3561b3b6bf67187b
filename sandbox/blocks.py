"""Block Kit: what Slack refuses in the blocks of messages and views, and in texts.

Source: docs.slack.dev/reference/block-kit/blocks (a page per block), docs.slack.dev/reference/views,
docs.slack.dev/reference/methods/chat.postMessage#errors.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.block_elements import ACCESSORY, ACTION, CONTEXT, INPUT, any_text, plain
from sandbox.block_schema import (
    Check,
    also,
    anything,
    at_least_one,
    by_type,
    exactly_one,
    fields,
    flag,
    many,
    text,
    without_repeats,
)
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.states import elements

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_VIEW_BYTES = 250_000
MAX_TEXT = 40_000
MAX_MARKDOWN_TEXT = 12_000
MAX_BLOCKS_TEXT = 13_000
"""Characters of all texts in a message's blocks; undocumented (bolt-js#2509: between 13,200 and 13,300)."""


def _block(required: dict[str, Check] | None = None, optional: dict[str, Check] | None = None) -> Check:
    return fields({"type": anything, **(required or {})}, {"block_id": text(255, 1), **(optional or {})})


_SECTION = also(
    _block(
        None,
        {"text": any_text(3000), "fields": many(any_text(2000), 10), "accessory": ACCESSORY, "expand": flag},
    ),
    at_least_one("text", "fields"),
)
_IMAGE = also(
    _block(
        {"alt_text": text(2000)},
        {"image_url": text(3000, 1), "slack_file": anything, "title": plain(2000)},
    ),
    exactly_one("image_url", "slack_file"),
)
_RICH_TEXT = _block(
    {
        "elements": many(
            by_type(
                dict.fromkeys(
                    ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"),
                    anything,
                )
            ),
            1000,
            0,
        )
    }
)
_COMMON: dict[str, Check] = {
    "section": _SECTION,
    "divider": _block(),
    "header": _block({"text": plain(150)}, {"level": anything}),
    "context": _block({"elements": many(CONTEXT, 10)}),
    "actions": _block({"elements": many(ACTION, 25)}),
    "image": _IMAGE,
    "rich_text": _RICH_TEXT,
    "input": _block(
        {"label": plain(2000), "element": INPUT},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "video": _block({"title": plain(200), "title_url": text(), "video_url": text(), "alt_text": text()}),
}
_MESSAGE_BLOCK = by_type(
    {
        **_COMMON,
        "markdown": _block({"text": text(MAX_MARKDOWN_TEXT, 1)}),
        "table": _block({"rows": many(many(anything, 20), 100)}, {"column_settings": many(anything, 20)}),
        "file": _block({"external_id": text(255, 1), "source": text()}),
        "context_actions": _block({"elements": many(anything, 5)}),
    }
)
_VIEW_BLOCK = by_type(_COMMON)
_VIEW_COMMON: dict[str, Check] = {
    "private_metadata": text(3000),
    "callback_id": text(255),
    "external_id": text(255),
}
_MODAL = fields(
    {"type": anything, "title": plain(24), "blocks": many(_VIEW_BLOCK, MAX_VIEW_BLOCKS)},
    {
        **_VIEW_COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME = fields(
    {"type": anything, "blocks": many(_VIEW_BLOCK, MAX_VIEW_BLOCKS)},
    _VIEW_COMMON,
)


@dataclass(frozen=True)
class Content:
    """What a message says, checked."""

    text: str
    blocks: list[JsonObject] | None
    attachments: list[JsonObject] | None


def message_problems(blocks: object) -> list[str]:
    """What Slack would refuse in a message's blocks."""
    found = list(many(_MESSAGE_BLOCK, MAX_MESSAGE_BLOCKS, 0)(blocks, "/blocks"))
    return found or list(_repeated_ids(blocks, "/blocks"))


def view_problems(view: object) -> list[str]:
    """What Slack would refuse in a view (docs.slack.dev/reference/views)."""
    found = list(by_type({"modal": _MODAL, "home": _HOME})(view, "/view"))
    if found or not isinstance(view, dict):
        return found
    found = list(_repeated_ids(view["blocks"], "/view/blocks"))
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and "submit" not in view:
        found.append("missing required field: submit [json-pointer:/view]")
    focused = sum(element.get("focus_on_load") is True for _, element in elements(view["blocks"]))
    if focused > 1:
        found.append("only one element may have focus_on_load [json-pointer:/view/blocks]")
    return found


def is_too_large(view: object) -> bool:
    """Whether a view has more than 250 kB (docs.slack.dev/reference/methods/views.open#errors)."""
    return len(json.dumps(view).encode()) > MAX_VIEW_BYTES


def _repeated_ids(blocks: object, at: str) -> Iterator[str]:
    if not isinstance(blocks, list):
        return
    yield from without_repeats([b["block_id"] for b in blocks if "block_id" in b], "block_id", at)
    for position, block in enumerate(blocks):
        if block["type"] == "actions":
            ids = [element["action_id"] for element in block["elements"] if "action_id" in element]
            yield from without_repeats(ids, "action_id", f"{at}/{position}/elements")


def checked_content(body: JsonObject) -> Content:
    """The text, blocks and attachments of a message, if Slack would take them.

    Raises:
        Refusal: `no_text`, `msg_too_long`, `invalid_blocks_format`, `invalid_blocks` with a JSON
            pointer for each problem, `msg_blocks_too_long`, `invalid_attachments`.
    """
    said = body.get("text")
    markdown = body.get("markdown_text")
    blocks, attachments = body.get("blocks") or None, body.get("attachments") or None
    if markdown is not None:
        if said or blocks:
            raise Refusal("markdown_text_conflict")
        if len(str(markdown)) > MAX_MARKDOWN_TEXT:
            raise Refusal("msg_too_long")
        said = markdown
    words = "" if said is None else str(said)
    if not words and not blocks and not attachments:
        raise Refusal("no_text")
    if len(words) > MAX_TEXT:
        raise Refusal("msg_too_long")
    if blocks is not None:
        check_blocks(blocks)
    if attachments is not None and (
        not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments)
    ):
        raise Refusal("invalid_attachments")
    return Content(words, blocks, attachments)


def check_blocks(blocks: object) -> None:
    """Refuse a message's blocks as Slack would.

    Raises:
        Refusal: `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = message_problems(blocks)
    if problems:
        raise Refusal("invalid_blocks", messages=problems, errors=problems)
    if sum(len(part) for part in _texts(blocks)) > MAX_BLOCKS_TEXT:
        raise Refusal("msg_blocks_too_long")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)
