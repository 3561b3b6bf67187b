"""The gentle editor: advice about what people wrote, for the owner alone. Pure; it never blocks anything.

What people said in Slack is evidence and is not judged. The rules read what was written for the post-mortem:
people's words in the canvas, the conclusion, lessons, and action items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bot.postmortem.editor.actions import vague
from bot.postmortem.editor.blame import Blame
from bot.postmortem.editor.causes import single_cause
from bot.postmortem.editor.counterfactual import Counterfactual
from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.people import names_of
from bot.postmortem.editor.sentences import lines, sentences
from bot.postmortem.facts import ActionItem, Facts, TimelineEntry
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Prose,
    Strike,
    Strong,
    Text,
    as_lines,
)
from bot.text.rich_text import Said
from storage.vocabulary import ActionItemState, EventKind, MarkSection

__all__ = ["EditorNote", "Rule", "notes"]

Read = Callable[[Said], tuple[Prose, ...]]
"""How text as Slack sent or showed it becomes words."""

_ACTIONS = re.compile(r"action|remediation|follow[- ]?up|corrective|prevent", re.I)
"""Headings of sections in which every line is an action item."""
_ADDRESS = re.compile(r"https?://\S")
LONGEST_ROW = 200


def notes(sections: Mapping[str, str] | str, facts: Facts, read: Read) -> tuple[EditorNote, ...]:
    """What the owner may want to word differently, in the post-mortem's order; a sentence once per rule.

    `sections` is what people wrote themselves, in Markdown, by heading.
    """
    judge = _Judge(facts)
    found: dict[str, EditorNote] = {}
    if facts.conclusion:
        _keep(found, judge.prose(_typed(read(facts.conclusion)), "the conclusion"))
    for heading, text in ({"": sections} if isinstance(sections, str) else sections).items():
        where = f"“{heading}”" if heading else "the text"
        _keep(found, judge.prose(text, where))
        if _ACTIONS.search(heading):
            _keep(found, (vague(line, where) for line in lines(text)))
    for lesson in facts.marked.get(MarkSection.LESSON, ()):
        if not lesson.is_deleted:
            _keep(found, judge.prose(_typed(read(lesson.words)), "a lesson"))
    for item in facts.action_items:
        _keep(found, judge.action_item(item, _typed(read(item.said.words))))
    _keep(found, (_without_evidence(entry, read) for entry in facts.timeline))
    return tuple(found.values())


def _keep(found: dict[str, EditorNote], more: Iterable[EditorNote | None]) -> None:
    for note in more:
        if note:
            found.setdefault(note.key, note)


class _Judge:
    """The rules for one incident."""

    def __init__(self, facts: Facts) -> None:
        names = names_of(facts)
        self._blame = Blame(names)
        self._counterfactual = Counterfactual(names)
        self._factors = len(facts.marked.get(MarkSection.ROOT_CAUSE, ()))

    def prose(self, text: str, where: str) -> Iterable[EditorNote | None]:
        for sentence in sentences(text):
            blamed = self._blame.note(sentence, where)
            yield blamed
            if blamed is None:
                yield self._counterfactual.note(sentence, where)
            yield single_cause(sentence, where, self._factors)

    def action_item(self, item: ActionItem, text: str) -> Iterable[EditorNote | None]:
        if item.state != ActionItemState.OPEN or item.said.is_deleted:
            return
        where = f"action item {item.number}" if item.number is not None else "an action item"
        known = {"an owner": item.owner, "a due date": item.due_on, "a done-when": item.done_when}
        for sentence in list(lines(text))[:1]:
            yield vague(sentence, where, number=item.number, known=[what for what, it in known.items() if it])
        for sentence in sentences(text):
            yield self._blame.note(sentence, where)


def _without_evidence(entry: TimelineEntry, read: Read) -> EditorNote | None:
    """The note about a row that was added by command and has no link: nothing in Slack supports it."""
    said = entry.said
    if entry.kind != EventKind.NOTE or said.permalink or said.is_deleted or said.files:
        return None
    text = " ".join(_typed(read(said.words)).split())
    if not text or _ADDRESS.search(said.text):
        return None
    shown = text if len(text) <= LONGEST_ROW else f"{text[: LONGEST_ROW - 1]}…"
    question = (
        "Where can a reader check this? Mark the message it comes from, or add a link to a graph, a log or a "
        "commit to the row."
    )
    when = entry.occurred_at.isoformat()
    return noted(Rule.NO_EVIDENCE, shown, "the timeline", "", question, about=when)


def _typed(words: Iterable[Prose]) -> str:
    """Words as text for the rules: each line on its own, code in backticks."""
    parts = [
        "```\n" + word.text + "\n```" if isinstance(word, CodeBlock) else _line(as_lines(word))
        for word in words
    ]
    return "\n\n".join(parts)


def _line(inlines: Iterable[Inline]) -> str:
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text):
                parts.append(text)
            case Code(text):
                parts.append(f"`{text}`")
            case Link(label, url):
                parts.append(url if label == url else label)
            case Emoji(_, character):
                parts.append(character)
            case LineBreak():
                parts.append("\n\n")
            case Strong(children) | Emphasis(children) | Strike(children):
                parts.append(_line(children))
    return "".join(parts)
