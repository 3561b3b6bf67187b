"""The button that opens the form of a public post where Slack did not open it by itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.blocks import LONGEST_SECTION, Block, Surface, actions, button, section
from bot.slack.blocks.carried import packed
from bot.slack.blocks.public_form import FORM_ACTION

LONGEST_VALUE = 2000
"""Characters of a button's value (docs.slack.dev/reference/block-kit/block-elements/button-element)."""
TRY_AGAIN = "The button below opens it."


@dataclass(frozen=True)
class PublicAsked:
    """What the button carries besides the incident: Slack text that its person wants to be read by everybody.

    `is_update`: what is posted is an update for people inside as well.
    """

    text: str = ""
    is_update: bool = False


def form_offer(number: int | None, said: str = "", *, is_update: bool = False) -> Surface:
    """What can be done instead; no word of what somebody said is lost, `said` is Slack text."""
    value = packed(number, PublicAsked(said, is_update))
    if len(value) <= LONGEST_VALUE:
        kept, shown = " What you said is in it." if said else "", list[Block]()
    else:
        value = packed(number, PublicAsked(is_update=is_update))
        kept = " What you said is too long to be put into it; here it is:"
        shown = [section(part) for part in _parts(said)]
    text = f"{TRY_AGAIN}{kept}"
    press = button(FORM_ACTION, "Open the form…", value)
    told = f"{text} {said}" if shown else text
    return Surface(told, [section(text), *shown, actions([press])])


def _parts(text: str) -> list[str]:
    """Pieces that a section takes, cut where words end if they do."""
    parts: list[str] = []
    while text:
        end = len(text)
        if end > LONGEST_SECTION:
            end = text.rfind(" ", 0, LONGEST_SECTION) + 1 or LONGEST_SECTION
        parts.append(text[:end])
        text = text[end:]
    return parts
