"""Sentences that end the questions at a person, and what they may ask instead.

Precision goes before recall: a probe that failed to start is no person, and a team that should have more
tests has not been blamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.editor import people
from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence
from bot.postmortem.editor.verbs import capitalised, participle, was_done

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
    r"\b(?:(?:was|were|is|are)\s+(?:entirely\s+|clearly\s+|solely\s+|partly\s+)?(?:to blame|at fault)"
    r"|(?:the\s+)?fault of|(?:his|her|their|my|your)\s+(?:own\s+)?(?:fault|mistake)"
    r"|blamed?\s+(?:on\s+)?(?:the\s+)?(?:@|[A-Z]))",
)
_NOBODYS = re.compile(r"\b(?:no ?body|no[ -]one|not|n['’]t|never|nobody's|no one's|without)\b", re.I)
_PERSONAL_FAULT = r"['’]s\s+(?:own\s+)?(?:fault|mistake|carelessness|negligence|error)\b"

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
_PAST = {
    "broke": "broken", "took": "taken", "brought": "brought", "overwrote": "overwritten", "drove": "driven",
}  # fmt: skip


class Blame:
    """The rule for one incident's people."""

    def __init__(self, names: Iterable[str]) -> None:
        names = frozenset(names)
        who, named = people.anybody(names), people.named(names)
        culprit = rf"(?:{named}|(?i:he|she|{people.SINGULAR_WORK}))"
        self._failed = re.compile(
            rf"(?<![\w@])(?P<who>{who}){ADVERBS}\s+(?P<verb>failed|neglected)\s+to\s+(?P<rest>.+)"
        )
        self._forgot = re.compile(
            r"\b(?:forgot|(?:had|has|have|was|were|been)\s+forgotten|forgotten)\s+(?:to\s+(?P<rest>.+)|about\b)",
            re.I,
        )
        self._caused = re.compile(rf"(?<![\w@])(?P<who>{culprit}){ADVERBS}\s+(?P<said>{_CAUSED}.*)")
        self._caused_by = re.compile(rf"(?P<said>{_BY_CAUSED})(?P<who>{named})(?!['’]s|[\w-]*/)")
        self._fault = re.compile(rf"(?:{named}|(?i:{people.WORK})){_PERSONAL_FAULT}")

    def note(self, sentence: Sentence, where: str) -> EditorNote | None:
        """The note about a sentence, if it blames."""
        rewritten = self._rewritten(sentence)
        return noted(Rule.BLAME, sentence.shown, where, rewritten) if rewritten else None

    def _rewritten(self, sentence: Sentence) -> str | None:
        own, shown = sentence.own, sentence.shown
        if found := self._forgot.search(own):
            return _left_undone(_shown(shown, found, "rest"), "what made that easy to miss?")
        if found := self._failed.search(own):
            return _left_undone(_shown(shown, found, "rest"), "what stood in the way?")
        if (found := self._caused.search(own)) and not self._is_harmless(found):
            return _without_whom(shown[found.start("said") : found.end("said")])
        if found := self._caused_by.search(own):
            without = f"{shown[: found.end('said')].removesuffix('by ').rstrip()}{shown[found.end() :]}"
            return f"{_ended(without)} What allowed it, and what would limit it next time?"
        if found := _ERROR.search(own):
            if _NOBODYS.search(own[: found.start()][-12:]):
                return None
            instead = "a step that was easy to get wrong (which one, and why?)"
            return capitalised(f"{shown[: found.start()]}{instead}{shown[found.end() :]}")
        if found := _JUDGED.search(own):
            return f"Without “{found[0]}”: what could be seen at that moment, and what made this look right?"
        found = _FAULT.search(own) or self._fault.search(own)
        if found and not _NOBODYS.search(own[: found.end()]):
            return "What made this possible, and what would have to change so that it cannot come again?"
        return None

    @staticmethod
    def _is_harmless(found: re.Match[str]) -> bool:
        """Deleting what was stuck is a remedy."""
        verb, _, rest = found["said"].partition(" ")
        return verb.lower() in ("deleted", "missed", "dropped", "wiped") and bool(_HARMLESS.match(rest))


def _shown(shown: str, found: re.Match[str], group: str) -> str:
    return shown[found.start(group) : found.end(group)] if found[group] else ""


def _left_undone(rest: str, question: str) -> str:
    """`run the migrations before the deploy` as what was not done, and a question."""
    verb, _, thing = rest.partition(" ")
    turned = was_done(f"{participle(verb)} {thing}", is_done=False) if verb.isalpha() else None
    if turned:
        return f"{capitalised(turned)}; {question}"
    step = rest.strip().rstrip(".!?")
    return f"The step “{step}” was left out; {question}" if step else f"A step was left out; {question}"


def _without_whom(said: str) -> str:
    question = "what allowed that, and what would limit it next time?"
    verb, _, rest = said.partition(" ")
    if verb.lower() == "caused":
        thing, _, how = rest.strip().rstrip(".!?").partition(" by ")
        return f"{capitalised(how)} led to {thing}; {question}" if how else f"What led to {thing}?"
    past = _PAST.get(verb.lower(), verb.lower())
    turned = was_done(f"{past} {rest}")
    return f"{capitalised(turned)}; {question}" if turned else f"What happened, without who: {question}"


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
