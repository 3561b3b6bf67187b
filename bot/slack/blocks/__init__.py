"""What Slack shows of Scribe: one file per surface, each a pure function from facts to Block Kit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

LONGEST_SECTION = 3000
LONGEST_HEADER = 150
_LINK = re.compile(r"<https?://([^/|<>\s]+)[^|<>]*(?:\|([^<>]*))?>")
"""A link with its host and its label, if it has one."""


@dataclass(frozen=True)
class Surface:
    """A message: its blocks, and the text for notifications and clients without blocks."""

    text: str
    blocks: Sequence[Block]


def header(text: str) -> Block:
    return {"type": "header", "text": plain(shortened(text, LONGEST_HEADER))}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def fields(*texts: str) -> Block:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def plain(text: str) -> Block:
    """A text in which nothing but emoji means anything: of headers, buttons and forms."""
    return {"type": "plain_text", "text": text}


def button(
    action_id: str, label: str, value: str, *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """A button; `value` comes back with the click. `style` is primary or danger."""
    made = {"type": "button", "action_id": action_id, "text": plain(label), "value": value}
    return made | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirm(title: str, text: str, yes: str) -> Block:
    """What somebody is asked before a press counts; plain texts of 100, 300 and 30 characters."""
    return {
        "title": plain(shortened(title, 100)),
        "text": plain(shortened(text, 300)),
        "confirm": plain(shortened(yes, 30)),
        "deny": plain("Cancel"),
    }


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """A menu behind three dots, of five choices at most."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def actions(buttons: Sequence[Block]) -> Block:
    """Buttons side by side."""
    return {"type": "actions", "elements": list(buttons)}


def option(label: str, value: str, description: str | None = None) -> Block:
    """A choice of a menu."""
    made = {"text": plain(label), "value": value}
    return made | ({"description": plain(shortened(description, 75))} if description else {})


def form_field(
    block_id: str, label: str, element: Block, *, is_optional: bool = False, hint: str = ""
) -> Block:
    """A field of a form; `hint` stands small below it."""
    made = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": is_optional,
    }
    return made | ({"hint": plain(hint)} if hint else {})


def context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn}]}


def shortened(text: str, most: int) -> str:
    """Plain text that fits; what is longer ends in an ellipsis. Not for text with entities or links."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def shortened_mrkdwn(mrkdwn: str, most: int) -> str:
    """Slack text that fits, with an ellipsis where it was cut; never cut inside an entity or a link.

    Of a link that does not fit its label is left, else its host: the links of dashboards are long, and often
    all that a message says.
    """
    if len(mrkdwn) <= most:
        return mrkdwn
    cut = mrkdwn[: most - 1]
    start = cut.rfind("<")
    if start >= 0 and ">" not in cut[start:]:
        link = _LINK.match(mrkdwn, start)
        cut = cut[:start] + (link[2] or link[1] if link else "")[: most - 1 - start]
    start = cut.rfind("&")
    if start >= 0 and ";" not in cut[start:]:
        cut = cut[:start]
    return cut.rstrip() + "…"
