"""Payloads of Slack's, made storable and read with their types.

JSON can carry a lone surrogate (`\\ud83d`), which cannot be encoded as UTF-8; PostgreSQL takes no NUL, and no
JSON with `NaN` in it. Only these values are replaced, so that the rest of the payload is recorded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

DEEPEST = 60
"""How deep lists and objects may be nested; Slack's rich text needs about ten, deeper values become null."""
_BROKEN = re.compile("[\0\ud800-\udfff]")
_OBJECT = (dict, Mapping)
"""What an object is read as; the first costs less to tell than the second, which holds it too."""
_TS = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}")


def mend(value: Any) -> Any:
    """The same value with its broken texts and numbers replaced; lists and objects are changed in place."""
    whole = [value]
    left: list[tuple[Any, int]] = [(whole, 0)]
    while left:
        inner, depth = left.pop()
        places: list[tuple[Any, Any]] = list(inner.items() if isinstance(inner, dict) else enumerate(inner))
        for place, part in places:
            if isinstance(part, str):
                if not part.isascii() or "\0" in part:
                    inner[place] = well_formed(part)
            elif isinstance(part, dict | list):
                if depth < DEEPEST:
                    left.append((part, depth + 1))
                else:
                    inner[place] = None
            elif isinstance(part, float) and not math.isfinite(part):
                inner[place] = None
            if isinstance(place, str) and (not place.isascii() or "\0" in place):
                inner[well_formed(place)] = inner.pop(place)
    return whole[0]


def well_formed(text: str) -> str:
    """A text that can be stored and sent: a lone surrogate becomes �, a NUL is left out."""
    return _BROKEN.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def table(value: object) -> Mapping[str, Any]:
    """An object of a payload; empty where there is none."""
    return value if isinstance(value, _OBJECT) else {}


def items(value: object) -> list[object]:
    """A list of a payload; empty where there is none."""
    return value if isinstance(value, list) else []


def tables(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list of a payload, without its other values."""
    return [item for item in items(value) if isinstance(item, _OBJECT)]


def text(value: object) -> str:
    """A text of a payload; empty where there is none."""
    return value if isinstance(value, str) else ""


def text_or_none(value: object) -> str | None:
    return text(value) or None


def number(value: object) -> int:
    """A count of a payload; 0 where there is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def ts_or_none(value: object) -> str | None:
    """A `ts`. Only a text is one: as a number it has lost digits and identifies no message."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else None
