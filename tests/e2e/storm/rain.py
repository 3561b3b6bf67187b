"""What people do during a storm: they talk, correct, delete, mark, unmark and give commands; seeded.

Everything said carries a tag of its own (`m00012`), so that it can be told from everything else.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.errors import SandboxError
from sandbox.records import Channel, Message, Person
from sandbox.server import Sandbox
from tests.e2e.conftest import words
from tests.e2e.storm.told import Correction, Given, Note, Outcome, Removal, Start, Told, outcome_of

TAG = re.compile(r"\b[men]\d{5}\b")
SHOWN = re.compile(r"^\*#(\d+)\*.*?\b([men]\d{5})\b", re.MULTILINE)

ADDED = re.compile(r"^On the timeline as event (\d+), ")
EDITED = re.compile(r"^Event \d+ now reads ")
REMOVED = re.compile(r"^Event \d+ is off the timeline: ")
STARTED = re.compile(r"^INC-(\d+) is open")
RESOLVED = re.compile(r"^INC-\d+ is resolved\. ")
DRAFTING = re.compile(r"^I am compiling draft (\d+) of ")

PHRASES = (
    "rolled back to 1.4",
    "error rate is at 34%",
    "pool &amp; queue are full",
    "looking at the &lt;logs&gt;",
    "café is down, 支付 too",
    "is it the deploy? :thinking_face:",
    "two lines\nof one message",
)
EMOJI = ("pushpin", "pushpin", "pushpin", "mag", "dart", "bulb", "boom", "book", "eyes", "tada")
MOST_COMMANDS = 12
"""Commands that wait for their answer at the same time."""

OPENINGS = (
    ("web-release", "/incident start here", 0.0),
    ("payments", "/incident start here", 0.08),
    ("vault", "/incident start here", 0.16),
    ("", "/incident start", 0.3),
    ("", "/incident start", 0.5),
)
"""Incidents: the channel each is kept in (none: one of its own), the command, and from what progress on."""

RESOLVED_FROM = {"payments": 0.6, "web-release": 0.8}

SECONDS_BETWEEN_LAST_COMMANDS = 0.2
LOUNGE = "lounge"


class Rain:
    """Falls for as long as it is let; `progress` says how far the storm has gone, from 0 to 1.

    `said_enough` is set once every kind of command has succeeded: a storm without them would show little.
    """

    def __init__(self, sandbox: Sandbox, rng: random.Random, *, gap: float = 0.02) -> None:
        self.progress: Callable[[], float] = lambda: 0.0
        self.told = Told()
        self.told.journal.listen_to(sandbox.workspace.deliveries)
        self.said_enough = asyncio.Event()
        self.is_ending = False
        """Only commands are given from now on, until each kind has succeeded once."""
        self.done: Counter[str] = Counter()
        self._sandbox = sandbox
        self._workspace = sandbox.workspace
        self._rng = rng
        self._gap = gap
        self._tags = 0
        self._asking: set[asyncio.Task[None]] = set()
        self._answers: list[asyncio.Task[None]] = []
        self._busy: set[str] = set()
        self._untouchable: set[tuple[str, int]] = set()
        workspace, bot = self._workspace, self._workspace.bot_user_id
        self.people = [
            workspace.add_person(name, real_name=f"{name.title()} Storm", tz="UTC")
            for name in ("ana", "ben", "caro", "dele")
        ]
        ids = [person.id for person in self.people]
        self._channels = {
            "web-release": workspace.add_channel("web-release", members=[*ids, bot]),
            "payments": workspace.add_channel("payments", members=ids),
            "vault": workspace.add_channel("vault", is_private=True, members=[*ids, bot]),
        }

    async def fall(self) -> None:
        """Act until cancelled."""
        while True:
            self._act()
            # while Scribe is away it rains less, so that most of the rain falls on it
            gap = self._gap if self._workspace.deliveries.is_connected else 3 * self._gap
            gap = max(gap, SECONDS_BETWEEN_LAST_COMMANDS) if self.is_ending else gap
            await asyncio.sleep(self._rng.expovariate(1 / gap))

    async def dry_up(self) -> None:
        """Wait for the answers to every command that was given."""
        while self._asking:
            await asyncio.wait(self._asking)
        for task in self._answers:
            task.result()

    @property
    def channels(self) -> list[Channel]:
        """Where people talk: the channels they had, and those Scribe opened."""
        return list(self._channels.values())

    # --- one act --------------------------------------------------------------------------------

    def _act(self) -> None:
        self._enter_new_channels()
        acts: dict[str, tuple[int, Callable[[], str | None]]] = {
            "say": (22, self._say),
            "reply": (14, self._reply),
            "alert": (3, self._alert),
            "edit": (10, self._edit),
            "delete": (4, self._delete),
            "mark": (30, self._mark),
            "unmark": (14, self._unmark),
            "hurry": (4, self._hurry),
            # most people look whether Scribe is there before they talk to it
            "command": (20 if self._workspace.deliveries.is_connected else 1, self._command),
        }
        weights = [weight for weight, _ in acts.values()]
        name = "command" if self.is_ending else self._rng.choices(list(acts), weights)[0]
        try:
            self.done[acts[name][1]() or "nothing"] += 1
        except SandboxError:
            self.done["not allowed"] += 1  # two marks of one person, say, or somebody else's message

    def _enter_new_channels(self) -> None:
        for channel in self._workspace.channels.values():
            if channel.creator != self._workspace.bot_user_id:
                continue
            if any(message.metadata for message in channel.messages.values()):
                self.told.journal.keeps(channel.id)  # the summary is posted where the record says it belongs
            if channel.name in self._channels:
                continue
            if any(person.id in channel.members for person in self.people):
                for person in self.people:
                    self._workspace.invite(person.id, channel.id)
                self._channels[channel.name] = channel
                self.told.kept.add(channel.name)

    def _say(self) -> str:
        text, channel = self._words(), self._somewhere()
        self._note(text, channel.id, self._workspace.say(self._someone().id, channel.id, text))
        return "say"

    def _reply(self) -> str | None:
        root = self._a_message(lambda message: not message.is_reply)
        if root is None:
            return None
        is_broadcast = self._rng.random() < 0.3
        text = self._words()
        ts = self._workspace.say(
            self._someone().id, root.channel_id, text, thread_ts=root.ts, broadcast=is_broadcast
        )
        self._note(text, root.channel_id, ts)
        return "broadcast" if is_broadcast else "reply"

    def _alert(self) -> str:
        text, channel = self._words(), self._somewhere()
        self._note(text, channel.id, self._workspace.say_as_bot("Watchtower", channel.id, text=text))
        return "alert"

    def _edit(self) -> str | None:
        message = self._a_message(lambda message: message.user_id is not None)
        if message is None or message.user_id is None:
            return None
        for _ in range(self._rng.choice((1, 1, 2))):  # twice within a moment is within Slack's second
            text = self._words("e")
            self._workspace.edit(message.user_id, message.channel_id, message.ts, text)
            self._note(text, message.channel_id, message.ts)
        return "edit"

    def _delete(self) -> str | None:
        message = self._a_message(lambda message: message.user_id is not None)
        if message is None or message.user_id is None:
            return None
        self._workspace.delete(message.user_id, message.channel_id, message.ts)
        return "delete"

    def _mark(self) -> str | None:
        message = self._a_message()
        if message is None:
            return None
        self._workspace.react(self._someone().id, message.channel_id, message.ts, self._rng.choice(EMOJI))
        return "mark"

    def _unmark(self) -> str | None:
        message = self._a_message(lambda message: bool(self._marks(message)))
        if message is None:
            return None
        user_id, emoji = self._rng.choice(self._marks(message))
        self._workspace.unreact(user_id, message.channel_id, message.ts, emoji)
        return "unmark"

    def _hurry(self) -> str:
        """Several things to one message within a moment."""
        person, channel, text = self._someone(), self._somewhere(), self._words()
        ts = self._workspace.say(person.id, channel.id, text)
        self._note(text, channel.id, ts)
        for _ in range(self._rng.randint(1, 3)):
            self._workspace.react(person.id, channel.id, ts, "pushpin")
            self._workspace.unreact(person.id, channel.id, ts, "pushpin")
        if self._rng.random() < 0.7:
            self._workspace.react(person.id, channel.id, ts, "pushpin")
        if self._rng.random() < 0.3:
            self._workspace.delete(person.id, channel.id, ts)
        return "hurry"

    # --- commands -------------------------------------------------------------------------------

    def _command(self) -> str | None:
        if len(self._asking) >= MOST_COMMANDS:
            return None
        for number, (place, _, since) in enumerate(OPENINGS):
            if self.progress() >= since and f"start {number}" not in self._busy:
                return self._begin(self._start(number, place))
        for place, since in RESOLVED_FROM.items():
            if self.progress() >= since and place in self.told.kept and f"resolve {place}" not in self._busy:
                return self._begin(self._resolve(place))
        verb = self._rng.choices(("add", "edit", "remove", "look", "draft"), (10, 6, 4, 6, 1))[0]
        if not self.told.kept:
            return None
        channel = self._channels.get(self._rng.choice(sorted(self.told.kept)))
        if channel is None:
            return None
        match verb:
            case "add":
                return self._begin(self._add(channel))
            case "look":
                return self._begin(self._look(channel))
            case "draft":
                return self._begin(self._draft(channel))
        event = self._an_event(channel)
        if event is None:
            return None
        self._untouchable.add((channel.id, event))
        return self._begin(self._correct(channel, event) if verb == "edit" else self._remove(channel, event))

    def _begin(self, asking: object) -> str:
        assert asyncio.iscoroutine(asking)
        task: asyncio.Task[None] = asyncio.create_task(asking)
        self._asking.add(task)
        task.add_done_callback(self._answered)
        return "command"

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        self._answers.append(task)
        self._see_whether_it_is_enough()

    async def _give(self, channel: Channel, command: str, success: re.Pattern[str]) -> Given:
        name, _, text = command.partition(" ")
        person = self._someone()
        answer = await self._workspace.command(person.id, channel.id, name, text)
        said = words(answer)
        is_copied = answer.trigger_id in self._workspace.deliveries.asked_twice
        outcome = outcome_of(answer, said, success, is_copied=is_copied)
        given = Given(person.id, channel.id, command, said, outcome, answer.seconds, is_copied)
        self.told.given.append(given)
        return given

    def _see_whether_it_is_enough(self) -> None:
        orders = (self.told.starts, self.told.notes, self.told.corrections, self.told.removals)
        given = [[order.given for order in some] for some in orders] + [self.told.resolved, self.told.drafts]
        if all(any(one.outcome is Outcome.DONE for one in some) for some in given):
            self.said_enough.set()

    async def _start(self, number: int, place: str) -> None:
        self._busy.add(f"start {number}")
        channel = self._channels[place or "web-release"]
        title = f"{self._tag('n')} is down"
        command = f"{OPENINGS[number][1]} {title}"
        if not place:
            # an own channel is declared from a place that keeps no open incident, and where nobody else
            # declares one at that moment: they would be asked whether it is the same
            channel = self._lounge(number)
        start = Start(await self._give(channel, command, STARTED), title, bool(place))
        self.told.starts.append(start)
        open_already = "already keeps" in start.given.said
        if start.given.outcome is Outcome.DONE or open_already:
            if place:
                self.told.kept.add(place)
                self.told.journal.keeps(channel.id)
        else:
            self._busy.discard(f"start {number}")  # nobody told them it worked: they say it again

    def _lounge(self, number: int) -> Channel:
        name = f"{LOUNGE}-{number}"
        if name not in self._channels:
            ids = [person.id for person in self.people]
            self._channels[name] = self._workspace.add_channel(name, members=ids)
        return self._channels[name]

    async def _resolve(self, place: str) -> None:
        self._busy.add(f"resolve {place}")
        given = await self._give(self._channels[place], f"/resolve {self._words('n')}", RESOLVED)
        self.told.resolved.append(given)
        if given.outcome is not Outcome.DONE and "already resolved" not in given.said:
            self._busy.discard(f"resolve {place}")

    async def _add(self, channel: Channel) -> None:
        moment = (datetime.now(UTC) - timedelta(minutes=self._rng.randint(1, 40))).replace(
            second=0, microsecond=0
        )
        text = self._words("n").replace("\n", " ")
        given = await self._give(channel, f"/timeline add {moment:%Y-%m-%d %H:%M} UTC {text}", ADDED)
        number = ADDED.match(given.said)
        note = Note(given, text, moment, int(number[1]) if number else None)
        self.told.notes.append(note)
        if note.number is not None:
            self.told.numbers.setdefault((channel.id, note.number), TAG.findall(text)[0])

    async def _look(self, channel: Channel) -> None:
        """Read the numbers of events off the timeline, as people do before they correct one."""
        given = await self._give(channel, "/timeline", re.compile("Timeline of"))
        for number, tag in SHOWN.findall(given.said):
            self.told.numbers.setdefault((channel.id, int(number)), tag)

    async def _correct(self, channel: Channel, number: int) -> None:
        moment = None
        if self._rng.random() < 0.5:
            moment = (datetime.now(UTC) - timedelta(minutes=self._rng.randint(41, 50))).replace(
                second=0, microsecond=0
            )
        text = self._words("n").replace("\n", " ")
        when = f"{moment:%Y-%m-%d %H:%M} UTC " if moment else ""
        given = await self._give(channel, f"/timeline edit {number} {when}{text}", EDITED)
        self.told.corrections.append(Correction(given, number, text, moment))
        if given.outcome is not Outcome.UNSURE:
            self._untouchable.discard((channel.id, number))

    async def _remove(self, channel: Channel, number: int) -> None:
        at = self.told.journal.now
        given = await self._give(channel, f"/timeline remove {number}", REMOVED)
        self.told.removals.append(Removal(given, number, at))
        if given.outcome is Outcome.REFUSED:
            self._untouchable.discard((channel.id, number))

    async def _draft(self, channel: Channel) -> None:
        self.told.drafts.append(await self._give(channel, "/postmortem draft", DRAFTING))

    # --- who, where, what -----------------------------------------------------------------------

    def _someone(self) -> Person:
        return self._rng.choice(self.people)

    def _somewhere(self) -> Channel:
        return self._rng.choice([channel for channel in self.channels if not channel.name.startswith(LOUNGE)])

    def _words(self, kind: str = "m") -> str:
        return f"{self._tag(kind)} {self._rng.choice(PHRASES)}"

    def _note(self, text: str, channel_id: str, ts: str) -> None:
        self.told.places[TAG.findall(text)[0]] = (channel_id, ts)

    def _tag(self, kind: str) -> str:
        self._tags += 1
        return f"{kind}{self._tags:05d}"

    def _an_event(self, channel: Channel) -> int | None:
        known = [
            number
            for channel_id, number in self.told.numbers
            if channel_id == channel.id and (channel_id, number) not in self._untouchable
        ]
        return self._rng.choice(known) if known else None

    def _a_message(self, is_wanted: Callable[[Message], bool] = lambda message: True) -> Message | None:
        """Somebody's message, newer ones more often."""
        said = [
            message
            for message in self._workspace.messages(self._somewhere().id)[-60:]
            if message.subtype in (None, "bot_message", "thread_broadcast")
            and message.bot_id != self._workspace.bot_id
            and is_wanted(message)
        ]
        if not said:
            return None
        return said[min(int(self._rng.triangular(0, len(said), len(said))), len(said) - 1)]

    def _marks(self, message: Message) -> list[tuple[str, str]]:
        people = {person.id for person in self.people}
        return [
            (user_id, emoji)
            for emoji, users in sorted(message.reactions.items())
            for user_id in users
            if user_id in people
        ]
