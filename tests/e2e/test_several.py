"""Several incidents, private ones, deliveries twice, and what Slack puts into messages by itself."""

from __future__ import annotations

from bot.app import start
from tests.e2e.conftest import World, settings_for


async def test_a_second_incident_in_a_channel_has_a_record_of_its_own(world: World) -> None:
    await world.open_here("First")
    first = await world.say(world.ana, "The pool was too small.", at="14:30")
    await world.mark(world.ana, first, "mag")
    kept = await world.say(world.ana, "Restarted the pool.", at="14:31")
    await world.mark(world.ana, kept)
    await world.command(world.ana, "/resolve", at="14:40")

    again = await world.say(world.ben, "Again!", at="15:00")
    await world.command(world.ben, "/incident start here Second", at="15:01")
    await world.mark(world.ben, kept)
    await world.mark(world.ben, again)
    await world.settled()
    shown = await world.command(world.ben, "/timeline")
    await world.command(world.ben, "/resolve")

    assert "Again!" in shown
    assert "Restarted the pool." not in shown
    assert "The pool was too small." not in world.canvas()
    assert world.canvas().rstrip().endswith("Ben Okafor (15:00 UTC)")
    assert "Restarted the pool." in next(iter(world.workspace.canvases.values())).markdown


async def test_a_mark_of_the_first_incident_comes_off_during_the_second(world: World) -> None:
    await world.open_here("First")
    kept = await world.say(world.ana, "Restarted the pool.", at="14:31")
    await world.mark(world.ana, kept)
    await world.command(world.ana, "/resolve", at="14:40")
    await world.command(world.ben, "/incident start here Second", at="15:01")

    await world.unmark(world.ana, kept)
    await world.settled()
    assert not world.confirmed(kept)
    await world.mark(world.ana, kept)
    await world.mark(world.ben, kept, "mag")
    await world.settled()

    assert world.confirmed(kept)
    assert "Restarted" not in await world.command(world.ben, "/timeline")
    await world.command(world.ben, "/resolve")
    assert "Restarted" not in world.canvas()


async def test_a_private_incident_is_shown_to_the_members_of_its_channel_alone(world: World) -> None:
    bot = world.workspace.bot_user_id
    secret = world.workspace.add_channel("secret", is_private=True, members=[world.ana.id, bot])
    await world.command(world.ana, "/incident start here Breach of the vault", channel=secret.id)

    assert "vault" not in await world.command(world.ben, "/incident list")
    assert "INC-1 is kept in a private channel" in await world.command(world.ben, "/incident show INC-1")
    assert "vault" in await world.command(world.ana, "/incident show INC-1", channel=secret.id)
    assert "vault" in await world.command(world.ana, "/incident list", channel=secret.id)
    assert "vault" in await world.command(world.ana, "/incident show INC-1")
    assert "vault" in await world.command(world.ana, "/incident list")


async def test_a_command_that_is_delivered_twice_is_done_once(world: World) -> None:
    await world.open_here()
    world.workspace.socket.duplicate(1)

    await world.command(world.ana, "/timeline add 14:05 Rolled back")

    assert (await world.command(world.ana, "/timeline")).count("Rolled back.") <= 1
    assert "(1 event)" in await world.command(world.ana, "/timeline")


async def test_events_that_are_delivered_twice_and_in_disorder_count_once(world: World) -> None:
    await world.open_here()
    world.workspace.socket.duplicate(2)
    world.workspace.socket.reorder(2)
    ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
    world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
    await world.settled()

    assert "(1 event)" in await world.command(world.ana, "/timeline")
    assert world.confirmed(ts)


async def test_what_slack_shows_instead_of_blocks_is_not_their_text(world: World) -> None:
    await world.open_here()
    ts = world.workspace.say_as_bot(
        "Watchtower",
        world.channel.id,
        text="This content can't be displayed.",
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "Error rate at 34%"}}],
    )
    await world.mark(world.ben, ts)

    assert "Error rate at 34%" in await world.command(world.ana, "/timeline")


async def test_the_first_thing_scribe_hears_happens_in_slacks_time(world: World, database_url: str) -> None:
    world.workspace.say(world.ben.id, world.channel.id, "Something is off.")
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()

    await world.command(world.ana, "/incident start here Down since 14:00")
    await world.command(world.ana, "/resolve")

    assert "2023-09-10 14:00 UTC, stated" in world.canvas()
    assert "10 min, from the stated start" in world.canvas()


async def test_an_incident_resolved_before_its_impact_began_still_gets_its_draft(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")
    await world.command(world.ana, "/incident start here Down since 14:21")

    await world.command(world.ana, "/resolve")

    assert "contradictory" in world.canvas()
    assert "contradictory" in await world.command(world.ana, "/incident show")


async def test_since_without_a_title_asks_with_the_time_filled_in(world: World) -> None:
    await world.command(world.ana, "/incident start since 14:00")

    (form,) = world.workspace.open_views(world.ana.id)
    assert "'initial_value': '14:00'" in str(form)


async def test_a_new_zone_counts_from_then_on(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:00 first")

    world.workspace.change_person(world.ana.id, tz="Europe/Berlin")
    await world.settled()
    await world.command(world.ana, "/timeline add 16:05 second")
    await world.command(world.ana, "/resolve")

    assert "| 14:05 | second | Ana Ferreira |" in world.canvas()


async def test_a_person_whom_slack_does_not_name_does_not_stop_the_draft(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("users.info", "fatal_error", times=200)

    await world.command(world.ana, "/resolve Over.")

    assert "Over." in world.canvas()
