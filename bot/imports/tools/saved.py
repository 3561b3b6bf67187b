"""The answers of a tool's API, as somebody saved them in a folder: `incidents/1.json`, `notes/ID.json`.

What is in a folder says what its files hold, and what a file's name begins with (until the first dot) whose
they are, since most answers do not say either. An id of an incident is only ever compared with these names,
so that none leads out of the folder. One file is in memory at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from bot.imports import files
from bot.imports.errors import CannotImport
from bot.imports.json_text import parsed
from bot.imports.reading import Skipped
from bot.text.well_formed import items, mend, table

T = TypeVar("T")

LARGEST = 20 * files.MB
"""An answer holds 100 incidents at most; what is larger is no answer."""
JSON = (".json",)


@dataclass(frozen=True)
class Why:
    """Why nothing was made of an entry."""

    sentence: str


NOTHING_KNOWN = Why("an entry has no id or no time")


class Saved:
    """A folder's answers, by what they hold; `skipped` tells of what could not be read, each with why."""

    def __init__(self, root: Path, kinds: Collection[str], example: str) -> None:
        """Raises:
        CannotImport: it is no folder, or holds no answers.
        """
        if not root.is_dir():
            raise CannotImport(f"There is no folder {root}. An example that works: {example}")
        self._files = files.folder(root, JSON, largest=LARGEST, in_all=None)
        self._names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.skipped: list[Skipped] = []
        for found in self._files.names:
            path = PurePosixPath(found)
            if path.parent.name in kinds:
                self._names[path.parent.name][path.name.split(".")[0]].append(found)
            else:
                self.skipped.append(Skipped(found, f"it is in no folder named {_listed(kinds)}"))
        if not self._names:
            raise CannotImport(
                f"{root} holds no answers: a folder named {_listed(kinds)} with .json files is missing. "
                "docs/how-to/come-from-another-tool.md says how to save them."
            )

    def all_of(self, kind: str) -> Iterator[tuple[str, object]]:
        """Every answer in the folders of this name, each with its file."""
        for owner in sorted(self._names[kind]):
            for found in self._names[kind][owner]:
                content = self._read(found)
                if content is not None:
                    yield found, content

    def told(self, kind: str, *names: str, read: Callable[[Mapping[str, Any]], T | Why]) -> Iterator[T]:
        """What `read` makes of each object in the answers of this kind, listed as `rows` has it or alone.

        What it makes nothing of is skipped, with why.
        """
        for place, answer in self.all_of(kind):
            rows = [answer] if isinstance(answer, Mapping) and "id" in answer else listed(answer, *names)
            if rows is None:
                self.skip(place, f"it holds no list of {kind}")
                continue
            for row in rows:
                found = read(row)
                if isinstance(found, Why):
                    self.skip(place, found.sentence)
                else:
                    yield found

    def about(self, kind: str, owner: str) -> list[object]:
        """The answers of this kind about one incident, in the order of their files."""
        found = self._names[kind].get(owner, []) if owner else []
        return [content for content in map(self._read, found) if content is not None]

    def rows(self, kind: str, owner: str, *names: str) -> list[Mapping[str, Any]]:
        """The objects listed in the answers of this kind about one incident, under the first of these names
        that an answer has, or in the answer itself."""
        return [row for content in self.about(kind, owner) for row in listed(content, *names) or ()]

    def skip(self, where: str, why: str) -> None:
        self.skipped.append(Skipped(where, why))

    def _read(self, found: str) -> object | None:
        try:
            content: object = mend(parsed(self._files.read(found), found))
            return content
        except files.Unreadable as problem:
            self._skip_once(found, str(problem))
        except CannotImport:
            self._skip_once(found, "it is not valid JSON")
        return None

    def _skip_once(self, found: str, why: str) -> None:
        skipped = Skipped(found, why)
        if skipped not in self.skipped[-10:]:
            self.skipped.append(skipped)


def listed(content: object, *names: str) -> list[Mapping[str, Any]] | None:
    """The objects of a list: the answer itself, or what stands under the first of these names that it has.

    A single object there counts as a list of one. None where the answer has none of these.
    """
    if isinstance(content, list):
        return [one for one in content if isinstance(one, Mapping)]
    for name in names:
        inner = table(content).get(name)
        if isinstance(inner, list):
            return [one for one in items(inner) if isinstance(one, Mapping)]
        if isinstance(inner, Mapping) and inner:
            return [inner]
    return None


def _listed(kinds: Collection[str]) -> str:
    every: Sequence[str] = sorted(kinds)
    return f"{', '.join(every[:-1])} or {every[-1]}" if len(every) > 1 else every[0]
