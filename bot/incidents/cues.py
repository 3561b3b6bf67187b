"""What the words of a message say for and against its belonging on a timeline.

Lists of English phrases. A cue in a sentence that asks, plans or guesses counts for little: "should we
restart it?" is talk, "restarted it" is an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape


class Cue(StrEnum):
    """Something in the words of a message that suggests an event; its value is how it is told."""

    ACTION = "an action"
    STATUS = "how things stand"
    FINDING = "a finding"
    NOTICE = "somebody told, called in or deciding"
    QUANTITY = "a number with a unit"
    DURATION = "how long"
    ALARM = "an alert"
    CLOCK = "a time of day"
    PAST = "told in the past tense"


WEIGHTS = {
    Cue.ACTION: 3.0,
    Cue.STATUS: 2.5,
    Cue.FINDING: 2.0,
    Cue.NOTICE: 2.0,
    Cue.QUANTITY: 2.0,
    Cue.ALARM: 2.0,
    Cue.DURATION: 1.0,
    Cue.CLOCK: 1.0,
    Cue.PAST: 0.7,
}
"""What a cue is worth in a plain statement."""

ASKED, PLANNED, JOKED = 0.15, 0.3, 0.1
"""What of that is left in a question, in a plan or guess, and in a joke."""
LONGEST_READ = 1500
"""Characters of a message that are read; what it says first decides."""

ACTIONS = """
    rollback, roll(ed|ing|s)? back, roll(ed|ing|s) out, rollout, restart, reboot, deploy, deployment,
    redeploy, failover, fail(ed|ing|s)? over, hotfix, brought (back|up|down), brings (back|up|down),
    took [a-z0-9 -]+ (down|out|offline), (was|were|is) opened, ran, rewritten, rebuilt, shut down,
    shuts down, turn(ed|s) (on|off), goes (out|live), went (out|live),
    migration (started|finished|failed), ~revert, ~restart, ~reboot, ~deploy, ~redeploy, ~release,
    shipped, ships, ~promote, ~merge, ~scale, ~switch, ~drain, ~cordon, ~delete, ~remove, ~disable,
    ~enable, ~increase, ~decrease, ~lower, ~double, ~apply, ~patch, ~upgrade, ~downgrade, ~update,
    ~publish, ~push, ~create, ~add, ~provision, ~migrate, ~rename, ~modify, stopped, stops, stopping,
    ~start, ~kill, ~terminate, ~block, ~unblock, ~throttle, ~pause, ~resume, ~rotate, ~renew, ~replace,
    ~flush, ~purge, ~clear, ~truncate, ~repair, ~fix, ~trigger, ~execute, ~bump, ~reroute, ~halt, ~evict,
    ~install, ~configure, ~move, reset, resets
"""
STATUSES = """
    ~recover, recovery, ~restore, (back|comes back|came back) (online|up|to normal), operational,
    ~degrade, degradation, unavailable, not available, unresponsive, unreachable, not responding,
    crash-? ?loop[a-z]*, crashed, crashes, crashing, stuck, tim(ed|es|ing) out, ~spike, spike, ~stabilize,
    ~stabilise, ~mitigate, ~resolve, closed, outage, exhausted, overload, overloaded, saturated,
    fill(ed|s) up, out of (memory|disk|space|connections|ip) ?[a-z]*, oom-?killed, evictions?, hard down,
    ~fail, down (since|for|in), no longer, (is|are|was|were|went|goes) (hard )?down,
    (error rate|errors|latency|traffic|queue|backlog|load) (is|are|was|at|back|now|up|rose|rises|fell|falls),
    (error rate|errors|latency|traffic|queue|backlog|load) (dropp|climb|grow|drain)(ed|ing|s), healthy,
    unhealthy, expired, expires, ~begin, began, starts, complete, ~complete, ~finish, ~succeed,
    successfully, in maintenance, corrupt, corrupted, refus(ed|es|ing) connections?,
    pending, becomes?, became, affected, could not, unable to
"""
FINDINGS = """
    root cause, (the|possible|potential|likely) cause, caused by, ~identify, found, finds, ~discover,
    ~notice, ~realize, ~realise, culprit, traced (it )?to, ~pinpoint, ~confirm, ~verify, ~determine,
    turns out, turned out, because of, due to, ~reproduce, investigation, ~investigate, debugged,
    reviewed, point(s|ed) (to|towards?|at), ~narrow, isolated to, first (seen|appearance|report|instance),
    occurr?ences?, is related to, shows, showed, checked
"""
NOTICES = """
    ~notify, ~inform, ~announce, ~report, alerted, paged, pages, pinged, pings, ~escalate, ~declare,
    ~contact, reach(ed|es) out, status page ([a-z]+ )?(updated|posted|says|set), ~respond, ~join, ~warn,
    open(ed|s) (an? )?(ticket|issue|case|incident), (ticket|issue|case|incident) (was )?opened,
    ~acknowledge, decided, decides, decision, agreed (to|with|that), hand(ed|s) over, takes over,
    took over, call started, ~initiate, ~invite, ask(s|ed) (for|the|@)
"""
ALARMS = """
    alerts?, alarms?, firing, triggered, critical, threshold, exceed(ed|s|ing)?, pager, warning, error,
    failed, failing, recovered, resolved, unhealthy, down, deploy(ed|ment|s)?, released?, rollback,
    rolled back
"""
"""What an app says that reports something; its reminders and counts are none."""
UNITS = """
    %, percent, ms, [kmgt]i?b, bytes, [kmgt]bit/s, rps, qps, tps, req(s|uests)?, requests, queries,
    messages, events, errors?, users?, customers?, orders?, payments?, pods?, nodes?, instances?,
    replicas?, hosts?, servers?, connections?, workers?, jobs?, containers?, retries, timeouts, x, times,
    rows?, blocks?, tickets?
"""
SPANS = "s, secs?, seconds?, m, mins?, minutes?, h, hrs?, hours?, days?"

QUESTIONS = """
    who, what, whats, what's, when, where, which, why, how, is, are, was, were, did, does, do, has, have,
    any, anyone, anybody, am i, shall, should,
    (can|could|would|will) (you|we|i|it|they|the|this|some|any|@),
    (can|could|would|will) (anyone|anybody|someone|somebody)
"""
"""How a sentence begins that asks."""
PLANS = """
    should, shall, could(?! not), would, wouldn't, might, may (be|have), maybe, perhaps, probably,
    possibly, if, unless, (i|we) think, i (guess|believe|feel|suppose|hope|wonder|doubt|assume|remember),
    i'd, i'll, we'll, i can, i want, we need, let's, lets, let me, going to, gonna, about to, wants? to,
    will, won't, needs? to, ha(ve|s) to, please, pls, don't, do not, doesn't, try(ing)? to, not sure,
    no idea, seems, looks (like|ok|fine|better|a bit), wonder, suggest, prefer, rather,
    last (time|week|month|year), (weeks|months|years) ago, suspect, guessing, supposed, plan(s|ning)? to,
    for me, my, remind(s|er)?, tomorrow, next (time|week), same as, ignore, unrelated, btw, fyi,
    give (me|it), brb, afk, wait, hold on, in (about )?[0-9]+ ?(m|min|mins|minutes|h|hours|s|sec),
    (is|looks|that's) normal,
    used to, know, nobody, somebody, someone, thanks, thank you, sorry, usually, always, never, hopefully,
    draft, can't, cannot, of course, retro, as far as, roughly, approx(imately)?
"""
"""What makes a plan, a guess, a request or small talk of a sentence."""
PLANS_BEGIN = "no, nothing, none, not, waiting"
JOKES = "lol, haha[a-z]*, rofl, pizza, coffee, lunch"
JOKING_EMOJI = (
    "joy",
    "sweat_smile",
    "see_no_evil",
    "shipit",
    "innocent",
    "fire",
    "this-is-fine",
    "facepalm",
    "tada",
    "slightly_smiling_face",
)


_GROUP_FIRST = re.compile(r"\((?P<ways>[a-z |]+)\)(?!\?)")


def _any_of(phrases: str, *, ongoing: bool = False) -> str:
    """A regular expression for any of these phrases, which commas separate; `~` is before a regular verb.

    `ongoing`: what is being done counts as well ("restarting", but not "looking"). Those with the same first
    letter are tried together, since most words of a message begin none of them.
    """
    by_letter: dict[str, list[str]] = {}
    for phrase in phrases.split(","):
        for form in _forms_of(" ".join(phrase.split()), ongoing=ongoing):
            letter = form[0] if form[0].isalpha() else ""
            by_letter.setdefault(letter, []).append(form.removeprefix(letter))
    return _or(letter + _or(rests) for letter, rests in by_letter.items())


def _or(expressions: Iterable[str]) -> str:
    return f"(?:{'|'.join(expressions)})"


def _forms_of(phrase: str, *, ongoing: bool) -> Iterator[str]:
    """The regular expressions of a phrase; a regular verb's plain form, an order or a plan, is left out."""
    verb = phrase.removeprefix("~")
    if beginning := _GROUP_FIRST.match(phrase):
        for way in beginning["ways"].split("|"):
            yield from _forms_of(way + phrase[beginning.end() :], ongoing=ongoing)
    elif verb == phrase:
        yield re.sub(r"\((?!\?)", "(?:", phrase)
    else:
        stem = verb.removesuffix("e").removesuffix("y")
        if verb.endswith("e"):
            yield f"{stem}e[sd]"
        elif verb.endswith("y") and stem[-1] not in "aeiou":
            yield f"{stem}ie[sd]"
        else:
            yield f"{verb}(?:e?s|ed)"
        if ongoing:
            yield f"{verb.removesuffix('e')}ing"


def _phrase(phrases: str, *, ongoing: bool = False) -> str:
    """The same between word boundaries; a hyphen is part of a word."""
    return rf"(?<![\w-]){_any_of(phrases, ongoing=ongoing)}(?![\w-])"


def _looked_for(patterns: Mapping[Cue, str]) -> Sequence[tuple[Cue, float, re.Pattern[str]]]:
    """Each cue with what it is worth and what to search for."""
    return [(cue, WEIGHTS[cue], re.compile(pattern)) for cue, pattern in patterns.items()]


_NUMBER = r"(?<![\w.])\d+(?:[.,]\d+)* ?"
_STATUS_CODE = r"(?<!\w)[45](?:xx|0\d)s?(?!\w)"
_OF_WORDS = _looked_for(
    {
        Cue.ACTION: _phrase(ACTIONS, ongoing=True),
        Cue.STATUS: _phrase(STATUSES, ongoing=True),
        Cue.FINDING: _phrase(FINDINGS),
        Cue.NOTICE: _phrase(NOTICES),
        Cue.PAST: r"(?<!\w)(?:[a-z]+[^e\W\d_]ed|was|were|had|got|began|went|took|saw)(?!\w)",
    }
)
_OF_APPS = _looked_for({Cue.ALARM: _phrase(ALARMS)})
_OF_NUMBERS = _looked_for(
    {
        Cue.QUANTITY: rf"{_NUMBER}{_any_of(UNITS)}(?!\w)|{_STATUS_CODE}",
        Cue.DURATION: rf"{_NUMBER}{_any_of(SPANS)}(?!\w)",
        Cue.CLOCK: r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])",
    }
)
_DIGIT = re.compile(r"\d")
_ASKS = re.compile(rf"\?|^\W*(?:(?:so|and|but|or|ok|hey|hi|sorry)[\s,]+)*{_any_of(QUESTIONS)}(?!\w)")
_PLANS = re.compile(rf"\b{_any_of(PLANS)}\b|^\W*{_any_of(PLANS_BEGIN)}\b")
_JOKES = re.compile(rf"\b{_any_of(JOKES)}\b|:(?:{'|'.join(JOKING_EMOJI)}):")
_QUOTED_LINE = re.compile(r"^&gt;.*$", re.MULTILINE)
_LINK = re.compile(r"<(?:https?|mailto):[^<>|]*(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"<[@#!][^<>]*>")
_ADDRESS = re.compile(r"https?://\S+")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+|\s-\s|;\s")


@dataclass(frozen=True)
class Said:
    """A cue that was found: what it is worth where it stands, and its words, in small letters."""

    cue: Cue
    worth: float
    words: str


@dataclass(frozen=True)
class Reading:
    """The cues of a message, and how much of any other reason is left: 1, less if it only asks or guesses."""

    cues: Sequence[Said]
    left: float


def read(text: str, *, is_of_app: bool = False) -> Reading:
    """Each kind of cue in a Slack text where it is worth most; alarms are read of apps alone."""
    best: dict[Cue, Said] = {}
    plainest = 0.0
    for sentence in _sentences(text):
        left = _left_of(sentence)
        plainest = max(plainest, left)
        for cue, worth, pattern in _patterns(sentence, is_of_app=is_of_app):
            if cue in best and best[cue].worth >= worth * left:
                continue
            if found := pattern.search(sentence):
                best[cue] = Said(cue, worth * left, found[0])
    return Reading(tuple(best.values()), plainest or 1.0)


def _patterns(sentence: str, *, is_of_app: bool) -> Iterator[tuple[Cue, float, re.Pattern[str]]]:
    """What to look for in a sentence: thousands are read at once, and most have no digit."""
    yield from _OF_WORDS
    if is_of_app:
        yield from _OF_APPS
    if _DIGIT.search(sentence):
        yield from _OF_NUMBERS


def _left_of(sentence: str) -> float:
    """How much of a cue's worth is left in this sentence."""
    if _JOKES.search(sentence):
        return JOKED
    if _ASKS.search(sentence):
        return ASKED
    return PLANNED if _PLANS.search(sentence) else 1.0


def _sentences(text: str) -> list[str]:
    """The sentences of a Slack text in small letters, without what it quotes and where its links lead."""
    words = _QUOTED_LINE.sub("", text[:LONGEST_READ])
    words = _LINK.sub(lambda found: found[1] or "", words)
    words = unescape(_ADDRESS.sub("", _ENTITY.sub("@", words))).replace("’", "'").lower()
    return [" ".join(sentence.split()) for sentence in _BETWEEN_SENTENCES.split(words) if sentence.strip()]
