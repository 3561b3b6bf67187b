"""The one summary message of an incident, at the top of its channel: what it is, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.incidents.views.pages import PageView
from bot.slack.blocks import (
    LONGEST_HEADER,
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    confirm,
    context,
    fields,
    header,
    option,
    overflow,
    section,
    shortened,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.slack.blocks.pages import linked
from bot.slack.blocks.resolve_form import RESOLVE_ACTION
from bot.slack.blocks.stage import FORM_ACTION as STAGE_ACTION
from bot.slack.blocks.timeline_page import SHOW_ACTION
from bot.slack.blocks.unreachable import lost
from bot.slack.blocks.update_form import FORM_ACTION as UPDATE_ACTION
from bot.text.direction import isolated
from bot.text.moments import shown, shown_ago
from bot.text.mrkdwn import escape
from storage.vocabulary import COMMANDER, MarkSection

SEVERITY_ACTION = "set_severity_form"
TAKE_ACTION = "take_command"
MENU_ACTION = "incident_menu"
REOPEN_ACTION = "reopen_incident"
DRAFT_ACTION = "draft_again"

LONGEST_TITLE = 1000
LEGEND: Mapping[MarkSection, str] = {
    MarkSection.TIMELINE: "timeline",
    MarkSection.ROOT_CAUSE: "root cause",
    MarkSection.ACTION_ITEM: "action item",
    MarkSection.DECISION: "decision",
}
"""The marks that people need first; the help names all."""


class MenuChoice(StrEnum):
    """What the menu offers; an overflow menu has five choices at most
    (docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element).
    """

    ROLES = "roles"
    MILESTONES = "milestones"
    ACTION_ITEMS = "action_items"
    TITLE_AND_ZONE = "title_and_zone"
    PRIVACY = "privacy"


CHOICES = {
    MenuChoice.ROLES: "Roles…",
    MenuChoice.MILESTONES: "Milestones…",
    MenuChoice.ACTION_ITEMS: "Action items",
    MenuChoice.TITLE_AND_ZONE: "Title and time zone…",
    MenuChoice.PRIVACY: "Private or public",
}


@dataclass(frozen=True)
class Chosen:
    """The subject of a choice of the menu."""

    choice: MenuChoice


@dataclass(frozen=True)
class Summary:
    """What the summary says. `title` is plain text; names and `conclusion` are inert Slack text."""

    number: int
    title: str
    severity: str | None
    is_open: bool
    declared_at: datetime
    declared_by: str
    started_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    duration: str | None
    conclusion: str | None
    draft_link: str | None
    commander: str | None = None
    is_cancelled: bool = False
    trouble: str | None = None
    """Why nothing more of its channel comes onto the record, if so."""
    stage: str = ""
    """How far an open one is."""
    is_private: bool = False
    is_drill: bool = False
    others: Mapping[str, str] = field(default_factory=dict)
    """Who has which role, but for the commander."""
    updated_at: datetime | None = None
    next_update_at: datetime | None = None
    timeline_link: str | None = None
    """The canvas that shows the timeline while it goes on."""
    pages: Sequence[PageView] = ()
    """Where its published post-mortem stands outside Slack."""

    @property
    def state(self) -> str:
        """In one word or two."""
        if self.is_open:
            return self.stage or "open"
        return "cancelled" if self.is_cancelled else "resolved"


def summary(facts: Summary, emoji: Mapping[MarkSection, str]) -> Surface:
    """`emoji` names the emoji of each section."""
    name = f"INC-{facts.number}: {facts.title}"
    blocks: list[Block] = [header(_called(facts.number, facts.title))]
    if len(name) > LONGEST_HEADER:
        blocks.append(section(shortened_mrkdwn(escape(isolated(facts.title)), LONGEST_TITLE)))
    if about := _notes(facts):
        blocks.append(context(" · ".join(about)))
    blocks.append(fields(*_facts(facts)))
    if facts.others:
        told = " · ".join(f"{role}: {who}" for role, who in facts.others.items())
        blocks.append(context(shortened_mrkdwn(told, LONGEST_TITLE)))
    if facts.conclusion and not facts.is_open:
        conclusion = f"*Conclusion*\n{facts.conclusion}"  # the draft has all of it
        blocks.append(section(shortened_mrkdwn(conclusion, LONGEST_SECTION)))
    if facts.trouble:
        blocks.append(section(f":warning: {lost(facts.trouble)}"))
    blocks.append(actions(_buttons(facts)))
    if facts.is_open and not facts.trouble:
        marks = " · ".join(f":{emoji[section]}: {name}" for section, name in LEGEND.items())
        blocks.append(
            context(
                f"React to put a message on the record: {marks}. `/incident help` says what else there is."
            )
        )
    state = "open" if facts.is_open else facts.state
    text = f"{shortened(name, 300)} ({state})"
    return Surface(escape(text), blocks)  # unlike a header's, a message's text is mrkdwn


def state_line(facts: Summary) -> str:
    """`sev1 · investigating · commander Ana`: how it stands, as plain as a channel's topic; inert."""
    who = f"{COMMANDER} {facts.commander}" if facts.commander else f"no {COMMANDER} yet"
    parts = [
        "DRILL" if facts.is_drill else "",
        escape(facts.severity or "no severity yet"),
        escape(facts.state),
        who if facts.commander or facts.is_open else "",
    ]
    return " · ".join(part for part in parts if part)


def _called(number: int, title: str) -> str:
    """Its number and title, cut to a header, in their order whichever way the title is written."""
    lead = f"INC-{number}: "
    return lead + isolated(shortened(title, LONGEST_HEADER - len(lead) - 2))


def _notes(facts: Summary) -> list[str]:
    notes = []
    if facts.is_drill:
        notes.append(":performing_arts: *Drill*: nobody outside this channel is told")
    if facts.is_private:
        notes.append(":lock: Private: its channel's members alone see it")
    return notes


def _facts(facts: Summary) -> list[str]:
    began = shown(facts.started_at) if facts.started_at else "not stated"
    about = [
        f"*Stage*\n{_stage(facts)}",
        f"*Severity*\n{escape(facts.severity) if facts.severity else 'not set'}",
        f"*Commander*\n{facts.commander or ('nobody yet' if facts.is_open else 'nobody')}",
        f"*Impact began*\n{began}",
    ]
    if facts.is_open:
        updated = shown_ago(facts.updated_at) if facts.updated_at else "none yet"
        following = shown(facts.next_update_at) if facts.next_update_at else "not promised"
        about += [
            f"*Open since*\n{shown_ago(facts.declared_at)}, by {facts.declared_by}",
            f"*Last update*\n{updated}",
            f"*Next update due*\n{following}",
        ]
    else:
        about.append(f"*Declared*\n{shown(facts.declared_at)} by {facts.declared_by}")
    if facts.resolved_at:
        by = f" by {facts.resolved_by}" if facts.resolved_by else ""
        about.append(f"*Resolved*\n{shown(facts.resolved_at)}{by}")
        about.append(f"*Duration*\n{facts.duration or 'unknown'}")
    about.append(f"*Canvas*\n{_canvases(facts)}")
    return about


def _stage(facts: Summary) -> str:
    if facts.is_open:
        return f":red_circle: {escape(facts.state[:1].upper() + facts.state[1:])}"
    if facts.is_cancelled:
        return ":no_entry_sign: Cancelled: it was declared by mistake"
    return ":large_green_circle: Resolved"


def _canvases(facts: Summary) -> str:
    links = [
        f"<{facts.timeline_link}|Timeline (live)>" if facts.timeline_link and facts.is_open else "",
        f"<{facts.draft_link}|Post-mortem draft>" if facts.draft_link else "",
        *(linked(one) for one in facts.pages if one.url),
    ]
    otherwise = "the draft comes when it is resolved" if facts.is_open else "none yet"
    otherwise = "none" if facts.is_cancelled else otherwise
    return " · ".join(link for link in links if link) or otherwise


def _buttons(facts: Summary) -> Sequence[Block]:
    value = packed(facts.number)
    reopens = reopen_button(facts.number)
    if facts.is_cancelled:
        return [reopens]
    timeline = button(SHOW_ACTION, "Timeline", value)
    if not facts.is_open:
        return [button(DRAFT_ACTION, "Draft again", value), timeline, reopens, _menu(facts)]
    is_led = bool(facts.commander)
    return [
        button(UPDATE_ACTION, "Update", value),
        button(SEVERITY_ACTION, "Severity", value),
        button(STAGE_ACTION, "Status", value),
        button(TAKE_ACTION, "Take command", value, style=None if is_led else "primary"),
        timeline,
        button(RESOLVE_ACTION, "Resolve", value),
        _menu(facts),
    ]


def reopen_button(number: int) -> Block:
    """The button that opens an incident again that is over, after a question."""
    told = "Its channel is told, and it counts as open again."
    asks = confirm(f"Open INC-{number} again?", told, "Reopen")
    return button(REOPEN_ACTION, "Reopen", packed(number), confirm=asks)


def _menu(facts: Summary) -> Block:
    return overflow(
        MENU_ACTION,
        [option(label, packed(facts.number, Chosen(choice))) for choice, label in CHOICES.items()],
    )
