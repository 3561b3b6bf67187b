"""The entries of a canvas, as they are before it is decided whose each of them is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.postmortem.merge.blocks import entries, sections
from bot.postmortem.merge.items import Kind, Rendered, WrittenSection, digest, lead_of, messages_linked


@dataclass
class ParsedEntry:
    """An entry of the canvas while it is being matched; `id` is that of its item, once that is found."""

    section: int
    block: int
    kind: Kind
    markdown: str
    digest: str
    messages: tuple[str, ...]
    lead: str
    id: str = ""
    is_changed: bool = False
    is_rewritten: bool = False
    is_settled: bool = False
    """Known to be people's own."""
    is_surplus: bool = False
    """A copy that Scribe made to move what stands elsewhere too."""

    @property
    def is_free(self) -> bool:
        return not (self.id or self.is_settled or self.is_surplus)


@dataclass
class ParsedSection:
    heading: str
    title: str
    entries: list[ParsedEntry] = field(default_factory=list)
    key: str = ""
    is_title_changed: bool = False
    head: str = ""


def parsed(
    markdown: str, written: Sequence[WrittenSection], rendered: Sequence[Rendered]
) -> list[ParsedSection]:
    """The canvas cut into entries."""
    heads = frozenset(
        [item.digest for section in written for item in section.items if item.kind is Kind.HEAD]
        + [digest(item.markdown) for one in rendered for item in one.items if item.kind is Kind.HEAD]
    )
    found = []
    number = 0
    for position, (heading, title, texts) in enumerate(sections(markdown)):
        part = ParsedSection(heading, title)
        for block in texts:
            number += 1
            for entry in entries(block):
                known = digest(entry.markdown)
                if entry.kind is Kind.HEAD and known in heads:
                    part.head = entry.markdown
                    continue  # the head of Scribe's tables is no item
                part.entries.append(
                    ParsedEntry(
                        position,
                        number,
                        entry.kind,
                        entry.markdown,
                        known,
                        messages_linked(entry.markdown),
                        lead_of(entry.markdown),
                    )
                )
        found.append(part)
    return found


def gaps(entries: Sequence[ParsedEntry]) -> Iterator[tuple[str, list[ParsedEntry], str]]:
    """Each run of entries that are not matched yet, with the ids of the entries before and after it."""
    before, run = "", list[ParsedEntry]()
    for entry in entries:
        if not entry.id:
            run.append(entry)
            continue
        if run:
            yield before, run, entry.id
        before, run = entry.id, []
    if run:
        yield before, run, ""


def digests_in(markdown: str) -> Counter[str]:
    """How often each digest stands in a canvas."""
    return Counter(entry.digest for part in parsed(markdown, (), ()) for entry in part.entries)
