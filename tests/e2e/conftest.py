"""A sandbox workspace with the whole bot connected to it, as in production but for the process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.app import Running, start
from bot.http import hooks
from bot.incidents import attempt
from bot.listeners import forms, milestone_form, resolve_form
from bot.postmortem import show_checkpoint
from bot.settings import Settings
from bot.slack import directory, names, outbox, permission
from bot.slack.blocks.checkpoint import PUBLISH_ACTION
from sandbox import deliveries, state
from sandbox.records import Channel, CommandAnswer, Message, Person, View
from sandbox.workspace import Workspace
from storage import database
from storage.patience import FOR_OTHERS
from tests.conftest import url_of
from tests.quiet import Sandbox
from tests.until import until

RATE_SCALE = 1000.0
"""How much faster than Slack's limits both sides go where a test is about something else."""
TEN_PAST_TWO = datetime(2023, 9, 10, 14, 10, tzinfo=UTC)


@dataclass
class World:
    """One workspace with two people and a channel, and Scribe in it."""

    sandbox: Sandbox
    running: Running
    ana: Person
    ben: Person
    channel: Channel

    def __post_init__(self) -> None:
        self.sandbox.is_busy = lambda: self.running.scribe.database.is_busy

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    async def settled(self) -> None:
        """Everything is acknowledged, and the outbox has nothing left to send."""

        async def is_done() -> bool:
            await self.sandbox.settled()
            return await self.running.worker.drained()

        await until(is_done)

    async def say(self, who: Person, text: str, *, thread_ts: str | None = None, at: str = "") -> str:
        """Somebody says something, at `14:20` for example; returns its ts."""
        self.at(at)
        ts = self.workspace.say(who.id, self.channel.id, text, thread_ts=thread_ts)
        await self.sandbox.settled()
        return ts

    async def mark(self, who: Person, ts: str, emoji: str = "pushpin") -> None:
        self.workspace.react(who.id, self.channel.id, ts, emoji)
        await self.sandbox.settled()

    async def unmark(self, who: Person, ts: str, emoji: str = "pushpin") -> None:
        self.workspace.unreact(who.id, self.channel.id, ts, emoji)
        await self.sandbox.settled()

    async def command(self, who: Person, command: str, *, at: str = "", channel: str = "") -> str:
        """What the person is answered; every command is acknowledged."""
        self.at(at)
        name, _, text = command.partition(" ")
        answer = await self.workspace.command(who.id, channel or self.channel.id, name, text)
        assert answer.acknowledged, answer
        await self.settled()
        return words(answer)

    async def message_shortcut(
        self, who: Person, ts: str, callback_id: str, *, channel: str = ""
    ) -> list[View]:
        """The forms that the person has open after choosing an entry of a message's menu."""
        place = channel or self.channel.id
        error = await self.workspace.message_shortcut(who.id, place, ts, callback_id)
        assert error is None
        await self.settled()
        return self.workspace.open_views(who.id)

    async def global_shortcut(self, who: Person, callback_id: str) -> list[View]:
        """The forms that the person has open after choosing a shortcut of the workspace."""
        error = await self.workspace.global_shortcut(who.id, callback_id)
        assert error is None
        await self.settled()
        return self.workspace.open_views(who.id)

    async def home(self, who: Person) -> View:
        """What the person sees after opening Scribe's Home tab."""
        self.workspace.open_home(who.id)
        await self.settled()
        return self.workspace.homes[who.id]

    async def press(self, who: Person, action_id: str, *, channel: str = "") -> str:
        """Press a button of what somebody was shown last that has it; what they are told then."""
        place = channel or self.channel.id
        before = {one.ts: one.text for one in self.workspace.ephemerals(who.id, place)}
        shown = [one for one in self.workspace.ephemerals(who.id, place) if action_id in str(one.blocks)]
        error = await self.workspace.click(
            who.id, channel_id=place, message_ts=shown[-1].ts, action_id=action_id
        )
        assert error is None, error

        def told() -> str:
            after = self.workspace.ephemerals(who.id, place)
            return "\n".join(one.text for one in after if before.get(one.ts) != one.text)

        await until(lambda: bool(told()))
        await self.settled()
        return told()

    async def form(self, who: Person) -> View:
        """The form that is open before somebody."""
        await until(lambda: bool(self.workspace.modals.get(who.id)))
        return self.workspace.modals[who.id][-1]

    async def publish(self, who: Person, more: str = "", *, at: str = "", channel: str = "") -> str:
        """Say `/postmortem publish` and press the button of the answer; what is answered to that.

        Where nothing is asked, what the command was answered.
        """
        answer = await self.command(who, f"/postmortem publish {more}".rstrip(), at=at, channel=channel)
        place = channel or self.channel.id
        asked = self.workspace.ephemerals(who.id, place)[-1]
        if PUBLISH_ACTION not in str(asked.blocks):
            return answer
        error = await self.workspace.click(
            who.id, channel_id=place, message_ts=asked.ts, action_id=PUBLISH_ACTION
        )
        assert error is None

        def told() -> str:
            shown = self.workspace.ephemerals(who.id, place)
            return shown[-1].text if asked not in shown or shown[-1] is not asked else ""

        await until(lambda: bool(told()))
        await self.settled()
        return told()

    async def open_here(self, title: str = "Deployment disruption") -> str:
        await self.say(self.ben, "This is an incident.", at="14:20")
        return await self.command(self.ben, f"/incident start here {title}")

    def at(self, clock: str) -> None:
        if clock:
            hour, minute = clock.split(":")
            self.workspace.clock.set(TEN_PAST_TWO.replace(hour=int(hour), minute=int(minute)))

    def messages_of_scribe(self, channel_id: str = "") -> list[Message]:
        said = self.workspace.messages(channel_id or self.channel.id)
        return [m for m in said if m.bot_id == self.workspace.bot_id and m.subtype is None]

    def confirmed(self, ts: str) -> bool:
        reactions = self.workspace.message(self.channel.id, ts).reactions
        return self.workspace.bot_user_id in reactions.get("white_check_mark", [])

    def canvas(self) -> str:
        """The Markdown of the newest canvas."""
        return list(self.workspace.canvases.values())[-1].markdown


def words(answer: CommandAnswer) -> str:
    shown = []
    for message in answer.messages:
        parts = [message.text]
        for block in message.blocks or []:
            texts = [block.get("text"), *(block.get("fields") or [])]
            parts += [text["text"] for text in texts if isinstance(text, dict)]
        shown.append("\n".join(dict.fromkeys(parts)))
    return "\n".join(shown)


def settings_for(sandbox: Sandbox, database_url: str, **changes: str) -> Settings:
    """Settings for a bot in this sandbox, at its pace."""
    by_socket = {"slack_app_token": sandbox.app_token}
    by_http = {"slack_signing_secret": sandbox.signing_secret, "port": "0"}
    return Settings(
        _env_file=None,
        slack_bot_token=sandbox.bot_token,
        **(by_http if sandbox.is_http else by_socket),
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        scribe_clock="slack",
        **{"rate_scale": str(sandbox.workspace.limits.scale), **changes},
    )


async def connected(sandbox: Sandbox, database_url: str, **changes: str) -> Running:
    """A bot in this sandbox, to which requests come."""
    running = await start(settings_for(sandbox, database_url, **changes))
    if sandbox.is_http:
        assert running.transports.server
        await sandbox.request_url.verify(running.transports.server.url + "slack/events")
    await sandbox.wait_connected()
    return running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    only = metafunc.definition.get_closest_marker("only_on")
    each = metafunc.definition.get_closest_marker("on_each_database")
    if "is_http" in metafunc.fixturenames and metafunc.definition.get_closest_marker("by_each_transport"):
        metafunc.parametrize("is_http", [False, True], ids=["socket", "http"])
    if only:
        metafunc.parametrize("database_url", only.args, indirect=True)
    elif each and "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, and PostgreSQL for some."""
    return url_of(request, getattr(request, "param", "sqlite"))


PATIENT = 30.0


@pytest.fixture
def is_patient(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Nothing in it gives up in a hurry, so that what is tested does not depend on how busy the machine is.

    Modules whose subject is what is given up, and when, say False.
    """
    for module, name in (
        (attempt, "WITHIN"),
        (hooks, "STORED_WITHIN"),
        (permission, "WITHIN"),
        (forms, "FILLED_WITHIN"),
        (milestone_form, "SUGGESTED_WITHIN"),
        (resolve_form, "WITHIN"),
        (show_checkpoint, "READ_WITHIN"),
        (show_checkpoint, "LISTED_WITHIN"),
        (names, "PATIENCE"),
        (directory, "PATIENCE"),
        (state, "TRIGGER_SECONDS"),
        (deliveries, "ANSWER_WITHIN"),
    ):
        monkeypatch.setattr(module, name, PATIENT)
    monkeypatch.setattr(database, "FOR_PEOPLE", FOR_OTHERS)
    monkeypatch.setattr(outbox, "BETWEEN_LOOKS", 0.0)
    return True


@pytest.fixture
def is_http() -> bool:
    """Whether Slack calls Scribe, which else opens sockets."""
    return False


@pytest.fixture
async def world(database_url: str, is_patient: bool, is_http: bool) -> AsyncIterator[World]:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE, is_http=is_http) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(sandbox, database_url)
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()  # which a test may have restarted
