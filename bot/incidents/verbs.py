"""The words commands understand, and what to say to those they don't."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.incidents.errors import UnknownVerb

LONGEST_SHOWN = 40


def unknown(said: str, command: str, examples: Mapping[str, str]) -> UnknownVerb:
    """The answer to a word that is none of `examples`' keys: the nearest known one, and an example of it."""
    near = difflib.get_close_matches(said, list(examples), n=1, cutoff=0.0)
    nearest = near[0] if near else next(iter(examples))
    shown = said if len(said) <= LONGEST_SHOWN else said[:LONGEST_SHOWN] + "…"
    return UnknownVerb(f"{command} {shown}".replace("`", "'"), f"{command} {nearest}", examples[nearest])
