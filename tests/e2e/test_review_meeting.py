"""A review meeting: planned in a line or a form, shared once as a calendar file, moved when planned again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest
from icalendar import Calendar, Event

from bot.manifest import scopes as asked_for
from bot.slack.blocks.review_meeting import CANCEL_ACTION, FORM_ACTION
from sandbox.records import FileRecord, Message, Person
from tests.e2e.conftest import PATIENT, RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.e2e.test_finish import drafted
from tests.quiet import Sandbox
from tests.until import until

LINE = "/postmortem meeting 2023-09-13 14:00 UTC 30m"


def files(world: World) -> list[FileRecord]:
    """The calendar files that somebody can see."""
    return [one for one in world.workspace.files.values() if one.name.endswith(".ics") and one.is_complete]


def shares(world: World) -> list[Message]:
    """The messages that hold one."""
    every = world.workspace.messages(world.channel.id)
    return [one for one in every if any(file.name.endswith(".ics") for file in one.files)]


def event(file: FileRecord) -> Event:
    calendar = Calendar.from_ical(file.content)
    (found,) = calendar.walk("VEVENT")
    return cast(Event, found)


async def test_a_line_shares_the_file_in_the_channel_and_names_the_day_and_the_people(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem review @ben")

    answer = await world.command(world.ana, LINE)

    (file,), (message,) = files(world), shares(world)
    found = event(file)
    assert "its calendar file follows in this channel" in answer
    assert found["DTSTART"].dt == datetime(2023, 9, 13, 14, 0, tzinfo=UTC)
    assert found["DTEND"].dt == datetime(2023, 9, 13, 14, 30, tzinfo=UTC)
    assert (str(found["SUMMARY"]), int(found["SEQUENCE"])) == ("Review of INC-1", 0)
    assert "Involved: Ana Ferreira, Ben Okafor" in str(found["DESCRIPTION"])
    assert b"\r\nMETHOD:PUBLISH\r\n" in file.content and b"ATTENDEE" not in file.content
    assert "<!date^1694613600^" in message.text
    assert "by Ana Ferreira. It concerns Ben Okafor." in message.text
    assert "<@" not in message.text


async def test_planned_again_it_is_moved_under_the_same_id(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)

    await world.command(world.ben, "/postmortem meeting 2023-09-14 9am UTC an hour: Checkout, once more")

    first, second = (event(one) for one in files(world))
    assert str(first["UID"]) == str(second["UID"])
    assert int(second["SEQUENCE"]) == 1
    assert str(second["SUMMARY"]) == "Checkout, once more"
    assert second["DTEND"].dt == datetime(2023, 9, 14, 10, 0, tzinfo=UTC)
    assert "The review of INC-1 was moved to" in shares(world)[-1].text
    await world.command(world.ana, "/postmortem status")
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    assert "*Review meeting*: <!date^1694682000^" in str(shown.blocks)


async def test_the_button_of_the_status_opens_a_form_on_the_persons_clock(world: World) -> None:
    await drafted(world)
    await world.command(world.ben, "/postmortem status")
    shown = world.workspace.ephemerals(world.ben.id, world.channel.id)[-1]
    await world.workspace.click(
        world.ben.id, channel_id=world.channel.id, message_ts=shown.ts, action_id=FORM_ACTION
    )
    form = await world.form(world.ben)

    answer = await world.workspace.submit_view(
        world.ben.id,
        form.id,
        {
            "day": {"value": "2023-09-13"},
            "at": {"value": "16:30"},
            "length": {"value": "60"},
            "title": {"value": "What we <!channel> *learned*"},
            "note": {"value": "Read the draft\nbefore"},
        },
    )
    await world.settled()

    assert answer.closed, answer.errors
    found = event(files(world)[0])
    assert found["DTSTART"].dt == datetime(2023, 9, 13, 20, 30, tzinfo=UTC)  # 16:30 in New York
    assert str(found["SUMMARY"]) == "What we <!channel> *learned*"
    assert str(found["DESCRIPTION"]).startswith("Read the draft\nbefore\n\nThe draft: http")
    assert "<!channel>" not in shares(world)[0].text
    await until(
        lambda: (
            "The review of INC-1 is" in world.workspace.ephemerals(world.ben.id, world.channel.id)[-1].text
        )
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2023-09-09 14:00", "as a day to come and a time"),
        ("soon", "as a day to come and a time"),
        ("friday", "a time of that day"),
        ("friday 14:00 90m", "30, 45 or 60 minutes"),
        ("friday 25:00", "a time of that day"),
        ("2025-09-10 14:00", "more than a year ahead"),
        ("today 00:01", "is past"),
    ],
)
async def test_what_cannot_be_planned_is_a_sentence_with_an_example(
    world: World, said: str, told: str
) -> None:
    await drafted(world)

    answer = await world.command(world.ana, f"/postmortem meeting {said}")

    assert told in answer and "/postmortem meeting friday 14:00" in answer
    assert files(world) == []


async def test_without_a_draft_there_is_nothing_to_review(world: World) -> None:
    await world.open_here()

    assert "has no post-mortem draft yet" in await world.command(world.ana, LINE)


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
)
async def test_a_lost_answer_shares_it_once(world: World, method: str) -> None:
    await drafted(world)
    world.workspace.lose_answer(method)

    await world.command(world.ana, LINE)
    await until(lambda: bool(shares(world)))
    await world.settled()

    assert len(shares(world)) == 1


async def test_where_slack_takes_no_files_the_channel_is_told_without_one(world: World) -> None:
    await drafted(world)
    world.workspace.refuse("files.getUploadURLExternal", "file_uploads_disabled", times=9)

    await world.command(world.ana, LINE)

    (told,) = [one for one in world.messages_of_scribe() if "Review of INC-1" in one.text]
    assert "<!date^1694613600^" in told.text
    assert "no file for your calendar here: Slack answered `file_uploads_disabled`" in told.text
    assert files(world) == []


async def test_with_the_scope_for_addresses_the_file_invites_them(
    database_url: str, is_patient: bool
) -> None:
    scopes = frozenset([*asked_for()["bot"], *asked_for()["bot_optional"], "users:read.email"])
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE, scopes=scopes) as sandbox:
        workspace = sandbox.workspace
        workspace.deliveries.answer_within = PATIENT
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        world = World(sandbox, await connected(sandbox, database_url), ana, ben, channel)
        await drafted(world)

        await world.command(ana, LINE)
        workspace.share_channel(channel.id, "T0THEIRS")
        await world.settled()
        await world.command(ana, LINE)
        await world.running.stop()

        invitation, shared = files(world)
        assert b"\r\nMETHOD:REQUEST\r\n" in invitation.content
        assert str(event(invitation)["ORGANIZER"]) == "mailto:ana@example.com"
        assert str(event(invitation)["ATTENDEE"]) == "mailto:ben@example.com"
        assert b"@example.com" not in shared.content


async def test_nobody_who_left_and_nobody_of_another_company_is_invited(
    database_url: str, is_patient: bool
) -> None:
    scopes = frozenset([*asked_for()["bot"], *asked_for()["bot_optional"], "users:read.email"])
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE, scopes=scopes) as sandbox:
        workspace = sandbox.workspace
        workspace.deliveries.answer_within = PATIENT
        ana, ben = workspace.add_person("ana", tz="UTC"), workspace.add_person("ben", tz="UTC")
        cleo, olga = workspace.add_person("cleo"), workspace.add_person("olga", team_id="T0THEIRS")
        everybody = [ana.id, cleo.id, olga.id, ben.id, workspace.bot_user_id]
        channel = workspace.add_channel("web-release", members=everybody)
        world = World(sandbox, await connected(sandbox, database_url), ana, ben, channel)
        await world.open_here()
        for one in (cleo, olga, ben):
            await world.say(one, "Looking into it")
        await world.command(ana, "/resolve Rolled back")
        workspace.people[cleo.id].deleted = True

        await world.command(ana, LINE)
        await world.running.stop()

        (invitation,) = files(world)
        assert str(event(invitation)["ATTENDEE"]) == "mailto:ben@example.com"
        assert b"cleo@" not in invitation.content and b"olga@" not in invitation.content


async def cancelled(world: World, who: Person) -> str:
    """The button of the question is pressed; what they are told then."""
    await world.command(who, "/postmortem meeting cancel")
    return await world.press(who, CANCEL_ACTION)


async def test_cancelled_by_whoever_planned_it_a_file_takes_it_out_of_calendars(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)

    told = await cancelled(world, world.ana)
    await until(lambda: len(files(world)) == 2)
    await world.settled()

    planned, gone = files(world)
    assert "The review of INC-1 is cancelled" in told
    assert gone.name == "inc-1-review-cancelled.ics"
    assert b"\r\nMETHOD:CANCEL\r\n" in gone.content
    assert str(event(gone)["UID"]) == str(event(planned)["UID"])
    assert (int(event(gone)["SEQUENCE"]), str(event(gone)["STATUS"])) == (1, "CANCELLED")
    assert "and is cancelled, by Ana Ferreira. Open the file to take it out of" in shares(world)[-1].text
    await world.command(world.ana, "/postmortem status")
    shown = str(world.workspace.ephemerals(world.ana.id, world.channel.id)[-1].blocks)
    assert "Review meeting*" not in shown and CANCEL_ACTION not in shown
    assert "No review meeting of INC-1 is planned" in await world.command(
        world.ana, "/postmortem meeting cancel"
    )


async def test_the_owner_of_the_postmortem_cancels_it_and_nobody_else(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem owner <@{world.ana.id}>")
    await world.command(world.ana, LINE)

    assert "alone can cancel the review meeting of INC-1" in await cancelled(world, world.ben)
    assert len(files(world)) == 1
    await world.command(world.ana, f"/postmortem owner <@{world.ben.id}>")
    assert "The review of INC-1 is cancelled" in await cancelled(world, world.ben)
    await until(lambda: len(files(world)) == 2)
    await world.settled()

    assert event(files(world)[1])["ORGANIZER"].params["CN"] == "Ana Ferreira"
    assert "and is cancelled, by Ben Okafor." in shares(world)[-1].text


async def test_one_that_was_moved_since_it_was_seen_is_not_cancelled(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)
    await world.command(world.ana, "/postmortem meeting cancel")
    await world.command(world.ana, "/postmortem meeting 2023-09-14 9am UTC")

    told = await world.press(world.ana, CANCEL_ACTION)

    assert "was moved or cancelled meanwhile, so nothing was done" in told
    assert [str(event(one)["STATUS"]) for one in files(world)] == ["CONFIRMED", "CONFIRMED"]


async def test_one_that_is_over_is_not_cancelled(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)
    world.workspace.clock.set(datetime(2023, 9, 13, 14, 30, tzinfo=UTC))

    assert "is over, so there is nothing to cancel" in await cancelled(world, world.ana)


async def test_planned_again_after_that_it_is_the_same_event(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)
    await cancelled(world, world.ana)
    await until(lambda: len(files(world)) == 2)

    await world.command(world.ben, "/postmortem meeting 2023-09-14 9am UTC")
    await until(lambda: len(files(world)) == 3)
    await world.settled()

    again = event(files(world)[2])
    assert (int(again["SEQUENCE"]), str(again["STATUS"])) == (2, "CONFIRMED")
    assert "It is planned for" in shares(world)[-1].text


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
)
async def test_that_it_is_cancelled_is_shared_once_whatever_answer_is_lost(world: World, method: str) -> None:
    await drafted(world)
    await world.command(world.ana, LINE)
    world.workspace.lose_answer(method)

    await cancelled(world, world.ana)
    await until(lambda: len(shares(world)) == 2)
    await world.settled()

    assert len(shares(world)) == 2
