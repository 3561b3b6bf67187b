"""What a page says that the record does not: what is sure, and what must be read again, alone."""

from __future__ import annotations

from typing import Any

from bot.incidents.message_events import MessageDeleted, MessagePosted, ReactionChanged
from bot.slack.catch_up.comparing import Known, Place, compare, has_changed
from bot.slack.catch_up.reading import Page
from bot.slack.message_events import spoken_in
from storage.readings import KnownThread
from storage.tables import Mark, Message

TEAM, CHANNEL, BOT = "T1", "C1", "UB"
TS, LATER, EVEN_LATER = "1694354400.000100", "1694354460.000100", "1694354520.000100"

PLACE = Place(
    team_id=TEAM,
    channel_id=CHANNEL,
    bot_user_id=BOT,
    bot_id="BB",
    heard_since=LATER,
    kept_since="1600000000.000000",
    section_of=lambda emoji: "timeline" if emoji == "pushpin" else None,
)


def said(ts: str = TS, text: str = "Rolled back.", **more: Any) -> dict[str, Any]:
    """A message as Slack shows it."""
    return {"type": "message", "user": "U1", "ts": ts, "text": text, **more}


def row(ts: str = TS, text: str = "Rolled back.", **more: Any) -> Message:
    """A message as the record has it."""
    fields = {"version_ts": ts, "user_id": "U1", **more}
    return Message(team_id=TEAM, channel_id=CHANNEL, ts=ts, text=text, **fields)


def mark(user_id: str, *, is_set: bool = True) -> Mark:
    return Mark(
        team_id=TEAM,
        channel_id=CHANNEL,
        ts=TS,
        user_id=user_id,
        emoji="pushpin",
        section="timeline",
        incident_id=1,
        is_set=is_set,
        changed_ts=LATER,
    )


def reacting(*user_ids: str, count: int | None = None, name: str = "pushpin") -> list[dict[str, Any]]:
    return [{"name": name, "users": list(user_ids), "count": len(user_ids) if count is None else count}]


def compared(
    messages: list[dict[str, Any]],
    rows: list[Message] | None = None,
    marks: list[Mark] | None = None,
    *,
    is_limited: bool = False,
) -> tuple[list[Any], set[str]]:
    page = Page(messages, None, None, is_limited)
    known = Known({one.ts: one for one in rows or []}, {TS: marks or []})
    found = compare(page, known, PLACE, EVEN_LATER)
    return found.news, found.disputed


def test_what_is_as_it_was_makes_no_difference() -> None:
    assert compared([said(reactions=reacting("U2"))], [row()], [mark("U2")]) == ([], set())


def test_a_message_is_news_and_recovered_if_scribe_should_have_heard_it() -> None:
    news, disputed = compared([said(), said(EVEN_LATER)])
    assert [(one.key[2], one.is_recovered) for one in news] == [(TS, False), (EVEN_LATER, True)]
    assert not disputed


def test_a_message_that_stood_in_for_an_unknown_one_is_news() -> None:
    stand_in = row(text="", is_known=False)
    assert compared([said()], [stand_in])[0] == [spoken_in((TEAM, CHANNEL, TS), said())]


def test_a_newer_text_is_news_and_another_one_of_the_same_time_is_disputed() -> None:
    newer = said(text="Rolled back to 1.4.", edited={"user": "U1", "ts": LATER})
    assert compared([newer], [row()])[0] == [spoken_in((TEAM, CHANNEL, TS), newer)]
    assert compared([newer], [row(version_ts=LATER)]) == ([], {TS})


def test_words_that_were_deleted_stay_deleted() -> None:
    assert compared([said()], [row(text="", deleted_ts=LATER)]) == ([], set())


def test_what_slack_does_not_show_is_disputed_unless_slack_hides_old_messages() -> None:
    assert compared([], [row(), row(LATER, deleted_ts=LATER)]) == ([], {TS})
    assert compared([], [row()], is_limited=True) == ([], set())


def test_a_tombstone_is_slacks_own_word_for_a_deletion() -> None:
    tombstone = said(text="This message was deleted.", subtype="tombstone", user="USLACKBOT")
    assert compared([tombstone], [row()])[0] == [MessageDeleted((TEAM, CHANNEL, TS), EVEN_LATER)]
    assert compared([tombstone], []) == ([], set())


def test_a_mark_nobody_heard_of_is_as_old_as_its_message() -> None:
    news, disputed = compared([said(reactions=reacting("U2", BOT))], [row()])
    assert news == [ReactionChanged((TEAM, CHANNEL, TS), "U2", "pushpin", TS, is_set=True)]
    assert not disputed


def test_marks_that_differ_from_the_record_are_disputed() -> None:
    assert compared([said()], [row()], [mark("U2")]) == ([], {TS})
    assert compared([said(reactions=reacting("U2"))], [row()], [mark("U2", is_set=False)]) == ([], {TS})


def test_a_list_that_names_fewer_people_than_it_counts_is_disputed() -> None:
    assert compared([said(reactions=reacting("U2", count=2))], [row()], [mark("U2")]) == ([], {TS})
    cheers = reacting("U2", count=80, name="tada")
    assert compared([said(reactions=cheers)], [row()]) == ([], set())  # it marks nothing


def test_slacks_notices_and_scribes_own_messages_are_not_kept() -> None:
    joined = said(subtype="channel_join")
    own = said(LATER, user=BOT, bot_id="BB")
    assert compared([joined, own]) == ([], set())


def test_what_was_forgotten_is_not_learnt_again() -> None:
    assert compared([said("1599999999.000000")]) == ([], set())
    marked = said("1599999999.000000", reactions=reacting("U2"))
    assert [type(one) for one in compared([marked])[0]] == [ReactionChanged]


def test_a_thread_has_changed_when_its_root_counts_or_dates_its_replies_otherwise() -> None:
    root = said(reply_count=2, latest_reply=LATER)
    assert not has_changed(root, KnownThread(2, LATER, is_on_record=False))
    assert not has_changed(root, KnownThread(2, EVEN_LATER, is_on_record=False))  # the newest was deleted
    assert has_changed(root, KnownThread(3, LATER, is_on_record=False))
    assert has_changed(root, KnownThread(2, TS, is_on_record=False))
    assert has_changed(root, None)


def test_only_spoken_words_are_compared() -> None:
    unfurled = said(attachments=[{"from_url": "https://g.test", "title": "Grafana", "text": "p99"}])
    assert compared([unfurled], [row()]) == ([], set())
    assert isinstance(compared([unfurled])[0][0], MessagePosted)
