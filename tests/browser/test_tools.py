"""The panel of the connected tools: an alert opens an incident, and a ticket is closed in either place."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import WAYS, Desk, looks_right
from tests.e2e.conftest import World
from tests.e2e.tooled import told, tooled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.parametrize("way", WAYS)]


@pytest.fixture
async def world(database_url: str, is_patient: bool) -> AsyncIterator[World]:
    async with tooled(database_url) as made:
        yield made


async def open_tools(desk: Desk, way: str) -> Locator:
    page = desk.page
    row = page.locator("#sidebar").get_by_role("button", name="Connected tools")
    if way == "phone" and not await desk.panel.is_visible():
        await desk.use(page.get_by_label("Channels and people"))
    await desk.use(row)
    tools = page.get_by_role("region", name="Connected tools")
    await expect(tools).to_be_visible()
    if way == "phone":
        await expect(page.locator("#sidebar")).to_be_hidden()
    return tools


async def test_from_an_alert_to_a_closed_ticket(world: World, desk: Desk, way: str) -> None:
    page = desk.page
    await desk.open(world.sandbox, world.ana, world.channel.id)
    tools = await open_tools(desk, way)
    await expect(tools).to_contain_text("All is quiet")
    await desk.shot("quiet")
    await looks_right(page)

    # fire an alert, and see the incident open
    await desk.use(tools.get_by_role("button", name="Fire a critical alert"))
    await told(world)
    alerts = tools.get_by_role("region", name="Alert manager")
    await expect(alerts.get_by_role("log")).to_contain_text("1 alert fires 200 ok")
    link = alerts.get_by_role("link", name="#inc-")
    await expect(link).to_be_visible()
    await desk.shot("fired")
    await looks_right(page)
    await desk.use(link)
    await expect(page.locator(".channel-header h1")).to_contain_text("checkout-answers")
    await desk.use(page.get_by_role("button", name="Join channel"))

    # an action item becomes a ticket
    world.at("14:20")
    await desk.say("/incident task add Write a runbook")
    await world.settled()
    await desk.say("/incident task")
    await world.settled()
    await desk.use(page.get_by_role("button", name="File in GitHub"))
    await told(world)
    tools = await open_tools(desk, way)
    tracker = tools.get_by_role("region", name="GitHub Issues")
    await expect(tracker).to_contain_text("Write a runbook")
    await desk.use(tracker.locator("summary"))
    await expect(tracker.locator(".ticket-text")).to_contain_text("INC-1: Checkout answers")
    await desk.shot("filed")
    await looks_right(page)
    await desk.use(tracker.locator("summary"))

    # closed there, it is done here
    world.at("14:30")
    await desk.use(tracker.get_by_role("button", name="Close acme/shop#1"))
    await told(world)
    await expect(tracker.get_by_role("button", name="Reopen acme/shop#1")).to_be_visible()
    await desk.shot("closed")
    await desk.press("Escape")
    await expect(desk.panel).to_be_hidden()
    await desk.say("/incident task")
    await expect(desk.message("0 of 1 action items open")).to_be_visible()
    await desk.shot("done")

    # opened again here, it is open there
    world.at("14:40")
    await desk.use(desk.message("0 of 1 action items").get_by_role("button", name="Reopen"))
    await told(world)
    tools = await open_tools(desk, way)
    await expect(tools.get_by_role("button", name="Close acme/shop#1")).to_be_visible()
    await desk.shot("reopened")

    # resolved there, it is asked here whether it is over
    await desk.use(tools.get_by_role("button", name="Resolve: Checkout answers"))
    await told(world)
    await expect(alerts.get_by_role("log")).to_contain_text("1 alert resolved 200 ok")
    await desk.press("Escape")
    await expect(desk.message("Was INC-1 mitigated at")).to_be_visible()
    await desk.shot("resolved")
    await looks_right(page)


async def test_a_storm_is_one_incident(world: World, desk: Desk, way: str) -> None:
    await desk.open(world.sandbox, world.ana, world.channel.id)
    tools = await open_tools(desk, way)

    await desk.use(tools.get_by_role("button", name="Fire a storm of 50"))
    await told(world)

    await expect(tools.get_by_role("listitem").first).to_contain_text("50 firing")
    await desk.use(tools.get_by_role("link", name="#inc-"))
    await expect(desk.message("Declared by 50 alerts")).to_be_visible()
    await desk.shot("storm")
    await looks_right(desk.page)
    assert len([one for one in world.workspace.channels.values() if one.name.startswith("inc-")]) == 1
    # the alert's own address leads back to the panel
    await desk.use(desk.message("Declared by 50 alerts").get_by_role("link", name="first one"))
    await expect(tools).to_be_visible()
