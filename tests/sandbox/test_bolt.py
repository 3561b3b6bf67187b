"""An unmodified Bolt app lives in the sandbox as it would in Slack."""

from typing import Any

import pytest

from sandbox.errors import SandboxError
from tests.sandbox.conftest import Bot, Room, connected_bot

MODAL = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}


DONE = {
    "type": "button",
    "action_id": "done",
    "value": "7",
    "text": {"type": "plain_text", "text": "Done"},
}


async def test_the_app_hears_what_people_say_and_answers_with_a_reaction(room: Room) -> None:
    async def confirm(event: dict[str, Any], client: Any) -> None:
        if event["reaction"] == "pushpin":
            item = event["item"]
            await client.reactions_add(channel=item["channel"], timestamp=item["ts"], name="white_check_mark")

    async with connected_bot(room, lambda app: app.event("reaction_added")(confirm)) as bot:
        ts = room.workspace.say(room.ana.id, room.ops.id, "The database is slow.")
        room.workspace.react(room.ben.id, room.ops.id, ts, "pushpin")
        await room.box.settled()

    assert [event["text"] for event in bot.heard("message")] == ["The database is slow."]
    assert room.workspace.message(room.ops.id, ts).reactions == {
        "pushpin": [room.ben.id],
        "white_check_mark": [room.workspace.bot_user_id],
    }
    assert [e["user"] for e in bot.heard("reaction_added")] == [room.ben.id, room.workspace.bot_user_id]


async def test_a_command_is_acknowledged_with_its_answer(room: Room, bot: Bot) -> None:
    @bot.app.command("/incident")
    async def incident(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack(f"Started {body['text']}.")
        await respond(text="And now everybody knows.", response_type="in_channel")

    answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident", "start Slow")

    await room.box.settled()
    assert answer.acknowledged
    assert {m.text for m in answer.messages} == {"Started start Slow.", "And now everybody knows."}
    assert [m.text for m in room.workspace.ephemerals(room.ana.id, room.ops.id)] == ["Started start Slow."]
    assert room.workspace.ephemerals(room.ben.id, room.ops.id) == []
    assert [m.text for m in room.workspace.messages(room.ops.id)] == ["And now everybody knows."]


async def test_a_modal_is_opened_refused_corrected_and_closed(room: Room, bot: Bot) -> None:
    submitted = []

    @bot.app.command("/incident")
    async def incident(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bot.app.view("declare")
    async def declare(ack: Any, view: dict[str, Any]) -> None:
        title = view["state"]["values"]["title"]["typed"]["value"]
        if title == "no":
            await ack(response_action="errors", errors={"title": "Say what is wrong."})
            return
        submitted.append(title)
        await ack()

    await room.workspace.command(room.ana.id, room.ops.id, "/incident")
    await room.box.settled()
    (view,) = room.workspace.open_views(room.ana.id)
    untouched = await room.workspace.submit_view(room.ana.id, view.id, {})
    refused = await room.workspace.submit_view(room.ana.id, view.id, {"title": {"typed": "no"}})
    taken = await room.workspace.submit_view(room.ana.id, view.id, {"title": {"typed": "Slow"}})

    assert view.title == "Declare"
    assert untouched.errors == {"title": "Please complete this required field."}
    assert refused.errors == {"title": "Say what is wrong."} and not refused.closed
    assert taken.closed and submitted == ["Slow"]
    assert room.workspace.open_views(room.ana.id) == []


async def test_a_click_reaches_the_app_and_can_replace_the_message(room: Room, bot: Bot) -> None:
    clicked = []

    @bot.app.action("done")
    async def done(ack: Any, action: dict[str, Any], respond: Any) -> None:
        await ack()
        clicked.append(action["value"])
        await respond(text="Done.", replace_original=True)

    posted = await room.client.chat_postMessage(
        channel=room.ops.id, text="Ready?", blocks=[{"type": "actions", "elements": [DONE]}]
    )
    ts = posted["ts"]

    error = await room.workspace.click(room.ana.id, channel_id=room.ops.id, message_ts=ts, action_id="done")

    await room.box.settled()
    message = room.workspace.message(room.ops.id, ts)
    assert error is None and clicked == ["7"]
    assert (message.text, message.blocks) == ("Done.", None)


async def test_what_stood_in_a_message_before_it_changed_can_be_pressed_by_its_block(
    room: Room, bot: Bot
) -> None:
    clicked = []

    @bot.app.action("done")
    async def done(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        clicked.append((action["block_id"], action["value"], body["message"]["text"]))

    blocks = [{"type": "actions", "elements": [DONE]}]
    ts = (await room.client.chat_postMessage(channel=room.ops.id, text="Ready?", blocks=blocks))["ts"]
    drawn = (room.workspace.message(room.ops.id, ts).blocks or [])[0]["block_id"]
    changed = [{"type": "actions", "elements": [{**DONE, "value": "8"}]}]
    await room.client.chat_update(channel=room.ops.id, ts=ts, text="And now?", blocks=changed)
    now = (room.workspace.message(room.ops.id, ts).blocks or [])[0]["block_id"]
    place = {"channel_id": room.ops.id, "message_ts": ts, "action_id": "done"}

    for block_id in (drawn, now, None):
        assert await room.workspace.click(room.ana.id, **place, block_id=block_id) is None
    with pytest.raises(SandboxError, match="There is no element done to click here"):
        await room.workspace.click(room.ana.id, **place, block_id="never")

    assert drawn != now
    assert clicked == [(drawn, "7", "And now?"), (now, "8", "And now?"), (now, "8", "And now?")]


async def test_nothing_of_a_deleted_message_can_be_pressed(room: Room, bot: Bot) -> None:
    blocks = [{"type": "actions", "elements": [DONE]}]
    ts = (await room.client.chat_postMessage(channel=room.ops.id, text="Ready?", blocks=blocks))["ts"]
    drawn = (room.workspace.message(room.ops.id, ts).blocks or [])[0]["block_id"]
    await room.client.chat_update(channel=room.ops.id, ts=ts, text="And now?", blocks=blocks)
    room.workspace.say(room.ben.id, room.ops.id, "Not yet", thread_ts=ts)
    await room.client.chat_delete(channel=room.ops.id, ts=ts)

    with pytest.raises(SandboxError, match="There is no element done to click here"):
        await room.workspace.click(
            room.ana.id, channel_id=room.ops.id, message_ts=ts, action_id="done", block_id=drawn
        )
