"""Whether somebody asks what a verb does instead of using it."""

from __future__ import annotations

import re

WORDS = frozenset({"help", "?", "usage", "man", "--help", "-help", "-h", "-?", "/?", "/help"})
FLAGS = frozenset({"--help", "-help", "-h", "-?", "/?"})
"""Words that ask for help and that no sentence begins with."""
BESIDE = frozenset({"me", "please", "pls", "here", "private", "since", "for", "with", "the", "a", "command"})
"""Words beside them that add nothing: `help me please`."""
_NUMBER = re.compile(r"(?:inc[-‐‑‒–—]?)?#?[0-9]+[.:]?", re.IGNORECASE)


def is_help(word: str) -> bool:
    """Whether the word alone asks for help, however it is written."""
    return _tidy(word) in WORDS


def asks_for_help(text: str, *, takes_text: bool) -> bool:
    """Whether the words behind a verb ask for its help.

    With `takes_text` they may be anybody's sentence, so they ask for help only where they say nothing else,
    or carry a flag: "help arrived" is a conclusion.
    """
    words = [word for word in map(_tidy, text.split()) if word and not _NUMBER.fullmatch(word)]
    if not words:
        return False
    if words[0] in FLAGS or words[-1] == "--help":
        return True
    if takes_text:
        said = [word for word in words if word not in BESIDE]
        return bool(said) and all(word in WORDS for word in said)
    return words[0] in WORDS or words[-1] in WORDS


def _tidy(word: str) -> str:
    """A word without what keyboards and quoting put around it: `Help!`, “help”, —help, ？."""
    word = word.lower().replace("？", "?").replace("—", "--").replace("–", "--").replace("‑", "-")
    word = word.strip("`'\"“”‘’«»*_~()[]<>.,;:!…")
    if word and not word.strip("?"):
        return "?"
    return word if word in WORDS else word.rstrip("?")
