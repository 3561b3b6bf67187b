"""What the workspace sends has the shapes of real Slack payloads."""

from collections.abc import AsyncIterator

import pytest

from sandbox import groups, views
from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Bot, Room, connected_bot
from tests.sandbox.shapes import Shapes, read_shapes

EXCEPTED = {
    "response_metadata": "next_cursor, messages and warnings come and go; documented with every method",
    "errors": "the texts beside invalid_blocks (observed) and the people of conversations.invite",
}
TABS_DATA = "a canvas tab names its file in `data` (observed in answers of conversations.info)"
EXCEPTED["channel.properties.tabs[].data"] = TABS_DATA
for listed in ("members[]", "user"):
    EXCEPTED[f"{listed}.is_stranger"] = (
        "docs.slack.dev/reference/objects/user-object, of people of other companies"
    )
EVENT_EXCEPTED = {
    # The reference was recorded from older bot messages; today's carry the app's id (observed).
    "event.app_id": "app_id comes with messages of apps, docs.slack.dev/messaging/retrieving-messages",
    "event.message.app_id": "the same, inside of message_changed",
    "event.previous_message.app_id": "the same, inside of message_changed",
    "event.root.app_id": "the same, of a thread's root",
    "event.message.reply_users": "listed with reply_count in docs.slack.dev/messaging/retrieving-messages",
    "event.previous_message.reply_users": "the same",
    "event.root.reply_users": "the same",
    "event.message.reactions": "a changed message shows its reactions (observed)",
    "event.previous_message.reactions": "the same",
    "event.metadata": "its payload is the app's own",
    "event.message.metadata": "the same",
    "event.previous_message.metadata": "the same",
    "event.view.blocks": "the view's own",
    "event.view.state": "docs.slack.dev/reference/views: what is chosen in it",
    "event.inviter": "of channel_join, docs.slack.dev/reference/events/message/channel_join",
}


@pytest.fixture
def shapes() -> Shapes:
    return read_shapes()


@pytest.fixture
async def events(room: Room) -> AsyncIterator[list[JsonObject]]:
    """One of every event, as the app received it."""
    async with connected_bot(room) as bot:
        await live(room, bot)
        yield [body for body in bot.bodies if body.get("type") == "event_callback"]


async def live(room: Room, bot: Bot) -> None:
    workspace, ana, ops = room.workspace, room.ana.id, room.ops.id
    ts = workspace.say(ana, ops, f"Hello <@{workspace.bot_user_id}>")
    workspace.edit(ana, ops, ts, "Hello all")
    workspace.react(ana, ops, ts, "eyes")
    workspace.unreact(ana, ops, ts, "eyes")
    workspace.say(ana, ops, "Loud", thread_ts=ts, broadcast=True)
    workspace.delete(ana, ops, workspace.say(ana, ops, "Oops"))
    workspace.say_as_bot("Monitor", ops, attachments=[{"text": "x"}])
    workspace.say(ana, ops, "File", files=["a.png"])
    workspace.say(ana, ops, "shrugs", subtype="me_message")
    posted = await room.call("chat.postMessage", channel=ops, text="Mine")
    await room.call("chat.update", channel=ops, ts=posted["ts"], text="Mine too")
    await room.call("pins.add", channel=ops, timestamp=posted["ts"])
    await room.call("pins.remove", channel=ops, timestamp=posted["ts"])
    await room.call("conversations.setTopic", channel=ops, topic="x")
    cleo = workspace.add_person("cleo", is_new=True)
    workspace.change_person(cleo.id, real_name="Cleo")
    workspace.invite(cleo.id, ops, by=ana)
    workspace.leave(cleo.id, ops)
    workspace.rename(ana, ops, "operations")
    workspace.archive(ana, ops)
    workspace.open_home(ana)
    await room.box.settled()
    await room.call("views.publish", user_id=ana, view={"type": "home", "blocks": [{"type": "divider"}]})
    workspace.open_home(ana)
    await room.box.settled()


def shape_of(event: JsonObject) -> str:
    names = {
        ("message", None): "Message",
        ("message", "bot_message"): "MessageBot",
        ("message", "channel_topic"): "MessageChannelTopic",
        ("message", "file_share"): "MessageFileShare",
        ("message", "me_message"): "MessageMe",
    }
    subtype = event.get("subtype")
    named = names.get((event["type"], subtype))
    words = str(subtype if subtype in SUBTYPES else event["type"]).split("_")
    return f"event/{named or ''.join(word.title() for word in words)}".replace(
        "event/ThreadBroadcast", "event/MessageThreadBroadcast"
    )


SUBTYPES = ("message_changed", "message_deleted", "thread_broadcast")
SYSTEM = ("channel_join", "channel_leave", "channel_name", "channel_archive")
UNKNOWN = ("team_join",)
"""Kinds of event that the reference does not hold."""


async def test_every_event_has_slacks_shape(shapes: Shapes, events: list[JsonObject]) -> None:
    checked, problems = set(), []
    for body in events:
        event = body["event"]
        is_system_line = event["type"] == "message" and event.get("subtype") in SYSTEM
        if event["type"] in UNKNOWN or is_system_line:
            continue
        name = shape_of(event)
        checked.add(name)
        problems += shapes.problems(name, body, excepted=EVENT_EXCEPTED)
    assert problems == []
    assert checked == {
        "event/Message",
        "event/AppMention",
        "event/MessageChanged",
        "event/MessageDeleted",
        "event/MessageBot",
        "event/MessageFileShare",
        "event/MessageMe",
        "event/MessageThreadBroadcast",
        "event/MessageChannelTopic",
        "event/ReactionAdded",
        "event/ReactionRemoved",
        "event/MemberJoinedChannel",
        "event/MemberLeftChannel",
        "event/ChannelRename",
        "event/ChannelArchive",
        "event/UserChange",
        "event/PinAdded",
        "event/PinRemoved",
        "event/AppHomeOpened",
    }


async def test_every_answer_has_slacks_shape(room: Room, shapes: Shapes) -> None:
    ops, ana = room.ops.id, room.ana.id
    ts = room.workspace.say(ana, ops, "x", files=["a.png"])
    room.workspace.say(ana, ops, "y", thread_ts=ts)
    room.workspace.react(ana, ops, ts, "eyes")
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "blocks": [{"type": "divider"}],
    }
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    content = {"type": "markdown", "markdown": "# x"}
    posted = await room.call("chat.postMessage", channel=ops, text="x", blocks=[{"type": "divider"}])
    await room.call("chat.update", channel=ops, ts=posted["ts"], text="y")
    await room.call("chat.postEphemeral", channel=ops, user=ana, text="x")
    await room.call("chat.getPermalink", channel=ops, message_ts=ts)
    await room.refused("chat.postMessage", channel=ops, blocks=[{"type": "header"}])
    created = (await room.call("conversations.create", name="new"))["channel"]["id"]
    await room.call("conversations.invite", channel=created, users=ana)
    await room.call("conversations.info", channel=ops, include_num_members=True)
    await room.call("conversations.members", channel=ops)
    await room.call("conversations.history", channel=ops, limit=1)
    await room.call("conversations.replies", channel=ops, ts=ts)
    await room.call("reactions.add", channel=ops, timestamp=ts, name="tada")
    await room.call("reactions.get", channel=ops, timestamp=ts)
    await room.call("pins.add", channel=ops, timestamp=ts)
    await room.call("bookmarks.add", channel_id=ops, type="link", title="T", link="https://example.com")
    for method in ("auth.test", "team.info", "bots.info", "users.list"):
        await room.call(method)
    await room.call("users.info", user=room.workspace.bot_user_id)
    opened = views.new_trigger(room.workspace, ana)
    view_id = (await room.call("views.open", trigger_id=opened, view=view))["view"]["id"]
    pushed = views.new_trigger(room.workspace, ana, view_id)
    await room.call("views.push", trigger_id=pushed, view=view)
    await room.call("views.update", view_id=view_id, view=view)
    await room.call("views.publish", user_id=ana, view=home)
    made = await room.call("canvases.create", title="T", document_content=content, channel_id=ops)
    canvas = {"canvas_id": made["canvas_id"]}
    await room.call("canvases.access.set", **canvas, access_level="write", channel_ids=ops)
    await room.call("canvases.sections.lookup", **canvas, criteria={"section_types": ["h1"]})
    change = {"operation": "insert_at_end", "document_content": content}
    await room.call("canvases.edit", **canvas, changes=[change])
    await room.call("canvases.delete", **canvas)
    await room.call("conversations.canvases.create", channel_id=ops, document_content=content)
    uploaded = await room.client.files_upload_v2(filename="a.txt", content="x", channel=ops)
    await room.call("files.info", file=uploaded["file"]["id"])
    groups.add(room.workspace, "oncall", created_by=ana)
    await room.call("usergroups.list")
    await room.client.apps_connections_open(app_token=room.box.app_token)

    known = {name.removeprefix("api/") for name in shapes.paths if name.startswith("api/")}
    problems = []
    for call in room.workspace.calls():
        problems += shapes.problems(f"api/{call.method}", call.answer, excepted=EXCEPTED)
    assert problems == []
    assert known <= {call.method for call in room.workspace.calls()}


async def test_every_interaction_has_slacks_shape(room: Room, shapes: Shapes, bot: Bot) -> None:
    @bot.app.command("/incident")
    async def incident(ack: object) -> None:
        await ack()  # type: ignore[operator]

    @bot.app.action("press")
    async def press(ack: object) -> None:
        await ack()  # type: ignore[operator]

    @bot.app.view({"type": "view_submission", "callback_id": "c"})
    async def submit(ack: object) -> None:
        await ack()  # type: ignore[operator]

    @bot.app.view({"type": "view_closed", "callback_id": "c"})
    async def close(ack: object) -> None:
        await ack()  # type: ignore[operator]

    @bot.app.shortcut("add_to_timeline")
    async def use(ack: object) -> None:
        await ack()  # type: ignore[operator]

    button = {"type": "button", "action_id": "press", "text": {"type": "plain_text", "text": "Press"}}
    view = {
        "type": "modal",
        "callback_id": "c",
        "notify_on_close": True,
        "title": {"type": "plain_text", "text": "T"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": button}],
    }
    posted = await room.call(
        "chat.postMessage", channel=room.ops.id, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await room.workspace.command(room.ana.id, room.ops.id, "/incident", "x")
    await room.workspace.click(
        room.ana.id, channel_id=room.ops.id, message_ts=posted["ts"], action_id="press"
    )
    for _ in range(2):
        trigger_id = views.new_trigger(room.workspace, room.ana.id)
        opened = await room.call("views.open", trigger_id=trigger_id, view=view)
        view_id = opened["view"]["id"]
        await room.workspace.click(room.ana.id, view_id=view_id, action_id="press")
        if room.workspace.all_calls[-1] is room.workspace.calls("views.open")[0]:
            await room.workspace.submit_view(room.ana.id, view_id, {})
    await room.workspace.close_view(room.ana.id, view_id)
    said = room.workspace.say(room.ana.id, room.ops.id, "x")
    await room.workspace.message_shortcut(room.ana.id, room.ops.id, said, "add_to_timeline")
    await room.box.settled()

    names = {
        "block_actions": "app-backend/BlockAction",
        "view_submission": "app-backend/ViewSubmission",
        "view_closed": "app-backend/ViewClosed",
        "message_action": "app-backend/MessageShortcut",
        None: "app-backend/SlashCommand",
    }
    excepted = {
        "is_enterprise_install": "“false” as text in slash commands, as in Slack's form posts",
        "view.blocks": "the view's own",
        "response_urls": "of views with a conversations_select",
    }
    problems, checked = [], set()
    for body in bot.bodies:
        if body.get("type") == "event_callback":
            continue
        name = names[body.get("type")]
        checked.add(name)
        problems += shapes.problems(name, body, excepted=excepted)
    assert problems == []
    assert checked == set(names.values())


def test_a_wrong_payload_is_found(shapes: Shapes) -> None:
    wrong = {"ok": True, "url": "ws://x", "colour": "red", "error": 7}
    assert shapes.problems("api/apps.connections.open", wrong) == [
        "api/apps.connections.open: unknown colour",
        "api/apps.connections.open: error is int, not str",
    ]
