"""A sandbox workspace in a process of its own, told what to do line by line: JSON in, JSON out."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any, TypeVar

from benchmarks.payloads import WORDS
from sandbox.envelope import Envelope
from sandbox.records import Channel, Message, Person
from sandbox.server import Sandbox
from sandbox.workspace import Workspace

T = TypeVar("T")

OPENED_WITHIN = 10.0
"""Seconds after which a form that is not open never opens: its trigger is good for three."""

UNLIMITED = 100_000.0
SLOWED = (
    *("reactions.add", "reactions.remove", "chat.postMessage", "chat.update", "users.info"),
    *("conversations.history", "conversations.replies", "conversations.info"),
    *("views.open", "views.publish", "chat.postEphemeral", "conversations.setTopic"),
)


class SlackProcess:
    """The other end, in the process that measures."""

    def __init__(self, process: asyncio.subprocess.Process, hello: dict[str, Any]) -> None:
        self._process = process
        self.api_url: str = hello["api_url"]
        self.bot_token: str = hello["bot_token"]
        self.app_token: str = hello["app_token"]
        self.signing_secret: str = hello["signing_secret"]
        self.is_http: bool = hello["is_http"]
        self.team_id: str = hello["team_id"]
        self.channel_ids: list[str] = hello["channel_ids"]

    async def ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Have it do something; its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"what": what, **arguments}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer


@asynccontextmanager
async def slack_process(*, is_http: bool = False) -> AsyncIterator[SlackProcess]:
    """A workspace with channels the bot is a member of; those it names are to have an incident.

    `is_http`: it posts to a request URL, which is told it by "verify".
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.slack_process", *(["http"] if is_http else [])),
        cwd=Path(__file__).parents[1],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield SlackProcess(process, json.loads(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


class Room:
    """This process's workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.people = [workspace.add_person(f"ana{n}", real_name=f"Ana {n}", tz="UTC") for n in range(10)]
        self.person = self.people[0]
        members = [*(person.id for person in self.people), workspace.bot_user_id]
        self.channels = [workspace.add_channel(f"inc-{n}", members=members) for n in range(4)]
        self._happened = 0
        self._said: dict[str, str] = {}

    async def publish(self, count: int, in_flight: int) -> dict[str, float]:
        """Have so many things happen, so many un-acknowledged at a time; seconds until the last one was.

        What Scribe does meanwhile, a ✅ for one, is an event too and acknowledged like the others: only what
        happened here counts, and each event once, however often it is delivered. With it, the 99th percentile
        of how long one took, in seconds.
        """
        deliveries = self.workspace.deliveries
        room = asyncio.Semaphore(in_flight)
        ours: dict[str, float] = {}
        taken: list[float] = []

        def acknowledged(envelope: Envelope) -> None:
            published_at = ours.pop(envelope.payload["event_id"], None)
            if published_at is not None:
                taken.append(time.perf_counter() - published_at)
                room.release()

        def published(payload: dict[str, Any]) -> None:
            ours[payload["event_id"]] = time.perf_counter()

        deliveries.on_acknowledged = acknowledged
        began = time.perf_counter()
        for _ in range(count):
            await room.acquire()
            deliveries.on_published = published
            self._happen()
            deliveries.on_published = None
        for _ in range(in_flight):
            await room.acquire()
        seconds = time.perf_counter() - began
        deliveries.on_acknowledged = None
        return {"seconds": seconds, "p99": quantiles(taken, n=100)[98]}

    def _happen(self) -> None:
        """Of twenty, fifteen messages, four marks and an edit, in the channels in turn; each is one event."""
        self._happened += 1
        place = self._happened % 20
        channel = self.channels[self._happened % len(self.channels)]
        said = self._said.get(channel.id)
        if place % 5 == 4 and said:
            emoji = "pushpin" if place < 10 else "eyes"
            self.workspace.react(self.person.id, channel.id, said, emoji)
            del self._said[channel.id]
        elif place == 8 and said:
            self.workspace.edit(self.person.id, channel.id, said, f"{WORDS}, edited")
        else:
            self._said[channel.id] = self.workspace.say(self.person.id, channel.id, WORDS)

    async def marks(self, count: int) -> None:
        """Messages, each marked with a pushpin."""
        channel = self.channels[0]
        for _ in range(count):
            ts = self.workspace.say(self.person.id, channel.id, "Rolled back.")
            self.workspace.react(self.person.id, channel.id, ts, "pushpin")
            await asyncio.sleep(0)

    async def commands(self, count: int, per_second: float, marks_waiting: int) -> dict[str, Any]:
        """Commands at a steady rate; how long each took to be answered, in seconds.

        As many marks as Scribe confirms meanwhile are made anew, so that as many keep waiting.
        """
        texts = (("/timeline", "add Rolled back {}"), ("/timeline", ""), ("/incident", "show"))
        confirmed = self._confirmations()
        await self.marks(marks_waiting)

        async def one(number: int) -> float:
            command, text = texts[number % len(texts)]
            answer = await self.workspace.command(
                self.person.id, self.channels[0].id, command, text.format(number)
            )
            return answer.seconds if answer.acknowledged else float("inf")

        began, asked = time.perf_counter(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            asked.append(asyncio.create_task(one(number)))
            if number % 4 == 0:
                done = self._confirmations() - confirmed
                confirmed += done
                await self.marks(done)
        return {"seconds": await asyncio.gather(*asked), "confirmations": self._confirmations()}

    async def interactions(self, count: int, per_second: float, marks_waiting: int) -> dict[str, Any]:
        """Presses, forms and shortcuts in turns; how long each took to be acknowledged, by its kind.

        People take turns, since each has one form open at a time; marks are kept waiting as in `commands`.
        """
        channel = self.channels[0]
        for person in self.people:
            await self.workspace.command(person.id, channel.id, "/incident", "severity sev3")
        summary = await self._summary(channel)
        confirmed = self._confirmations()
        await self.marks(marks_waiting)
        taken: dict[str, list[float]] = {}

        async def timed(kind: str, asking: Awaitable[T], is_acknowledged: Callable[[T], bool]) -> T:
            began = time.perf_counter()
            answer = await asking
            seconds = time.perf_counter() - began
            taken.setdefault(kind, []).append(seconds if is_acknowledged(answer) else float("inf"))
            return answer

        async def form(kind: str, person: Person, opening: Awaitable[str | None]) -> None:
            """What opens a form, and the form itself, submitted as it stands."""
            if await timed(kind, opening, lambda trouble: trouble is None) is not None:
                return
            async with asyncio.timeout(OPENED_WITHIN):
                while not (views := self.workspace.open_views(person.id)):  # noqa: ASYNC110  (another process's work)
                    await asyncio.sleep(0.01)
            submitting = self.workspace.submit_view(person.id, views[-1].id, {})
            await timed("form", submitting, lambda answer: answer.error is None)
            self.workspace.modals.pop(person.id, None)

        def press(person: Person, action_id: str) -> Awaitable[str | None]:
            return self.workspace.click(
                person.id, channel_id=channel.id, message_ts=summary.ts, action_id=action_id
            )

        async def one(number: int) -> None:
            person = self.people[number % len(self.people)]
            match number // len(self.people) % 4:
                case 0:
                    await timed("press", press(person, "show_timeline"), lambda trouble: trouble is None)
                case 1:
                    await form("press", person, press(person, "set_severity_form"))
                case 2:
                    ts = self.workspace.say(person.id, channel.id, f"{WORDS} {number}")
                    shortcut = self.workspace.message_shortcut(person.id, channel.id, ts, "add_to_timeline")
                    await form("message shortcut", person, shortcut)
                case _:
                    shortcut = self.workspace.global_shortcut(person.id, "declare_incident")
                    await timed("global shortcut", shortcut, lambda trouble: trouble is None)

        began, asked = time.perf_counter(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            asked.append(asyncio.create_task(one(number)))
            if number % 4 == 0:
                done = self._confirmations() - confirmed
                confirmed += done
                await self.marks(done)
        await asyncio.gather(*asked)
        return {"seconds": taken, "confirmations": self._confirmations()}

    async def _summary(self, channel: Channel) -> Message:
        """The incident's summary, once Scribe has posted it."""
        while True:
            for message in channel.messages.values():
                if message.user_id == self.workspace.bot_user_id and "set_severity_form" in str(
                    message.blocks
                ):
                    return message
            await asyncio.sleep(0.05)

    def _confirmations(self) -> int:
        return len(self.workspace.calls("reactions.add"))

    async def do(self, what: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One thing that is asked of this process."""
        match what:
            case "publish":
                return await self.publish(**arguments)
            case "commands":
                return await self.commands(**arguments)
            case "interactions":
                return await self.interactions(**arguments)
            case "marks":
                await self.marks(**arguments)
                return {}
            case "slow":
                for method in SLOWED:
                    self.workspace.slow(method, float(arguments["seconds"]))
                return {}
            case "missed":
                self.workspace.deliveries.lose(arguments["count"])
                for number in range(arguments["count"]):
                    self.workspace.say(self.person.id, self.channels[0].id, f"missed {number}")
                return {}
            case "calls":
                found: dict[str, int] = {}
                for call in self.workspace.all_calls:
                    found[call.method] = found.get(call.method, 0) + 1
                return found
            case "disconnect":
                self.workspace.socket.disconnect()
                return {}
        raise ValueError(f"nobody here knows how to {what}")


async def _serve() -> None:
    async with Sandbox(rate_scale=UNLIMITED, is_http=sys.argv[1:] == ["http"]) as sandbox:
        room = Room(sandbox.workspace)
        hello = {
            "api_url": sandbox.api_url,
            "bot_token": sandbox.bot_token,
            "app_token": sandbox.app_token,
            "signing_secret": sandbox.signing_secret,
            "is_http": sandbox.is_http,
            "team_id": sandbox.workspace.team_id,
            "channel_ids": [channel.id for channel in room.channels[:-1]],  # in the last one is no incident
        }
        print(json.dumps(hello), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            if asked["what"] == "verify":
                await sandbox.request_url.verify(asked["url"])
                print("{}", flush=True)
                continue
            print(json.dumps(await room.do(asked.pop("what"), asked)), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
