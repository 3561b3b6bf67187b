"""Compare what the workspace sends with the shapes of real Slack payloads.

The reference is a JSON file of field paths with their types (`event.item.ts: str`, `members[]: str`). A path
cut off at its end means "anything below".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "slack-shapes.json"
CUT_OFF_AT = 140
"""The reference lists at most so many paths per shape, in order; what sorts after the last is unknown."""

_TYPES = {bool: "bool", int: "int", str: "str", float: "float"}


@dataclass(frozen=True)
class Shapes:
    """The known shapes by name, such as `event/Message` and `api/chat.postMessage`."""

    paths: Mapping[str, Mapping[str, str]]

    def problems(self, name: str, payload: object, *, excepted: Mapping[str, str] | None = None) -> list[str]:
        """What a payload has that the shape does not know, or has with another type.

        `excepted` maps paths to the reason why they may differ. Missing keys are no problem: the
        reference is a union over many payloads. Neither is null.

        Raises:
            KeyError: there is no shape of that name.
        """
        known = self.paths[name]
        last = max(known) if len(known) >= CUT_OFF_AT else None
        found = []
        for path, kind in _leaves(payload, ""):
            if any(path == skip or path.startswith((f"{skip}.", f"{skip}[")) for skip in excepted or ()):
                continue
            if _below(path, known):
                continue
            if path not in known:
                if last is None or path < last:
                    found.append(f"{name}: unknown {path}")
            elif known[path] not in (kind, "?", "…"):
                found.append(f"{name}: {path} is {kind}, not {known[path]}")
        return found


def read_shapes() -> Shapes:
    """Read the reference."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    return Shapes(
        {name: dict(path.rsplit(": ", 1) for path in paths) for name, paths in raw["shapes"].items()}
    )


def _below(path: str, known: Mapping[str, str]) -> bool:
    """Whether a path lies inside of something whose inside the reference does not list."""
    parts = path.replace("[]", ".[]").split(".")
    prefix = ""
    for part in parts[:-1]:
        prefix = f"{prefix}{part}" if part == "[]" or not prefix else f"{prefix}.{part}"
        if known.get(prefix) in ("list", "…", "?"):
            return True
    return False


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    elif value is not None:
        yield path, _TYPES[type(value)]
