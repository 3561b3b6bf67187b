"""What an update that is under way was about to write, each time it was tried.

A try may be interrupted after any change, and the record may go on before the next one. So what stands
half-way is a mixture of what was written before and of what each of the tries meant to write. None of that is
people's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.postmortem.merge.items import Kind, Written, WrittenSection, loaded, stored


@dataclass(frozen=True)
class Planned:
    """What the tries were about to write, the last of them last.

    `sections` are their items, each once for all the words that it was to have. `peoples` are digests of what
    was people's own, and how often each stood when it was last told apart: more than that are copies that
    Scribe made to move it. `moved` are the keys of the sections that people had put in another order.
    """

    sections: tuple[WrittenSection, ...] = ()
    peoples: Mapping[str, int] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether an update is under way."""
        return bool(self.sections)

    @property
    def items(self) -> dict[str, Written]:
        """Each item as the last try that had it was to write it."""
        return {item.id: item for section in self.sections for item in section.items}

    @property
    def digests(self) -> Counter[str]:
        """Of all the words that the items were to have."""
        return Counter(item.digest for section in self.sections for item in section.items)

    @property
    def out(self) -> frozenset[str]:
        """The items that people had taken out."""
        return frozenset(item.id for item in self.items.values() if item.is_out)

    def beyond(self, written: Sequence[WrittenSection]) -> tuple[WrittenSection, ...]:
        """What only the tries were to write, not what was written before them."""
        known = {item.id for section in written for item in section.items}
        found: dict[str, WrittenSection] = {}
        for section in self.sections:
            items = {item.id: item for item in section.items if item.id not in known}
            before = found.get(section.key, replace(section, items=()))
            items = {item.id: item for item in before.items} | items
            found[section.key] = replace(section, items=tuple(items.values()))
        return tuple(found.values())

    def and_then(
        self, written: Sequence[WrittenSection], peoples: Iterable[str], moved: Iterable[str]
    ) -> Planned:
        """The same, once more is about to be written."""
        known = {(item.id, item.digest) for section in written for item in section.items}
        earlier = (
            replace(
                section, items=tuple(item for item in section.items if (item.id, item.digest) not in known)
            )
            for section in self.sections
        )
        sections = (*(section for section in earlier if section.items), *written)
        return Planned(sections, Counter(peoples), frozenset(moved))

    def stands_in(self, standing: Mapping[str, int]) -> tuple[WrittenSection, ...]:
        """What a try wrote whose answer was lost: the items whose words stand, or that people had taken out.

        `standing` is how often each digest stands. What stands in none of the tries' words is left out:
        people may have changed it, or that try had no such item. Of several words of an item those count that
        no other item was to have, and words that several were to have count as often as they stand.
        """
        owners: dict[str, set[str]] = {}
        for section in self.sections:
            for item in section.items:
                owners.setdefault(item.digest, set()).add(item.id)

        def is_sure(item: Written) -> bool:
            return item.digest in standing and len(owners[item.digest]) == 1

        there: dict[str, dict[str, Written]] = {section.key: {} for section in self.sections}
        for section in self.sections:
            for item in section.items:
                is_there = item.digest in standing or item.stood in standing
                before = there[section.key].get(item.id)
                may_be = is_there or item.is_out or item.kind is Kind.HEAD
                if may_be and (before is None or is_sure(item) or not is_sure(before)):
                    there[section.key][item.id] = item
        left = dict(standing)
        for items in there.values():
            for item in [one for one in items.values() if one.digest in standing]:
                left[item.digest] -= 1
                if left[item.digest] < 0 and item.kind is not Kind.HEAD and not item.is_out:
                    del items[item.id]
        headings = {section.key: section.heading for section in self.sections}
        return tuple(
            WrittenSection(key, headings[key], tuple(items.values())) for key, items in there.items()
        )

    def stored(self) -> dict[str, Any]:
        """As JSON, for `Draft.planned`."""
        return {
            "sections": stored(self.sections),
            "peoples": dict(self.peoples),
            "moved": sorted(self.moved),
        }


NOTHING_PLANNED = Planned()


def planned_before(content: Mapping[str, Any] | list[dict[str, Any]] | None) -> Planned:
    """From `Planned.stored`; an older Scribe kept the items of its last try alone."""
    if content is None:
        return NOTHING_PLANNED
    if not isinstance(content, Mapping):
        return Planned(loaded(content))
    peoples = {str(digest): int(count) for digest, count in content["peoples"].items()}
    return Planned(loaded(content["sections"]), peoples, frozenset(content["moved"]))
