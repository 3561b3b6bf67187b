"""A PostgreSQL that says nothing any more: its connections stand, and no answer ever comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import select

from storage.database import Database
from storage.tables import Message
from tests.e2e.conftest import words
from tests.e2e.test_stop import process, terminated, workplace
from tests.until import until

PATIENCE = 3.0
"""Seconds Slack waits for an answer."""


class Line:
    """The line between Scribe and its server; nothing passes while it is silent, and nothing is lost."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._ends: list[asyncio.StreamWriter] = []

    def fall_silent(self) -> None:
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.append(writer)
        await self._speaks.wait()
        answers, server = await asyncio.open_unix_connection(self._socket)
        self._ends.append(server)
        await asyncio.gather(self._pass(reader, server), self._pass(answers, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._speaks.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def cut(self) -> None:
        self._speaks.set()
        for end in self._ends:
            end.close()


@asynccontextmanager
async def line_to(postgres_url: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to the server, and the address by which it is reached over it."""
    url = make_url(postgres_url)
    line = Line(Path(str(url.query["host"])) / ".s.PGSQL.5432")
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield line, f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}?sslmode=disable"
    finally:
        line.cut()
        server.close()


async def test_people_are_told_and_scribe_goes_on_when_the_server_speaks_again(postgres_url: str) -> None:
    async with line_to(postgres_url) as (line, url), workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        async with process(sandbox, url):
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            await sandbox.settled()

            line.fall_silent()
            said = workspace.say(ana.id, channel.id, "Rolled back.")
            answers = [
                await workspace.command(ana.id, channel.id, "/timeline", text)
                for text in ("add now One", "show")
            ]
            line.speak()
            await sandbox.settled(30)
            later = await workspace.command(ana.id, channel.id, "/timeline", "add now Two")
        database = Database(postgres_url)
        async with database.read() as session:
            stored = list(await session.exec(select(Message.ts)))
        await database.close()

    for answer in answers:
        assert "Please say it again in a minute: /timeline" in words(answer)
    assert "Two" in words(later)
    assert said in stored


async def test_a_stop_waits_for_no_server_that_is_silent(postgres_url: str) -> None:
    async with line_to(postgres_url) as (line, url), workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        async with process(sandbox, url) as first:
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            workspace.say(ana.id, channel.id, "Before.")
            await sandbox.settled()
            line.fall_silent()
            workspace.say(ana.id, channel.id, "Rolled back.")
            await until(lambda: workspace.socket.unacknowledged)

            await terminated(first)
