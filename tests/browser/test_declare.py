"""At the page: declaring out of a message, joining what is open already, and the menu of a message."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_story import step
from tests.e2e.conftest import World

pytestmark = pytest.mark.browser


async def test_an_incident_out_of_a_message_and_somebody_who_declares_the_same(
    world: World, desk: Desk
) -> None:
    await desk.open(world.sandbox, world.ana, world.channel.id)
    await desk.say("Checkout answers with errors")
    await desk.more("Checkout answers", "Declare incident")
    await expect(desk.form.get_by_label("What is going wrong?")).to_have_value("Checkout answers with errors")
    await step(world, desk, "from-message")
    await desk.use(desk.form.get_by_role("button", name="Declare"))
    await expect(desk.form).to_have_count(0)
    await step(world, desk, "declared")

    world.at("14:30")
    await desk.open(world.sandbox, world.ben, world.channel.id)
    await desk.say("/incident start")
    await desk.fill(desk.form.get_by_label("What is going wrong?"), "Checkout is down")
    await desk.use(desk.form.get_by_role("button", name="Declare"))
    await expect(desk.form).to_contain_text("Is it this one?")
    await expect(desk.form.get_by_label("What is going wrong?")).to_have_value("Checkout is down")
    await step(world, desk, "asked")
    await desk.use(desk.form.get_by_role("button", name="Join INC-1"))
    await expect(desk.form).to_contain_text("you are invited there")
    await step(world, desk, "joined")
    await desk.use(desk.form.get_by_role("button", name="Close").last)
    await expect(desk.form).to_have_count(0)

    await desk.say("The index is missing")
    await desk.more("The index is missing", "Put into section…")
    await expect(desk.form.get_by_label("Which incident?")).to_be_visible()
    await step(world, desk, "section")
    await desk.use(desk.form.get_by_role("button", name="Put"))
    await expect(desk.form).to_have_count(0)
    await desk.more("The index is missing", "Add action item")
    await step(world, desk, "item")
    await desk.use(desk.form.get_by_role("button", name="Add"))
    await expect(desk.form).to_have_count(0)
    await expect(desk.message("Action item 1 of INC-1 is added")).to_be_visible()
    await step(world, desk, "added")
