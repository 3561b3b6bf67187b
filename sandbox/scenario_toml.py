"""Reading a scenario written in TOML; the format stands in `sandbox.scenario`."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from zoneinfo import ZoneInfo

from sandbox.scenario_entry import Entry
from sandbox.scenario_steps import (
    Action,
    Alert,
    CastMember,
    Command,
    Delete,
    Edit,
    React,
    Room,
    Say,
    Scenario,
    ScenarioError,
    Step,
    Unreact,
)

_ACTIONS = ("say", "alert", "edit", "delete", "react", "unreact", "command")
_POSTING = ("key", "in_thread_of", "marks", "marked_by")


def parse(text: str, file: str) -> Scenario:
    """Read a scenario; `file` is its name, for errors.

    Raises:
        ScenarioError: one sentence naming the file, the step and what is wrong.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{file} is not valid TOML: {error}.") from error
    return _Reader(Entry(file, table)).scenario()


class _Reader:
    """Reads one file from top to bottom and remembers what later steps may refer to."""

    def __init__(self, entry: Entry) -> None:
        self._file = entry
        entry.known("title", "slug", "zone", "date", "people", "bots", "channels", "step")
        self._zone = entry.zone("zone", "UTC")
        self._day = self._read_day()
        self._people = {person.key: person for person in self._read_people()}
        self._bots = {key: table.text("name", key) for key, table in self._tables("bots")}
        self._rooms = {room.key: room for room in self._read_rooms()}
        self._rooms_of_messages: dict[str, str] = {}
        self._authors: dict[str, str] = {}

    def scenario(self) -> Scenario:
        """The whole file."""
        entry = self._file
        steps: list[Step] = []
        for number, table in enumerate(entry.tables("step"), 1):
            step = Entry(f"{entry.place}, step {number}", table)
            at = self._moment(step)
            if steps and at < steps[-1].at:
                raise step.wrong(f"{step.table['at']} is before the step above it.")
            steps.extend(self._steps(step, at))
        if not steps:
            raise entry.wrong("there is no [[step]], so nothing would happen.")
        return Scenario(
            title=entry.words("title"),
            slug=entry.text("slug", PurePath(entry.place).stem),
            zone=self._zone,
            people=self._people,
            bots=self._bots,
            rooms=self._rooms,
            steps=tuple(steps),
        )

    # --- who and where --------------------------------------------------------------------------

    def _tables(self, name: str) -> Iterator[tuple[str, Entry]]:
        if name in self._file.table:
            for key, value in self._file.inner(name).table.items():
                yield key, Entry.of(value, f"{self._file.place}, {name}.{key}")

    def _read_people(self) -> Iterator[CastMember]:
        for key, table in self._tables("people"):
            table.known("name", "real_name", "tz")
            name = table.text("name", key)
            yield CastMember(key, name, table.text("real_name", name), table.zone("tz", self._zone))

    def _read_rooms(self) -> Iterator[Room]:
        for key, table in self._tables("channels"):
            table.known("name", "topic", "is_private", "members", "has_app")
            members = table.texts("members") or tuple(self._people)
            for member in members:
                if member not in self._people:
                    raise table.wrong(f"the member {member!r} is not one of the people.")
            yield Room(
                key=key,
                name=table.text("name", key),
                members=members,
                topic=table.text("topic", ""),
                is_private=table.flag("is_private"),
                has_app=table.flag("has_app"),
            )

    # --- when -----------------------------------------------------------------------------------

    def _read_day(self) -> date | None:
        value = self._file.table.get("date")
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self._file.wrong(f"`date` must look like 2023-09-10, not {value!r}.") from error
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise self._file.wrong(f"`date` must look like 2023-09-10, not {value!r}.")

    def _moment(self, step: Entry) -> datetime:
        value = step.table.get("at")
        if isinstance(value, str):
            value = _from_text(value)
        if isinstance(value, time):
            if self._day is None:
                raise step.wrong("`at` names no day, and the file has no `date`.")
            value = datetime.combine(self._day, value)
        if not isinstance(value, datetime):
            raise step.wrong("`at` must be a time such as 14:05 or an ISO 8601 moment.")
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(self._zone))
        return value.astimezone(UTC)

    # --- what -----------------------------------------------------------------------------------

    def _steps(self, step: Entry, at: datetime) -> Iterator[Step]:
        named = [name for name in _ACTIONS if name in step.table]
        if len(named) != 1:
            raise step.wrong(f"exactly one of {', '.join(_ACTIONS)} must be there.")
        kind = named[0]
        step.known("at", "who", "in", kind, *(_POSTING if kind in ("say", "alert") else ()))
        who = self._actor(step, kind)
        room = self._room(step)
        if kind in ("say", "alert"):
            yield Step(at, who, room, self._post(step, kind, who, room))
            yield from self._marks(step, at, room)
        elif kind == "command":
            name, _, text = step.words("command").partition(" ")
            if not name.startswith("/"):
                raise step.wrong(f"a command begins with a slash, not {name!r}.")
            yield Step(at, who, room, Command(name, text.strip()))
        else:
            yield self._change(step, kind, at, who)

    def _actor(self, step: Entry, kind: str) -> str:
        who = step.words("who")
        if kind == "alert":
            if who not in self._bots:
                raise step.wrong(f"alerts come from bots, and {who!r} is none of them.")
        elif who not in self._people:
            raise step.wrong(f"{who!r} is not one of the people.")
        return who

    def _room(self, step: Entry) -> str:
        room = step.text("in", next(iter(self._rooms), ""))
        if room not in self._rooms:
            raise step.wrong(f"there is no channel {room!r}.")
        return room

    def _post(self, step: Entry, kind: str, who: str, room: str) -> Action:
        key, thread = step.maybe("key"), step.maybe("in_thread_of")
        if thread is not None:
            self._known_message(step, thread)
            if self._rooms_of_messages[thread] != room:
                raise step.wrong(f"the message {thread!r} is in another channel.")
        action: Action
        if kind == "say":
            action = Say(step.words("say"), key, thread)
        else:
            action = _alert(step.inner("alert"), key, thread)
        if key is not None:
            if key in self._rooms_of_messages:
                raise step.wrong(f"there is a message with the key {key!r} already.")
            self._rooms_of_messages[key] = room
            self._authors[key] = who
        return action

    def _marks(self, step: Entry, at: datetime, room: str) -> Iterator[Step]:
        marks, people = step.texts("marks"), step.texts("marked_by")
        if not marks and not people:
            return
        if not marks or not people:
            raise step.wrong("`marks` and `marked_by` need each other.")
        key = step.maybe("key")
        if key is None:
            raise step.wrong("a marked message needs a `key`.")
        for person in people:
            if person not in self._people:
                raise step.wrong(f"{person!r} in `marked_by` is not one of the people.")
            for emoji in marks:
                yield Step(at, person, room, React(key, emoji.strip(":")))

    def _change(self, step: Entry, kind: str, at: datetime, who: str) -> Step:
        table = step.inner(kind)
        of = self._known_message(step, table.words("of"))
        action: Action
        if kind == "edit":
            table.known("of", "text")
            action = Edit(of, table.words("text"))
        elif kind == "delete":
            table.known("of")
            action = Delete(of)
        else:
            table.known("of", "emoji")
            emoji = table.words("emoji").strip(":")
            action = React(of, emoji) if kind == "react" else Unreact(of, emoji)
        if kind in ("edit", "delete") and self._authors[of] != who:
            raise step.wrong(f"{who!r} can't {kind} what {self._authors[of]!r} said.")
        return Step(at, who, self._rooms_of_messages[of], action)

    def _known_message(self, step: Entry, key: str) -> str:
        if key not in self._rooms_of_messages:
            raise step.wrong(f"no message above has the key {key!r}.")
        return key


def _alert(table: Entry, key: str | None, thread: str | None) -> Alert:
    table.known("text", "blocks", "attachments")
    alert = Alert(table.text("text", ""), table.tables("blocks"), table.tables("attachments"), key, thread)
    if not (alert.text or alert.blocks or alert.attachments):
        raise table.wrong("an alert needs a text, blocks or attachments.")
    return alert


def _from_text(text: str) -> datetime | time | None:
    for read in (time.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None
