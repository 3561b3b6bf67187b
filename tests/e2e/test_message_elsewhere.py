"""A message of another channel on an incident's record: it is there only as long as it can be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import start
from sandbox.records import Channel
from tests.e2e.conftest import World, settings_for
from tests.e2e.test_message_shortcuts import alerts, chosen, incident, lines, marks, sent

SECRET = "okapi"
TAKING = ("add_to_timeline", "add_action_item", "put_into_section")


async def said(world: World, place: Channel, text: str = f"The {SECRET} is loose") -> str:
    ts = world.workspace.say(world.ana.id, place.id, text)
    await world.settled()
    return ts


async def taken(world: World) -> tuple[Channel, str]:
    """A message of #alerts on the record of INC-1 in every way there is."""
    await world.open_here()
    place = alerts(world)
    ts = await said(world, place)
    for entry in TAKING:
        await sent(world, await chosen(world, ts, entry, place.id))
    return place, ts


async def shown(world: World) -> str:
    """The timeline of INC-1, and its action items."""
    return await world.command(world.ben, "/timeline") + await world.command(world.ben, "/incident task")


async def back(world: World, tmp_path: Path) -> None:
    world.running = await start(settings_for(world.sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
    await world.sandbox.wait_connected()
    await world.settled()


@pytest.mark.parametrize("entry", TAKING)
async def test_a_form_that_stood_open_while_its_channel_became_private_copies_nothing(
    world: World, entry: str
) -> None:
    await world.open_here()
    place = alerts(world)
    ts = await said(world, place)
    view = await chosen(world, ts, entry, place.id)
    world.workspace.convert(world.ana.id, place.id, is_private=True)
    await world.settled()

    answer = await world.workspace.submit_view(world.ana.id, view.id, {})
    await world.settled()

    found = await shown(world)
    assert SECRET not in found
    if entry == "put_into_section":
        assert "can't quote this message" in str(answer.errors)
    else:
        assert found.count(f"p{ts.replace('.', '')}") == 1
    assert await marks(world) == []
    assert all(line.message is None for line in await lines(world))


async def test_a_form_that_stood_open_while_scribe_was_removed_copies_nothing(world: World) -> None:
    await world.open_here()
    place = alerts(world)
    ts = await said(world, place)
    view = await chosen(world, ts, "add_to_timeline", place.id)
    world.workspace.remove(world.workspace.bot_user_id, place.id, by=world.ana.id)
    await world.settled()

    await sent(world, view)

    assert SECRET not in await shown(world)


async def test_a_declaration_that_stood_open_while_its_channel_became_private_copies_nothing(
    world: World,
) -> None:
    place = alerts(world)
    ts = await said(world, place)
    view = await chosen(world, ts, "declare_from_message", place.id)
    world.workspace.convert(world.ana.id, place.id, is_private=True)
    await world.settled()

    await sent(world, view, title="An animal is loose")

    (line,) = await lines(world)
    assert line.message is None
    assert SECRET not in await world.command(world.ben, "/timeline INC-1")


async def test_an_item_of_a_private_incident_links_to_the_message_and_repeats_none_of_it(
    world: World,
) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident start private Vault is open", at="14:40")
    place = alerts(world)
    ts = await said(world, place)
    view = await chosen(world, ts, "add_action_item", place.id)

    await sent(world, view, incident="2")

    items = await world.command(world.ana, "/incident task INC-2")
    assert f"p{ts.replace('.', '')}" in items
    assert SECRET not in items


async def test_where_scribe_is_not_a_declaration_has_no_title_out_of_the_message(world: World) -> None:
    place = alerts(world, has_scribe=False)
    ts = await said(world, place)

    view = await chosen(world, ts, "declare_from_message", place.id)

    assert SECRET not in str(view.payload)
    await sent(world, view)
    assert SECRET not in (await incident(world)).title


async def test_when_scribe_is_removed_from_its_channel_a_link_alone_stays(world: World) -> None:
    place, ts = await taken(world)
    assert SECRET in await shown(world)

    world.workspace.remove(world.workspace.bot_user_id, place.id, by=world.ana.id)
    await world.settled()

    assert SECRET not in await shown(world)
    assert (await shown(world)).count(f"p{ts.replace('.', '')}") == 2


async def test_when_its_channel_is_deleted_none_of_its_words_stay(world: World) -> None:
    place, _ = await taken(world)

    world.workspace.delete_channel(place.id)
    await world.settled()

    assert SECRET not in await shown(world)


async def test_what_was_deleted_while_scribe_was_away_is_found_deleted(world: World, tmp_path: Path) -> None:
    place, ts = await taken(world)
    await world.running.stop()
    world.workspace.socket.lose()
    world.workspace.delete(world.ana.id, place.id, ts)
    await back(world, tmp_path)

    assert SECRET not in await shown(world)


async def test_what_was_edited_while_scribe_was_away_reads_as_edited(world: World, tmp_path: Path) -> None:
    place, ts = await taken(world)
    await world.running.stop()
    world.workspace.socket.lose()
    world.workspace.edit(world.ana.id, place.id, ts, "An animal is loose")
    await back(world, tmp_path)

    found = await shown(world)
    assert SECRET not in found
    assert "An animal is loose" in found
    assert len(await marks(world)) == 2  # as an action item, and in the section


async def test_a_channel_made_private_while_scribe_was_away_leaves_a_link(
    world: World, tmp_path: Path
) -> None:
    place, ts = await taken(world)
    await world.running.stop()
    world.workspace.socket.lose()
    world.workspace.convert(world.ana.id, place.id, is_private=True)
    await back(world, tmp_path)

    assert SECRET not in await shown(world)
    assert (await shown(world)).count(f"p{ts.replace('.', '')}") == 2


async def test_a_channel_that_scribe_was_removed_from_while_away_leaves_a_link(
    world: World, tmp_path: Path
) -> None:
    place, ts = await taken(world)
    await world.running.stop()
    world.workspace.socket.lose(3)
    world.workspace.remove(world.workspace.bot_user_id, place.id, by=world.ana.id)
    await back(world, tmp_path)

    assert SECRET not in await shown(world)
    assert (await shown(world)).count(f"p{ts.replace('.', '')}") == 2


async def test_where_another_company_reads_the_record_links_to_the_message(world: World) -> None:
    await world.open_here()
    world.workspace.share_channel(world.channel.id, "T0CONNECTED")
    await world.settled()
    place = alerts(world)
    ts = await said(world, place)

    for entry in ("add_to_timeline", "add_action_item"):
        await sent(world, await chosen(world, ts, entry, place.id))

    found = await shown(world)
    assert SECRET not in found
    assert found.count(f"p{ts.replace('.', '')}") == 2


async def test_the_note_below_a_message_says_nothing_that_a_private_incident_hides(world: World) -> None:
    place = alerts(world)
    ts = await said(world, place, "Latency doubled")
    await sent(
        world,
        await chosen(world, ts, "declare_from_message", place.id),
        title=f"The {SECRET} is loose",
    )
    found = await incident(world)
    assert found.channel_id is not None
    assert any("INC-1" in one.text for one in world.messages_of_scribe(place.id))

    world.workspace.convert(world.ana.id, found.channel_id, is_private=True)
    await world.settled()

    assert SECRET not in str([one.text + str(one.blocks) for one in world.messages_of_scribe(place.id)])
