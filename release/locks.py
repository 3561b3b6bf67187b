"""The locks hold what `pyproject.toml` asks for, and no more.

`requirements.lock` pins everything that works on Scribe, `requirements.run.lock` what runs it; the image and
a release are made of the second. `make lock` makes both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUN_EXTRAS = ("otel", "sentry")
"""The extras that the image holds: off until somebody sets them."""

_PIN = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=\S+)*)$",
    re.MULTILINE,
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")


@dataclass(frozen=True)
class Pin:
    """One entry of a lock."""

    name: str
    version: str
    marker: str | None
    hashes: frozenset[str]

    @property
    def is_for_here(self) -> bool:
        """Whether it is installed on this machine, by this Python."""
        return self.marker is None or Marker(self.marker).evaluate()


def pins(text: str) -> dict[str, Pin]:
    """The entries of a lock, by their names.

    Raises:
        ValueError: a line is no part of an entry.
    """
    left = _PIN.sub("", text).strip()
    if left:
        raise ValueError(f"this is no pin: {left.splitlines()[0]}")
    return {
        found["name"]: Pin(
            found["name"], found["version"], found["marker"], frozenset(_HASH.findall(found["hashes"]))
        )
        for found in _PIN.finditer(text)
    }


def problems(root: Path) -> Iterator[str]:
    """What is wrong with the locks of a checkout, a sentence each."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras: Mapping[str, list[str]] = project["optional-dependencies"]
    everything = pins((root / "requirements.lock").read_text("utf-8"))
    running = pins((root / "requirements.run.lock").read_text("utf-8"))
    asked = [*project["dependencies"], *(one for extra in RUN_EXTRAS for one in extras[extra])]
    yield from _hashes("requirements.lock", everything)
    yield from _asked("requirements.lock", everything, [*asked, *extras["dev"]])
    yield from _asked("requirements.run.lock", running, asked)
    for name, pin in running.items():
        same = everything.get(name)
        if same is None or (same.version, same.hashes) != (pin.version, pin.hashes):
            yield f"{name} {pin.version} of requirements.run.lock is not that of requirements.lock"
    yield from _closure(running, asked)


def _hashes(where: str, locked: Mapping[str, Pin]) -> Iterator[str]:
    for pin in locked.values():
        if not pin.hashes:
            yield f"{pin.name} has no hash in {where}"


def _asked(where: str, locked: Mapping[str, Pin], asked: Iterable[str]) -> Iterator[str]:
    for line in asked:
        requirement = Requirement(line)
        pin = locked.get(canonicalize_name(requirement.name))
        if pin is None:
            yield f"{requirement.name} is in pyproject.toml and not in {where}"
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{pin.name} in {where} is {pin.version}, and {line} in pyproject.toml"


def _closure(locked: Mapping[str, Pin], asked: Iterable[str]) -> Iterator[str]:
    """Compares a lock with what the packages that are installed say they need."""
    needed: set[str] = set()
    waiting = [(Requirement(line), "") for line in asked]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, of = waiting.pop()
        name = canonicalize_name(requirement.name)
        needed.add(name)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            yield f"{name}{of} is not installed here: make setup"
            continue
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for inner in map(Requirement, lines):
                if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                    waiting.append((inner, f", which {name} needs,"))
    here = {name for name, pin in locked.items() if pin.is_for_here}
    yield from (f"{name} is needed and not in requirements.run.lock" for name in sorted(needed - here))
    yield from (f"{name} is in requirements.run.lock and nothing needs it" for name in sorted(here - needed))
