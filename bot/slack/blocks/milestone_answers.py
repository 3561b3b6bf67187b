"""What people are told about milestones, severity, roles, zone and durations; to them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.actions.roles import RolesGiven
from bot.incidents.milestones import WORDS, Changed, contradictions, durations
from bot.incidents.roles import Handed
from bot.incidents.views.incident import History, RoleView
from bot.incidents.views.milestones import MilestoneView
from bot.slack.blocks import (
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    context,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.text.moments import shown
from bot.text.nobody import mention
from bot.text.spans import between, in_words
from storage.vocabulary import MILESTONES, MilestoneKind

FORM_ACTION = "milestone_form"
SHOWN = 20
"""How many earlier changes, or stated durations, an answer lists."""
LONGEST_LINE = 400


@dataclass(frozen=True)
class Focus:
    """What the button says that opens the form of milestones: where the cursor stands, if that matters."""

    kind: MilestoneKind | None = None


@dataclass(frozen=True)
class ShownDuration:
    """A duration as somebody stated it; `name` and `said` are inert, `by` is a mention."""

    name: str
    said: str
    by: str


def milestones_stated(
    number: int,
    changes: Sequence[Changed],
    known: Mapping[MilestoneKind, datetime],
    *,
    is_about: bool = False,
) -> str:
    """What was stated or taken back, the durations as they now are, and what contradicts what."""
    lines = [_changed(number, changed) for changed in changes]
    if is_about:
        lines.append("A milestone is one exact moment, so “about” is not kept with it.")
    lines.append(_durations(known))
    kinds = {changed.kind for changed in changes}
    lines += [
        contradiction(known, later, earlier)
        for later, earlier in contradictions(known)
        if kinds & {later, earlier}
    ]
    return "\n".join(lines)


def contradiction(
    known: Mapping[MilestoneKind, datetime], later: MilestoneKind, earlier: MilestoneKind
) -> str:
    """Says that two milestones are in the wrong order."""
    return (
        f":warning: {WORDS[later].capitalize()} {shown(known[later])} is before {WORDS[earlier]} "
        f"{shown(known[earlier])}. Please correct whichever is wrong."
    )


def milestones_overview(
    number: int,
    known: Mapping[MilestoneKind, MilestoneView],
    stated: Sequence[ShownDuration] = (),
    *,
    is_open: bool,
) -> Surface:
    """All milestones with their basis, what is missing, the durations, and a button that opens the form."""
    moments = {kind: milestone.at for kind, milestone in known.items()}
    lines = [_line(kind, known.get(kind), is_open=is_open) for kind in MILESTONES]
    wrong = [contradiction(moments, later, earlier) for later, earlier in contradictions(moments)]
    said = [f"{duration.name}: stated {duration.said} by {duration.by}" for duration in stated]
    blocks = [
        section("\n".join([f"*Milestones of INC-{number}*", *lines])),
        section("\n".join([_durations(moments), *(wrong[:5])])),
    ]
    blocks += _sections(said)
    blocks.append(actions([form_button(number)]))
    return Surface(f"Milestones of INC-{number}", blocks)


def form_button(number: int) -> Block:
    """The button that opens the form of an incident's milestones."""
    return button(FORM_ACTION, "Set milestones…", packed(number))


def severity_changed(number: int, old: str | None, new: str) -> str:
    if old == new:
        return f"INC-{number} is {new} already."
    return f"INC-{number} is {new} now; it was {old or 'not set'}."


def severity_history(history: History, known: Sequence[str]) -> Surface:
    """The severity and how it changed; `known` are those there are."""
    how = f"`/incident severity {known[0]}` changes it; there are {', '.join(known)}."
    lead = f"*Severity of INC-{history.number}*: {history.now or 'not set'}"
    return history_of(lead, history, "not set", how)


def history_of(lead: str, history: History, otherwise: str, how: str) -> Surface:
    """What stands, its last changes (`otherwise` is what nothing is called), and how to change it."""
    lines = [
        f"{shown(one.at)}  {one.old or otherwise} → {one.new or otherwise} by {mention(one.by)}"
        for one in history.changes[-SHOWN:]
    ]
    return Surface(lead.replace("*", ""), [section("\n".join([lead, *lines])), context(how)])


def roles_given(given: RolesGiven) -> str:
    """Who has each role now, and who had it."""
    return " ".join(_role_given(given.number, one) for one in given.handed) or "Nothing was changed."


def _role_given(number: int, handed: Handed) -> str:
    role = handed.role
    old = mention(handed.old) if handed.old else None
    new = mention(handed.new) if handed.new else None
    if old == new:
        return f"{new} is {role} of INC-{number} already." if new else f"Nobody is {role} of INC-{number}."
    if new is None:
        return f"{old} is no longer {role} of INC-{number}; nobody is."
    invited = (
        f" They are not in its channel, as far as I know, so I invite {new}." if handed.is_invited else ""
    )
    return f"{new} is {role} of INC-{number} now" + (f", in place of {old}." if old else ".") + invited


def role_list(number: int, known: Sequence[str], held: Sequence[RoleView]) -> Surface:
    """Who holds which of the known roles, then who held one before."""
    now = {one.role: one for one in held if one.until is None}
    lines = [f"*Roles of INC-{number}*"]
    for role in known:
        one = now.get(role)
        lines.append(f"{role}: {mention(one.user_id)} since {shown(one.since)}" if one else f"{role}: nobody")
    past = [
        f"{one.role}: {mention(one.user_id)} from {shown(one.since)} to {shown(one.until)}"
        for one in held
        if one.until
    ]
    blocks = [section("\n".join(lines))]
    if past:
        blocks += _sections(["*Before*", *past[-SHOWN:]])
    blocks.append(context("`/incident role commander @ana` gives a role; any word of letters can be one."))
    return Surface(f"Roles of INC-{number}", blocks)


def zone_set(number: int, old: str | None, new: str) -> str:
    if old == new:
        return f"The times of INC-{number} are shown in {new} already."
    return f"The times of INC-{number}'s post-mortem are shown in {new} from the next draft on."


def zone_shown(number: int, zone: str | None, standard: str) -> str:
    where = zone or f"{standard}, the workspace's"
    return f"The times of INC-{number} are shown in {where}. `/incident zone Europe/Berlin` changes that."


def duration_stated(number: int, name: str, said: str | None, computed: str | None) -> str:
    """`name` and `said` are inert; `computed` is the same duration counted between milestones."""
    if said is None:
        return f"The stated {name} of INC-{number} is taken back."
    beside = f" Counted between milestones it is {computed}; the draft shows both." if computed else ""
    return f"INC-{number}: {name} is stated as {said}.{beside}"


def duration_list(
    number: int, stated: Sequence[ShownDuration], known: Mapping[MilestoneKind, datetime]
) -> Surface:
    """The durations that were counted, and those that were stated."""
    lines = [f"*Durations of INC-{number}*", _durations(known)]
    blocks = [section("\n".join(lines))]
    said = [f"{duration.name}: stated {duration.said} by {duration.by}" for duration in stated]
    blocks += _sections(said)
    blocks.append(context("`/incident duration time to repair 4h 27m` states one as it was published."))
    return Surface(f"Durations of INC-{number}", blocks)


def computed(known: Mapping[MilestoneKind, datetime], key: str) -> str | None:
    """A duration in words, by its key (`time_to_detect`); None where it is not known."""
    by_key = {duration.key: duration for duration in durations(known)}
    same = {"impact": "time_to_resolve", "time_to_repair": "time_to_resolve"}
    duration = by_key.get(same.get(key, key))
    if duration is None or duration.span is None:
        return None
    since, until = known[duration.since], known[duration.until]
    return between(since, until) if since <= until else f"contradictory (−{in_words(since - until)})"


def _sections(lines: Sequence[str]) -> list[Block]:
    """Lines in as many sections as they need; the first ones where there are very many."""
    blocks: list[Block] = []
    text = ""
    for line in [shortened_mrkdwn(line, LONGEST_LINE) for line in lines[: SHOWN + 1]]:
        if text and len(text) + 1 + len(line) > LONGEST_SECTION:
            blocks.append(section(text))
            text = ""
        text = f"{text}\n{line}" if text else line
    return [*blocks, section(text)] if text else blocks


def _durations(known: Mapping[MilestoneKind, datetime]) -> str:
    parts = [f"{duration.name} {computed(known, duration.key) or 'unknown'}" for duration in durations(known)]
    return " · ".join(parts).capitalize()


def _changed(number: int, changed: Changed) -> str:
    what = WORDS[changed.kind]
    if changed.new is None:
        return f"INC-{number}: {what} is unknown again; it said {shown(changed.old)}." if changed.old else ""
    if changed.old == changed.new:
        return f"INC-{number}: {what} {shown(changed.new)}, as it stood."
    before = f"; before, it said {shown(changed.old)}" if changed.old else ""
    return f"INC-{number}: {what} {shown(changed.new)}{before}."


def _line(kind: MilestoneKind, milestone: MilestoneView | None, *, is_open: bool) -> str:
    if milestone is None:
        how = (
            "`/resolve`"
            if kind == MilestoneKind.RESOLVED and is_open
            else f"`/incident milestone {WORDS[kind]} 14:15`"
        )
        return f"{WORDS[kind]}: unknown, set it with {how}"
    by = f" by {mention(milestone.stated_by)}" if milestone.stated_by else ""
    evidence = f" (<{milestone.permalink}|message>)" if milestone.permalink else ""
    return f"{WORDS[kind]}: {shown(milestone.at)}, {milestone.basis}{by}{evidence}"
