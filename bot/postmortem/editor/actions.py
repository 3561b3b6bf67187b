"""Action items so vague that nobody could tell when they are done, and what they lack."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence

_WHO = r"(?:(?:@[\w.-]+(?:\s[A-Z][\w-]+)?|we|team|the\s+team|everyone|everybody|somebody|someone|I)[\s:,]+)?"
_MODAL = (
    r"(?:(?:should|will|must|need(?:s)?\s+to|have\s+to|could|can|might|to|please|let['’]?s|going\s+to)\s+)*"
)
_VERB = (
    r"(?:(?:re-?)?investigat(?:e|ing)|improv(?:e|ing)|look(?:ing)?\s+(?:in)?to|consider(?:ing)?|think(?:ing)?\s+about"
    r"|explor(?:e|ing)|review(?:ing)?|evaluat(?:e|ing)|research(?:ing)?|discuss(?:ing)?|understand(?:ing)?"
    r"|examin(?:e|ing)|assess(?:ing)?|check\s+(?:whether|if|why|out)|figure\s+out|find\s+out|follow\s+up"
    r"|try(?:ing)?\s+to|be(?:ing)?\s+(?:more\s+)?(?:careful|aware|vigilant|mindful|attentive)"
    r"|pay(?:ing)?\s+(?:more\s+|closer\s+)?attention|raise\s+awareness|do\s+better|strive\s+to|work\s+on|aim\s+to"
    r"|(?:better|more|improved|further)\s+(?:\w+\s+){0,2}?(?:monitoring|alerting|testing|tests|logging|communication"
    r"|documentation|training|care|investigation|observability))"
)
_VAGUE = re.compile(
    rf"^\W*(?:action(?:\s+item)?\s*:\s*|todo\s*:\s*)?{_WHO}{_MODAL}(?:also\s+|further\s+|possibly\s+)?(?P<verb>{_VERB})\b",
    re.I,
)
_CAREFUL = re.compile(r"\bbe\s+(?:more|extra|very)\s+(?:careful|vigilant|mindful|attentive)\b", re.I)
_CARE = re.compile(r"attention|vigilan|mindful|careful|aware", re.I)
_OWNED = re.compile(r"@[\w]|\bowner\b\s*:", re.I)
_DUE = re.compile(
    r"\b(?:due\b|by\s+(?:mon|tue|wed|thu|fri|sat|sun|today|tomorrow|next|the\s+end|end|eod|eow|q[1-4]|\d"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{4}-\d{2}-\d{2})",
    re.I,
)
_DONE_WHEN = re.compile(r"\b(?:done\s+when|done\s+once|until)\b", re.I)


def vague(
    sentence: Sentence,
    where: str,
    *,
    number: int | None = None,
    known: Iterable[str] = (),
) -> EditorNote | None:
    """The note about an action item, if it is vague and lacks an owner, a due date or its end.

    `known` names what the record knows of these besides the words; `number` is the item's, for the command.
    """
    own, has = sentence.own, set(known)
    found = _VAGUE.match(own)
    words = sentence.words(found, "verb") if found else ""
    if not found and (found := _CAREFUL.search(own)):
        words = sentence.words(found)
    said = {"an owner": _OWNED, "a due date": _DUE, "a done-when": _DONE_WHEN}
    missing = [what for what, pattern in said.items() if what not in has and not pattern.search(own)]
    if not found or not missing:
        return None
    if _CARE.search(own):
        question = "What change would make this slip hard to make, or quick to notice?"
    elif words.lower().startswith(("improv", "better", "more", "work")):
        question = "Which number or test would show that it is better?"
    else:
        question = "Which question is answered when it is done, and where is the answer kept?"
    command = f" (`/incident task edit {number} …`)" if number is not None else ""
    whole = f"{question} Missing: {', '.join(missing)}{command}."
    return noted(Rule.VAGUE_ACTION, sentence.shown, where, words, whole)
