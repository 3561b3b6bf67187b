"""One root cause where an incident had several: complex systems fail for more than one reason at a time.

Source of the rule: R. Cook, "How Complex Systems Fail" (1998), points 3 and 7.
"""

from __future__ import annotations

import re

from bot.postmortem.editor.note import EditorNote, Rule, noted
from bot.postmortem.editor.sentences import Sentence

_ONE = re.compile(
    r"\b(?P<said>(?:the|a|this|our|its|one|single|only|sole)\s+(?:\w+\s+)?(?:root\s+cause|(?:only|sole|single|main|real|actual)"
    r"\s+(?:cause|reason))(?:\s+(?:of|for|behind)\s+[^,;.]{1,80}?)?\s+(?:was|is|turned\s+out\s+to\s+be|were))\s+"
    r"(?!not\b|unknown|still|unclear|being|identified|found|discovered|determined|addressed|fixed|resolved)"
    r"(?:that\s+|(?:traced|tracked|narrowed)\s+(?:back\s+|down\s+)?to\s+)?\S",
    re.I | re.DOTALL,
)
_LABEL = re.compile(r"^\s*(?P<said>root\s+cause)\s*:\s*\S.", re.I | re.DOTALL)
_BECAUSE = re.compile(r"\b(?P<said>(?:was|were)\s+(?:caused\s+by|due\s+to))\s+\S", re.I)


def single_cause(sentence: Sentence, where: str, factors: int) -> EditorNote | None:
    """The note about a sentence that names one root cause; `factors` are marked on the record.

    That something was caused by one thing is noted only where several factors are on record.
    """
    found = _ONE.search(sentence.own) or _LABEL.match(sentence.own)
    if found is None and factors > 1:
        found = _BECAUSE.search(sentence.own)
    if found is None:
        return None
    on_record = f"{factors} factors are marked on the record; how did each contribute?"
    question = on_record if factors > 1 else "What else had to be true for it to do harm?"
    return noted(Rule.SINGLE_CAUSE, sentence.shown, where, sentence.words(found, "said"), question)
