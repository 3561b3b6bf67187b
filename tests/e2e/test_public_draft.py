"""A draft for people outside stands beside the team's own, and holds no word of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.postmortem.export import export
from sandbox import canvases
from sandbox.records import Canvas
from tests.e2e.conftest import World

SECRET = "Ana forgot to renew it, see https://wiki.acme.dev/secret."


async def drafted(world: World) -> Canvas:
    """The team's draft, with words that a person wrote into it."""
    await world.open_here("Certificate expired")
    told = await world.say(world.ana, "Nobody could log in.", at="14:30")
    for emoji in ("boom", "mega"):
        await world.mark(world.ben, told, emoji)
    await world.command(world.ana, "/resolve Renewed.", at="15:30")
    (canvas,) = world.workspace.canvases.values()
    note = {"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": SECRET}}
    canvases.apply(world.workspace, canvas, world.ana.id, note)
    return canvas


def public(world: World) -> Canvas:
    (canvas,) = [one for one in world.workspace.canvases.values() if "people outside" in one.title]
    return canvas


async def test_it_carries_none_of_the_words_that_people_wrote_for_themselves(world: World) -> None:
    ours = await drafted(world)

    await world.command(world.ana, "/postmortem draft customer")

    assert public(world).title == "INC-1 for people outside (draft 2)"
    assert "Nobody could log in." in public(world).markdown
    for words in (SECRET, "secret", "Ana", "Renewed", "http", "Certificate"):
        assert words not in public(world).markdown
    assert (ours.title, ours.markdown.count(SECRET)) == ("INC-1: Certificate expired", 1)
    told = world.messages_of_scribe()[-1]
    assert "for people outside" in told.text
    assert "only what was marked for people outside" in str(told.blocks)


async def test_each_is_drafted_again_where_it_stands(world: World) -> None:
    ours = await drafted(world)
    await world.command(world.ana, "/postmortem draft customer")
    more = await world.say(world.ana, "Everybody is back.", at="15:40")
    for emoji in ("pushpin", "mega"):
        await world.mark(world.ben, more, emoji)

    await world.command(world.ana, "/postmortem draft")
    assert "Everybody is back." in ours.markdown
    assert "Everybody is back." not in public(world).markdown
    assert ours.markdown.count(SECRET) == 1

    await world.command(world.ana, "/postmortem draft customer")
    assert "Everybody is back." in public(world).markdown
    assert len(world.workspace.canvases) == 2
    assert not any("Kept as people" in message.text for message in world.messages_of_scribe())


async def test_what_is_published_is_the_teams(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem draft customer")

    await world.publish(world.ana)

    told = world.messages_of_scribe()[-1]
    assert "INC-1 is published" in told.text
    assert "Certificate expired" in str(told.blocks)


async def test_in_a_file_it_holds_none_of_them_either(world: World, tmp_path: Path) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem draft")
    settings = world.running.scribe.settings
    database = world.running.scribe.database

    for template in ("classic", "customer"):
        folder = tmp_path / template
        await export(database, 1, folder, settings, formats=["md"], template=template)
        (file,) = folder.rglob("*.md")
        assert (SECRET in file.read_text().replace("\\", "")) == (template == "classic")


async def test_an_answer_that_is_lost_and_two_who_ask_at_once_make_one(world: World) -> None:
    await drafted(world)
    world.workspace.lose_answer("canvases.create", times=2)

    await asyncio.gather(
        *(
            world.workspace.command(who.id, world.channel.id, "/postmortem", "draft customer")
            for who in (world.ana, world.ben)
        )
    )
    await world.settled()

    assert len(world.workspace.canvases) == 2
    assert public(world).markdown.count("Nobody could log in.") == 3  # in short, when, and as the impact


async def test_what_people_typed_pings_nobody_there_either(world: World) -> None:
    await world.open_here("<!channel> it is down")
    text = f"<!channel> <@{world.ben.id}> | *4%* of `carts|<b>` <https://evil.test|https://acme.dev> failed"
    told = await world.say(world.ana, text, at="14:30")
    for emoji in ("pushpin", "boom", "mega"):
        await world.mark(world.ben, told, emoji)
    await world.command(world.ana, "/resolve <!here> done", at="15:30")

    await world.command(world.ana, "/postmortem draft customer")
    await world.publish(world.ana)

    for message in world.messages_of_scribe():
        assert not message.pings, message.text
    assert "4%" in public(world).markdown
    for words in ("<!channel>", "<@", "evil.test", "acme.dev", "Ben", "Ana"):
        assert words not in public(world).markdown


async def test_what_was_deleted_or_unmarked_since_leaves_it(world: World) -> None:
    await drafted(world)
    said = [await world.say(world.ana, words, at="14:40") for words in ("Deleted later.", "Unmarked later.")]
    for ts in said:
        await world.mark(world.ben, ts, "mega")
    await world.command(world.ana, "/postmortem draft customer")
    assert public(world).markdown.count("later.") == 2

    world.workspace.delete(world.ana.id, world.channel.id, said[0])
    await world.unmark(world.ben, said[1], "mega")
    await world.settled()
    await world.command(world.ana, "/postmortem draft customer")

    assert "later." not in public(world).markdown
    assert "Nobody could log in." in public(world).markdown
