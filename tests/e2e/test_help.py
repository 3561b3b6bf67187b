"""Asking what a command does does nothing."""

from __future__ import annotations

from bot.listeners.commands import action_item, incident, postmortem, timeline
from tests.e2e.conftest import World, words


async def test_help_changes_nothing_and_says_how(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")
    await world.command(world.ana, "/incident task add Add an index")
    shown = await world.command(world.ana, "/incident show")

    for said in ("help", "?", "--help", "-h", "Help!", "INC-1 help"):
        assert "ends the incident at once and drafts its post-mortem" in await world.command(
            world.ana, f"/resolve {said}"
        )
    for said, answer in (
        ("/incident start help", "`/incident start here Checkout is down`"),
        ("/incident start here ?", "`/incident start here Checkout is down`"),
        ("/incident resolve help", "`/incident resolve Rolled back, all is well`"),
        ("/incident severity help", "`/incident severity sev2`"),
        ("/incident task add help", "`/incident task add`"),
        ("/incident task help", "`/incident task drop 2`"),
        ("/incident task done 1 help", "`/incident task done 2`"),
        ("/timeline help", "`/timeline add 14:05 Rolled back` adds a line"),
        ("/timeline add help", "`/timeline add 10 minutes ago Restarted the cache`"),
        ("/timeline edit 1 help", "`/timeline edit 3 14:07 Rolled back to 1.4`"),
        ("/timeline remove 1 --help", "`/timeline remove 3`"),
        ("/postmortem publish help", "shows what is missing, asks, keeps the final text and announces it"),
        (
            "/incident postmortem publish help",
            "shows what is missing, asks, keeps the final text and announces it",
        ),
        ("/postmortem owner <@U1> help", "`/postmortem owner me`"),
        ("/incident help timeline add", "`/timeline add 10 minutes ago Restarted the cache`"),
        ("/incident ?", "Scribe keeps the record of an incident"),
        ("/incident import help", "`/incident import since 14:00`"),
    ):
        assert answer in await world.command(world.ana, said), said

    assert await world.command(world.ana, "/incident show") == shown
    assert world.workspace.open_views(world.ana.id) == []
    assert "INC-2" not in await world.command(world.ana, "/incident list")
    timeline = await world.command(world.ana, "/timeline")
    assert "Rolled back" in timeline
    assert "help" not in timeline


async def test_resolving_needs_no_word_though_action_items_are_open(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add me by 2023-12-01: Add an index")

    answer = await world.command(world.ana, "/resolve")
    assert answer.startswith("INC-1 is resolved. The post-mortem draft follows in this channel.")


async def test_wishes_and_sentences_are_answered_truly(world: World) -> None:
    await world.open_here()

    assert "`/resolve " in await world.command(world.ana, "/incident close")
    assert "`/incident start Checkout is down`" in await world.command(
        world.ana, "/incident Checkout is down"
    )
    assert "`/timeline add Rolled back`" in await world.command(world.ana, "/timeline Rolled back")
    assert "Did you mean `/incident severity`" in await world.command(world.ana, "/incident severty sev1")
    assert "Did you mean `commander`" in await world.command(
        world.ana, f"/incident role comander <@{world.ben.id}>"
    )
    await world.command(world.ana, "/incident role incident commander me")
    assert f"commander: <@{world.ana.id}>" in (await world.command(world.ana, "/incident role")).replace(
        "*", ""
    )


async def test_words_behind_a_verb_that_takes_none_do_nothing(world: World) -> None:
    await world.open_here()
    for number in range(2):
        await world.command(world.ana, f"/timeline add 14:0{number} Step {number}")
    for said in ("cancel task 1", "cancel the deploy", "cancel the draft", "reopen task 2", "list resolved"):
        answer = await world.command(world.ana, f"/incident {said}")
        assert "so nothing was done. Say it without, for example" in answer
    for said in ("remove 1 2", "restore 1, 2", "history"):
        answer = await world.command(world.ana, f"/timeline {said}")
        assert f"Say one number, for example `/timeline {said.split()[0]} 3`" in answer
    for said in ("1", "#1", "INC-1 INC-2", "1, 2"):
        answer = await world.command(world.ana, f"/resolve {said}")
        assert "is no conclusion, so nothing was done. Name an incident like `/resolve INC-" in answer
    assert "INC-1" in await world.command(world.ana, "/incident list all please")
    assert "(2 events)" in await world.command(world.ana, "/timeline")
    assert "Open" in await world.command(world.ana, "/incident show")

    await world.command(world.ana, "/resolve")
    assert "is no conclusion" in await world.command(world.ana, "/incident conclusion 2")
    refused = await world.command(world.ana, "/postmortem publish on friday")
    assert "I don't know what `on friday` means behind `/postmortem publish`, so nothing was done." in refused
    assert "Publish the post-mortem" in await world.command(world.ana, "/postmortem publish now please")


async def test_whatever_is_said_behind_any_verb_calls_nobody(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")
    groups = (
        ("/incident", incident.VERBS),
        ("/incident task", action_item.VERBS),
        ("/timeline", timeline.VERBS),
    )
    for name, known in (*groups, ("/postmortem", postmortem.VERBS)):
        for verb in known:
            for said in ("<!channel>", "1 <!channel> <!here|here>", "<!subteam^S0123456> now"):
                answer = await world.workspace.command(
                    world.ana.id, world.channel.id, name.split()[0], f"{name.partition(' ')[2]} {verb} {said}"
                )
                assert answer.acknowledged
                assert "<!channel" not in words(answer), (name, verb, said)
                assert "<!here" not in words(answer), (name, verb, said)
                assert "<!subteam" not in words(answer), (name, verb, said)
    await world.settled()
    for message in world.messages_of_scribe():
        assert "<!channel" not in f"{message.text} {message.blocks}"
        assert "<!here" not in f"{message.text} {message.blocks}"
