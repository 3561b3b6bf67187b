"""As much English grammar as a rewrite needs: participles, and a thing that something was done to."""

from __future__ import annotations

import re

IRREGULAR = {
    "be": "been", "begin": "begun", "bind": "bound", "break": "broken", "bring": "brought",
    "build": "built", "buy": "bought", "catch": "caught", "choose": "chosen", "come": "come",
    "cut": "cut", "deal": "dealt", "do": "done", "draw": "drawn", "drive": "driven", "feed": "fed",
    "feel": "felt", "find": "found", "forget": "forgotten", "freeze": "frozen", "get": "got",
    "give": "given", "go": "gone", "have": "had", "hear": "heard", "hide": "hidden", "hold": "held",
    "keep": "kept", "know": "known", "lead": "led", "leave": "left", "let": "let", "lose": "lost",
    "make": "made", "meet": "met", "overwrite": "overwritten", "override": "overridden", "pay": "paid",
    "put": "put", "quit": "quit", "read": "read", "rebuild": "rebuilt", "reset": "reset", "rerun": "rerun",
    "rewrite": "rewritten", "run": "run", "say": "said", "see": "seen", "send": "sent", "set": "set",
    "shut": "shut", "speak": "spoken", "spend": "spent", "split": "split", "take": "taken", "tell": "told",
    "think": "thought", "understand": "understood", "undo": "undone", "withdraw": "withdrawn",
    "write": "written", "foresee": "foreseen",
}  # fmt: skip
DOUBLED = frozenset(
    {"drop", "plan", "scan", "ship", "stop", "tag", "trim", "wrap", "log", "map", "pin", "swap"}
)
"""Verbs whose last letter is doubled: `dropped`."""
PARTICLES = frozenset({"back", "down", "off", "on", "out", "over", "up", "through", "away"})
"""What belongs to the verb before it: `roll back`, `shut down`."""
OFTEN_PREPOSITIONS = frozenset({"on", "off", "over", "through", "up", "down", "out"})
PHRASAL = frozenset(
    {
        *(
            "turned",
            "switched",
            "taken",
            "put",
            "left",
            "shut",
            "handed",
            "set",
            "scaled",
            "backed",
            "cleaned",
        ),
        *("brought", "rolled", "torn", "tidied", "ruled", "knocked", "carried", "spun", "locked", "closed"),
    }
)
"""Participles after which these belong to the verb: `turned off`, `scaled up`."""
PARTICIPLES = frozenset(IRREGULAR.values())

_OBJECT_ENDS = re.compile(
    r"\s+(?:before|after|when|while|because|since|so|until|unless|although|though|and then|which|who|during"
    r"|despite|without|instead|by|as)\b|[,;:.!?(]|\s[–—-]+\s"
)
_NO_THING = frozenset(
    {
        *(
            "to",
            "that",
            "in",
            "on",
            "at",
            "for",
            "with",
            "from",
            "about",
            "into",
            "of",
            "if",
            "it",
            "them",
            "us",
        ),
        *("sooner", "earlier", "later", "faster", "first", "more", "better", "whether", "how", "why", "what"),
        *("back", "again", "too", "not"),
    }
)
"""What begins no thing that something could be done to."""


def participle(verb: str) -> str:
    """`deploy` to `deployed`, `run` to `run`."""
    verb = verb.lower()
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb in DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def is_participle(word: str) -> bool:
    """Whether a word can be one; `speed` or `need` are none."""
    word = word.lower()
    return word in PARTICIPLES or (
        word.endswith("ed") and len(word) > 4 and not word.endswith("eed") and word != "embed"
    )


def was_done(said: str, *, is_done: bool = True) -> str | None:
    """`deployed the wrong build` turned round: `the wrong build was deployed`; None where that can't be done.

    `said` begins with the participle.
    """
    words = said.split()
    if not words:
        return None
    count = 2 if len(words) > 1 and _is_particle(words[1], of=words[0]) else 1
    verb, rest = " ".join(words[:count]).lower(), " ".join(words[count:])
    thing = _OBJECT_ENDS.split(rest, maxsplit=1)[0].strip()
    if count == 1 and thing.split()[-1:] and thing.split()[-1].lower() in PARTICLES:
        *others, particle = thing.split()  # `took the cluster down`
        thing, verb = " ".join(others), f"{verb} {particle.lower()}"
    first = thing.split()[:1]
    if not first or first[0].lower() in _NO_THING or first[0].lower().endswith("ly"):
        return None
    left = rest[len(_OBJECT_ENDS.split(rest, maxsplit=1)[0]) :].strip(" ,;:.!?")
    aux = "were" if _is_plural(thing) else "was"
    tail = (
        f" {left}" if left and re.match(r"(?:before|after|when|while|during|without|until)\b", left) else ""
    )
    return f"{thing} {aux}{'' if is_done else ' not'} {verb}{tail}"


def _is_particle(word: str, *, of: str) -> bool:
    return word.lower() in PARTICLES and (word.lower() not in OFTEN_PREPOSITIONS or of.lower() in PHRASAL)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_plural(thing: str) -> bool:
    head = re.split(r"\s+(?:of|in|for|on|to|from|with|at)\s", thing, maxsplit=1)[0]
    if " and " in head:
        return True
    last = re.sub(r"[^\w]", "", head.split()[-1]).lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ops", "dns", "aws", "redis", "as"))
