"""Patterns in which a star stands for anything; what is long or odd takes no longer for it."""

from __future__ import annotations

from functools import lru_cache


def is_like(text: str, pattern: str) -> bool:
    """Whether the whole text is as the pattern says, in whatever case, any blanks between words as one."""
    parts = _parts(pattern)
    said = " ".join(text.casefold().split())
    if len(parts) == 1:
        return said == parts[0]
    first, *middle, last = parts
    if len(said) < len(first) + len(last) or not (said.startswith(first) and said.endswith(last)):
        return False
    at, end = len(first), len(said) - len(last)
    for part in middle:  # the earliest place of each leaves the most for the others
        at = said.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def is_said_in(text: str, pattern: str) -> bool:
    """Whether some part of the text is as the pattern says."""
    return is_like(text, f"*{pattern}*")


@lru_cache(maxsize=10_000)
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(_folded(part) for part in pattern.split("*"))


def _folded(text: str) -> str:
    """In lower case, with single blanks; those at an end of a part count, since stars stand beside them."""
    words = " ".join(text.casefold().split())
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"
