"""What stands above the first section, for a reader with a minute: one line of facts, and *In short*."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.postmortem.compose.words import Read, evidence, first_sentence
from bot.postmortem.document import Block, Bullets, Evidence, Remark
from bot.postmortem.facts import ActionItem, Facts, Quote
from bot.text import spans
from bot.text.prose import Paragraph, Text
from storage.vocabulary import ActionItemState, IncidentStatus, MarkSection

SEPARATOR = " · "
IN_SHORT = ("Impact", "Cause", "Ended by", "Next")
"""What is told in short, by its label."""
_NUMBER = re.compile(r"\d")
_ENTITY = re.compile(r"<[^<>\n]*>")


def opening(facts: Facts, read: Read) -> tuple[Block, ...]:
    """The line of facts, then the incident in short: only what is on the record, in people's own words."""
    found: list[Block] = [Paragraph((Text(SEPARATOR.join(_line(facts))),), "line")]
    remarks = tuple(in_short(facts, read))
    if remarks:
        found.append(Bullets(remarks))
    count = _counted(facts.action_items)
    if count:
        found.append(Paragraph((Text(count),), "action-items"))
    return tuple(found)


def in_short(facts: Facts, read: Read) -> Iterator[Remark]:
    """Who was hurt, why, what ended it and what is being done: the first sentence of each."""
    said = (
        _first(with_numbers_first(facts.marked.get(MarkSection.IMPACT, ()))),
        _first(facts.marked.get(MarkSection.ROOT_CAUSE, ())),
        facts.ended_by,
        _first([one.said for one in facts.action_items if one.state == ActionItemState.OPEN]),
    )
    for label, quote in zip(IN_SHORT, said, strict=True):
        name = label.lower().replace(" ", "-")
        if quote:
            yield Remark(first_sentence(read(quote.words)), evidence(quote), name, label, quote.of)
        elif label == "Ended by" and facts.conclusion and (words := read(facts.conclusion)):
            by = Evidence(facts.concluded_by) if facts.concluded_by else None
            yield Remark(first_sentence(words), by, name, label)


def with_numbers_first(said: Sequence[Quote]) -> list[Quote]:
    """What people said, that which tells a number before the rest."""
    return sorted(said, key=lambda one: not _NUMBER.search(_ENTITY.sub("", one.text)))


def _first(said: Sequence[Quote]) -> Quote | None:
    return next((one for one in said if one.text.strip() and not one.is_deleted), None)


def _line(facts: Facts) -> Iterator[str]:
    if facts.is_drill:
        yield "a drill, nothing was really broken"
    if facts.severity:
        yield facts.severity
    start, zone = facts.started or facts.declared, facts.zone
    if facts.resolved is None:
        yield f"since {spans.date_and_clock(start.at, zone)}"
    elif facts.resolved.at < start.at:
        yield spans.date_and_clock(facts.resolved.at, zone)
    else:
        yield spans.from_to(start.at, facts.resolved.at, zone)
        yield spans.between(start.at, facts.resolved.at)
    yield facts.status
    if facts.owner and facts.status != IncidentStatus.CANCELLED:
        yield f"owner {facts.owner}"


def _counted(items: Sequence[ActionItem]) -> str:
    """`3 action items, 1 done, 2 without an owner`; dropped ones do not count."""
    standing = [item for item in items if item.state != ActionItemState.DROPPED]
    if not standing:
        return ""
    done = sum(item.state == ActionItemState.DONE for item in standing)
    unowned = sum(item.owner is None and item.state == ActionItemState.OPEN for item in standing)
    parts = [f"{len(standing)} action item" + ("s" if len(standing) > 1 else "")]
    if done:
        parts.append("all done" if done == len(standing) else f"{done} done")
    if unowned:
        parts.append(f"{unowned} without an owner")
    return ", ".join(parts)
