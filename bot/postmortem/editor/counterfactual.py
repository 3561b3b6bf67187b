"""Sentences about what did not happen, and what they may tell instead: what did, and how it made sense.

A counterfactual judges with what is known now; the record shows what could be seen then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.editor import people
from bot.postmortem.editor.blame import ADVERBS
from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence
from bot.postmortem.editor.verbs import capitalised, is_participle, was_done

_SHOULD = (
    r"(?:should|ought\s+to|could|might)(?P<no>\s+not|n['’]t)?\s+(?:really\s+|simply\s+|at\s+least\s+)?have"
    r"(?P<never>\s+(?:never|not))?(?:\s+(?:also|really|simply|just|at\s+least|\w+ly))?"
    r"(?P<been>\s+been)?\s+(?P<done>[a-z]+)(?P<rest>.*)"
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
"""What only people do, so that their sentence is about people whoever its subject is."""
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
"""Participles that also stand before a thing: `we should have automated tests`."""
_AFTER_VERB = re.compile(
    r"\s*(?:$|[,;:.!?)]|(?:a|an|the|this|that|these|those|it|its|our|their|his|her|my|all|any|each|us|them"
    r"|up|down|back|out|off|on|in|at|by|for|from|to|with|before|after|when|if|whether|how|why|earlier|sooner"
    r"|first|more|better|more\s+\w+ly|\w+ly|into|about|instead)\b)",
    re.I,
)
_AVOIDED = re.compile(
    r"\b(?:could|might|would)\s+(?:\w+ly\s+)?have\s+(?:\w+ly\s+)?(?:been\s+)?(?:prevented|avoided|averted)"
    r"(?P<how>\s+(?:by|if|with|through)\s+.+)?",
    re.I,
)
_IF_ONLY = re.compile(r"\bif only\b", re.I)


class Counterfactual:
    """The rule for one incident's people: it tells what did not happen instead of what did."""

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
        rewritten = self._rewritten(sentence)
        return noted(Rule.COUNTERFACTUAL, sentence.shown, where, rewritten) if rewritten else None

    def _rewritten(self, sentence: Sentence) -> str | None:
        own, shown = sentence.own, sentence.shown
        if found := _AVOIDED.search(own):
            how = shown[found.start("how") : found.end("how")] if found["how"] else ""
            means = re.sub(r"^\s*(?:by|if|with|through)\s+", "", how).strip().rstrip(".!?")
            step = f": {means}" if means else ""
            return f"What would make it less likely next time{step}? As an action item it gets an owner."
        found = next((one for one in self._should.finditer(own) if self._is_about_people(one, own)), None)
        if found:
            return self._as_it_was(shown, found)
        if _IF_ONLY.search(own) or (
            (had := self._had.search(own)) and is_participle(had["done"] or had["done2"])
        ):
            return "What did happen, and what made it the sensible thing to do with what was known then?"
        return None

    def _is_about_people(self, found: re.Match[str], own: str) -> bool:
        done = found["done"].lower()
        if not is_participle(done) or done == "been":
            return False
        if done in _ADJECTIVES and not found["been"] and not _AFTER_VERB.match(found["rest"]):
            return False
        modal = found[0].split()[0].lower()
        is_should = modal.startswith(("should", "ought"))
        if is_should and done in _HUMAN_DEED:
            return True
        return bool(self._person.search(own[: found.start()])) and (is_should or not found["no"])

    @staticmethod
    def _as_it_was(shown: str, found: re.Match[str]) -> str:
        """`Ana should have checked the alert` as `The alert was not checked`, and a question."""
        is_done = bool(found["no"] or found["never"])
        done = found["done"].lower()
        question = "what made that look right at the time?" if is_done else "what would have made it natural?"
        if not is_done:
            question = "what made that hard to do, or easy to miss?"
        rest = shown[found.start("rest") : found.end("rest")]
        if found["been"]:
            thing = shown[: found.start()].strip() or "This"
            aux = "was" if is_done else "was not"
            end = rest.strip().rstrip(".!?")
            return f"{thing} {aux} {done}{' ' + end if end else ''}; {question}"
        turned = was_done(f"{done} {rest.strip()}", is_done=is_done)
        if turned:
            return f"{capitalised(turned)}; {question}"
        return "What could be seen at the time, and what made another step look right?"
