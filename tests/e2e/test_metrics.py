"""What the metrics say is what happened: each is asked for before and after."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import start
from bot.http.metrics import page
from bot.incidents.views.figures import figures_of
from bot.metrics import EVENTS_WAITING, OF_PROCESS, OF_RECORD, REQUESTS_IN_FLIGHT
from tests.e2e.conftest import World, settings_for

Said = Mapping[tuple[str, ...], float]


async def said(world: World) -> Said:
    """Every number of the page: by its name, and by its labels' values in the order of their names."""
    scribe, running = world.running.scribe, world.running
    figures = await figures_of(scribe.database, scribe.clock.now())
    live = {
        EVENTS_WAITING: lambda: float(running.recorder.waiting),
        REQUESTS_IN_FLIGHT: lambda: float(running.gate.under_way),
    }
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(page(figures, live).decode())
        for sample in family.samples
    }


def grown(before: Said, after: Said, *which: str) -> float:
    return after.get(which, 0.0) - before.get(which, 0.0)


async def test_a_mark_is_counted_from_its_event_to_its_confirmation(world: World) -> None:
    await world.open_here()
    before = await said(world)

    ts = await world.say(world.ana, "rolled back")
    await world.mark(world.ana, ts)
    await world.settled()

    after = await said(world)
    assert grown(before, after, "scribe_events_recorded_total", "message") == 1
    assert grown(before, after, "scribe_events_recorded_total", "reaction") >= 1
    assert grown(before, after, "scribe_batch_events_count") >= 2
    assert grown(before, after, "scribe_batch_seconds_count") >= 2
    assert grown(before, after, "scribe_acknowledgement_seconds_count", "events_api") >= 2
    assert grown(before, after, "scribe_slack_calls_total", "reactions.add", "ok") == 1
    assert grown(before, after, "scribe_slack_call_seconds_count", "reactions.add") == 1
    assert grown(before, after, "scribe_intents_total", "confirm_mark", "sent") == 1
    assert grown(before, after, "scribe_intent_wait_seconds_count", "leisurely") == 1
    assert after[("scribe_events_waiting",)] == after[("scribe_requests_in_flight",)] == 0


async def test_a_refusal_is_counted_by_method_and_by_what_slack_says(world: World) -> None:
    await world.open_here()
    before = await said(world)
    world.workspace.refuse("canvases.create", "restricted_action")

    await world.command(world.ben, "/resolve Rolled back")

    after = await said(world)
    assert grown(before, after, "scribe_slack_calls_total", "canvases.create", "refused") == 1
    assert grown(before, after, "scribe_slack_refusals_total", "restricted_action", "canvases.create") == 1
    assert grown(before, after, "scribe_drafts_total", "channel_canvas") == 1
    assert grown(before, after, "scribe_drafts_total", "own_tab") == 0
    assert grown(before, after, "scribe_acknowledgement_seconds_count", "slash_commands") == 1


async def test_what_slack_cannot_take_now_is_not_called_refused(world: World) -> None:
    await world.open_here()
    before = await said(world)
    world.workspace.refuse("reactions.add", "ratelimited", retry_after=0)

    await world.mark(world.ana, await world.say(world.ana, "rolled back"))
    await world.settled()

    after = await said(world)
    assert grown(before, after, "scribe_slack_calls_total", "reactions.add", "limited") == 1
    assert grown(before, after, "scribe_slack_calls_total", "reactions.add", "refused") == 0
    assert grown(before, after, "scribe_intents_total", "confirm_mark", "later") == 1
    assert grown(before, after, "scribe_intents_total", "confirm_mark", "sent") == 1


async def test_open_incidents_and_what_waits_are_read_from_the_record(world: World) -> None:
    assert (await said(world))[("scribe_incidents_open", "none")] == 0

    await world.open_here("Checkout is down --severity sev1")
    world.workspace.refuse("reactions.add", "not_reactable")
    ts = await world.say(world.ana, "rolled back")
    await world.mark(world.ana, ts)
    await world.settled()

    now = await said(world)
    assert now[("scribe_database_up",)] == 1
    assert sum(value for name, value in now.items() if name[0] == "scribe_incidents_open") == 1
    assert now[("scribe_outbox_intents", "confirm_mark", "failed")] == 1
    assert now[("scribe_catch_up_lag_seconds",)] < 600


async def test_a_channel_that_was_not_read_for_long_lags(world: World) -> None:
    await world.open_here()
    await world.settled()
    world.workspace.refuse("conversations.history", "internal_error")

    world.at("15:20")
    await world.say(world.ana, "still looking")

    assert (await said(world))[("scribe_catch_up_lag_seconds",)] == pytest.approx(3600, abs=120)


async def test_they_are_served_on_the_port(world: World, database_url: str) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url, port="0"))
    await world.sandbox.wait_connected()
    await world.open_here()
    server = world.running.transports.server
    assert server is not None

    async with aiohttp.ClientSession() as http, http.get(f"{server.url}metrics") as answer:
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        families = {family.name for family in text_string_to_metric_families(await answer.text())}

    every = {metric.name.removesuffix("_total") for metric in (*OF_PROCESS, *OF_RECORD)}
    assert every <= families


async def test_while_the_record_cannot_be_read_the_rest_is_said() -> None:
    text = page(None, {}).decode()

    assert "\nscribe_database_up 0.0\n" in text
    assert "\nscribe_caught_up_total " in text
    assert "\nscribe_outbox_intents{" not in text
