"""The menu of a message: onto the timeline, an action item, into a section, and an incident out of it."""

from __future__ import annotations

import pytest

from bot.incidents.vocabulary import EventKind, MarkSection
from sandbox.faults import Fault
from sandbox.records import Channel, View
from storage import action_items, incidents, postmortems, retention, timeline
from storage.tables import Incident, Mark, Message
from storage.timeline import Line
from tests.e2e.conftest import World
from tests.e2e.test_ladder import CHANNEL as CHANNEL_CANVAS
from tests.e2e.test_ladder import EDIT, TAB, refuse
from tests.until import until


async def incident(world: World, number: int = 1) -> Incident:
    async with world.running.scribe.database.read() as session:
        found = await incidents.by_number(session, world.workspace.team_id, number)
    assert found is not None
    return found


async def lines(world: World, number: int = 1) -> list[Line]:
    found = await incident(world, number)
    async with world.running.scribe.database.read() as session:
        return await timeline.standing(session, found.pk)


async def marks(world: World, number: int = 1) -> list[tuple[Mark, Message]]:
    found = await incident(world, number)
    async with world.running.scribe.database.read() as session:
        return list(await timeline.marked(session, found.pk))


def alerts(world: World, *, is_private: bool = False, has_scribe: bool = True) -> Channel:
    """Another channel, which keeps no incident."""
    members = [world.ana.id, *([world.workspace.bot_user_id] if has_scribe else [])]
    return world.workspace.add_channel("alerts", is_private=is_private, members=members)


async def chosen(world: World, ts: str, entry: str, channel: str = "") -> View:
    """The form that an entry of the message's menu opens."""
    await world.message_shortcut(world.ana, ts, entry, channel=channel)
    return await world.form(world.ana)


async def refused(world: World, ts: str, entry: str, why: str, channel: str = "") -> None:
    """No form opens, and this is why."""
    await world.message_shortcut(world.ana, ts, entry, channel=channel)
    await until(lambda: why in told(world, channel))
    assert world.workspace.open_views(world.ana.id) == []


async def sent(world: World, view: View, **changed: str) -> None:
    values = {name: {"value": value} for name, value in changed.items()}
    answer = await world.workspace.submit_view(world.ana.id, view.id, values)
    await world.settled()
    assert answer.closed, answer.errors


def told(world: World, channel: str = "") -> str:
    shown = world.workspace.ephemerals(world.ana.id, channel or world.channel.id)
    return shown[-1].text if shown else ""


def own(world: World, word: str) -> Channel:
    return next(one for one in world.workspace.channels.values() if word in one.name)


async def test_a_message_is_added_as_it_stands_and_follows_its_text(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back &lt;now&gt;", at="14:30")

    view = await chosen(world, ts, "add_to_timeline")
    assert "'initial_value': 'Rolled back <now>'" in str(view.payload)
    assert "2023-09-10 14:30" in str(view.payload)
    await sent(world, view)

    (line,) = await lines(world)
    assert (line.event.text, line.event.kind, line.event.message_ts) == (None, EventKind.MESSAGE, ts)
    assert "On the timeline as event 1" in told(world)
    assert world.confirmed(ts)
    world.workspace.edit(world.ben.id, world.channel.id, ts, "Rolled back to 1.4")
    await world.settled()
    assert "Rolled back to 1.4" in await world.command(world.ana, "/timeline")


async def test_a_reply_in_a_thread_is_added_with_other_words_at_another_time(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ben, "What happened?", at="14:25")
    ts = await world.say(world.ben, "I rolled it back", thread_ts=root, at="14:30")

    view = await chosen(world, ts, "add_to_timeline")
    await sent(world, view, text="Rolled back to 1.4", time="14:28", kind="deploy")

    (line,) = await lines(world)
    assert (line.event.text, line.event.kind) == ("Rolled back to 1.4", EventKind.DEPLOY)
    assert line.event.occurred_at.minute == 28
    assert f"thread_ts={root}" in await world.command(world.ana, "/timeline")


async def test_what_an_app_said_is_an_alert_and_what_scribe_said_is_no_evidence(world: World) -> None:
    await world.open_here()
    ts = world.workspace.say_as_bot("Watchtower", world.channel.id, text="Error rate at 34%")
    await world.settled()

    view = await chosen(world, ts, "add_to_timeline")
    await sent(world, view)
    (line,) = await lines(world)
    assert line.event.kind == EventKind.ALERT

    summary = world.messages_of_scribe()[0]
    await refused(world, summary.ts, "add_to_timeline", "I said that myself")


async def test_what_is_on_the_timeline_already_is_said_and_changed(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back", at="14:30")
    await world.mark(world.ben, ts)

    view = await chosen(world, ts, "add_to_timeline")
    assert "This message is event 1 of INC-1" in str(view.payload)
    await sent(world, view, kind="decision")

    (line,) = await lines(world)
    assert (line.event.number, line.event.kind, line.event.text) == (1, EventKind.DECISION, None)
    assert "Event 1 now reads" in told(world)


async def test_a_time_that_cannot_be_read_keeps_the_form(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back", at="14:30")
    view = await chosen(world, ts, "add_to_timeline")

    answer = await world.workspace.submit_view(world.ana.id, view.id, {"time": {"value": "half past never"}})

    assert list(answer.errors) == ["time"]
    assert await lines(world) == []


async def test_a_form_that_was_left_open_while_the_incident_was_cancelled_says_so(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back", at="14:30")
    view = await chosen(world, ts, "add_to_timeline")
    await world.command(world.ben, "/incident cancel")

    answer = await world.workspace.submit_view(world.ana.id, view.id, {})

    assert "was cancelled" in str(answer.errors)
    assert await lines(world) == []


async def test_a_message_of_another_channel_goes_to_the_incident_that_is_chosen_and_is_followed(
    world: World,
) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "Latency doubled")
    await world.settled()

    view = await chosen(world, ts, "add_to_timeline", place.id)
    assert "INC-1 Deployment disruption" in str(view.payload)
    await sent(world, view)

    (line,) = await lines(world)
    assert line.message is not None
    assert (line.message.text, line.event.channel_id) == ("Latency doubled", place.id)
    world.workspace.edit(world.ana.id, place.id, ts, "Latency tripled")
    await world.settled()
    assert "Latency tripled" in await world.command(world.ana, "/timeline")
    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()
    shown = await world.command(world.ana, "/timeline")
    assert "Latency" not in shown
    assert "message deleted in Slack" in shown


async def test_of_a_message_among_few_the_record_holds_a_link_and_no_word(world: World) -> None:
    await world.open_here()
    place = alerts(world, is_private=True)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()

    view = await chosen(world, ts, "add_to_timeline", place.id)
    assert "okapi" not in str(view.payload)
    await sent(world, view)

    shown = await world.command(world.ana, "/timeline")
    assert f"p{ts.replace('.', '')}" in shown
    assert "a private channel" in shown
    assert "okapi" not in shown
    async with world.running.scribe.database.read() as session:
        assert await timeline.message(session, (world.workspace.team_id, place.id, ts)) is None
    again = await chosen(world, ts, "add_to_timeline", place.id)
    await sent(world, again, text="A warning in private")
    assert len(await lines(world)) == 1


async def test_of_a_channel_that_scribe_is_not_in_a_link_alone_is_kept(world: World) -> None:
    await world.open_here()
    place = alerts(world, has_scribe=False)
    ts = world.workspace.say(world.ana.id, place.id, "Latency doubled")
    await world.settled()

    view = await chosen(world, ts, "add_to_timeline", place.id)
    await sent(world, view)

    (line,) = await lines(world)
    assert line.message is None
    link = f"{world.workspace.url}archives/{place.id}/p{ts.replace('.', '')}"
    assert line.event.text == f"See the <{link}|message> in <#{place.id}>"


async def test_where_there_is_no_incident_it_says_so(world: World) -> None:
    ts = await world.say(world.ben, "Rolled back", at="14:30")

    for entry in ("add_to_timeline", "add_action_item", "put_into_section"):
        await refused(world, ts, entry, "there is none yet that you may see")


async def test_a_message_becomes_an_action_item_once(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "We must add an index", at="14:30")

    view = await chosen(world, ts, "add_action_item")
    await sent(world, view, owner=world.ben.id)

    found = await incident(world)
    async with world.running.scribe.database.read() as session:
        ((item, message),) = await action_items.standing(session, found)
    assert message is not None
    assert (item.text, item.owner_id, message.ts) == (None, world.ben.id, ts)
    assert "Action item 1 of INC-1 is added: We must add an index" in told(world)

    again = await chosen(world, ts, "add_action_item")
    assert again.title == "INC-1: item 1"
    await sent(world, again, text="Add an index on orders")
    assert "Add an index on orders" in await world.command(world.ana, "/incident task")


@pytest.mark.parametrize("words", ["", "l" * 5_000], ids=["files alone", "too long for the field"])
async def test_the_form_of_an_item_can_be_sent_as_it_stands_whatever_the_message_says(
    world: World, words: str
) -> None:
    await world.open_here()
    files = None if words else ["graph.png"]
    ts = world.workspace.say(world.ben.id, world.channel.id, words, files=files)
    await world.settled()

    await sent(world, await chosen(world, ts, "add_action_item"))

    found = await incident(world)
    async with world.running.scribe.database.read() as session:
        ((item, message),) = await action_items.standing(session, found)
    assert message is not None
    link = f"{world.workspace.url}archives/{world.channel.id}/p{ts.replace('.', '')}"
    assert (item.text, message.ts) == (f"Follow up on <{link}|this message>", ts)


async def test_a_message_of_another_channel_becomes_an_item_of_the_incident_that_is_chosen(
    world: World,
) -> None:
    await world.open_here()
    place = alerts(world, is_private=True)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()

    view = await chosen(world, ts, "add_action_item", place.id)
    assert "okapi" not in str(view.payload)
    await sent(world, view)

    shown = await world.command(world.ana, "/incident task")
    assert "Follow up on" in shown
    assert "okapi" not in shown


async def test_a_message_is_put_into_a_section_as_a_mark_is_and_survives_catching_up(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "The index was missing", at="14:30")

    view = await chosen(world, ts, "put_into_section")
    await sent(world, view)
    await sent(world, await chosen(world, ts, "put_into_section"), section="lesson")

    found = await marks(world)
    assert [(mark.section, mark.user_id, message.text) for mark, message in found] == [
        (MarkSection.ROOT_CAUSE, world.ana.id, "The index was missing"),
        (MarkSection.LESSON, world.ana.id, "The index was missing"),
    ]
    assert world.confirmed(ts)
    assert "root cause of INC-1" in "".join(
        one.text for one in world.workspace.ephemerals(world.ana.id, world.channel.id)
    )
    await world.say(world.ana, "Fixed.", at="15:30")
    await world.command(world.ana, "/resolve")
    await until(lambda: bool(world.workspace.canvases))
    await world.settled()
    assert len(await marks(world)) == 2
    assert "The index was missing" in world.canvas()


async def test_a_message_of_another_channel_is_put_into_a_section_of_the_incident_that_is_chosen(
    world: World,
) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "The index was missing")
    await world.settled()

    view = await chosen(world, ts, "put_into_section", place.id)
    await sent(world, view)
    ((mark, message),) = await marks(world)
    assert (mark.section, message.text) == (MarkSection.ROOT_CAUSE, "The index was missing")
    # a reaction there still means nothing
    world.workspace.react(world.ana.id, place.id, ts, "bulb")
    await world.settled()
    assert len(await marks(world)) == 1


async def test_no_section_quotes_a_message_among_few(world: World) -> None:
    await world.open_here()
    place = alerts(world, is_private=True)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()

    await refused(world, ts, "put_into_section", "A post-mortem can't quote this message", place.id)


async def test_an_incident_begins_with_the_message_it_is_declared_from(world: World) -> None:
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "Latency doubled\nsince noon")
    await world.settled()

    view = await chosen(world, ts, "declare_from_message", place.id)
    assert "'initial_value': 'Latency doubled'" in str(view.payload)
    await sent(world, view)

    (line,) = await lines(world)
    assert line.message is not None
    assert line.message.text == "Latency doubled\nsince noon"
    channel = own(world, "latency-doubled")
    link = f"{world.workspace.url}archives/{place.id}/p{ts.replace('.', '')}"
    assert any(link in str(one.blocks) for one in world.messages_of_scribe(channel.id))
    note = next(one for one in world.messages_of_scribe(place.id) if one.thread_ts == ts)
    assert f"Declared from this message: INC-1. It goes on in <#{channel.id}>." in str(note.blocks)
    assert "INC-1 is open" in told(world, place.id) or "INC-1 has its channel" in told(world, place.id)


async def test_a_message_among_few_is_declared_in_private_and_not_a_word_of_it_gets_out(world: World) -> None:
    place = alerts(world, is_private=True)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()

    view = await chosen(world, ts, "declare_from_message", place.id)
    assert "okapi" not in str(view.payload)
    await sent(world, view)

    found = await incident(world)
    assert (found.is_private, found.title) == (True, "Reported in a private channel")
    channel = own(world, "reported-in")
    assert channel.is_private
    shown = str([str(one.blocks) + one.text for one in world.messages_of_scribe(channel.id)])
    assert "okapi" not in shown
    assert f"p{ts.replace('.', '')}" in shown
    note = next(one for one in world.messages_of_scribe(place.id) if one.thread_ts == ts)
    assert "Reported" not in str(note.blocks)
    assert "INC-1, which is shown to its members alone" in str(note.blocks)


async def test_a_message_among_few_that_is_declared_in_public_leaks_nothing(world: World) -> None:
    place = alerts(world, is_private=True)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()

    view = await chosen(world, ts, "declare_from_message", place.id)
    await sent(world, view, title="An animal is loose", place="new")

    channel = own(world, "an-animal")
    assert not channel.is_private
    everything = str([str(one.blocks) + one.text for one in world.messages_of_scribe(channel.id)])
    assert "okapi" not in everything
    assert "okapi" not in await world.command(world.ben, "/timeline INC-1")


async def test_of_a_private_incident_nothing_is_said_below_a_message_that_everybody_reads(
    world: World,
) -> None:
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "Latency doubled")
    await world.settled()

    view = await chosen(world, ts, "declare_from_message", place.id)
    await sent(world, view, place="private")

    assert world.messages_of_scribe(place.id) == []
    (line,) = await lines(world)
    assert line.message is None


async def test_declared_here_the_message_is_the_first_of_the_channels_incident(world: World) -> None:
    ts = await world.say(world.ben, "Latency doubled", at="14:30")

    view = await chosen(world, ts, "declare_from_message")
    await sent(world, view, place="here")

    (line,) = await lines(world)
    assert line.message is not None
    assert (line.message.ts, line.message.text) == (ts, "Latency doubled")
    assert [one for one in world.messages_of_scribe() if one.thread_ts == ts] == []


async def test_where_scribe_may_not_write_the_note_is_left_out_and_nothing_else(world: World) -> None:
    place = alerts(world, has_scribe=False)
    ts = world.workspace.say(world.ana.id, place.id, "Latency doubled")
    await world.settled()

    view = await chosen(world, ts, "declare_from_message", place.id)
    await sent(world, view)

    assert world.messages_of_scribe(place.id) == []
    assert (await incident(world)).title == "Reported in a message"
    assert (await world.running.worker.drained()) is True


async def test_an_expired_trigger_says_what_to_do_instead(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back", at="14:30")
    for entry, instead in (
        ("add_to_timeline", "/timeline add"),
        ("add_action_item", "/incident task add"),
        ("put_into_section", "/incident help"),
        ("declare_from_message", "/incident start"),
    ):
        world.workspace.faults.add("views.open", Fault("expired_trigger_id"), 1)

        await refused(world, ts, entry, instead)


async def test_an_item_made_of_a_message_elsewhere_follows_it_and_outlives_what_nobody_needs(
    world: World,
) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "Add an index")
    await world.settled()
    await sent(world, await chosen(world, ts, "add_action_item", place.id))
    database = world.running.scribe.database
    async with database.write() as session:
        await retention.forget_messages(session, "9999999999.000000", limit=100)

    assert "Add an index" in await world.command(world.ana, "/incident task")
    world.workspace.edit(world.ana.id, place.id, ts, "Add two indexes")
    await world.settled()
    assert "Add two indexes" in await world.command(world.ana, "/incident task")
    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()
    shown = await world.command(world.ana, "/incident task")
    assert "its message was deleted in Slack" in shown
    assert "index" not in shown


async def test_a_channel_that_is_made_private_leaves_a_link_on_records_elsewhere(world: World) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()
    for entry in ("add_to_timeline", "add_action_item", "put_into_section"):
        await sent(world, await chosen(world, ts, entry, place.id))
    assert "okapi" in await world.command(world.ben, "/timeline")

    world.workspace.convert(world.ana.id, place.id, is_private=True)
    await world.settled()
    world.workspace.edit(world.ana.id, place.id, ts, "The okapi is back")
    await world.settled()

    shown = await world.command(world.ben, "/timeline") + await world.command(world.ben, "/incident task")
    assert "okapi" not in shown
    assert shown.count(f"p{ts.replace('.', '')}") == 2
    assert await marks(world) == []
    async with world.running.scribe.database.read() as session:
        assert await timeline.message(session, (world.workspace.team_id, place.id, ts)) is None


async def test_what_was_published_loses_what_it_quotes_of_a_message_elsewhere(world: World) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()
    await sent(world, await chosen(world, ts, "add_to_timeline", place.id))
    await world.say(world.ana, "Fixed.", at="15:30")
    await world.command(world.ana, "/resolve")
    await world.publish(world.ana)
    assert "INC-1" in await world.command(world.ben, "/postmortem search okapi")

    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()

    assert "INC-1" not in await world.command(world.ben, "/postmortem search okapi")
    found = await incident(world)
    async with world.running.scribe.database.read() as session:
        postmortem = await postmortems.of_incident(session, found.pk)
    assert postmortem is not None
    assert "okapi" not in (postmortem.final_markdown or "")


async def two_incidents(world: World) -> tuple[Channel, Channel, str]:
    """The channel of the second, and a message of a channel that has none."""
    await world.open_here()
    place = alerts(world)
    other = world.workspace.add_channel("other", members=[world.ana.id, world.workspace.bot_user_id])
    await world.command(world.ana, "/incident start here Second", channel=other.id)
    ts = world.workspace.say(world.ana.id, place.id, "The okapi is loose")
    await world.settled()
    return other, place, ts


@pytest.mark.parametrize("is_canvas", [True, False], ids=["canvas", "thread"])
async def test_a_message_that_went_on_to_another_incident_is_followed_in_both(
    world: World, is_canvas: bool
) -> None:
    if not is_canvas:
        refuse(world, TAB, CHANNEL_CANVAS, EDIT, error="canvas_disabled_user_team")
    other, place, ts = await two_incidents(world)
    await sent(world, await chosen(world, ts, "put_into_section", place.id), incident="1")
    await world.command(world.ana, "/resolve Done.", at="15:00")
    await sent(world, await chosen(world, ts, "put_into_section", place.id), incident="2")
    await world.command(world.ana, "/resolve Done.", at="15:01", channel=other.id)
    for channel in (world.channel, other):
        assert "okapi" in shown_in(world, channel)
    world.at("15:20")

    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()

    for channel in (world.channel, other):
        said = shown_in(world, channel)
        assert said.count("deleted in Slack since") == is_canvas
        assert ("okapi" in said) == is_canvas  # a canvas is people's


async def test_of_a_message_that_went_on_before_the_draft_was_made_nothing_is_told(world: World) -> None:
    _, place, ts = await two_incidents(world)
    for number in ("1", "2"):
        await sent(world, await chosen(world, ts, "put_into_section", place.id), incident=number)
    await world.command(world.ana, "/resolve Done.", at="15:00")
    world.at("15:20")

    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()

    assert "deleted in Slack since" not in shown_in(world, world.channel)


def shown_in(world: World, channel: Channel) -> str:
    """What Scribe has said in a channel, with the canvases in its tabs."""
    tabs = [world.workspace.canvases[one].markdown for one in channel.canvas_ids]
    return "\n".join([*(one.text for one in world.messages_of_scribe(channel.id)), *tabs])
