"""An incident from its declaration to its published post-mortem, at the page alone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import WAYS, Desk, looks_right
from tests.e2e.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.parametrize("way", WAYS)]


async def step(world: World, desk: Desk, name: str) -> None:
    """What was asked for is done; the page shows it, and every word of it stands in one piece."""
    await world.settled()
    await desk.shot(name)
    await looks_right(desk.page)


async def test_an_incident_from_declaration_to_publication(world: World, desk: Desk) -> None:
    page = desk.page
    await desk.open(world.sandbox, world.ana, world.channel.id)

    # declare from the form
    await desk.say("/incident start")
    await desk.fill(desk.form.get_by_label("What is going wrong?"), "Checkout is down")
    await step(world, desk, "declare")
    await desk.use(desk.form.get_by_role("button", name="Declare"))
    await expect(desk.form).to_have_count(0)
    await step(world, desk, "declared")
    await desk.use(desk.message("INC-1 has").get_by_role("link", name="#inc-"))
    await expect(page.locator(".channel-header h1")).to_contain_text("checkout-is-down")
    await step(world, desk, "channel")

    # talk, and mark from the message's menu
    world.at("14:20")
    await desk.say("The pool of db-2 is exhausted.")
    world.at("14:30")
    await desk.say("Rolled back to build 41.")
    await desk.more("The pool of db-2", "Add to timeline")
    await expect(desk.form).to_be_visible()
    await step(world, desk, "mark")
    await desk.use(desk.form.get_by_role("button", name="Add"))
    await expect(desk.form).to_have_count(0)
    await step(world, desk, "marked")

    # edit its time, in the timeline
    await desk.say("/timeline")
    rows = desk.message("Timeline of INC-1")
    await desk.use(rows.get_by_label("More", exact=True))
    await desk.use(page.get_by_role("menuitem", name="Edit text, time, kind"))
    await desk.fill(desk.form.get_by_label("When?"), "14:18")
    await step(world, desk, "edit")
    await desk.use(desk.form.get_by_role("button", name="Save"))
    await expect(desk.form).to_have_count(0)
    await expect(desk.message("Timeline of INC-1")).to_contain_text("14:18")
    await step(world, desk, "edited")

    # update
    await desk.use(desk.message("Take command").get_by_role("button", name="Update"))
    await desk.fill(desk.form.get_by_label("What do we know?"), "Checkout answers again, slowly.")
    await desk.choose(desk.form.get_by_label("Next update"), "In 15 min")
    await step(world, desk, "update")
    await desk.use(desk.form.get_by_role("button", name="Post"))
    await expect(desk.form).to_have_count(0)
    await expect(desk.message("Checkout answers again")).to_be_visible()
    await step(world, desk, "updated")

    # resolve
    world.at("15:00")
    await desk.use(desk.message("Take command").get_by_role("button", name="Resolve"))
    await desk.fill(desk.form.get_by_label("How did it end?"), "Rolled back, checkout works again")
    await step(world, desk, "resolve")
    await desk.use(desk.form.get_by_role("button", name="Resolve"))
    await expect(desk.form).to_have_count(0)
    await expect(desk.message("Post-mortem draft of INC-1")).to_be_visible()
    await step(world, desk, "resolved")

    # read the canvas, and edit it
    await desk.use(page.get_by_role("tab", name="INC-1"))
    await expect(desk.panel).to_contain_text("The pool of db-2 is exhausted.")
    await step(world, desk, "canvas")
    await desk.use(desk.panel.get_by_role("button", name="Edit as text"))
    source = desk.panel.get_by_role("textbox")
    text = await source.input_value()
    await desk.fill(source, text + "\n\nThe pool was never made larger.")
    await desk.shot("edit-canvas")
    await desk.use(desk.panel.get_by_role("button", name="Save"))
    await expect(desk.panel.locator(".paper")).to_contain_text("never made larger")
    await desk.use(desk.panel.get_by_label("Close"))

    # draft again, and publish
    await desk.use(desk.message("Draft again").get_by_role("button", name="Draft again"))
    await step(world, desk, "drafted-again")
    await desk.say("/postmortem publish")
    await step(world, desk, "publish")
    await desk.use(page.get_by_role("button", name="Publish").last)
    await step(world, desk, "published")
    await desk.use(page.get_by_role("tab", name="INC-1"))
    await expect(desk.panel.locator(".paper")).to_contain_text("never made larger")
    await step(world, desk, "read-again")


async def test_what_waits_for_somebody_is_at_home_and_in_threads(world: World, desk: Desk, way: str) -> None:
    page = desk.page
    home = page.get_by_role("region", name="Home")
    await desk.open(world.sandbox, world.ana, "app/home")
    await expect(home).to_contain_text("Welcome to Scribe")
    await step(world, desk, "first-run")

    # declare from the Home
    await desk.use(home.get_by_role("button", name="Declare an incident"))
    await desk.fill(desk.form.get_by_label("What is going wrong?"), "Search is slow")
    await desk.use(desk.form.get_by_role("button", name="Declare"))
    await world.settled()
    await desk.shot("declared")
    await expect(desk.form).to_contain_text("INC-1 is open")
    await desk.use(desk.form.get_by_role("button", name="Close").last)
    await expect(desk.form).to_have_count(0)
    await expect(home).to_contain_text("Search is slow")
    await step(world, desk, "open")

    # go there
    await desk.use(home.get_by_role("link", name="#inc-").first)
    await expect(page.locator(".channel-header h1")).to_contain_text("search-is-slow")
    await desk.say("We should make the index larger.")

    # a mention in a thread does what a command does, and is answered there
    await desk.more("make the index larger", "Reply in thread")
    await desk.fill(desk.panel.get_by_role("textbox"), "@scribe pin this")
    await desk.press("Enter")
    await expect(desk.panel).to_contain_text("On the timeline")
    await step(world, desk, "mention")
    await desk.use(desk.panel.get_by_label("Close"))

    # an action item from a message's menu
    await desk.more("make the index larger", "Add action item")
    await expect(desk.form).to_be_visible()
    await step(world, desk, "item")
    await desk.choose(desk.form.get_by_label("By whom?"), "Ana Ferreira")
    await desk.use(desk.form.get_by_role("button", name="Add"))
    await expect(desk.form).to_have_count(0)
    await step(world, desk, "added")

    # done, at Home
    if way == "phone":
        await desk.use(page.get_by_label("Channels and people"))
    await desk.use(page.locator("#sidebar .side-row", has_text="Scribe"))
    await expect(home).to_contain_text("make the index larger")
    await step(world, desk, "waiting")
    await desk.use(home.get_by_role("button", name="Done"))
    await expect(home).not_to_contain_text("make the index larger")
    await step(world, desk, "done")
