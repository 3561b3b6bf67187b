"""Sentences that blame a person, where a post-mortem would ask further.

Precision goes before recall: a probe that failed to start is no person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.editor import people
from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence

ADVERBS = r"(?:\s+(?:\w+ly|also|then|just|even|already|never|not|again|had|has|have|who|simply))*"

_ERROR = re.compile(
    r"\b(?:(?:a|an|the|simple|pure)\s+)*(?:human|operator|manual|pilot)[ -]+(?:error|mistake)s?\b"
    r"(?!\s+(?:rate|code|message|handling))",
    re.I,
)
_JUDGED = re.compile(
    r"\b(?:careless(?:ly|ness)?|negligen(?:t|tly|ce)|reckless(?:ly|ness)?|slopp(?:y|ily|iness)"
    r"|incompeten(?:t|tly|ce)|stupid(?:ly|ity)?|inattenti(?:ve|on)|thoughtless(?:ly)?"
    r"|lack of (?:care|attention)|not paying attention|wasn['’]t paying attention"
    r"|couldn['’]t be bothered|didn['’]t bother)\b",
    re.I,
)
_FAULT = re.compile(
    r"\b(?P<said>(?:was|were|is|are)\s+(?:entirely\s+|clearly\s+|solely\s+|partly\s+)?(?:to blame|at fault)"
    r"|(?:the\s+)?fault of|(?:his|her|their|my|your)\s+(?:own\s+)?(?:fault|mistake)"
    r"|blamed?\s+(?:on\s+)?(?:the\s+)?(?=@|[A-Z]))",
)
_FORGOT = re.compile(
    r"\b(?P<said>forgot|(?:had|has|have|was|were|been)\s+forgotten|forgotten)\s+(?:to\s+\S|about\b)", re.I
)
_NOBODYS = re.compile(r"\b(?:no ?body|no[ -]one|not|n['’]t|never|nobody's|no one's|without)\b", re.I)
_PERSONAL_FAULT = r"(?:own\s+)?(?:fault|mistake|carelessness|negligence|error)\b"

_CAUSED = (
    r"(?:(?:caused|broke|crashed)\b|took\s+(?=(?:\S+\s+){0,5}?down\b)|brought\s+(?=(?:\S+\s+){0,5}?down\b)"
    r"|knocked\s+(?=(?:\S+\s+){0,5}?(?:out|over)\b)|(?:deleted|overwrote|wiped|misconfigured|mistyped|botched"
    r"|destroyed|corrupted|ruined|screwed\s+up|messed\s+up|overlooked|neglected|ignored|missed)\b"
    r"|introduced\s+(?=(?:a|an|the|this)\s+(?:\w+\s+)?(?:bug|regression|error|defect|mistake|problem))"
    r"|triggered\s+(?=(?:a|an|the|this)\s+(?:\w+\s+)?(?:outage|incident|failure|crash|disruption))"
    r"|dropped\s+(?=(?:a|an|the|this)\s+(?:\w+\s+)?(?:table|database|schema|column))"
    r"|(?:pushed|merged|deployed|shipped)\s+(?=(?:a|an|the)\s+(?:bad|broken|wrong|faulty|buggy|untested)))"
)
_HARMLESS = re.compile(
    r"\s*(?:a|an|the|all|some)?\s*(?:\w+\s+)?(?:stuck|stale|failing|unhealthy|crashing|orphaned|unused|old|evicted"
    r"|faulty|hung|bad|broken|meeting|call)\b",
    re.I,
)
_BY_CAUSED = (
    r"\b(?:caused|broken|deleted|overwritten|wiped|misconfigured|introduced|missed|overlooked)\s+by\s+"
)


class Blame:
    """The rule for one incident's people."""

    def __init__(self, names: Iterable[str]) -> None:
        names = frozenset(names)
        who, named = people.anybody(names), people.named(names)
        culprit = rf"(?:{named}|(?i:he|she|{people.SINGULAR_WORK}))"
        self._failed = re.compile(rf"(?<![\w@]){who}{ADVERBS}\s+(?P<said>(?:failed|neglected)\s+to)\s+\S")
        self._caused = re.compile(rf"(?<![\w@]){culprit}{ADVERBS}\s+(?P<said>{_CAUSED})")
        self._caused_by = re.compile(rf"(?P<said>{_BY_CAUSED}){named}(?!['’]s|[\w-]*/)")
        self._fault = re.compile(rf"(?:{named}|(?i:{people.WORK}))['’]s\s+(?P<said>{_PERSONAL_FAULT})")

    def note(self, sentence: Sentence, where: str) -> EditorNote | None:
        """The note about a sentence, if it blames."""
        blaming = self._blaming(sentence)
        return noted(Rule.BLAME, sentence.shown, where, *blaming) if blaming else None

    def _blaming(self, sentence: Sentence) -> tuple[str, str] | None:
        """The words that blame, and the question to ask instead."""
        own = sentence.own
        if found := _FORGOT.search(own):
            return sentence.words(found, "said"), "What made that easy to miss?"
        if found := self._failed.search(own):
            return sentence.words(found, "said"), "What stood in the way?"
        found = self._caused.search(own)
        if (found and not _is_harmless(found, own)) or (found := self._caused_by.search(own)):
            return sentence.words(found, "said"), "What allowed that, and what would limit it next time?"
        if found := _ERROR.search(own):
            if _NOBODYS.search(own[: found.start()][-12:]):
                return None
            return sentence.words(found), "Which step was easy to get wrong, and why?"
        if found := _JUDGED.search(own):
            return sentence.words(found), "What could be seen at that moment, and what made this look right?"
        found = _FAULT.search(own) or self._fault.search(own)
        if found and not _NOBODYS.search(own[: found.end()]):
            question = "What made this possible, and what would have to change so that it cannot come again?"
            return sentence.words(found, "said"), question
        return None


def _is_harmless(found: re.Match[str], own: str) -> bool:
    """Whether what was deleted was stuck, stale or the like: deleting it is a remedy."""
    verb = found["said"].strip().lower()
    return verb in ("deleted", "missed", "dropped", "wiped") and bool(_HARMLESS.match(own, found.end("said")))
