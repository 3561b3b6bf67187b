"""What the channel reads when somebody changed something about its incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.changed import REMOVED
from bot.incidents.milestones import WORDS
from bot.slack.blocks import LONGEST_SECTION, Surface, actions, section, shortened_mrkdwn
from bot.slack.blocks.summary import reopen_button
from bot.text.moments import shown
from bot.text.mrkdwn import KnownNames, escape, inert_line
from bot.text.nobody import mention
from storage.vocabulary import ActionItemState, ChangeKind, IncidentStatus, MilestoneKind

LONGEST_ITEM = 300
LONGEST_WORDS = 1000


@dataclass(frozen=True)
class ShownActionItem:
    """An action item as its new owner reads it; `text` is as it was written."""

    text: str
    due_on: str | None


@dataclass(frozen=True)
class _Told:
    """A change with the names to tell it by; `by` is who made it."""

    old: str | None
    new: str | None
    by: str
    names: KnownNames

    @property
    def actor(self) -> str:
        return self.name(self.by)

    def name(self, user_id: str) -> str:
        """Somebody's name, which notifies nobody."""
        return inert_line(mention(user_id), self.names)

    def words(self, text: str | None) -> str:
        """What somebody wrote, so that it notifies nobody."""
        return shortened_mrkdwn(inert_line(text or "", self.names), LONGEST_WORDS)

    def called(self, user_id: str) -> str:
        """A mention of the person concerned, unless they made the change themselves."""
        return self.actor if user_id == self.by else mention(user_id)


def changed(
    number: int,
    changes: Sequence[tuple[str, str | None, str | None, str]],
    names: KnownNames,
    items: Mapping[int, ShownActionItem],
) -> Surface | None:
    """Changes made at once, as (what, old, new, who); only the people they concern are notified.

    None where none of them is to be told.
    """
    lines = [_line(what, _Told(old, new, by, names), items) for what, old, new, by in changes]
    said = [line for line in lines if line]
    if not said:
        return None
    lead = f"INC-{number}: " if len(said) == 1 else f"INC-{number}:\n"
    text = shortened_mrkdwn(lead + "\n".join(said), LONGEST_SECTION)
    undo = [actions([reopen_button(number)])] if _is_cancellation(changes) else []
    return Surface(text, [section(text), *undo])


def _is_cancellation(changes: Sequence[tuple[str, str | None, str | None, str]]) -> bool:
    return any(what == ChangeKind.STATUS and new == IncidentStatus.CANCELLED for what, _, new, _ in changes)


def _line(what: str, told: _Told, items: Mapping[int, ShownActionItem]) -> str | None:
    kind, subject = ChangeKind.parsed(what)
    match kind:
        case ChangeKind.SEVERITY:
            was = f" (was {escape(told.old)})" if told.old else ""
            return f"severity *{escape(told.new or 'not set')}*{was}, set by {told.actor}."
        case ChangeKind.STAGE:
            return f"now *{escape(told.new or '')}* (was {escape(told.old or '')}), said {told.actor}."
        case ChangeKind.ZONE:
            return f"the post-mortem's times are shown in {escape(told.new or '')}, set by {told.actor}."
        case ChangeKind.ROLE:
            return _role(subject, told)
        case ChangeKind.MILESTONE:
            return _milestone(MilestoneKind(subject), told)
        case ChangeKind.ACTION_ITEM:
            number, _, field = subject.partition(":")
            item = items.get(int(number))
            if field == "state":
                return _action_item_state(number, told, item)
            return _action_item(int(number), told, item) if field == "owner_id" else None
        case ChangeKind.STATUS:
            return _status(told)
        case ChangeKind.TITLE:
            return f"now called *{told.words(told.new)}* (before: {told.words(told.old)}), said {told.actor}."
        case ChangeKind.CONCLUSION:
            before = f"\nBefore: {told.words(told.old)}" if told.old else ""
            return f"concluded anew by {told.actor}: {told.words(told.new)}{before}"
        case ChangeKind.IMPACT if told.new is None:
            return f"what was stated of the impact is taken back by {told.actor}: {told.words(told.old)}"
        case ChangeKind.IMPACT:
            return f"impact, stated by {told.actor}: {told.words(told.new)}"
        case ChangeKind.TIMELINE if told.new == REMOVED:
            undo = f"`/timeline restore {subject}` puts it back."
            return f"event {subject} was taken off the timeline by {told.actor}. {undo}"
        case ChangeKind.TIMELINE:
            return f"event {subject} was put back onto the timeline by {told.actor}."
        case ChangeKind.POSTMORTEM:
            again = "`/postmortem publish` publishes it again; the text published before is kept."
            return f"the post-mortem is a draft again, said {told.actor}. {again}"
        case ChangeKind.POSTMORTEM_OWNER:
            return f"{told.called(told.new or '')} owns the post-mortem now{_given_by(told)}."
    return None


def _status(told: _Told) -> str | None:
    if told.new == IncidentStatus.CANCELLED:
        return (
            f"cancelled by {told.actor}: it was declared by mistake. It is kept, and in no list and no "
            "search; `/incident reopen` undoes this."
        )
    if told.new == IncidentStatus.OPEN:
        return f"open again, said {told.actor}; it was {told.old}. `/resolve` ends it."
    if told.new == IncidentStatus.RESOLVED and told.old == IncidentStatus.CANCELLED:
        return (
            f"no longer cancelled, said {told.actor}: it is resolved, as before. "
            "`/incident reopen` opens it again."
        )
    return None


def _action_item_state(number: str, told: _Told, item: ShownActionItem | None) -> str | None:
    words = f": {told.words(item.text)}" if item and item.text else ""
    if told.new == ActionItemState.OPEN:
        return f"action item {number} is open again, said {told.actor}{words}"
    return (
        f"action item {number} was dropped by {told.actor}{words}"
        if told.new == ActionItemState.DROPPED
        else None
    )


def _role(role: str, told: _Told) -> str:
    before = f", in place of {told.name(told.old)}" if told.old and told.new else ""
    if told.new is None:
        return f"{told.name(told.old or '')} is no longer {role}; nobody is. Said by {told.actor}."
    return f"{told.called(told.new)} is {role} now{before}{_given_by(told)}."


def _milestone(kind: MilestoneKind, told: _Told) -> str:
    old = shown(datetime.fromisoformat(told.old)) if told.old else None
    if told.new is None:
        return f"{WORDS[kind]} is unknown again; it said {old}. Taken back by {told.actor}."
    before = f" (before, it said {old})" if old else ""
    return f"{WORDS[kind]} {shown(datetime.fromisoformat(told.new))}{before}, stated by {told.actor}."


def _action_item(number: int, told: _Told, item: ShownActionItem | None) -> str:
    if told.new is None:
        return f"action item {number} has no owner any more; it was {told.name(told.old or '')}'s."
    words = shortened_mrkdwn(inert_line(item.text, told.names), LONGEST_ITEM) if item else ""
    due = f" · due {item.due_on}" if item and item.due_on else ""
    before = f", in place of {told.name(told.old)}" if told.old else ""
    about = f": {words}{due}" if words else due
    return f"{told.called(told.new)} has action item {number}{before}{_given_by(told)}{about}"


def _given_by(told: _Told) -> str:
    return "" if told.new == told.by else f", said {told.actor}"
