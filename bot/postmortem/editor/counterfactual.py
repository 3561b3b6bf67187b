"""Sentences about what should have happened, instead of what did and why it made sense at the time.

A counterfactual judges by what is known now; the record shows what could be seen then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.editor import people
from bot.postmortem.editor.blame import ADVERBS
from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence

_SHOULD = (
    r"(?:should|ought\s+to|could|might)(?P<no>\s+not|n['’]t)?\s+(?:really\s+|simply\s+|at\s+least\s+)?have"
    r"(?P<never>\s+(?:never|not))?(?:\s+(?:also|really|simply|just|at\s+least|\w+ly))?"
    r"(?P<been>\s+been)?\s+(?P<done>[a-z]+)"
)
_HUMAN_DEED = frozenset(
    {
        "known",
        "noticed",
        "checked",
        "tested",
        "reviewed",
        "realised",
        "realized",
        "asked",
        "told",
        "escalated",
        "caught",
        "seen",
        "thought",
        "read",
        "communicated",
        "verified",
        "remembered",
        "looked",
        "anticipated",
        "foreseen",
        "prevented",
        "avoided",
        "paid",
        "spotted",
        "discussed",
        "considered",
        "documented",
        "followed",
        "understood",
        "double-checked",
    }
)
"""What only people do, so that a sentence with one of these is about people, whatever its subject."""
_ADJECTIVES = frozenset(
    {
        "advanced",
        "agreed",
        "automated",
        "based",
        "cached",
        "centralised",
        "centralized",
        "dedicated",
        "defined",
        "detailed",
        "distributed",
        "documented",
        "encrypted",
        "enhanced",
        "improved",
        "increased",
        "integrated",
        "isolated",
        "limited",
        "managed",
        "named",
        "predefined",
        "read",
        "reduced",
        "redundant",
        "replicated",
        "required",
        "reserved",
        "scheduled",
        "separated",
        "shared",
        "signed",
        "staged",
        "standardised",
        "standardized",
        "structured",
        "tested",
        "trained",
        "unified",
        "updated",
        "versioned",
        "written",
        "set",
        "cut",
        "put",
    }
)
"""Participles that are also adjectives: `we should have automated tests`."""
_IRREGULAR = frozenset({
    "been", "begun", "bought", "bound", "broken", "brought", "built", "caught", "chosen", "come", "cut",
    "dealt", "done", "drawn", "driven", "fed", "felt", "foreseen", "forgotten", "found", "frozen",
    "given", "gone", "got", "had", "heard", "held", "hidden", "kept", "known", "led", "left", "let",
    "lost", "made", "met", "overridden", "overwritten", "paid", "put", "quit", "read", "rebuilt",
    "rerun", "reset", "rewritten", "run", "said", "seen", "sent", "set", "shut", "spent", "split",
    "spoken", "taken", "thought", "told", "understood", "undone", "withdrawn", "written",
})  # fmt: skip
"""Participles that do not end in -ed."""
_AFTER_VERB = re.compile(
    r"\s*(?:$|[,;:.!?)]|(?:a|an|the|this|that|these|those|it|its|our|their|his|her|my|all|any|each|us|them"
    r"|up|down|back|out|off|on|in|at|by|for|from|to|with|before|after|when|if|whether|how|why|earlier|sooner"
    r"|first|more|better|more\s+\w+ly|\w+ly|into|about|instead)\b)",
    re.I,
)
_AVOIDED = re.compile(
    r"\b(?:could|might|would)\s+(?:\w+ly\s+)?have\s+(?:\w+ly\s+)?(?:been\s+)?(?:prevented|avoided|averted)",
    re.I,
)
_IF_ONLY = re.compile(r"\bif only\b", re.I)


class Counterfactual:
    """The rule for one incident's people."""

    def __init__(self, names: Iterable[str]) -> None:
        who = people.anybody(frozenset(names))
        self._person = re.compile(rf"(?<![\w@]){who}{ADVERBS}\s*$")
        self._should = re.compile(rf"\b{_SHOULD}", re.DOTALL)
        self._had = re.compile(
            rf"(?:^|[,;]\s*)(?:Had|had)\s+(?:{who})\s+(?:not\s+|\w+ly\s+)?(?P<done>[a-z]+)|\b[Ii]f\s+(?:{who})\s+"
            r"(?:had(?:\s+not|n['’]t)?|would\s+have)\s+(?:\w+ly\s+)?(?P<done2>[a-z]+)"
        )

    def note(self, sentence: Sentence, where: str) -> EditorNote | None:
        """The note about a sentence, if it is about what somebody should have done."""
        missed = self._missed(sentence)
        return noted(Rule.COUNTERFACTUAL, sentence.shown, where, *missed) if missed else None

    def _missed(self, sentence: Sentence) -> tuple[str, str] | None:
        """The words about what did not happen, and a question about what did."""
        own = sentence.own
        if found := _AVOIDED.search(own):
            question = "What would make it less likely next time? As an action item it gets an owner."
            return sentence.words(found), question
        found = next((one for one in self._should.finditer(own) if self._is_about_people(one, own)), None)
        if found:
            is_done = bool(found["no"] or found["never"])
            question = "look right at the time?" if is_done else "hard to do, or easy to miss?"
            return sentence.words(found), f"What made that {question}"
        found = _IF_ONLY.search(own)
        if found is None and (had := self._had.search(own)) and _is_participle(had["done"] or had["done2"]):
            found = had
        if found:
            question = "What did happen, and what made it the sensible thing to do with what was known then?"
            return sentence.words(found), question
        return None

    def _is_about_people(self, found: re.Match[str], own: str) -> bool:
        done = found["done"].lower()
        if not _is_participle(done) or done == "been":
            return False
        if done in _ADJECTIVES and not found["been"] and not _AFTER_VERB.match(own, found.end()):
            return False
        modal = found[0].split()[0].lower()
        is_should = modal.startswith(("should", "ought"))
        if is_should and done in _HUMAN_DEED:
            return True
        return bool(self._person.search(own[: found.start()])) and (is_should or not found["no"])


def _is_participle(word: str) -> bool:
    """Whether a word can be a participle; `speed` and `need` cannot."""
    word = word.lower()
    return word in _IRREGULAR or (
        word.endswith("ed") and len(word) > 4 and not word.endswith("eed") and word != "embed"
    )
