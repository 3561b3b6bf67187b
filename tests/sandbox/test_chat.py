"""chat.*: what Slack takes from an app, and what it refuses."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.conftest import SCOPES, Room, open_room


def section(text: str = "x") -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_a_message_stands_in_the_channel_as_the_bots(room: Room) -> None:
    answer = await room.call("chat.postMessage", channel=room.ops.id, text="Hello", blocks=[section("Hi")])

    message = room.workspace.message(room.ops.id, answer["ts"])
    assert (message.text, message.user_id, message.bot_id) == (
        "Hello",
        room.workspace.bot_user_id,
        room.workspace.bot_id,
    )
    assert answer["message"]["blocks"][0]["block_id"], "Slack gives every block an id"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C00000000", "text": "x"}, "channel_not_found"),
        ({"channel": "ELSEWHERE", "text": "x"}, "not_in_channel"),
        ({"channel": "CLOSED", "text": "x"}, "is_archived"),
        ({"channel": "OPS"}, "no_text"),
        ({"channel": "OPS", "text": ""}, "no_text"),
        ({"channel": "OPS", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "OPS", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "OPS", "markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"channel": "OPS", "markdown_text": "x", "blocks": [section()]}, "markdown_text_conflict"),
        ({"channel": "OPS", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": "OPS", "blocks": "not JSON"}, "invalid_blocks_format"),
        ({"channel": "OPS", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": "OPS", "blocks": [section()] * 51}, "invalid_blocks"),
        ({"channel": "OPS", "blocks": [section("x" * 2700)] * 5}, "msg_blocks_too_long"),
        ({"channel": "OPS", "text": "x", "attachments": "no"}, "invalid_attachments"),
        ({"channel": "OPS", "text": "x", "metadata": "no"}, "invalid_metadata_format"),
        ({"channel": "OPS", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"channel": "OPS", "text": "x", "username": "Somebody"}, "missing_scope"),
    ],
)
async def test_a_wrong_post_is_refused(room: Room, args: dict[str, object], error: str) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    closed = room.workspace.add_channel("closed", members=[room.ana.id, room.workspace.bot_user_id])
    room.workspace.archive(room.ana.id, closed.id)
    ids = {"OPS": room.ops.id, "ELSEWHERE": elsewhere.id, "CLOSED": closed.id}

    answer = await room.refused(
        "chat.postMessage", **{**args, "channel": ids.get(str(args["channel"]), "C0")}
    )

    assert answer["error"] == error
    assert room.workspace.messages(room.ops.id) == []


async def test_a_private_channel_the_bot_is_not_in_does_not_exist_for_it(room: Room) -> None:
    secret = room.workspace.add_channel("secret", is_private=True, members=[room.ana.id])
    answer = await room.refused("chat.postMessage", channel=secret.id, text="x")
    assert answer["error"] == "channel_not_found"


async def test_the_longest_texts_that_slack_takes(room: Room) -> None:
    await room.call("chat.postMessage", channel=room.ops.id, text="x" * 40_000)
    await room.call("chat.postMessage", channel=room.ops.id, markdown_text="x" * 12_000)
    await room.call("chat.postMessage", channel=room.ops.id, blocks=[section("x" * 2600)] * 5)


async def test_metadata_comes_back_when_it_is_asked_for(room: Room) -> None:
    metadata = {"event_type": "incident", "event_payload": {"number": 7}}
    await room.client.chat_postMessage(channel=room.ops.id, text="x", metadata=metadata)

    plain = await room.call("conversations.history", channel=room.ops.id)
    full = await room.call("conversations.history", channel=room.ops.id, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_a_reply_may_also_go_to_the_channel(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    quiet = await room.call("chat.postMessage", channel=room.ops.id, text="Reply", thread_ts=root)
    loud = await room.call(
        "chat.postMessage", channel=room.ops.id, text="Loud", thread_ts=quiet["ts"], reply_broadcast=True
    )

    assert loud["message"]["subtype"] == "thread_broadcast"
    assert loud["message"]["thread_ts"] == root, "a reply to a reply goes to the thread's root"
    shown = await room.call("conversations.history", channel=room.ops.id)
    assert [m["text"] for m in shown["messages"]] == ["Loud", "Root"]


async def test_an_update_replaces_text_and_blocks(room: Room) -> None:
    posted = await room.call("chat.postMessage", channel=room.ops.id, text="One", blocks=[section()])

    answer = await room.call("chat.update", channel=room.ops.id, ts=posted["ts"], text="Two")

    message = room.workspace.message(room.ops.id, posted["ts"])
    assert (answer["text"], message.text, message.blocks) == ("Two", "Two", None)
    assert message.edited is not None and message.edited["user"] == room.workspace.bot_user_id


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_messages_of_others_are_theirs(room: Room, method: str) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "Mine")
    alert = room.workspace.say_as_bot("Monitor", room.ops.id, text="Theirs")
    verb = method.removeprefix("chat.")
    for theirs in (ts, alert):
        answer = await room.refused(method, channel=room.ops.id, ts=theirs, text="x")
        assert answer["error"] == f"cant_{verb}_message"


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_a_message_is_found_by_its_exact_ts(room: Room, method: str) -> None:
    posted = await room.call("chat.postMessage", channel=room.ops.id, text="x")
    for ts in ("1.000000", posted["ts"][:-1], f"{posted['ts']}0"):
        answer = await room.refused(method, channel=room.ops.id, ts=ts, text="y")
        assert answer["error"] == "message_not_found"
    assert (await room.refused(method, channel="C0", ts=posted["ts"]))["error"] == "channel_not_found"


async def test_a_deleted_message_is_gone(room: Room) -> None:
    posted = await room.call("chat.postMessage", channel=room.ops.id, text="x")
    await room.call("chat.delete", channel=room.ops.id, ts=posted["ts"])
    assert room.workspace.messages(room.ops.id) == []


async def test_an_ephemeral_message_is_one_persons(room: Room) -> None:
    answer = await room.call("chat.postEphemeral", channel=room.ops.id, user=room.ana.id, text="Psst")

    (shown,) = room.workspace.ephemerals(room.ana.id, room.ops.id)
    assert (shown.ts, shown.text) == (answer["message_ts"], "Psst")
    assert room.workspace.ephemerals(room.ben.id, room.ops.id) == []
    assert room.workspace.messages(room.ops.id) == []


async def test_an_ephemeral_message_needs_a_member(room: Room) -> None:
    stranger = room.workspace.add_person("cleo")
    answer = await room.refused("chat.postEphemeral", channel=room.ops.id, user=stranger.id, text="x")
    assert answer["error"] == "user_not_in_channel"


async def test_permalinks_lead_back_to_their_messages(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    reply = room.workspace.say(room.ben.id, room.ops.id, "Reply", thread_ts=root)

    for ts in (root, reply):
        answer = await room.call("chat.getPermalink", channel=room.ops.id, message_ts=ts)
        assert answer["permalink"] == room.workspace.permalink(room.ops.id, ts)
        found = room.workspace.resolve_permalink(answer["permalink"])
        assert found is not None and found.ts == ts
    bare = f"{room.box.url}archives/{room.ops.id}/p{reply.replace('.', '')}"
    assert room.workspace.resolve_permalink(bare) is None, "a reply's address names its thread"
    assert room.workspace.resolve_permalink(bare[:-1]) is None
    missing = await room.refused("chat.getPermalink", channel=room.ops.id, message_ts="1.000000")
    assert missing["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("args", "pinged"),
    [
        ({"text": "<@U0ANA> <!here> <!subteam^S0OPS>"}, {"U0ANA", "here", "S0OPS"}),
        ({"text": "&lt;@U0ANA&gt; &lt;!channel&gt;"}, set()),
        ({"text": "@here @ana <!date^1^{date}|x>"}, set()),
        ({"text": "@here @ana", "link_names": True}, {"here", "ANA"}),
        ({"text": "x", "blocks": [section("<!channel>")]}, {"channel"}),
        ({"text": "x", "attachments": [{"text": "<!everyone|all>"}]}, {"everyone"}),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}]},
            set(),
        ),
        (
            {
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "user", "user_id": "U0ANA"}],
                            }
                        ],
                    }
                ]
            },
            {"U0ANA"},
        ),
    ],
)
async def test_a_message_knows_whom_it_notifies(
    room: Room, args: dict[str, object], pinged: set[str]
) -> None:
    answer = await room.call("chat.postMessage", channel=room.ops.id, **args)
    expected = {room.ana.id if name == "ANA" else name for name in pinged}
    assert room.workspace.message(room.ops.id, answer["ts"]).pings == expected


async def test_a_person_can_be_written_to_directly() -> None:
    async with open_room(scopes=SCOPES) as room:
        answer = await room.call("chat.postMessage", channel=room.ana.id, text="Hello")
        assert answer["channel"].startswith("D")
        opened = await room.call("conversations.open", users=room.ana.id)
        assert opened["channel"]["id"] == answer["channel"]


async def test_slack_sdk_raises_what_the_workspace_refuses(room: Room) -> None:
    with pytest.raises(SlackApiError) as refused:
        await room.client.chat_postMessage(channel=room.ops.id, text="x", blocks=[section("")])
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ]
