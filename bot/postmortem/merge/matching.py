"""Deciding which words in a canvas are Scribe's and which are people's: the only place where that is done.

An item of Scribe's is found by its digest where nobody changed it. Where somebody did, it is known by the
message it links to, by what it begins with (a label, a time), or, when even those are gone, by its place
between its neighbours. Whatever is none of Scribe's is people's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import product

from bot.postmortem.merge.items import Kind, Rendered, Written, WrittenSection, as_written, digest
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.parsing import ParsedEntry, ParsedSection, gaps, parsed
from bot.postmortem.merge.planned import NOTHING_PLANNED, Planned
from bot.postmortem.merge.standing import Node, Standing, StandingSection


def read(
    markdown: str,
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered] = (),
    planned: Planned = NOTHING_PLANNED,
    fresh: Collection[str] = (),
) -> Standing:
    """What stands in a canvas, given what Scribe wrote.

    `rendered` is what Scribe would write now, `planned` what an update that is under way was about to write:
    an item that stands so already is nobody's change, and one that stands twice is being moved. `fresh` are
    the items that were written just now: Slack does not say how it writes Markdown anew, so what has the
    letters and digits of one of them is that item. Without anything `written`, what is not as rendered is
    people's.
    """
    parts = parsed(markdown, (*written, *planned.sections), rendered)
    return _Matching(parts, written, rendered, planned, fresh).result()


class _Matching:
    """Finds Scribe's items among the entries of a canvas; the most certain ways come first."""

    def __init__(
        self,
        parsed: list[ParsedSection],
        written: Sequence[WrittenSection],
        rendered: Sequence[Rendered],
        planned: Planned,
        fresh: Collection[str],
    ) -> None:
        self._parsed = parsed
        self._planned = planned
        self._letters = {
            item.id: _letters(item.markdown) for one in rendered for item in one.offered if item.id in fresh
        }
        self._sections = written or tuple(
            WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in rendered
        )
        self._ours: dict[str, list[str]] = defaultdict(list)
        """Digests of Scribe's items as rendered now, or as a try was about to write them."""
        self._stood: dict[str, list[str]] = defaultdict(list)
        """Digests of what people had made of Scribe's items."""
        for section in planned.sections:
            for item in section.items:
                self._ours[item.id].append(item.digest)
        for section in (*planned.sections, *written):
            for item in section.items:
                # an item that a copy of people's stands for may stand yet itself
                is_copy = item.stood == item.digest and item.stood in planned.peoples
                if item.stood and not is_copy:
                    self._stood[item.id].append(item.stood)
        for one in rendered:
            for offered in one.offered:
                self._ours[offered.id].append(digest(offered.markdown))
        self._tried = planned.beyond(self._sections)
        self._items: list[tuple[str, Written]] = [
            (section.key, item)
            for section in (*self._sections, *self._tried)
            for item in section.items
            if item.kind is not Kind.HEAD
        ]
        # of two that match alike, the one that people had not removed
        self._items.sort(key=lambda one: one[1].is_out)
        known = {item.id for _, item in self._items}
        self._new = [
            (one.key, as_written(item)) for one in rendered for item in one.offered if item.id not in known
        ]
        self._found: dict[str, ParsedEntry] = {}
        self._messages = {item.id: item.message for _, item in self._items}
        self._homes = {item.id: key for key, item in (*self._items, *self._new)}
        self._numbers_by_message: dict[str, list[int]] = defaultdict(list)
        """The places in `_items` of those that link to a message; below, of those with a digest."""
        self._numbers_by_digest: dict[str, list[int]] = defaultdict(list)
        self._numbers_by_stood: dict[str, list[int]] = defaultdict(list)
        for number, (_, item) in enumerate(self._items):
            if item.message:
                self._numbers_by_message[item.message].append(number)
            for mark in self._digests(item):
                self._numbers_by_digest[mark].append(number)
            for mark in self._stood.get(item.id, ()):
                self._numbers_by_stood[mark].append(number)

    def result(self) -> Standing:
        """The canvas with each entry given to its item or to people."""
        self._name_sections_by_heading()
        self._match_digests()
        if self._planned:
            self._settle_peoples()
        for is_at_home in (True, False) if self._letters else ():
            self._match(
                lambda item: filter(None, (self._letters.get(item.id),)),
                lambda entry: (_letters(entry.markdown),),
                is_at_home=is_at_home,
                is_change=False,
                is_rewritten=True,
            )
        for is_at_home in (True, False):
            self._match(
                lambda item: (item.message,) if item.message else (),
                lambda entry: entry.messages,
                is_at_home=is_at_home,
                is_change=True,
                is_sure=False,
            )
        self._name_sections_by_what_they_hold()
        self._match_leads()
        if not self._planned:  # half-way, what is missing may be about to be written again
            self._match_places()
        return Standing(tuple(self._section(part) for part in self._parsed if part.entries or part.title))

    def _match_digests(self) -> None:
        # of two that match alike: first the one that stood before, then the one in its own section
        for is_out, is_at_home in product((False, True), (True, False)):
            self._match(
                lambda item: self._stood.get(item.id, ()),
                lambda entry: (entry.digest,),
                is_at_home=is_at_home,
                is_change=True,
                is_out=is_out,
            )
            self._match(
                self._digests,
                lambda entry: (entry.digest,),
                is_at_home=is_at_home,
                is_change=False,
                is_out=is_out,
            )

    def _digests(self, item: Written) -> Sequence[str]:
        shown = (item.shown,) if item.shown else ()
        return (item.digest, *shown, *self._ours.get(item.id, ()))

    def _name_sections_by_heading(self) -> None:
        keys = {section.key for section in self._sections}
        waiting = [*self._sections, *(section for section in self._tried if section.key not in keys)]
        for part in self._parsed:
            mine = next((one for one in waiting if normal(one.heading) == normal(part.heading)), None)
            if mine is not None:
                waiting.remove(mine)
                part.key = mine.key

    def _settle_peoples(self) -> None:
        """Leave to people what was their own when it was last told apart, also copies of Scribe's.

        What stands more often than Scribe or people had it is a copy that Scribe made to move it.
        """
        alike: dict[str, list[ParsedEntry]] = defaultdict(list)
        for part in self._parsed:
            for entry in part.entries:
                alike[entry.digest].append(entry)
        for mark, count in self._planned.peoples.items():
            taken = [entry for entry in alike[mark] if entry.id]
            taken.sort(key=lambda entry: self._homes.get(entry.id) == self._parsed[entry.section].key)
            for entry in taken[: max(0, count + len(taken) - len(alike[mark]))]:
                del self._found[entry.id]
                entry.id, entry.is_changed, entry.is_settled = "", False, True
        self._match_digests()
        for mark, found in alike.items():
            is_known = mark in self._numbers_by_digest or mark in self._numbers_by_stood
            count = self._planned.peoples.get(mark, 0) - sum(entry.is_settled for entry in found)
            free = [entry for entry in found if entry.is_free]
            for entry in free[: max(0, count)]:
                entry.is_settled = True
            for entry in free[max(0, count) :]:
                entry.is_surplus = is_known or mark in self._planned.peoples

    def _name_sections_by_what_they_hold(self) -> None:
        """Give sections whose headings people changed the keys of the items that they hold."""
        named = {part.key for part in self._parsed}
        for position, part in enumerate(self._parsed):
            if part.key:
                continue
            homes = Counter(
                key
                for key, item in self._items
                if (found := self._found.get(item.id)) and found.section == position
            )
            home = next((key for key, _ in homes.most_common() if key not in named), None)
            if home:
                part.key, part.is_title_changed = home, True
                named.add(home)

    def _match(
        self,
        marks_of_item: Callable[[Written], Iterable[str]],
        marks_of_entry: Callable[[ParsedEntry], Iterable[str]],
        *,
        is_at_home: bool,
        is_change: bool,
        is_sure: bool = True,
        is_out: bool | None = None,
        is_rewritten: bool = False,
    ) -> None:
        """Pair items and entries that share a mark, in order.

        `is_at_home`: only within the item's own section. `is_out`: only items that people had removed, or
        only the others. Where the mark is not certain (`is_sure`), an entry in another section must be of the
        same kind.
        """
        by_mark: dict[str, list[ParsedEntry]] = defaultdict(list)
        for part in self._parsed:
            for entry in part.entries:
                if entry.is_free:
                    for mark in marks_of_entry(entry):
                        by_mark[mark].append(entry)
        for key, item in self._items if is_change else [*self._items, *self._new]:
            if item.id in self._found or is_out not in (None, item.is_out):
                continue
            found = next(
                (
                    one
                    for mark in marks_of_item(item)
                    for one in by_mark.get(mark, ())
                    if one.is_free
                    and (self._parsed[one.section].key == key or not is_at_home)
                    and (is_sure or is_at_home or one.kind is item.kind)
                ),
                None,
            )
            if found:
                self._take(item, found, is_change=is_change)
                found.is_rewritten = is_rewritten

    def _take(self, item: Written, entry: ParsedEntry, *, is_change: bool) -> None:
        entry.id, entry.is_changed = item.id, is_change
        self._found[item.id] = entry

    def _match_leads(self) -> None:
        """Pair what is not found yet by how it begins, where nothing else in its section begins so."""
        for part in self._parsed:
            free = [entry for entry in part.entries if entry.is_free and entry.lead]
            missing = [
                item
                for section in self._sections
                for item in section.items
                if section.key == part.key and item.lead and item.id not in self._found and not item.is_out
            ]
            counts = Counter((entry.kind, entry.lead) for entry in free)
            wanted = Counter((item.kind, item.lead) for item in missing)
            for item in missing:
                mark = (item.kind, item.lead)
                if counts[mark] == wanted[mark] == 1:
                    begun = next(one for one in free if (one.kind, one.lead) == mark)
                    self._take(item, begun, is_change=True)

    def _match_places(self) -> None:
        """Pair what stands between the same neighbours as before, if as many of a kind are missing there."""
        joined = {name for part in self._parsed for entry in part.entries for name in self._also(entry)}
        for section in self._sections:
            part = next((one for one in self._parsed if one.key == section.key), None)
            if part is None:
                continue
            order = [item for item in section.items if item.kind is not Kind.HEAD]
            place = {item.id: number for number, item in enumerate(order)}
            for before, free, after in gaps(part.entries):
                start = place.get(before, -1) + 1 if before else 0
                end = place.get(after, len(order)) if after else len(order)
                missing = [
                    item
                    for item in order[start:end]
                    if item.id not in self._found and item.id not in joined and not item.is_out
                ]
                for kind in Kind:
                    entries_of = [entry for entry in free if entry.kind is kind]
                    items_of = [item for item in missing if item.kind is kind]
                    if len(entries_of) == len(items_of):
                        for item, entry in zip(items_of, entries_of, strict=True):
                            self._take(item, entry, is_change=True)

    def _section(self, part: ParsedSection) -> StandingSection:
        nodes = tuple(
            Node(
                entry.kind,
                entry.markdown,
                entry.id,
                entry.is_changed,
                entry.block,
                self._also(entry),
                entry.is_rewritten,
            )
            for entry in part.entries
            if not entry.is_surplus
        )
        return StandingSection(part.key, part.title, nodes, part.is_title_changed, part.head)

    def _also(self, entry: ParsedEntry) -> tuple[str, ...]:
        """Further items in people's words: those whose messages they link to, or whose words they repeat.

        A link to a message that several items rest on stands for one of them, unless a merge has stored that
        it stands for more: people may have removed the others.
        """
        if entry.id and not entry.is_changed:
            return ()
        stood = self._numbers_by_stood[entry.digest]
        numbers = {*stood, *self._numbers_by_digest[entry.digest]}.union(
            *(self._numbers_by_message[message] for message in entry.messages)
        )
        if self._is_as_planned(entry):
            # only what it stood for then: half-way, others may stand nowhere else for a moment
            planned = self._planned.items
            known = (number for number in stood if self._items[number][1].id in planned)
            stood = [n for n in known if planned[self._items[n][1].id].stood == entry.digest]
            numbers = set(stood)
        own = self._messages.get(entry.id)
        seen = {own} if own else set()
        found = []
        for number in sorted(numbers, key=lambda n: (n not in stood, self._items[n][1].id in self._found, n)):
            item = self._items[number][1]
            if item.id != entry.id and (number in stood or item.message not in seen):
                found.append(item.id)
                seen |= {item.message} if item.message else set()
        return tuple(found)

    def _is_as_planned(self, entry: ParsedEntry) -> bool:
        item = self._planned.items.get(entry.id)
        return entry.is_settled or (item is not None and item.stood == entry.digest)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
