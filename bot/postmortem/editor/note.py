"""What the editor has to say about one sentence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a note is about."""

    BLAME = "blame"
    COUNTERFACTUAL = "counterfactual"
    VAGUE_ACTION = "vague_action"
    NO_EVIDENCE = "no_evidence"
    SINGLE_CAUSE = "single_cause"


@dataclass(frozen=True, slots=True)
class EditorNote:
    """A note: the sentence it is about, where that stands, and a question to consider. All plain text.

    `found` are the words in the sentence that the rule is about; empty when it is about the whole.
    `key` stays the same as long as the sentence does, wherever it stands, so that it can be dismissed.
    """

    key: str
    rule: Rule
    sentence: str
    where: str
    found: str
    question: str


def noted(rule: Rule, sentence: str, where: str, found: str, question: str, *, about: str = "") -> EditorNote:
    """A note with its key; `about` tells apart what would read the same, such as two rows of a timeline."""
    words = " ".join(f"{about} {sentence}".split()).casefold()
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    return EditorNote(f"note:{rule.value}:{digest}", rule, sentence, where, found, question)
