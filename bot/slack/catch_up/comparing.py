"""What a page of a channel says that the record does not: pure, a page and rows in, differences out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.incidents.message_events import MessageDeleted, MessageEvent, MessagePosted, ReactionChanged
from bot.slack.catch_up.reading import Found, Page
from bot.slack.message_events import QUIET, WITHHELD, is_own, reactors_of, spoken_in
from bot.text.well_formed import number, text, ts_or_none
from storage.readings import KnownThread
from storage.record import MessageKey
from storage.tables import Mark, Message
from storage.vocabulary import MarkSection


@dataclass(frozen=True)
class Known:
    """What the record says of a page's time: messages by `ts`, and the marks on each."""

    messages: Mapping[str, Message]
    marks: Mapping[str, Sequence[Mark]]


@dataclass(frozen=True)
class Place:
    """Whose channel it is, and what counts in it.

    `heard_since` is the `ts` from which on Scribe should have heard everything by itself; what was said
    before `kept_since` is forgotten unless it is on the record.
    """

    team_id: str
    channel_id: str
    bot_user_id: str
    bot_id: str
    heard_since: str
    kept_since: str
    section_of: Callable[[str], MarkSection | None]

    def key(self, ts: str) -> MessageKey:
        return self.team_id, self.channel_id, ts


@dataclass
class Differences:
    """`news` are certain; `disputed` are the `ts` of messages that must each be read again to be certain."""

    news: list[MessageEvent] = field(default_factory=list)
    disputed: set[str] = field(default_factory=set)


def compare(page: Page, known: Known, place: Place, now_ts: str) -> Differences:
    """The differences between what Slack shows of a time and what the record says of it."""
    found = Differences()
    for message in page.messages:
        ts = str(message["ts"])
        row = known.messages.get(ts)
        if message.get("subtype") == "tombstone":
            if row and not row.deleted_ts:
                found.news.append(MessageDeleted(place.key(ts), now_ts))
            continue
        if is_own(message, place.bot_user_id, place.bot_id):
            continue  # what Scribe says is nobody's evidence
        if text(message.get("subtype")) in WITHHELD:
            continue
        if text(message.get("subtype")) not in QUIET:
            _compare_text(found, message, row, place)
        _compare_marks(found, message, known.marks.get(ts, ()), place)
    shown = {str(message["ts"]) for message in page.messages}
    if not page.is_limited:
        found.disputed |= _missing(known.messages.values(), shown)
    return found


def has_changed(root: Found, known: KnownThread | None) -> bool:
    """Whether a thread's root shows, by how many replies there are and the newest, what the record lacks."""
    if known is None:
        return True
    latest = ts_or_none(root.get("latest_reply")) or ""
    return latest > known.newest or number(root.get("reply_count")) != known.replies


def _missing(rows: Collection[Message], shown: set[str]) -> set[str]:
    """What the record has and Slack does not show; only Slack's word about each can delete it."""
    return {row.ts for row in rows if not row.deleted_ts and row.ts not in shown}


def _compare_text(found: Differences, message: Found, row: Message | None, place: Place) -> None:
    ts = str(message["ts"])
    spoken = spoken_in(place.key(ts), message)
    if row is None and ts < place.kept_since:
        return
    if row is None or not row.is_known:
        found.news.append(replace(spoken, is_recovered=row is None and ts > place.heard_since))
    elif not row.deleted_ts and not _is_same(row, spoken):
        if row.version_ts < spoken.version_ts:
            found.news.append(spoken)
        else:
            found.disputed.add(ts)


def _is_same(row: Message, spoken: MessagePosted) -> bool:
    return row.text == spoken.text and row.files == [dict(file) for file in spoken.files]


def _compare_marks(found: Differences, message: Found, marks: Sequence[Mark], place: Place) -> None:
    ts = str(message["ts"])
    reacting = {emoji: who for emoji, who in reactors_of(message).items() if place.section_of(emoji)}
    shown = {
        (user_id, emoji)
        for emoji, (user_ids, _) in reacting.items()
        for user_id in user_ids
        if user_id != place.bot_user_id
    }
    was_set = {(mark.user_id, mark.emoji): mark.is_set for mark in marks}
    for user_id, emoji in sorted(shown - was_set.keys()):
        # dated like its message, so that any event about this mark is newer and supersedes it
        found.news.append(ReactionChanged(place.key(ts), user_id, emoji, ts, is_set=True))
    is_cut = any(len(user_ids) < count for user_ids, count in reacting.values())
    if is_cut or any(is_set != (mark in shown) for mark, is_set in was_set.items()):
        found.disputed.add(ts)
