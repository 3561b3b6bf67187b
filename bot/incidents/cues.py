"""What the words of a message say for and against its belonging on a timeline.

Lists of English phrases. A cue in a sentence that asks, plans or guesses counts for little: "should we
restart it?" is talk, "restarted it" is an event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


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
    rollback, roll(ed|ing|s)? back, rolled out, roll-?out, revert(ed|ing|s)?, reboot(ed|ing)?,
    restart(ed|ing)?, redeploy(ed|ing)?, deploy(ed|ing|s|ment)?, releas(ed|ing), shipped, promoted,
    merged, merging, scal(ed|ing), fail-?over, fail(ed|ing)? over, switched, drain(ed|ing), cordoned,
    delet(ed|ing), removed, removing, disabl(ed|ing), enabl(ed|ing), turned (on|off), increas(ed|ing),
    decreased, lowered, doubled, appl(ied|ying), patch(ed|ing)?, upgrad(ed|ing), downgraded, updated,
    updating, publish(ed|ing), pushed, created, added, provision(ed|ing), migrated,
    migration (started|finished|failed), renamed, modified, stopped, started, killed, terminated,
    unblocked, throttled, paused, resumed, rotated, renewed, replaced, flushed, purged, cleared,
    truncated, rebuilt, repaired, hot-?fix(ed)?, fixed, triggered, executed, bumped, rerouted, halted,
    shut down, brought (back|up|down), took [a-z0-9 -]+ (down|out|offline), (was|were|is) opened, ran,
    evicted, installed, configured, moved, rewritten, reset
"""
STATUSES = """
    recover(ed|s|ing|y), restored, back (online|up|to normal), operational, degraded,
    degradation, unavailable, not available, unresponsive, unreachable, not responding,
    crash-? ?loop[a-z]*, crashed, crashes, stuck, timing out, timed out, spik(e|es|ed|ing),
    stabili[sz](ed|es|ing), mitigated, resolved, outage, exhausted, overload(ed)?, saturated,
    out of (memory|disk|space|connections|ip) ?[a-z]*, oom-?killed, evictions?, hard down, fail(ing|s|ed),
    down (since|for|in), no longer, (is|are|was|were|went) (hard )?down,
    (error rate|errors|latency|traffic|queue|backlog|load) (is|are|was|at|back|now|up|rose|fell),
    (error rate|errors|latency|traffic|queue|backlog|load) (dropp|climb|grow|drain)(ed|ing|s), healthy,
    unhealthy, expired, begins?, began, starts, complet(e|ed), finished, succeeded, successfully,
    in maintenance, corrupt(ed)?, refus(ed|ing) connections?, pending, becomes?, became, affected,
    could not, unable to
"""
FINDINGS = """
    root cause, (the|possible|potential|likely) cause, caused by, identif(ied|ies), found, finds,
    discover(ed)?, noticed, notices, reali[sz]ed, culprit, traced (it )?to, pinpointed, confirmed,
    verified, determined, turns out, because of, due to, reproduced, investigation, investigated,
    debugged, reviewed, pointed (to|towards?|at), narrowed, isolated to,
    first (seen|appearance|report|instance), occurr?ences?, is related to, logs? shows?,
    shows? (that|the same), checked
"""
NOTICES = """
    notif(ied|ies), informed, announce[ds]?, reported, reports, alerted, paged, pinged, pings, escalated,
    declared, contacted, reached out, status page ([a-z]+ )?(updated|posted|says), responds?, responded,
    joined, warns?, opened (an? )?(ticket|issue|case|incident),
    (ticket|issue|case|incident) (was )?opened, acknowledged, decided, decision, agreed (to|with|that),
    handed over, takes over, took over, call started, initiate[ds]?, invited
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
    give (me|it), brb, afk, wait, hold on, in (about )?[0-9]+ ?(m|min|mins|minutes|h|hours|s|sec), normal,
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


def _any_of(phrases: str) -> str:
    """A regular expression for any of these phrases, which commas separate."""
    each = (" ".join(phrase.split()) for phrase in phrases.split(","))
    return "(?:" + "|".join(each).replace("(?!", "\0").replace("(", "(?:").replace("\0", "(?!") + ")"


def _phrase(phrases: str) -> str:
    """The same between word boundaries; a hyphen is part of a word."""
    return rf"(?<![\w-]){_any_of(phrases)}(?![\w-])"


_CUES = {
    Cue.ACTION: re.compile(_phrase(ACTIONS)),
    Cue.STATUS: re.compile(_phrase(STATUSES)),
    Cue.FINDING: re.compile(_phrase(FINDINGS)),
    Cue.NOTICE: re.compile(_phrase(NOTICES)),
    Cue.QUANTITY: re.compile(
        rf"(?<![\w.])\d+(?:[.,]\d+)* ?{_any_of(UNITS)}(?!\w)|(?<!\w)[45](?:xx|0\d)s?(?!\w)"  # 5xx, 503s
    ),
    Cue.DURATION: re.compile(rf"(?<![\w.])\d+(?:[.,]\d+)* ?{_any_of(SPANS)}(?!\w)"),
    Cue.CLOCK: re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])"),
    Cue.PAST: re.compile(r"(?<!\w)(?:[a-z]+[^e\W\d_]ed|was|were|had|got|began|went|took|saw)(?!\w)"),
}
_CUES_OF_APPS = {**_CUES, Cue.ALARM: re.compile(_phrase(ALARMS))}
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
        for cue, pattern in (_CUES_OF_APPS if is_of_app else _CUES).items():
            found = pattern.search(sentence)
            if found and (cue not in best or best[cue].worth < WEIGHTS[cue] * left):
                best[cue] = Said(cue, WEIGHTS[cue] * left, found[0])
    return Reading(tuple(best.values()), plainest or 1.0)


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
    words = _ADDRESS.sub("", _ENTITY.sub("@", words)).replace("’", "'").lower()
    return [" ".join(sentence.split()) for sentence in _BETWEEN_SENTENCES.split(words) if sentence.strip()]
