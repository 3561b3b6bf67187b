"""`/incident start`: declared at once, whatever the title, wherever it is said."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database


async def test_an_incident_here_gets_one_summary(world: World) -> None:
    answer = await world.open_here("Checkout is down")

    assert "INC-1 is open in this channel: *Checkout is down*" in answer
    (summary,) = world.messages_of_scribe()
    assert summary.text == "INC-1: Checkout is down (open)"


async def test_an_incident_gets_a_channel_of_its_own_with_its_declarer_in_it(world: World) -> None:
    await world.say(world.ben, "uh oh", at="14:20")

    answer = await world.command(world.ben, "/incident start Checkout is down since 10:00")

    assert "#inc-20230910-checkout-is-down" in answer
    own = next(c for c in world.workspace.channels.values() if c.name == "inc-20230910-checkout-is-down")
    assert world.ben.id in own.members
    summary, welcome = world.messages_of_scribe(own.id)
    assert "Checkout is down" in summary.text
    assert welcome.text.startswith("Three things to know here")  # once: what changes later is the summary's
    assert any(
        f"<#{own.id}>" in seen.text for seen in world.workspace.ephemerals(world.ben.id, world.channel.id)
    )


async def test_a_taken_channel_name_gets_a_number(world: World) -> None:
    world.workspace.add_channel("inc-20230910-down", members=[world.ana.id])
    await world.say(world.ben, "uh oh", at="14:20")

    await world.command(world.ben, "/incident start down")

    assert any(c.name == "inc-20230910-down-2" for c in world.workspace.channels.values())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (":fire::fire:", "inc-20230910-fire-fire"),
        ("🔥🔥", "inc-20230910-fire-fire"),
        ("支付故障", "inc-20230910-zhifuguzhang"),
        ("Größe & Maße", "inc-20230910-grosse-masse"),
        ("x" * 300, "inc-20230910-" + "x" * 67),
    ],
)
async def test_titles_in_any_alphabet_name_a_channel(world: World, title: str, name: str) -> None:
    await world.say(world.ben, "uh oh", at="14:20")

    await world.command(world.ben, f"/incident start {title}".replace("&", "&amp;"))

    assert name in [channel.name for channel in world.workspace.channels.values()]


async def test_a_second_start_here_is_one_sentence_and_another_gets_a_channel_of_its_own(
    world: World,
) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident start here Again")
    assert answer.startswith("This channel already keeps INC-1, which is open.")
    assert "INC-2" not in await world.command(world.ana, "/incident list")

    assert "INC-2 is open: *Another*" in await world.command(world.ana, "/incident start Another", at="14:25")


async def test_since_is_read_in_the_persons_zone(world: World) -> None:
    await world.say(world.ben, "uh oh", at="14:20")

    # Ben is in New York: 10:00 there is 14:00 UTC
    await world.command(world.ben, "/incident start here Checkout is down since 10:00")
    await world.say(world.ana, "Fixed.", at="15:30")
    await world.command(world.ana, "/resolve")

    assert "2023-09-10 14:00 UTC, stated by Ben Okafor" in world.canvas()
    assert "1 h 30 min" in world.canvas()


@pytest.mark.parametrize("since", ["23:50", "25:00", "03/04 12:00"])
async def test_a_since_that_cannot_be_read_records_nothing(world: World, since: str) -> None:
    await world.say(world.ana, "uh oh", at="14:20")

    answer = await world.command(world.ana, f"/incident start here Down since {since}")

    assert "`" in answer  # an example that works
    assert "No incident has been recorded yet" in await world.command(world.ana, "/incident list")


async def test_a_public_channel_is_joined(world: World) -> None:
    other = world.workspace.add_channel("payments", members=[world.ana.id])

    await world.command(world.ana, "/incident start here Down", channel=other.id)

    assert world.workspace.bot_user_id in other.members
    assert len(world.messages_of_scribe(other.id)) == 1


async def test_a_private_channel_is_asked_for_an_invitation_and_served_after_it(world: World) -> None:
    secret = world.workspace.add_channel("secret", is_private=True, members=[world.ana.id])

    await world.command(world.ana, "/incident start here Breach", channel=secret.id)

    asked = world.workspace.ephemerals(world.ana.id, secret.id)
    assert any("/invite" in message.text for message in asked)
    world.workspace.invite(world.workspace.bot_user_id, secret.id, by=world.ana.id)
    await world.settled()
    assert len(world.messages_of_scribe(secret.id)) == 1


async def test_without_a_title_a_form_asks(world: World) -> None:
    await world.command(world.ana, "/incident start")

    (form,) = world.workspace.open_views(world.ana.id)
    answer = await world.workspace.submit_view(
        world.ana.id,
        form.id,
        {
            "title": {"value": "Mail <is> & down"},
            "severity": {"value": "sev2"},
            "place": {"value": "here"},
            "since": {"value": "14:00"},
        },
    )
    await world.settled()

    assert answer.closed
    (summary,) = world.messages_of_scribe()
    assert summary.text == "INC-1: Mail &lt;is&gt; &amp; down (open)"
    assert "sev2" in str(summary.blocks)
    told = world.workspace.ephemerals(world.ana.id, world.channel.id)
    assert any("INC-1 is open in this channel" in message.text for message in told)


async def test_a_form_with_an_unreadable_time_stays_open_with_its_text(world: World) -> None:
    await world.command(world.ana, "/incident start here")
    (form,) = world.workspace.open_views(world.ana.id)

    answer = await world.workspace.submit_view(
        world.ana.id,
        form.id,
        {"title": {"value": "Mail"}, "place": {"value": "here"}, "since": {"value": "later"}},
    )

    assert not answer.closed
    assert list(answer.errors) == ["since"]
    assert "No incident" in await world.command(world.ana, "/incident list")


async def test_nobody_is_pinged_by_a_title(world: World) -> None:
    await world.say(world.ben, "uh oh", at="14:20")

    await world.command(
        world.ben, f"/incident start here <!channel> <@{world.ana.id}> &lt;!here&gt; | ``` # down"
    )
    await world.command(world.ben, f"/resolve <!everyone> <@{world.ana.id}> is a hero")

    for message in world.messages_of_scribe():
        assert message.pings == frozenset()


async def test_an_unknown_verb_names_the_nearest_and_an_example(world: World) -> None:
    assert await world.command(world.ana, "/incident strat Down") == (
        "I don't know `/incident strat`. Did you mean `/incident start`? "
        "For example: `/incident start Checkout is down since 14:00`."
    )
    assert "`/timeline add`" in await world.command(world.ana, "/timeline ad 14:05 x")
    assert "`/postmortem draft`" in await world.command(world.ana, "/postmortem daft")


async def test_list_show_and_help(world: World) -> None:
    await world.open_here("Checkout is down")

    assert "*INC-1* Checkout is down" in await world.command(world.ana, "/incident list")
    assert "INC-1: Checkout is down" in await world.command(world.ana, "/incident show")
    assert "INC-1: Checkout is down" in await world.command(world.ana, "/incident show INC-1")
    assert "There is no INC-9" in await world.command(world.ana, "/incident show inc-9")
    for command in ("/incident", "/incident help"):
        assert "`/incident start" in await world.command(world.ana, command)


@pytest.mark.parametrize(
    ("command", "says"), [("/incident rename It is slow", "It is slow"), ("/resolve", "(resolved)")]
)
async def test_a_summary_that_was_posted_unheard_says_what_changed_before_it_was_found(
    world: World, command: str, says: str
) -> None:
    world.workspace.lose_answer("chat.postMessage")
    world.workspace.refuse("conversations.history", "internal_error", times=6)
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "start here Checkout is down")
    await until(world.messages_of_scribe)
    (before,) = world.messages_of_scribe()

    await world.command(world.ana, command)

    assert says in world.workspace.message(world.channel.id, before.ts).text
