"""People outside are told on a status page: what somebody saw and pressed for, word for word, and once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.connect import post_public_update
from bot.connect.status_pages.statuspage import Statuspage
from sandbox.records import Person, View
from sandbox.status_pages.statuspage import LIMITED, StatuspageServer
from sandbox.trackers.tracker import Fault
from storage import incidents, outbox_upkeep
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.status_pages import KINDS, held
from tests.until import until

TOKEN = "statuspage-token-e2e"
Values = Mapping[str, Mapping[str, Any]]


@pytest.fixture
async def page() -> AsyncIterator[StatuspageServer]:
    async with StatuspageServer(TOKEN) as server:
        yield server
        held(KINDS["statuspage"], server)


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {}


@pytest.fixture
async def world(
    database_url: str,
    is_patient: bool,
    page: StatuspageServer,
    more_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    monkeypatch.setattr(Statuspage, "settles_within", timedelta())
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(sandbox, database_url, **_settings(page), **more_settings)
        made = World(sandbox, running, ana, ben, channel)
        page.now = TEN_PAST_TWO
        try:
            yield made
        finally:
            await made.running.stop()


def _settings(page: StatuspageServer) -> dict[str, str]:
    return {"statuspage_url": page.base, "statuspage_token": TOKEN, "statuspage_page": page.page}


async def _form(world: World, who: Person, command: str, *, channel: str = "") -> View:
    await world.command(who, command, channel=channel)
    await until(lambda: bool(world.workspace.open_views(who.id)))
    return world.workspace.open_views(who.id)[-1]


async def _press(world: World, who: Person, view: View, **values: Any) -> Any:
    answer = await world.workspace.submit_view(
        who.id, view.id, {block: {"value": value} for block, value in values.items()}
    )
    await world.settled()
    return answer


async def _posted(world: World, text: str = "We are looking into slow payments.", **values: Any) -> None:
    answer = await _press(
        world, world.ana, await _form(world, world.ana, f"/incident update --public {text}"), **values
    )
    assert answer.closed, answer


def _field(view: View, block_id: str) -> Any:
    return next(one["element"] for one in view.blocks if one.get("block_id") == block_id)


def _told(world: World, who: Person) -> list[str]:
    return [one.text for one in world.workspace.ephemerals(who.id, world.channel.id)]


def _said(world: World, words: str) -> list[str]:
    return [one.text for one in world.messages_of_scribe() if words in f"{one.text}{one.blocks}"]


async def _failures(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        return [one.failure or "" for one in await outbox_upkeep.unsent(session, limit=9)]


@pytest.mark.on_each_database
async def test_what_stands_in_the_form_is_posted_and_is_on_the_timeline_with_its_link(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()

    view = await _form(world, world.ana, "/incident update --public We are looking into slow payments.")
    assert page.posts == []
    assert _field(view, "text")["initial_value"] == "We are looking into slow payments."
    assert [one["text"]["text"] for one in _field(view, "affected_statuspage")["options"]] == [
        "Checkout",
        "Search",
    ]
    first = page.components[0]["id"]
    answer = await _press(
        world,
        world.ana,
        view,
        name="Payments are slow",
        text="We look into slow payments.\nMore at 15:00 UTC.",
        state="identified",
        affected_statuspage=[first],
        impact="partial_outage",
    )

    assert answer.closed
    (incident,) = page.incidents
    assert (incident["name"], incident["status"], incident["impact"]) == (
        "Payments are slow",
        "identified",
        "major",
    )
    assert page.posts == ["We look into slow payments.\nMore at 15:00 UTC."]
    assert page.components[0]["status"] == "partial_outage"
    assert page.notified == []
    assert any("is on its way to Statuspage" in one for one in _told(world, world.ana))
    assert any(f"stands on <{incident['shortlink']}|Statuspage>" in one for one in _told(world, world.ana))
    (said,) = _said(world, "Ana Ferreira posted on")
    assert "(identified): We look into slow payments." in said
    timeline = await world.command(world.ben, "/timeline")
    assert "Public update (identified) on" in timeline
    assert incident["shortlink"] in timeline
    assert len(_said(world, "update by Ana Ferreira")) == 1  # people inside are told as well


async def test_the_next_post_goes_below_and_subscribers_are_told_when_that_is_ticked(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    first = page.components[0]["id"]
    await _posted(world, affected_statuspage=[first])

    view = await _form(world, world.ben, "/incident update --public")
    assert not [one for one in view.blocks if one.get("block_id") == "name"]
    assert [one["value"] for one in _field(view, "affected_statuspage")["initial_options"]] == [first]
    await _press(world, world.ben, view, text="A fix is out.", state="monitoring", notify=["yes"])

    assert page.posts == ["We are looking into slow payments.", "A fix is out."]
    assert len(page.incidents) == 1
    assert page.notified == ["A fix is out."]


async def test_the_forms_tick_leads_to_the_public_form_and_closing_that_posts_nothing(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    view = await _form(world, world.ana, "/incident update")

    answer = await _press(
        world,
        world.ana,
        view,
        known=f"<@{world.ben.id}> and Ben saw it: *pool* is full",
        next="30",
        public=["public"],
    )

    assert not answer.closed
    (following,) = world.workspace.open_views(world.ana.id)
    assert following.payload["callback_id"] == "post_publicly"
    assert _field(following, "text")["initial_value"] == "a colleague and a colleague saw it: pool is full"
    assert len(_said(world, "update by Ana Ferreira")) == 1
    await world.workspace.close_view(world.ana.id, following.id)
    await world.settled()
    assert page.changes() == []

    view = await _form(world, world.ana, "/incident update")
    await _press(world, world.ana, view, known="Rolled back", next="30", public=["public"])
    (following,) = world.workspace.open_views(world.ana.id)
    await _press(world, world.ana, following)
    assert page.posts == ["Rolled back"]
    assert len(_said(world, "update by Ana Ferreira")) == 2  # not once more for people inside


@pytest.mark.parametrize(
    "words",
    [
        "<@U123ABC45> is on it",
        "ask U0123ABCD",
        "@here it is slow",
        "see https://acme.slack.com/archives/C1/p2",
        "Ana Ferreira is on it",
        "Ana is on it",
    ],
)
async def test_names_mentions_and_links_into_slack_are_refused_and_the_form_keeps_its_words(
    world: World, page: StatuspageServer, words: str
) -> None:
    await world.open_here()
    view = await _form(world, world.ana, "/incident update --public Slow")

    answer = await _press(world, world.ana, view, text=words)

    assert "people outside are told no names" in answer.errors["text"]
    assert page.changes() == []
    assert (await _press(world, world.ana, view, text="A colleague is on it")).closed
    assert page.posts == ["A colleague is on it"]


async def test_without_a_status_page_nothing_of_it_is_shown(world: World, page: StatuspageServer) -> None:
    await world.running.stop()
    world.running = await connected(world.sandbox, world.running.scribe.settings.database_url)
    await world.open_here()

    answer = await world.command(world.ana, "/incident update --public Payments are slow")
    view = await _form(world, world.ana, "/incident update")

    assert "No status page is connected" in answer
    assert "Nothing was posted of: Payments are slow" in answer
    assert not [one for one in view.blocks if one.get("block_id") == "public"]
    assert _said(world, "update by") == []


async def test_a_mention_opens_the_form_by_a_button(world: World, page: StatuspageServer) -> None:
    await world.open_here()

    await world.say(world.ana, f"<@{world.workspace.bot_user_id}> update --public Payments are slow")
    await world.settled()
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    assert "Nothing is posted before you press" in shown.text
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=shown.ts, action_id="mention_form"
    )
    view = await world.form(world.ana)

    assert page.changes() == []
    assert _field(view, "text")["initial_value"] == "Payments are slow"
    await _press(world, world.ana, view)
    assert page.posts == ["Payments are slow"]


async def test_a_page_that_does_not_answer_leaves_the_form_usable(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    page.read_faults += [Fault(503)] * 9

    view = await _form(world, world.ana, "/incident update --public Payments are slow")

    assert not [one for one in view.blocks if one.get("block_id") == "affected_statuspage"]
    assert "it is posted without them" in str(view.blocks)
    page.read_faults.clear()
    assert (await _press(world, world.ana, view, impact="major_outage")).closed
    (incident,) = page.incidents
    assert incident["impact"] == "critical"


LOST = [
    Fault(500, {"error": "Internal Server Error"}),
    Fault(502, None, is_performed=True),
    Fault(is_cut=True, is_performed=True),
    Fault(429, LIMITED, {"retry-after": "1"}),
    Fault(420, LIMITED, {"retry-after": "1"}),
]


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut", "429", "420"])
async def test_trouble_posts_it_once(world: World, page: StatuspageServer, fault: Fault) -> None:
    await world.open_here()
    page.faults += [fault]
    await _posted(world)
    page.faults += [fault]
    await _posted(world, "A fix is out.", state="monitoring")

    await until(lambda: len(page.posts) == 2)
    await world.settled()

    assert page.posts == ["We are looking into slow payments.", "A fix is out."]
    assert len(_said(world, "Ana Ferreira posted on")) == 2
    assert await _failures(world) == []


async def test_killed_before_the_answer_is_noted_it_is_found_again(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    view = await _form(world, world.ana, "/incident update --public Payments are slow")
    page.faults.append(Fault(is_cut=True, is_performed=True))
    page.read_faults += [Fault(503)] * 3
    await world.workspace.submit_view(world.ana.id, view.id, {})
    await until(lambda: bool(page.incidents))

    await world.running.stop()
    page.read_faults.clear()
    world.running = await connected(
        world.sandbox, world.running.scribe.settings.database_url, **_settings(page)
    )
    await world.settled()

    assert page.posts == ["Payments are slow"]
    assert len(_said(world, "Ana Ferreira posted on")) == 1


async def test_a_refusal_is_told_once_to_who_pressed_and_in_the_channel(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    view = await _form(world, world.ana, "/incident update --public Payments are slow")
    page.faults.append(Fault(422, {"error": ["Component could not be found"]}))
    await _press(world, world.ana, view)

    told = [one for one in _told(world, world.ana) if "is not on Statuspage" in one]
    assert told == [
        "The public post of INC-1 is not on Statuspage: Component could not be found. Once that is mended "
        "say `/incident update INC-1 --public` again."
    ]
    said = _said(world, "could not post on the status page")
    assert said == [
        "INC-1: Scribe could not post on the status page. Statuspage answered `HTTP 422`: Component could "
        "not be found. Once that is fixed, `scribe outbox retry` tries again."
    ]
    assert "Public update" not in await world.command(world.ben, "/timeline")
    async with world.running.scribe.database.write() as session:
        assert await outbox_upkeep.retry(session, None, decided_kinds=frozenset()) == 1
    world.running.worker.wake()
    await world.settled()
    assert page.posts == ["Payments are slow"]


async def test_a_press_that_is_delivered_twice_posts_once(world: World, page: StatuspageServer) -> None:
    await world.open_here()
    world.workspace.socket.duplicate_asks()

    await _posted(world)

    assert page.posts == ["We are looking into slow payments."]


async def test_of_two_people_the_second_sees_first_what_the_other_posted(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    hers = await _form(world, world.ana, "/incident update --public Payments are slow")
    his = await _form(world, world.ben, "/incident update --public Payments fail")
    await _press(world, world.ana, hers)

    answer = await _press(world, world.ben, his, text="Payments fail for some", notify=["yes"])

    assert not answer.closed
    assert page.posts == ["Payments are slow"]
    (again,) = world.workspace.open_views(world.ben.id)
    assert "Ana Ferreira posted while this form was open: Payments are slow" in str(again.blocks)
    assert _field(again, "text")["initial_value"] == "Payments fail for some"
    assert (await _press(world, world.ben, again)).closed
    assert page.posts == ["Payments are slow", "Payments fail for some"]
    assert page.notified == ["Payments fail for some"]


async def test_a_resolved_incident_proposes_the_closing_post_and_a_person_presses(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    first = page.components[0]["id"]
    await _posted(world, affected_statuspage=[first], impact="major_outage")

    await world.command(world.ana, f"/resolve <@{world.ben.id}> rolled back *1.5*")

    (offer,) = [one for one in world.messages_of_scribe() if "closing post" in str(one.blocks)]
    assert f"<{page.incidents[0]['shortlink']}|Statuspage> says investigating" in offer.text
    assert page.posts == ["We are looking into slow payments."]
    await world.workspace.click(
        world.ben.id, channel_id=world.channel.id, message_ts=offer.ts, action_id="public_form"
    )
    view = await world.form(world.ben)
    assert _field(view, "text")["initial_value"] == ("This incident is resolved. a colleague rolled back 1.5")
    assert _field(view, "state")["initial_option"]["value"] == "resolved"
    assert _field(view, "impact")["initial_option"]["value"] == "operational"
    await _press(world, world.ben, view, text="It is over: payments work again.")
    assert page.posts[-1] == "It is over: payments work again."
    assert page.incidents[0]["status"] == "resolved"
    assert page.components[0]["status"] == "operational"
    assert len([one for one in world.messages_of_scribe() if "closing post" in str(one.blocks)]) == 1


async def test_nothing_is_proposed_where_nothing_was_posted(world: World, page: StatuspageServer) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve Rolled back")

    assert _said(world, "closing post") == []
    assert page.calls == []


async def test_what_is_late_or_overtaken_is_not_posted_and_who_pressed_is_told(
    world: World, page: StatuspageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.open_here()
    monkeypatch.setattr(post_public_update, "WORTH_POSTING", timedelta(seconds=-1))

    await _posted(world)

    assert page.changes() == []
    assert any("could not be posted within an hour" in one for one in _told(world, world.ana))
    assert await _failures(world) == []


async def test_a_drill_stays_inside(world: World, page: StatuspageServer) -> None:
    await world.command(world.ana, "/incident start drill: Checkout is down")
    opened = list(world.workspace.channels.values())[-1]

    await world.command(world.ana, "/incident update --public Checkout is down", channel=opened.id)

    told = [one.text for one in world.workspace.ephemerals(world.ana.id, opened.id)]
    assert any("INC-1 is a drill, so nothing of it is posted publicly" in one for one in told)
    assert world.workspace.open_views(world.ana.id) == []


class TestPrivate:
    async def test_nothing_is_filled_in_or_posted_unless_a_person_says_so_each_time(
        self, world: World, page: StatuspageServer
    ) -> None:
        await world.command(world.ana, "/incident start private Checkout is down")
        opened = list(world.workspace.channels.values())[-1]
        await world.command(world.ana, "/incident update Pool is full", channel=opened.id)
        view = await _form(world, world.ana, "/incident update", channel=opened.id)
        assert not [one for one in view.blocks if one.get("block_id") == "public"]
        await world.workspace.close_view(world.ana.id, view.id)

        for text in ("Payments are slow", "A fix is out"):
            view = await _form(world, world.ana, "/incident update --public", channel=opened.id)
            assert "This incident is private" in str(view.blocks[0])
            assert "initial_value" not in _field(view, "text")
            before = len(page.posts)
            title = {"name": "Payments"} if not page.posts else {}
            answer = await _press(world, world.ana, view, text=text, **title)
            assert answer.errors and len(page.posts) == before
            assert (await _press(world, world.ana, view, private=["yes"])).closed
            assert page.posts[-1] == text

    async def test_one_that_became_private_after_the_press_is_not_posted(
        self, world: World, page: StatuspageServer
    ) -> None:
        await world.open_here()
        view = await _form(world, world.ana, "/incident update --public Payments are slow")
        page.faults.append(Fault(429, LIMITED, {"retry-after": "1"}))
        await world.workspace.submit_view(world.ana.id, view.id, {})
        await until(lambda: not page.faults)
        async with world.running.scribe.database.write() as session:
            incident = await incidents.by_id(session, 1)
            incident.is_private = True
            session.add(incident)
        await world.settled()

        assert page.posts == []
        assert any("became private after the press" in one for one in _told(world, world.ana))


async def test_a_cancelled_incident_that_a_page_shows_is_closed_there(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident cancel")
    assert "was cancelled" in "".join(await _refused(world))
    await world.command(world.ana, "/incident reopen INC-1")
    await _posted(world)

    await world.command(world.ana, "/incident cancel")

    (offer,) = [one for one in world.messages_of_scribe() if "closing post" in str(one.blocks)]
    assert "INC-1 was cancelled, and" in offer.text
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=offer.ts, action_id="public_form"
    )
    view = await world.form(world.ana)
    assert "reported by mistake" in _field(view, "text")["initial_value"]
    await _press(world, world.ana, view)
    assert page.incidents[0]["status"] == "resolved"


async def _refused(world: World) -> list[str]:
    await world.command(world.ana, "/incident update INC-1 --public Payments are slow")
    assert world.workspace.open_views(world.ana.id) == []
    return _told(world, world.ana)


async def test_cancelled_after_the_press_it_is_not_announced_and_who_pressed_is_told(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    page.faults += [Fault(503, {}, {"retry-after": "1"})] * 3
    page.read_faults += [Fault(503, {})] * 3
    view = await _form(world, world.ana, "/incident update --public Payments are slow")
    world.running.worker.wake()
    answer = await world.workspace.submit_view(world.ana.id, view.id, {})
    assert answer.closed
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "cancel")
    await world.settled()

    assert page.posts == []
    assert any("was cancelled after the press" in one for one in _told(world, world.ana))


async def test_whether_it_arrived_is_asked_where_the_page_refuses_to_show_it(
    world: World, page: StatuspageServer
) -> None:
    await world.open_here()
    page.faults.append(Fault(is_cut=True, is_performed=True))
    page.read_faults += [Fault(403, {"error": "no"})] * 20
    await _posted(world)

    assert len(page.posts) == 1
    assert not any("is not on" in one for one in _told(world, world.ana))
    assert await _failures(world) != []
