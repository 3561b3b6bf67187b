"""A furnished workspace, an unmodified slack_sdk client and an unmodified Bolt app for every test."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.json_types import JsonObject
from sandbox.manifest import AppHome, Shortcut
from sandbox.records import Channel, Person
from sandbox.server import Sandbox
from sandbox.workspace import Workspace

_SCOPES = """
    app_mentions:read bookmarks:read bookmarks:write canvases:read canvases:write channels:history
    channels:join channels:manage
    channels:read chat:write commands files:read files:write groups:history groups:read groups:write
    im:history im:read im:write pins:read pins:write reactions:read reactions:write team:read
    users:read usergroups:read
"""
_EVENTS = """
    app_home_opened app_mention channel_archive channel_created channel_rename group_archive group_rename
    member_joined_channel member_left_channel message.channels message.groups message.im pin_added
    pin_removed reaction_added reaction_removed team_join user_change
"""
SCOPES = frozenset(_SCOPES.split())
EVENTS = frozenset(_EVENTS.split())
SHORTCUTS = (
    Shortcut("Add to timeline", "message", "add_to_timeline"),
    Shortcut("Declare incident", "global", "declare_incident"),
)
RATE_SCALE = 1_000_000.0
"""So fast that no limit is met by tests about something else; their clients do not pace themselves."""
NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


@dataclass
class Room:
    """A workspace with Ana and Ben in #ops, where the bot is too."""

    box: Sandbox
    ana: Person
    ben: Person
    ops: Channel
    client: AsyncWebClient

    @property
    def workspace(self) -> Workspace:
        return self.box.workspace

    async def refused(self, method: str, **args: object) -> JsonObject:
        """The answer to a call that Slack refuses; a call that succeeds fails the test."""
        try:
            answer = await self.client.api_call(method, json=dict(args))
        except SlackApiError as error:
            assert isinstance(error.response.data, dict)
            return error.response.data
        raise AssertionError(f"{method} was not refused: {answer.data!r}")

    async def call(self, method: str, **args: object) -> JsonObject:
        """The answer to a call that succeeds."""
        answer = await self.client.api_call(method, json=dict(args))
        assert isinstance(answer.data, dict)
        return answer.data


def furnish(box: Sandbox) -> Room:
    workspace = box.workspace
    ana = workspace.add_person("ana", real_name="Ana Ruiz", tz="Europe/Madrid")
    ben = workspace.add_person("ben", real_name="Ben Adeyemi", tz="Africa/Lagos")
    ops = workspace.add_channel("ops", members=[ana.id, ben.id, workspace.bot_user_id])
    client = AsyncWebClient(token=box.bot_token, base_url=box.api_url)
    return Room(box, ana, ben, ops, client)


@asynccontextmanager
async def open_room(
    scopes: frozenset[str] = SCOPES, retry_delays: tuple[float, ...] = (30.0,)
) -> AsyncIterator[Room]:
    async with Sandbox(
        scopes=scopes, events=EVENTS, now=NOON, retry_delays=retry_delays, rate_scale=RATE_SCALE
    ) as box:
        manifest = box.workspace.manifest
        box.workspace.manifest = dataclasses.replace(
            manifest, shortcuts=SHORTCUTS, home=AppHome(True, True, False)
        )
        yield furnish(box)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with open_room() as room:
        yield room


@dataclass
class Bot:
    """A Bolt app that writes down every event; tests add the listeners they need."""

    app: AsyncApp
    handler: AsyncSocketModeHandler
    bodies: list[JsonObject] = field(default_factory=list)

    @property
    def events(self) -> list[JsonObject]:
        return [body["event"] for body in self.bodies if body.get("type") == "event_callback"]

    def heard(self, kind: str, subtype: str | None = None) -> list[JsonObject]:
        return [e for e in self.events if e["type"] == kind and e.get("subtype") == subtype]


@asynccontextmanager
async def connected_bot(
    room: Room, prepare: Callable[[AsyncApp], object] | None = None
) -> AsyncIterator[Bot]:
    """A connected app; `prepare` registers listeners that come before the fixture's own."""
    app = AsyncApp(client=room.client, process_before_response=True, ignoring_self_events_enabled=False)
    handler = AsyncSocketModeHandler(app, room.box.app_token)
    bot = Bot(app, handler)

    async def write_down(body: JsonObject, next: object) -> None:
        bot.bodies.append(body)
        await next()  # type: ignore[operator]

    app.middleware(write_down)
    if prepare is not None:
        prepare(app)

    async def listen(event: JsonObject) -> None:
        """Every event is listened to, so that Bolt acknowledges it."""

    for kind in {name.partition(".")[0] for name in EVENTS}:
        app.event(kind)(listen)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await room.box.wait_connected()
    try:
        yield bot
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def bot(room: Room) -> AsyncIterator[Bot]:
    async with connected_bot(room) as bot:
        yield bot
