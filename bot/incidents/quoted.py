"""What a person wrote, shown to them again inside a sentence."""

from __future__ import annotations

from bot.text.when.moment import quote


def quoted(said: str) -> str:
    """What was written, as code on one short line; without the brackets of a mention it calls nobody."""
    return quote(said.replace("<", "").replace(">", ""))
