"""Replays: a scenario lived again in the sandbox, before an app that only listens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import moment_of
from sandbox.replay import Played, Progress, ReplayError, play, transcript
from sandbox.scenario import Scenario, load
from sandbox.server import Sandbox

SEED = Path(__file__).parents[2] / "sandbox" / "scenarios" / "deployment-disruption.toml"

SHORT = """
title = "Slow checkout"
zone = "Europe/Berlin"
date = 2024-02-03

[people.ana]
real_name = "Ana Ferreira"
[people.ben]
real_name = "Ben Okafor"
[bots.watch]
name = "Watchtower"
[channels.ops]
topic = "Night shift"
has_app = true

[[step]]
at = "23:10"
who = "ana"
key = "slow"
say = "Checkout is slow & <odd>, @ben see #ops and https://graphs.example.com/d/1?a=b."
marks = ["pushpin"]
marked_by = "ben"
[[step]]
at = "23:10"
who = "watch"
key = "alert"
alert = { attachments = [{ text = "5xx above 2 %" }] }
[[step]]
at = "23:11"
who = "ben"
command = "/incident start here Slow & sad since 23:00"
[[step]]
at = "23:12"
who = "ben"
in_thread_of = "slow"
key = "reply"
say = "On my sceen as well."
[[step]]
at = "23:13"
who = "ben"
edit = { of = "reply", text = "On my screen as well." }
[[step]]
at = "23:14"
who = "ana"
key = "oops"
say = "wrong window"
[[step]]
at = "23:14"
who = "ana"
delete = { of = "oops" }
[[step]]
at = "00:02"
who = "ben"
unreact = { of = "slow", emoji = "pushpin" }
""".replace('at = "00:02"', 'at = "2024-02-04T00:02"')


class Listener:
    """An app that acknowledges everything, answers commands with `reply` and remembers what came."""

    def __init__(self, reply: str | None = "Noted.") -> None:
        self.reply = reply
        self.heard: list[str] = []
        self.commands: list[str] = []
        self.delay = 0.0

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type == "slash_commands":
            self.commands.append(request.payload["text"])
            self.heard.append(request.payload["command"])
            if self.reply is None:
                return
            await client.send_socket_mode_response(
                SocketModeResponse(request.envelope_id, {"text": self.reply})
            )
            return
        await asyncio.sleep(self.delay)
        event = request.payload["event"]
        self.heard.append(event.get("subtype", event["type"]))
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@asynccontextmanager
async def room(listener: Listener) -> AsyncIterator[Sandbox]:
    """A sandbox with the listener connected to it."""
    async with Sandbox() as sandbox:
        web = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        client = SocketModeClient(app_token=sandbox.app_token, web_client=web)
        client.socket_mode_request_listeners.append(listener.handle)
        await client.connect()  # type: ignore[no-untyped-call]
        await sandbox.wait_connected()
        try:
            yield sandbox
        finally:
            await client.close()  # type: ignore[no-untyped-call]


def short(tmp_path: Path) -> Scenario:
    file = tmp_path / "slow-checkout.toml"
    file.write_text(SHORT, encoding="utf-8")
    return load(file)


async def test_a_scenario_happens_at_its_own_times(tmp_path: Path) -> None:
    # given an app that listens
    listener, seen = Listener(), list[Progress]()
    async with room(listener) as sandbox:
        # when a scenario of the past is played
        played = await play(short(tmp_path), sandbox, on_step=seen.append)
        workspace = sandbox.workspace
        ops, ana, ben = played.channels["ops"], played.people["ana"], played.people["ben"]
        # then each message stands at its minute, in Slack's form
        said = {key: workspace.message(ops, ts) for key, ts in played.ts.items() if key != "oops"}
        assert {key: f"{moment_of(message.ts):%H:%M}" for key, message in said.items()} == {
            "slow": "22:10",
            "alert": "22:10",
            "reply": "22:12",
        }
        assert played.ts["slow"] < played.ts["alert"]
        assert said["slow"].text == (
            f"Checkout is slow &amp; &lt;odd&gt;, <@{ben}> see <#{ops}|ops> and "
            "<https://graphs.example.com/d/1?a=b>."
        )
        assert said["slow"].user_id == ana
        assert not said["slow"].reactions
        assert (said["alert"].text, said["alert"].subtype) == ("", "bot_message")
        assert said["alert"].attachments == [{"id": 1, "text": "5xx above 2 %"}]
        assert said["reply"].thread_ts == played.ts["slow"]
        assert (said["reply"].text, bool(said["reply"].edited)) == ("On my screen as well.", True)
        assert played.ts["oops"] not in workspace.channel(ops).messages
        # and the app heard it in order, the command between what was before and after it
        assert [kind for kind in listener.heard if kind != "member_joined_channel"] == [
            "message",
            "reaction_added",
            "bot_message",
            "/incident",
            "message",
            "message_changed",  # the root's reply count
            "message_changed",
            "message",
            "message_deleted",
            "reaction_removed",
        ]
        assert listener.commands == ["start here Slow &amp; sad since 23:00"]
        assert [(typed, answer.text) for typed, answer in played.answers] == [
            ("/incident start here Slow & sad since 23:00", "Noted.")
        ]
        # and time flows on from the last step
        last = datetime(2024, 2, 3, 23, 2, tzinfo=UTC)
        assert 0 <= (workspace.clock.now() - last).total_seconds() < 60
    assert [(step.number, step.total) for step in seen] == [(number, 9) for number in range(1, 10)]
    assert (seen[0].who, seen[0].at) == ("Ana Ferreira", datetime(2024, 2, 3, 22, 10, tzinfo=UTC))
    assert [step.doing for step in seen[1:5]] == [
        "marks it :pushpin:",
        "alerts: 5xx above 2 %",
        "sends /incident start here Slow & sad since 23:00",
        "answers in the thread: On my sceen as well.",
    ]


async def test_each_step_waits_until_the_app_has_acknowledged_the_one_before(tmp_path: Path) -> None:
    # given an app that takes its time over every event
    listener = Listener()
    listener.delay = 0.05
    async with room(listener) as sandbox:
        waiting: list[int] = []
        socket = sandbox.workspace.socket
        # when the scenario is played
        await play(short(tmp_path), sandbox, on_step=lambda step: waiting.append(len(socket.unacknowledged)))
    # then nothing was under way when a step began
    assert waiting == [0] * 9


async def test_playing_again_finds_the_people_and_the_channel_already_there(tmp_path: Path) -> None:
    async with room(Listener()) as sandbox:
        scenario = short(tmp_path)
        first = await play(scenario, sandbox)
        second = await play(scenario, sandbox)
        assert first.people == second.people
        assert first.channels == second.channels
        assert first.ts["slow"] != second.ts["slow"]


async def test_a_command_that_nobody_takes_ends_the_replay(tmp_path: Path) -> None:
    # given a workspace to which no app is connected
    async with Sandbox() as sandbox:
        # when a scenario with a command is played
        with pytest.raises(ReplayError) as refusal:
            await play(short(tmp_path), sandbox)
    # then the sentence says where and why
    assert str(refusal.value) == (
        "slow-checkout, step 4 of 9: '/incident start here Slow & sad since 23:00' failed: "
        '/incident failed with the error "dispatch_failed".'
    )


async def test_a_command_that_is_not_acknowledged_in_time_ends_the_replay(tmp_path: Path) -> None:
    async with room(Listener(reply=None)) as sandbox:
        sandbox.workspace.socket.answer_within = 0.05
        with pytest.raises(ReplayError, match=r"step 4 of 9: .* error \"operation_timeout\""):
            await play(short(tmp_path), sandbox)


async def test_what_the_workspace_does_not_allow_ends_the_replay(tmp_path: Path) -> None:
    # given a reaction with an emoji that does not exist
    file = tmp_path / "odd.toml"
    step = '[[step]]\nat = "2024-02-03T23:10"\nwho = "ana"\nkey = "x"\nsay = "x"\n'
    file.write_text(
        'title = "Odd"\n[people.ana]\n[channels.ops]\n'
        f'{step}[[step]]\nat = "2024-02-03T23:11"\nwho = "ana"\nreact = {{ of = "x", emoji = "no_such" }}\n',
        encoding="utf-8",
    )
    async with room(Listener()) as sandbox:
        with pytest.raises(ReplayError, match=r"^odd, step 2 of 2: .*no_such"):
            await play(load(file), sandbox)


async def test_published_entries_keep_their_text_to_the_letter(tmp_path: Path) -> None:
    # given a timeline with two entries of one minute and text that means something to Slack
    texts = ["`kubectl logs <pod>` & @here #ops https://x.example/?a=1", "second\nline"]
    file = tmp_path / "outage.json"
    at = "2024-02-03T23:10:00+01:00"
    document = {"title": "Out & about", "entries": [{"at": at, "text": text} for text in texts]}
    file.write_text(json.dumps(document), encoding="utf-8")
    listener = Listener()
    async with room(listener) as sandbox:
        # when it is played
        played = await play(load(file), sandbox)
        channel = sandbox.workspace.channel(played.channels["incident-room"])
        one, two = (channel.messages[played.ts[f"entry-{number}"]] for number in (1, 2))
        # then only the three characters are escaped, nobody is pinged, and the order is the file's
        assert one.text == "`kubectl logs &lt;pod&gt;` &amp; @here #ops https://x.example/?a=1"
        assert two.text == "second\nline"
        assert not one.pings
        assert moment_of(one.ts).replace(microsecond=0) == moment_of(two.ts).replace(microsecond=0)
        assert one.ts < two.ts
        for message in (one, two):
            assert list(message.reactions) == ["pushpin"]
            assert message.user_id not in message.reactions["pushpin"]
        assert len([message for message in channel.messages.values() if message.reactions]) == 2
    # and the app knew the time before the incident was declared
    assert [kind for kind in listener.heard if kind != "member_joined_channel"][:2] == [
        "message",
        "/incident",
    ]
    assert listener.commands == ["start here Out &amp; about", ""]


async def test_the_packaged_scenario_plays_to_its_end() -> None:
    async with room(Listener()) as sandbox:
        played = await play(load(SEED), sandbox)
        channel = sandbox.workspace.channel(played.channels["release"])
        marked = [
            f"{moment_of(message.ts):%H:%M} {message.text or (message.attachments or [{}])[0].get('text')}"
            for message in sandbox.workspace.messages(channel.id)
            if "pushpin" in message.reactions
        ]
    assert marked == [
        "14:00 Deployment of the new feature commenced as part of the regular release cycle.",
        "14:15 Monitoring alerts triggered due to increased error rates and slower response times.",
        "14:20 Initial investigation pointed toward database connection errors.",
        "14:30 The database team reviewed connection logs and identified unusual patterns.",
        "14:45 The incident was escalated to the deployment team for joint analysis.",
        "15:00 Database queries associated with the new feature were identified as a potential cause.",
        "15:15 Temporary rollback of the feature was executed to restore service stability.",
        "15:30 Service fully restored and incident concluded.",
    ]


async def test_a_transcript_shows_the_channel_as_people_saw_it(tmp_path: Path) -> None:
    # given a channel after a replay, with marks, an app's message, a deleted root and a canvas
    async with room(Listener()) as sandbox:
        played: Played = await play(short(tmp_path), sandbox)
        workspace, ops = sandbox.workspace, played.channels["ops"]
        workspace.react(played.people["ana"], ops, played.ts["alert"], "eyes")
        workspace.react(played.people["ben"], ops, played.ts["alert"], "eyes")
        web = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        button = {"type": "button", "text": {"type": "plain_text", "text": "Update"}, "action_id": "update"}
        more = {"type": "plain_text", "text": "Rename"}
        menu = {"type": "overflow", "action_id": "menu", "options": [{"text": more, "value": "[1,1,{}]"}]}
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "INC-1: Slow"}},
            {"type": "actions", "elements": [button | {"value": "[1,1,{}]"}, menu]},
        ]
        await web.chat_postMessage(channel=ops, text="for notifications", blocks=blocks)
        workspace.delete(played.people["ana"], ops, played.ts["slow"])
        await web.canvases_create(
            title="INC-1: Slow", channel_id=ops, document_content={"type": "markdown", "markdown": "# x"}
        )
        # when it is written down
        text = transcript(workspace, ops, zone="Europe/Berlin")
    # then it reads from top to bottom, replies below their root
    assert text == (
        "#ops (times in Europe/Berlin)\n"
        "Topic: Night shift\n"
        "\n"
        "Saturday, 03 February 2024\n"
        "\n"
        "23:10  Ana Ferreira (deleted): Checkout is slow & <odd>, @Ben Okafor see #ops and "
        "https://graphs.example.com/d/1?a=b.\n"
        "    23:12  Ben Okafor (edited): On my screen as well.\n"
        "23:10  Watchtower: 5xx above 2 %\n"
        "       [:eyes: Ana Ferreira, Ben Okafor]\n"
        "23:14  Ana Ferreira (deleted): wrong window\n"
        "\n"
        "Sunday, 04 February 2024\n"
        "\n"
        "00:02  Scribe: INC-1: Slow\n"
        "       [Update] […]\n"
        "\n"
        "Canvas: INC-1: Slow\n"
    )
