"""The control API: what the page sees and does."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox import mrkdwn
from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Bot, Room
from tests.until import PATIENCE


class Browser:
    def __init__(self, room: Room, session: aiohttp.ClientSession) -> None:
        self.url = f"{room.box.url}sandbox"
        self.session = session

    async def get(self, path: str, status: int = 200) -> JsonObject:
        async with self.session.get(f"{self.url}{path}") as response:
            assert response.status == status
            answer: JsonObject = await response.json()
            return answer

    async def post(self, path: str, **body: object) -> JsonObject:
        async with self.session.post(f"{self.url}{path}", json=body) as response:
            answer: JsonObject = await response.json()
            assert response.status == 200, answer
            return answer

    async def refused(self, path: str, **body: object) -> str:
        """The sentence that comes instead."""
        async with self.session.post(f"{self.url}{path}", json=body) as response:
            assert response.status == 400
            sentence: str = (await response.json())["error"]
            return sentence


@pytest.fixture
async def browser(room: Room) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield Browser(room, session)


async def test_the_state_says_who_and_what_is_here(room: Room, browser: Browser) -> None:
    state = await browser.get("/state")
    assert state["team"]["name"] == "Acme"
    assert state["now"] == "2023-09-10T12:00:00+00:00"
    assert [person["name"] for person in state["people"]] == ["scribe", "ana", "ben"]
    assert state["people"][1]["tz"] == "Europe/Madrid"
    (ops,) = state["channels"]
    assert (ops["name"], ops["is_private"], len(ops["members"])) == ("ops", False, 3)
    assert state["bot"]["user_id"] == room.workspace.bot_user_id
    assert state["commands"][0]["command"] == "/incident"


async def test_a_conversation(room: Room, browser: Browser) -> None:
    ana = {"user": room.ana.id, "channel": room.ops.id}
    root = (await browser.post("/say", **ana, text="Hi @ben, see #ops & <this>"))["ts"]
    reply = (await browser.post("/say", **ana, text="More", thread_ts=root))["ts"]
    await browser.post("/edit", **ana, ts=reply, text="Much more")
    await browser.post("/react", **ana, ts=root, emoji=":pushpin:")
    mistake = (await browser.post("/say", **ana, text="Oops"))["ts"]
    await browser.post("/delete", **ana, ts=mistake)

    seen = (await browser.get(f"/channels/{room.ops.id}/messages"))["messages"]

    assert [message["ts"] for message in seen] == [root, reply, mistake]
    assert seen[0]["text"] == f"Hi <@{room.ben.id}>, see <#{room.ops.id}|ops> &amp; &lt;this&gt;"
    assert seen[0]["reactions"] == [{"name": "pushpin", "users": [room.ana.id], "count": 1}]
    assert (seen[0]["reply_count"], seen[1]["thread_ts"]) == (1, root)
    assert (seen[1]["text"], seen[1]["edited"]["user"]) == ("Much more", room.ana.id)
    assert (seen[2]["deleted"], seen[2]["text"]) == (True, "This message was deleted.")
    await browser.post("/unreact", **ana, ts=root, emoji="pushpin")
    assert room.workspace.message(room.ops.id, root).reactions == {}


async def test_a_command_comes_with_ids_and_its_answer_is_private(
    room: Room, browser: Browser, bot: Bot
) -> None:
    @bot.app.command("/incident")
    async def incident(ack: object, body: JsonObject) -> None:
        await ack(body["text"])  # type: ignore[operator]

    answer = await browser.post(
        "/command", user=room.ana.id, channel=room.ops.id, command="/incident", text="assign @ben A & B"
    )

    assert answer["acknowledged"] and answer["error"] is None
    assert answer["messages"][0]["text"] == f"assign <@{room.ben.id}|ben> A &amp; B"
    mine = await browser.get(f"/channels/{room.ops.id}/messages?as={room.ana.id}")
    his = await browser.get(f"/channels/{room.ops.id}/messages?as={room.ben.id}")
    assert [m["text"] for m in mine["ephemerals"]] == [answer["messages"][0]["text"]]
    assert his["ephemerals"] == []


async def test_a_failed_command_is_a_sentence(room: Room, browser: Browser) -> None:
    answer = await browser.post("/command", user=room.ana.id, channel=room.ops.id, command="/incident")
    assert answer["error"] == '/incident failed with the error "dispatch_failed"'


async def test_modals_and_clicks(room: Room, browser: Browser, bot: Bot) -> None:
    view = {
        "type": "modal",
        "callback_id": "c",
        "title": {"type": "plain_text", "text": "T"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [
            {
                "type": "input",
                "block_id": "b",
                "label": {"type": "plain_text", "text": "L"},
                "element": {"type": "plain_text_input", "action_id": "a"},
            }
        ],
    }

    @bot.app.action("open")
    async def open_it(ack: object, body: JsonObject) -> None:
        await ack()  # type: ignore[operator]
        await room.client.views_open(trigger_id=body["trigger_id"], view=view)

    @bot.app.view("c")
    async def take(ack: object) -> None:
        await ack()  # type: ignore[operator]

    button = {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}
    posted = await room.call(
        "chat.postMessage", channel=room.ops.id, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    clicked = await browser.post(
        "/click", user=room.ana.id, channel=room.ops.id, message_ts=posted["ts"], action_id="open"
    )
    await room.box.settled()
    (shown,) = (await browser.get(f"/views?as={room.ana.id}"))["views"]
    me = {"user": room.ana.id, "view_id": shown["id"]}
    empty = await browser.post("/submit", **me, values={})
    unknown = await browser.refused("/submit", **me, values={"b": {"z": "x"}})
    done = await browser.post("/submit", **me, values={"b": {"a": "x"}})

    assert clicked["error"] is None and shown["title"]["text"] == "T"
    assert empty["errors"] == {"b": "Please complete this required field."}
    assert unknown == "There is no input b/z here."
    assert done["closed"] and (await browser.get(f"/views?as={room.ana.id}"))["views"] == []


async def test_people_make_and_join_channels(room: Room, browser: Browser) -> None:
    made = await browser.post("/channels", user=room.ana.id, name="lobby")
    await browser.post("/join", user=room.ben.id, channel=made["id"])
    taken = await browser.refused("/channels", user=room.ana.id, name="lobby")

    assert room.workspace.channel(made["id"]).members == [room.ana.id, room.ben.id]
    assert taken == "There already is a channel of that name."


async def test_a_person_writes_in_a_canvas(room: Room, browser: Browser) -> None:
    content = {"type": "markdown", "markdown": "# Draft"}
    made = await room.call("canvases.create", title="T", document_content=content, channel_id=room.ops.id)
    canvas_id = made["canvas_id"]

    await browser.post("/canvas", user=room.ana.id, canvas_id=canvas_id, markdown="# Better")
    refused = await browser.refused("/canvas", user=room.ana.id, canvas_id=canvas_id, markdown="#### x")
    stranger = room.workspace.add_person("cleo")
    outside = await browser.refused("/canvas", user=stranger.id, canvas_id=canvas_id, markdown="x")

    seen = await browser.get(f"/canvases/{canvas_id}")
    assert (seen["title"], seen["markdown"], seen["edited_by"]) == ("T", "# Better", room.ana.id)
    assert "line 1: Unsupported heading depth (4)" in refused
    assert outside == "You can't edit this canvas."


async def test_the_clock_is_set(room: Room, browser: Browser) -> None:
    answer = await browser.post("/clock", at="2023-09-10T14:00:00Z")
    wrong = await browser.refused("/clock", at="two o'clock")
    naive = await browser.refused("/clock", at="2023-09-10T14:00:00")
    assert answer["now"] == "2023-09-10T14:00:00+00:00"
    assert room.workspace.clock.now() == datetime(2023, 9, 10, 14, tzinfo=UTC)
    assert "is not a moment with a time zone" in wrong
    assert "is not a moment with a time zone" in naive


async def test_the_stream_tells_of_every_change(room: Room, browser: Browser) -> None:
    async with browser.session.get(f"{browser.url}/stream") as response:
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        await response.content.readline()
        ts = room.workspace.say(room.ana.id, room.ops.id, "x")
        room.workspace.react(room.ana.id, room.ops.id, ts, "eyes")
        told: list[JsonObject] = []
        while len(told) < 2:
            line = (await asyncio.wait_for(response.content.readline(), PATIENCE)).decode()
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
    assert told == [
        {"type": "message", "channel": room.ops.id},
        {"type": "reaction", "channel": room.ops.id},
    ]


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/say", {}, "The request needs “text”, a text."),
        ("/say", {"text": "  "}, "An empty message can't be sent."),
        ("/say", {"text": "x", "user": "U0", "channel": "C0"}, "Nobody here has the id U0."),
        ("/command", {"command": 7}, "The request needs “command”, a text."),
        ("/submit", {"user": "U0", "view_id": "V0", "values": []}, "The request needs “values”"),
        ("/canvas", {"user": "U0", "canvas_id": "F0"}, "You can't edit this canvas."),
    ],
)
async def test_a_wrong_request_is_answered_with_a_sentence(
    browser: Browser, path: str, body: JsonObject, sentence: str
) -> None:
    assert (await browser.refused(path, **body)).startswith(sentence)


async def test_what_is_not_there_is_not_found(browser: Browser) -> None:
    for path in ("/channels/C0/messages", "/canvases/F0", "/views?as=U0"):
        assert (await browser.get(path, 404))["error"]


async def test_a_permalink_opens_the_page_at_its_message(room: Room, browser: Browser) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    address = room.workspace.permalink(room.ops.id, ts)
    async with browser.session.get(address, allow_redirects=False) as response:
        assert response.headers["location"] == f"/#{room.ops.id}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("@ana and @Ben.", "<@U1> and <@U2>."),
        ("@nobody @here @channel", "@nobody <!here> <!channel>"),
        ("see #ops, not #nowhere", "see <#C1|ops>, not #nowhere"),
        ("mail ana@ben.example", "mail ana@ben.example"),
        ("look: https://a.example/x?a=1&b=2.", "look: <https://a.example/x?a=1&amp;b=2>."),
        ("`@ana <b>` @ana", "`@ana &lt;b&gt;` <@U1>"),
        ("```\n#ops & @ana\n```", "```\n#ops &amp; @ana\n```"),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
        ("¯\\_(ツ)_/¯ | `x`", "¯\\_(ツ)_/¯ | `x`"),
    ],
)
def test_typed_text_becomes_what_slacks_client_sends(typed: str, sent: str) -> None:
    assert mrkdwn.as_typed(typed, {"ana": "U1", "ben": "U2"}, {"ops": "C1"}) == sent


async def test_the_header_of_a_channel_is_changed_and_shown(browser: Browser, room: Room) -> None:
    guest = room.workspace.add_person("gus", is_ultra_restricted=True)
    here = {"user": room.ana.id, "channel": room.ops.id}
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    nobody = await browser.refused("/invite", **here, people=[])
    await browser.post("/invite", **here, people=[guest.id])
    by_guest = await browser.refused("/invite", **here | {"user": guest.id}, people=[room.ben.id])
    await browser.post("/topic", **here, topic="sev1 & rising")
    await browser.post("/pin", **here, ts=ts)
    added = await browser.post("/bookmark", **here, title="Runbook", link="https://example.com")
    shown = (await browser.get("/state"))["channels"][0]
    await browser.post("/unpin", **here, ts=ts)
    await browser.post("/remove_bookmark", **here, id=added["id"])
    await browser.post("/leave", **here)

    assert (nobody, by_guest) == (
        "Name somebody to invite, such as /invite @ana.",
        "A guest of one channel can't invite anybody.",
    )
    assert (shown["topic"], shown["pins"]) == ("sev1 &amp; rising", [{"ts": ts, "user": room.ana.id}])
    assert shown["bookmarks"] == [
        {"id": added["id"], "title": "Runbook", "link": "https://example.com", "emoji": ""}
    ]
    assert guest.id in shown["members"]
    left = (await browser.get("/state"))["channels"][0]
    assert (left["pins"], left["bookmarks"], room.ana.id in left["members"]) == ([], [], False)
