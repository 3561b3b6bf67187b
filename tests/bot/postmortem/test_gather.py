"""Everything a draft states is on record, with its evidence; what is not on record is None."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect

from bot.postmortem.facts import Facts, Participant, Silence, StatedDuration
from bot.postmortem.gather import facts_of, hints
from bot.postmortem.gather.links import MOST_LINKS
from bot.text import rich_text
from bot.text.mrkdwn import KnownNames
from bot.text.prose import Paragraph, Strong, Text
from storage import dismissals, timeline
from storage.database import Database
from storage.postmortem_tables import ActionItem
from storage.tables import Arrival, Incident, IncidentChange, RoleHeld
from storage.tables import StatedDuration as StatedRow
from storage.vocabulary import MarkSection
from tests.bot.postmortem.record import CHANNEL, LOOKUPS, TEAM, UTC_ZONE, Record, at, link, ts


@pytest.fixture
async def record(database_url: str) -> AsyncIterator[Record]:
    database = Database(database_url)
    await database.open()
    yield Record(database)
    await database.close()


def durations(facts: Facts) -> list[str | None]:
    milestones = (facts.detected, facts.acknowledged, facts.identified, facts.mitigated, facts.resolved)
    return [one and one.because for one in milestones]


async def test_an_incident_of_which_nothing_is_known_but_its_declaration(record: Record) -> None:
    await record.declare()

    facts = await record.facts()

    assert durations(facts) == ["the declaration", None, None, None, None]
    assert facts.suggestions == facts.timeline == facts.links == facts.alerts == facts.deploys == ()
    assert facts.silence is None
    assert (facts.coverage.seen, facts.coverage.on_timeline, facts.coverage.deleted) == (0, 0, 0)
    assert facts.participants == (Participant("Ana", None),)
    assert facts.severities == ("SEV1", "SEV2")


async def test_the_same_record_gives_an_equal_value(record: Record) -> None:
    await record.declare()
    await record.alert("14:15")
    for second in range(5):
        await record.say(f"14:21:0{second}", "see <https://status.example|it>", by=f"U{second}")
        await record.mark(f"14:21:0{second}", "timeline")
        await record.event(f"14:21:0{second}", happened="14:30")
    await record.resolve("15:30")

    assert await record.facts() == await record.facts()


async def test_the_raw_message_which_no_draft_shows_is_not_read(record: Record) -> None:
    await record.declare()
    await record.say("14:21", payload={"blocks": ["large"]})
    await record.event("14:21", happened="14:21")
    await record.mark("14:21", "impact")

    found = await record.snapshot()

    assert found.lines[0].message and not hasattr(found.lines[0].message, "payload")
    assert inspect(found.marked[0][1]).unloaded == {"payload"}


async def test_a_line_to_be_shown_is_the_one_that_stands(record: Record) -> None:
    await record.declare()
    await record.say("14:21", "Look.", thread="14:20", files=[{"title": "graph.png"}], edited_by="U2")
    await record.alert("14:22")
    await record.event("14:22", happened="14:25", kind="alert")
    await record.event("14:21", happened="14:21", text="Ana looked")
    await record.event(None, happened="14:30", kind="note", text="No message")

    async with record.database.read() as session:
        shown = await timeline.shown(session, 1)
        newest = await timeline.shown(session, 1, newest=2)
        standing = await timeline.standing(session, 1)

    assert [line.event.number for line in shown] == [2, 1, 3]
    assert newest == [shown[2], shown[1]]
    for one, line in zip(shown, standing, strict=True):
        assert one.event == tuple(getattr(line.event, name) for name in one.event._fields)
        if one.message is None:
            assert line.message is None
        else:
            assert one.message == tuple(getattr(line.message, name) for name in one.message._fields)


async def test_a_zone_of_the_incident_comes_before_that_of_the_settings(record: Record) -> None:
    await record.declare(zone="Asia/Kolkata")

    assert (await record.facts()).zone == ZoneInfo("Asia/Kolkata")


async def test_a_milestone_links_to_its_message_also_in_a_thread(record: Record) -> None:
    await record.declare()
    await record.say("14:30")
    await record.say("14:40", "Traffic moved.", thread="14:30")
    await record.milestone("mitigated", "14:38", message="14:40")
    await record.milestone("identified", "14:35")

    facts = await record.facts()

    assert facts.mitigated is not None
    assert facts.identified is not None
    assert (facts.mitigated.at, facts.mitigated.basis) == (at("14:38"), "stated")
    assert facts.mitigated.permalink == link("14:40", "14:30")
    assert facts.identified.permalink is None


async def test_the_first_alert_is_suggested_as_the_detection_and_the_first_answer_to_it(
    record: Record,
) -> None:
    await record.declare()
    await record.say("14:21", "Is anybody here?")
    await record.alert("14:22")
    await record.alert("14:23")
    await record.say("14:25", "On it.", by="U2")

    detected, acknowledged = (await record.facts()).suggestions

    assert (detected.kind, detected.at, detected.permalink) == ("detected", at("14:22"), link("14:22"))
    assert "Grafana" in detected.because
    assert detected.key == f"suggestion:detected:{CHANNEL}:{ts('14:22')}"
    assert (acknowledged.kind, acknowledged.at) == ("acknowledged", at("14:25"))
    assert "Ben" in acknowledged.because


async def test_an_alert_whose_time_was_put_right_on_the_timeline_is_suggested_with_that(
    record: Record,
) -> None:
    await record.declare()
    await record.alert("14:22")
    await record.event("14:22", happened="14:05", kind="alert")
    await record.say("14:10", "I see it too.", by="U2")

    suggested = (await record.facts()).suggestions

    assert [(one.kind, one.at) for one in suggested] == [
        ("detected", at("14:05")),
        ("acknowledged", at("14:10")),
    ]


async def test_what_an_app_says_for_a_person_is_no_alert(record: Record) -> None:
    await record.declare()
    await record.say("14:22", "Customers call.", by="U2", bot_name="Workflow")

    facts = await record.facts()

    assert facts.alerts == ()
    assert facts.suggestions == ()


async def test_the_answer_is_what_was_said_after_the_detection_however_much_was_said_before(
    record: Record,
) -> None:
    await record.declare()
    for minute in range(21, 30):
        await record.say(f"14:{minute}")
    await record.milestone("detected", "14:28:30")

    (acknowledged,) = (await record.facts()).suggestions

    assert (acknowledged.kind, acknowledged.at) == ("acknowledged", at("14:29"))


async def test_marks_suggest_and_what_is_stated_or_dismissed_is_left_out(record: Record) -> None:
    await record.declare()
    await record.say("14:30", "Errors are back to normal.")
    await record.mark("14:30", "mitigated")
    (suggested,) = (await record.facts()).suggestions
    assert (suggested.kind, suggested.permalink) == ("mitigated", link("14:30"))

    async with record.database.write() as session:
        await dismissals.dismiss(session, 1, suggested.key, by="U1", at=at("15:00"))

    assert (await record.facts()).suggestions == ()


async def test_suggestions_need_no_more_than_their_hints(record: Record) -> None:
    await record.declare()
    await record.alert("14:22")
    await record.say("14:25")
    await record.mark("14:25", "mitigated")

    async with record.database.read() as session:
        found = await hints(session, await session.get_one(Incident, 1))

    assert facts_of(found, LOOKUPS, UTC_ZONE).suggestions == (await record.facts()).suggestions
    assert found.people() == {"U1"}


async def test_a_milestone_somebody_stated_is_not_suggested(record: Record) -> None:
    await record.declare()
    await record.alert("14:22")
    await record.say("14:25")
    await record.milestone("detected", "14:22")
    await record.milestone("acknowledged", "14:24")

    assert (await record.facts()).suggestions == ()


async def test_the_history_of_the_incident_itself(record: Record) -> None:
    await record.declare(severity="SEV1")
    changed = {"incident_id": 1, "changed_by": "U2", "changed_at": at("14:40")}
    await record.keep(IncidentChange(what="severity", old="SEV2", new="SEV1", **changed))
    held = {"incident_id": 1, "role": "commander", "given_by": "U1"}
    await record.keep(
        RoleHeld(user_id="U1", since=at("14:20"), until=at("14:50"), **held),
        RoleHeld(user_id="U3", since=at("14:50"), **held),
    )
    await record.keep(
        StatedRow(incident_id=1, name="time_to_repair", said="4h", stated_by="U3", stated_at=at("16:00"))
    )
    await record.resolve("15:30")

    facts = await record.facts()

    assert [(one.what, one.old, one.new, one.by, one.at) for one in facts.changes] == [
        ("status", None, "open", "Ana", at("14:20")),
        ("severity", "SEV2", "SEV1", "Ben", at("14:40")),
        ("status", "open", "resolved", "Ben", at("15:30")),
    ]
    assert [(one.person, one.since, one.until) for one in facts.roles] == [
        ("Ana", at("14:20"), at("14:50")),
        ("Chen", at("14:50"), None),
    ]
    assert facts.stated_durations == (StatedDuration("time_to_repair", "4h", "Chen"),)


async def test_who_took_part_with_messages_marks_and_arrival(record: Record) -> None:
    await record.declare()
    await record.say("14:21", by="U2")
    await record.say("14:22", by="U2", deleted_ts=ts("14:23"))
    await record.say("14:23", by="U9")
    await record.alert("14:24")
    await record.mark("14:21", "timeline", by="U3")
    await record.mark("14:23", "impact", by="U3")
    await record.mark("14:23", "lesson", by="U3", is_set=False)
    await record.keep(Arrival(team_id=TEAM, channel_id=CHANNEL, user_id="U2", joined_at=at("14:20:30")))
    await record.keep(Arrival(team_id=TEAM, channel_id="C9", user_id="U3", joined_at=at("14:20:30")))
    await record.resolve("15:30", by="U2")
    await record.say("15:45", "Thanks, all!", by="U1")

    facts = await record.facts()

    assert facts.participants == (
        Participant("Ben", at("14:20:30")),
        Participant("U9", at("14:23")),
        Participant("Ana", None),
        Participant("Chen", None),
        Participant("Grafana", at("14:24"), is_bot=True),
    )
    assert facts.coverage.seen == 4
    assert facts.coverage.deleted == 1


async def test_everybody_who_is_named_and_every_text_is_handed_to_the_lookups(record: Record) -> None:
    await record.declare()
    await record.say("14:21", by="U2")
    await record.mark("14:21", "timeline", by="U7")
    await record.alert("14:22", "deploy by <@U8>", name="CI")
    await record.keep(
        ActionItem(
            incident_id=1,
            number=1,
            text="Ask <@U4>",
            owner_id="U5",
            added_by="U6",
            added_at=at("15:00"),
        ),
        IncidentChange(
            incident_id=1,
            what="title",
            old="<@U9> broke it",
            new="b",
            changed_by="U3",
            changed_at=at("15:00"),
        ),
    )

    found = await record.snapshot()

    assert found.people() == {"U1", "U2", "U3", "U5", "U6", "U7"}
    assert {"Ask <@U4>", "deploy by <@U8>", "<@U9> broke it"} <= set(found.texts())


async def test_the_longest_silence_lies_between_start_and_resolution(record: Record) -> None:
    await record.declare()
    for clock in ("13:00", "14:21", "14:30", "14:45", "15:00"):
        await record.say(clock)
    await record.resolve("15:00")
    await record.say("18:00", "Anything else?")

    facts = await record.facts()

    assert facts.silence == Silence(at("14:30"), at("14:45"), link("14:30"))
    assert facts.coverage.seen == 4


async def test_a_pause_under_five_minutes_is_no_silence(record: Record) -> None:
    await record.declare()
    for clock in ("14:21", "14:25:59", "14:27"):
        await record.say(clock)

    assert (await record.facts()).silence is None


async def test_what_was_said_since_the_first_event_of_the_timeline_counts_as_seen(record: Record) -> None:
    """The incident is declared only after the first people talked about it."""
    await record.declare()
    await record.say("13:00", "Good morning.")
    await record.say("14:10", "The shop is slow.")
    await record.event("14:10", happened="14:10")
    await record.say("14:15", "Really slow.")

    facts = await record.facts()

    assert facts.started is not None
    assert facts.started.at == at("14:10")
    assert facts.coverage.seen == 2


async def test_links_are_listed_once_with_who_shared_them_first_and_how_often(record: Record) -> None:
    await record.declare()
    await record.say("14:21", "<https://a.example/?x=1&amp;y=2|the graph> and <https://b.example>", by="U2")
    await record.say("14:22", "again <https://a.example/?x=1&amp;y=2>, <@U1>, <mailto:a@b.example|a>")

    facts = await record.facts()

    assert [(one.url, one.label, one.said.author, one.times) for one in facts.links] == [
        ("https://a.example/?x=1&y=2", "the graph", "Ben", 2),
        ("https://b.example", "", "Ben", 1),
    ]
    assert facts.links[0].said.permalink == link("14:21")
    assert facts.more_links == 0


async def test_of_many_links_the_first_are_listed_and_the_others_counted(record: Record) -> None:
    await record.declare()
    for second in range(10):
        links = " ".join(f"<https://a.example/{second}/{number}>" for number in range(10))
        await record.say(f"14:21:0{second}", links)

    facts = await record.facts()

    assert (len(facts.links), facts.more_links) == (MOST_LINKS, 100 - MOST_LINKS)


async def test_files_come_with_who_shared_them(record: Record) -> None:
    await record.declare()
    await record.say("14:21", files=[{"title": "p99.png", "permalink": "https://acme.slack.com/files/F1"}])

    ((file, said),) = (await record.facts()).files

    assert (file.name, file.url) == ("p99.png", "https://acme.slack.com/files/F1")
    assert (said.author, said.permalink) == ("Ana", link("14:21"))


async def test_deploys_are_what_bots_announced_and_what_the_timeline_calls_so(record: Record) -> None:
    await record.declare()
    await record.alert("14:21", "deploy_checkout v41 finished", name="CI")
    await record.alert("14:22", "Rolled back checkout to v40", name="CI")
    await record.alert("14:23", "scroll position lost, deployer unknown", name="CI")
    await record.say("14:24", "We should release this", by="U2")
    await record.event(None, happened="14:25", kind="deploy", text="checkout v39 by hand")
    await record.event(None, happened="14:26", kind="deploy", text="payments v7 by hand")
    await record.event("14:22", happened="14:22", kind="deploy")

    facts = await record.facts()

    assert [one.text for one in facts.deploys] == [
        "deploy_checkout v41 finished",
        "Rolled back checkout to v40",
        "checkout v39 by hand",
        "payments v7 by hand",
    ]
    assert len(facts.alerts) == 3


async def test_of_a_storm_of_alerts_the_first_are_listed_and_the_others_counted(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record.declare()
    monkeypatch.setattr("bot.postmortem.gather.rows.MOST_ALERTS", 3)
    for second in range(8):
        await record.alert(f"14:21:0{second}", f"alert {second}")
    await record.alert("14:22", "rollback done", name="CI")

    facts = await record.facts()

    assert ([one.text for one in facts.alerts], facts.more_alerts) == (["alert 0", "alert 1", "alert 2"], 6)
    assert [one.text for one in facts.deploys] == ["rollback done"]


async def test_action_items_with_their_words_and_what_was_said_about_them(record: Record) -> None:
    await record.declare()
    await record.say("14:21", "Add an alert on pool usage.", by="U3")
    await record.say("14:22", "Write a load test.", by="U3")
    for clock in ("14:21", "14:22"):
        await record.mark(clock, MarkSection.ACTION_ITEM)
    row = {"incident_id": 1, "added_by": "U1", "added_at": at("15:00")}
    await record.keep(
        ActionItem(
            number=1,
            channel_id=CHANNEL,
            message_ts=ts("14:21"),
            owner_id="U2",
            due_on=date(2023, 9, 15),
            kind="detect",
            state="done",
            closed_by="U2",
            closed_at=at("16:00"),
            **row,
        ),
        ActionItem(number=2, text="Call the vendor.", is_explicit=True, **row),
    )

    marked, added, loose = (await record.facts()).action_items

    assert (marked.number, marked.said.text, marked.said.permalink) == (
        1,
        "Add an alert on pool usage.",
        link("14:21"),
    )
    assert (marked.owner, marked.due_on, marked.kind) == ("Ben", date(2023, 9, 15), "detect")
    assert (marked.state, marked.done_by, marked.done_at) == ("done", "Ben", at("16:00"))
    assert (added.number, added.said.text, added.said.author) == (2, "Call the vendor.", "Ana")
    assert (loose.number, loose.said.text, loose.state) == (None, "Write a load test.", "open")


async def test_an_action_item_whose_mark_was_taken_back_goes_unless_somebody_meant_it(
    record: Record,
) -> None:
    await record.declare()
    row = {"incident_id": 1, "channel_id": CHANNEL, "added_by": "U1", "added_at": at("15:00")}
    for number, clock, is_explicit in ((1, "14:21", False), (2, "14:22", True)):
        await record.say(clock, f"Item {number}.")
        await record.mark(clock, MarkSection.ACTION_ITEM, is_set=False)
        await record.keep(ActionItem(number=number, message_ts=ts(clock), is_explicit=is_explicit, **row))

    assert [one.number for one in (await record.facts()).action_items] == [2]


async def test_an_action_item_somebody_worded_otherwise_keeps_those_words(record: Record) -> None:
    await record.declare()
    await record.say("14:21", "we need moar alerts", by="U3")
    await record.mark("14:21", MarkSection.ACTION_ITEM)
    await record.keep(
        ActionItem(
            incident_id=1,
            number=1,
            text="Alert on pool usage above 80 %",
            channel_id=CHANNEL,
            message_ts=ts("14:21"),
            added_by="U1",
            added_at=at("15:00"),
        )
    )

    (item,) = (await record.facts()).action_items

    assert (item.said.text, item.said.author) == ("Alert on pool usage above 80 %", "Chen")


async def test_a_record_of_deleted_messages_by_nobody_known_still_gives_facts(record: Record) -> None:
    await record.declare(declared_by="U98")
    for second in range(4):
        await record.say(f"14:21:0{second}", "", by=None, deleted_ts=ts("14:30"))
        await record.event(f"14:21:0{second}", happened="14:21")
        await record.mark(f"14:21:0{second}", MarkSection.ACTION_ITEM, by="U99")
    await record.resolve("15:30", by=None)

    facts = await record.facts()

    assert (facts.coverage.seen, facts.coverage.deleted, facts.coverage.on_timeline) == (4, 4, 4)
    assert all(entry.said.is_deleted and entry.said.author == "" for entry in facts.timeline)
    assert all(item.said.is_deleted for item in facts.action_items)
    assert facts.changes[-1].by == ""


async def test_an_incident_without_a_channel_yet_gives_facts(record: Record) -> None:
    await record.declare(channel_id=None)

    assert (await record.facts()).coverage.seen == 0


async def test_the_second_zone_is_where_most_of_the_others_are(record: Record) -> None:
    await record.declare()
    await record.say("14:21", "Looking.", by="U1")
    assert (await record.facts()).second_zone is None
    await record.say("14:22", "Me too.", by="U3")
    assert (await record.facts()).second_zone is None
    await record.say("14:23", "Me too.", by="U2")
    assert (await record.facts()).second_zone == ZoneInfo("Europe/Berlin")


async def test_what_slack_showed_formatted_is_known_by_its_rich_text(record: Record) -> None:
    def sent(*elements: dict[str, object]) -> dict[str, object]:
        section = {"type": "rich_text_section", "elements": list(elements)}
        return {"text": "see *it*", "blocks": [{"type": "rich_text", "elements": [section]}]}

    await record.declare()
    await record.say("14:21", "see *it*", payload=sent({"type": "text", "text": "see *it*"}))
    await record.say("14:22", "see *it*", payload={"text": "see *it*"})
    await record.say("14:23", "plain words", payload=sent({"type": "text", "text": "plain words"}))
    for clock in ("14:21", "14:22", "14:23"):
        await record.event(clock, happened=clock)
        await record.mark(clock, "impact")

    facts = await record.facts()

    read_by = [entry.said.shown is not None for entry in facts.timeline]
    assert read_by == [one.shown is not None for one in facts.marked[MarkSection.IMPACT]]
    assert read_by == [True, False, False]
    raw, formatted, _ = (rich_text.read(entry.said.words, KnownNames()) for entry in facts.timeline)
    assert raw == (Paragraph((Text("see *it*"),)),)
    assert formatted == (Paragraph((Text("see "), Strong((Text("it"),)))),)


async def test_an_alert_that_declared_it_is_none_of_those_who_took_part(record: Record) -> None:
    await record.declare(declared_by="USCRIBE")
    await record.resolve("15:30")

    facts = await record.facts()

    assert facts.responders == ("Ben",)
    assert [one.name for one in facts.participants] == ["Ben"]
