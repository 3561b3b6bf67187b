"""What the page offers, with an app behind it that only answers: menus, forms, Home, the channel's header."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, expect

from sandbox.json_types import JsonObject
from tests.browser.conftest import Desk, looks_right
from tests.sandbox.conftest import Bot, Room, connected_bot
from tests.until import until

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("way", ["mouse", "phone"])]


def words(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": words(name), "value": name.lower()} for name in ("One", "Two")]


def entry(kind: str, label: str, **more: object) -> JsonObject:
    element = {"type": kind, "action_id": "it", **more}
    return {"type": "input", "block_id": kind, "label": words(label), "element": element}


INPUTS = [
    entry("plain_text_input", "Title"),
    entry("number_input", "Number", is_decimal_allowed=False),
    entry("email_text_input", "Mail"),
    entry("url_text_input", "Address"),
    entry("datepicker", "Day"),
    entry("timepicker", "Time"),
    entry("datetimepicker", "Since"),
    entry("static_select", "Severity", options=OPTIONS),
    entry("multi_static_select", "Several", options=OPTIONS),
    entry("radio_buttons", "Where", options=OPTIONS),
    entry("checkboxes", "What", options=OPTIONS),
    entry("users_select", "Commander"),
    entry("multi_users_select", "People"),
    entry("conversations_select", "Conversation"),
    entry("channels_select", "Channel"),
]
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": words("Everything"),
    "submit": words("Go"),
    "blocks": INPUTS,
}
ASKED = {**FORM, "title": words("Declare"), "blocks": [entry("plain_text_input", "Title")]}


@pytest.fixture
async def app(room: Room) -> AsyncIterator[Bot]:
    """An app that opens a form for every shortcut, and keeps what is submitted."""
    async with connected_bot(room) as bot:

        @bot.app.shortcut("add_to_timeline")
        async def add(ack: object, body: JsonObject, client: object) -> None:
            await ack()  # type: ignore[operator]
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)  # type: ignore[attr-defined]

        @bot.app.shortcut("declare_incident")
        async def declare(ack: object, body: JsonObject, client: object) -> None:
            await ack()  # type: ignore[operator]
            await client.views_open(trigger_id=body["trigger_id"], view=ASKED)  # type: ignore[attr-defined]

        @bot.app.view("form")
        async def submitted(ack: object) -> None:
            await ack()  # type: ignore[operator]

        @bot.app.action("tick")
        async def tick(ack: object) -> None:
            await ack()  # type: ignore[operator]

        yield bot


def state_of(bot: Bot) -> JsonObject:
    """What the submitted form held, by block id."""
    (body,) = [body for body in bot.bodies if body.get("type") == "view_submission"]
    return {block: actions["it"] for block, actions in body["view"]["state"]["values"].items()}


async def test_every_input_of_a_form_from_a_messages_menu(room: Room, app: Bot, desk: Desk) -> None:
    room.workspace.say(room.ben.id, room.ops.id, "Disk is full")
    await desk.open(room.box, room.ana, room.ops.id)
    await desk.more("Disk is full", "Add to timeline")
    form = desk.form
    await expect(form).to_be_visible()
    await looks_right(desk.page)
    await desk.shot("empty")

    await form.get_by_role("button", name="Go").click()
    await expect(form.get_by_role("alert", name="").filter(has_text="complete this").first).to_be_visible()
    await desk.shot("required")
    await form.get_by_label("Title").fill("Disk is full")
    await form.get_by_label("Number").fill("2")
    await form.get_by_label("Mail").fill("ana@example.com")
    await form.get_by_label("Address").fill("https://example.com")
    await form.get_by_label("Day").fill("2026-02-28")
    await form.get_by_label("Time").fill("14:05")
    await form.get_by_label("Since").fill("2023-09-10T14:05")
    await form.get_by_label("Severity").select_option("One")
    several, where, what = (
        form.locator(f"[data-block={kind}]")
        for kind in ("multi_static_select", "radio_buttons", "checkboxes")
    )
    await several.get_by_text("Two").click()
    await where.get_by_text("One").click()
    await what.get_by_text("Two").click()
    await form.get_by_label("Commander").select_option("Ben Adeyemi")
    await form.locator("[data-block=multi_users_select]").get_by_text("Ana Ruiz").click()
    await form.get_by_label("Conversation").select_option("#ops")
    await form.get_by_label("Channel", exact=True).select_option("#ops")
    await desk.shot("filled")
    await form.get_by_role("button", name="Go").click()
    await expect(form).to_have_count(0)

    state = state_of(app)
    assert state["plain_text_input"]["value"] == "Disk is full"
    assert (state["number_input"]["value"], state["datepicker"]["selected_date"]) == ("2", "2026-02-28")
    assert state["timepicker"]["selected_time"] == "14:05"
    # Ana lives in Madrid: what she calls five past two is five past twelve in UTC
    assert state["datetimepicker"]["selected_date_time"] == 1694347500
    assert state["static_select"]["selected_option"]["value"] == "one"
    assert [one["value"] for one in state["multi_static_select"]["selected_options"]] == ["two"]
    assert state["radio_buttons"]["selected_option"]["value"] == "one"
    assert [one["value"] for one in state["checkboxes"]["selected_options"]] == ["two"]
    assert state["users_select"]["selected_user"] == room.ben.id
    assert state["multi_users_select"]["selected_users"] == [room.ana.id]
    assert state["conversations_select"]["selected_conversation"] == room.ops.id
    assert state["channels_select"]["selected_channel"] == room.ops.id


async def test_a_global_shortcut_from_the_composer_by_keyboard(room: Room, app: Bot, desk: Desk) -> None:
    await desk.open(room.box, room.ana, room.ops.id)
    await expect(desk.composer).to_be_focused()
    await desk.press("Tab")
    await expect(desk.at).to_have_attribute("aria-label", "Shortcuts")
    await desk.press("Enter")
    await expect(desk.at).to_contain_text("Declare incident")
    await desk.shot("menu")
    await desk.press("Enter")
    await expect(desk.form).to_be_visible()
    await desk.page.keyboard.type("Checkout is down")
    await desk.press("Enter")
    await expect(desk.form).to_have_count(0)
    assert state_of(app)["plain_text_input"]["value"] == "Checkout is down"


async def test_the_home_is_each_persons_own_and_is_pressed(room: Room, app: Bot, desk: Desk) -> None:
    button = {"type": "button", "action_id": "tick", "text": words("Done")}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Restart db-2*"}, "accessory": button}
    await room.call("views.publish", user_id=room.ana.id, view={"type": "home", "blocks": [section]})
    await desk.open(room.box, room.ana, "app/home")
    home = desk.page.get_by_role("region", name="Home")
    await expect(home).to_contain_text("Restart db-2")
    await looks_right(desk.page)
    await home.get_by_role("button", name="Done").click()
    await until(lambda: any(body.get("type") == "block_actions" for body in app.bodies))
    nothing = {"type": "section", "text": {"type": "mrkdwn", "text": "Nothing left."}}
    await room.call("views.publish", user_id=room.ana.id, view={"type": "home", "blocks": [nothing]})
    await expect(home).to_contain_text("Nothing left.")
    await desk.open(room.box, room.ben, "app/home")
    await expect(home).to_contain_text("has not published")
    assert [event["user"] for event in app.heard("app_home_opened")] == [room.ana.id, room.ben.id]

    await desk.page.get_by_role("tab", name="Messages").click()
    await desk.say("hello")
    await until(lambda: any(event.get("channel_type") == "im" for event in app.heard("message")))


async def test_the_header_shows_and_changes_topic_links_pins_and_members(room: Room, desk: Desk) -> None:
    workspace = room.workspace
    guest = workspace.add_person("gus", real_name="Gus Guest", is_restricted=True)
    secret = workspace.add_channel("secret", is_private=True, members=[room.ana.id])
    workspace.say(room.ana.id, secret.id, "Only us")
    await desk.open(room.box, room.ana, secret.id)
    header = desk.page.locator(".channel-header")

    await header.get_by_text("Add a topic").click()
    await desk.form.get_by_label("What").fill("sev1 · investigating · commander Ana")
    await desk.form.get_by_role("button", name="Save").click()
    await expect(header).to_contain_text("commander Ana")
    await header.get_by_text("Add a link").click()
    await desk.form.get_by_label("Address").fill("ftp://nowhere")
    await desk.form.get_by_role("button", name="Add").click()
    await expect(desk.form).to_contain_text("invalid_link")
    await desk.form.get_by_label("Address").fill("https://example.com/runbook")
    await desk.form.get_by_label("Name").fill("Runbook")
    await desk.form.get_by_role("button", name="Add").click()
    await expect(header.get_by_text("Runbook")).to_be_visible()
    await desk.more("Only us", "Pin to channel")
    await expect(header).to_contain_text("1 pinned")
    await expect(desk.message("Only us")).to_contain_text("Pinned by you")
    await desk.say("/invite @gus")
    await expect(header.get_by_label("2 members")).to_be_visible()
    await header.get_by_label("members").click()
    await expect(desk.page.locator(".popover")).to_contain_text("GUEST")
    await looks_right(desk.page)
    await desk.shot("members")

    assert guest.id in secret.members
    assert [link.title for link in secret.bookmarks] == ["Runbook"]
    assert secret.topic == "sev1 · investigating · commander Ana"
    await desk.press("Escape")
    await desk.composer.fill("/invite @nobody")
    await desk.composer.press("Enter")
    await expect(desk.page.locator(".composer-status").first).to_contain_text("Nobody here is called @nobody")
    await expect(desk.composer).to_have_value("/invite @nobody")


async def test_the_sidebar_is_a_drawer_on_a_phone(room: Room, desk: Desk, way: str) -> None:
    other = room.workspace.add_channel("other", members=[room.ana.id])
    await desk.open(room.box, room.ana, room.ops.id)
    drawer = desk.page.get_by_label("Channels and people")
    row = desk.page.locator("#sidebar .side-row", has_text="other")
    if way == "phone":
        await expect(row).to_be_hidden()
        await drawer.press("Enter")
        await expect(row).to_be_visible()
        within = desk.page.locator("#sidebar .switcher")
        await expect(within).to_be_focused()
        room.workspace.say(room.ben.id, room.ops.id, "What comes meanwhile leaves it open")
        await expect(desk.message("What comes meanwhile")).to_be_attached()
        await expect(within).to_be_focused()
        await desk.shot("open")
        await desk.press("Escape")
        await expect(row).to_be_hidden()
        await expect(drawer).to_be_focused()
        await drawer.click()
    else:
        await expect(drawer).to_be_hidden()
    await row.click()
    await expect(desk.page.locator(".channel-header h1")).to_have_text(other.name)
    if way == "phone":
        await expect(row).to_be_hidden()


async def test_messages_are_walked_by_arrows_and_keep_the_focus(room: Room, app: Bot, desk: Desk) -> None:
    for text in ("First", "Second", "Third"):
        room.workspace.say(room.ana.id, room.ops.id, text)
    await desk.open(room.box, room.ana, room.ops.id)
    await expect(desk.message("Third")).to_be_visible()
    await desk.message("Third").focus()
    await desk.press("ArrowUp", "ArrowUp")
    await expect(desk.at).to_contain_text("First")
    room.workspace.react(room.ben.id, room.ops.id, room.workspace.messages(room.ops.id)[0].ts, "eyes")
    await expect(desk.message("First").locator(".reaction").first).to_be_visible()
    await expect(desk.at).to_contain_text("First")
    await desk.press("Enter")
    await expect(desk.at).to_contain_text("Add to timeline")
    await desk.press("ArrowDown", "ArrowDown")
    await expect(desk.at).to_contain_text("Reply in thread")
    await desk.press("Enter")
    await expect(desk.panel).to_contain_text("Thread")
    await desk.page.keyboard.type("A reply")
    await desk.press("Enter")
    await expect(desk.panel).to_contain_text("A reply")
    await desk.press("Escape")
    await expect(desk.panel).to_be_hidden()


async def test_a_channel_is_named_once_its_name_is_learnt(room: Room, app: Bot, desk: Desk) -> None:
    home = desk.page.get_by_role("region", name="Home")
    await desk.open(room.box, room.ana, "app/home")
    await expect(home).to_contain_text("has not published")
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        await released.wait()
        await route.fulfill(response=answer)

    await desk.page.route("**/sandbox/state", hold)
    new = room.workspace.add_channel("search-is-slow", members=[room.ana.id])
    await asyncio.sleep(0.2)  # the page asks for what is new by now, and has to wait
    text = {"type": "mrkdwn", "text": f"Search is slow in <#{new.id}>"}
    view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
    await room.call("views.publish", user_id=room.ana.id, view=view)
    await expect(home).to_contain_text("Search is slow in")
    blocks = [{"type": "section", "text": text}, entry("plain_text_input", "Title")]
    await room.workspace.global_shortcut(room.ana.id, "declare_incident")
    await until(lambda: room.workspace.open_views(room.ana.id))
    (form,) = room.workspace.open_views(room.ana.id)
    await room.call("views.update", view_id=form.id, view={**FORM, "blocks": blocks})
    await expect(desk.form).to_contain_text("Search is slow in")
    await desk.fill(desk.form.get_by_label("Title"), "Typed before")

    released.set()
    await expect(desk.form.get_by_role("link", name="#search-is-slow")).to_be_visible()
    await expect(desk.form.get_by_label("Title")).to_have_value("Typed before")
    await desk.press("Escape")
    await expect(home.get_by_role("link", name="#search-is-slow")).to_be_visible()


async def test_an_answer_that_a_later_one_overtook_is_not_shown(room: Room, desk: Desk) -> None:
    await desk.open(room.box, room.ana, room.ops.id)
    held, released, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hold_the_first(route: Route) -> None:
        answer = await route.fetch()
        if held.is_set():
            await route.fulfill(response=answer)
            return
        held.set()
        await released.wait()
        await route.fulfill(response=answer)
        ended.set()

    await desk.page.route("**/messages?as=*", hold_the_first)
    room.workspace.say(room.ben.id, room.ops.id, "Disk is full")
    await held.wait()
    room.workspace.say(room.ben.id, room.ops.id, "Disk is empty")
    await expect(desk.message("Disk is empty")).to_be_visible()

    released.set()
    await ended.wait()
    await desk.page.evaluate("new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn), 100))")

    await expect(desk.message("Disk is empty")).to_be_visible(timeout=1)
