"""Playing a scenario: the workspace's clock is set for each step, and the steps happen in order.

`sandbox.transcript` writes a channel down afterwards.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox import mrkdwn
from sandbox.errors import SandboxError
from sandbox.records import CommandAnswer
from sandbox.scenario_steps import (
    Alert,
    Command,
    Delete,
    Edit,
    React,
    Say,
    Scenario,
    Step,
    Unreact,
)
from sandbox.server import Sandbox
from sandbox.transcript import transcript
from sandbox.workspace import Workspace

__all__ = ["Played", "Progress", "ReplayError", "furnish", "play", "transcript"]

_PATIENCE = 30.0
_GLANCE = 0.002


class ReplayError(Exception):
    """The scenario could not be played on; one sentence says at which step and why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told before each step: which of how many, when it happens (aware UTC), by whom, and what."""

    number: int
    total: int
    at: datetime
    who: str
    doing: str


@dataclass(frozen=True, slots=True)
class Played:
    """Where the scenario's things are in the workspace.

    `ts`: message timestamps by key; `channels`: ids by the scenario's channel key; `people`: ids by
    key; `answers`: each command as typed, with what became of it.
    """

    ts: Mapping[str, str]
    channels: Mapping[str, str]
    people: Mapping[str, str]
    answers: tuple[tuple[str, CommandAnswer], ...]


@dataclass(slots=True)
class _Stage:
    people: dict[str, str]
    channels: dict[str, str]
    ts: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, CommandAnswer]] = field(default_factory=list)


def furnish(scenario: Scenario, workspace: Workspace) -> tuple[dict[str, str], dict[str, str]]:
    """Add a scenario's people and channels to the workspace, which may have some of them already.

    Returns the ids of the people and of the channels, by key.
    """
    known = {person.name: person.id for person in workspace.people.values() if not person.is_bot}
    people: dict[str, str] = {}
    for key, member in scenario.people.items():
        if member.name not in known:
            person = workspace.add_person(member.name, real_name=member.real_name, tz=member.tz)
            known[member.name] = person.id
        people[key] = known[member.name]
    rooms = {channel.name: channel.id for channel in workspace.channels.values()}
    channels: dict[str, str] = {}
    for key, room in scenario.rooms.items():
        user_ids = [people[member] for member in room.members]
        if room.has_app:
            user_ids.append(workspace.bot_user_id)
        if room.name in rooms:
            for user_id in user_ids:
                workspace.invite(user_id, rooms[room.name])
        else:
            channel = workspace.add_channel(room.name, is_private=room.is_private, members=user_ids)
            channel.topic = room.topic
            rooms[room.name] = channel.id
        channels[key] = rooms[room.name]
    return people, channels


async def play(
    scenario: Scenario,
    sandbox: Sandbox,
    *,
    on_step: Callable[[Progress], None] | None = None,
    pause: float = 0,
) -> Played:
    """Let a scenario happen in the sandbox, while the app is connected.

    The clock stands at each step's time (several steps of one minute follow each other by
    microseconds) and runs on from the last. A step happens when the app has acknowledged the events
    of the one before it, and a command when the app has nothing left to do, since minutes lie
    between them in reality. `pause` is how many real seconds to wait after each step, for people who watch.

    Raises:
        ReplayError: a command was refused by Slack or not acknowledged, the app did not acknowledge
            its events, or the workspace does not allow a step.
    """
    workspace = sandbox.workspace
    workspace.clock.set(scenario.began_at)
    stage = _Stage(*furnish(scenario, workspace))
    total = len(scenario.steps)
    for number, step in enumerate(scenario.steps, 1):
        if on_step is not None:
            on_step(Progress(number, total, step.at, _name(scenario, step), _doing(step)))
        place = f"{scenario.slug}, step {number} of {total}"
        if step.at > workspace.clock.now():
            workspace.clock.set(step.at)
        try:
            if isinstance(step.action, Command):
                await sandbox.settled()
                await _command(workspace, stage, step, step.action, place)
            else:
                _do(workspace, scenario, stage, step)
            await _acknowledged(workspace)
        except SandboxError as error:
            raise ReplayError(f"{place}: {error}") from error
        except TimeoutError as error:
            raise ReplayError(f"{place}: the app did not acknowledge the events it was sent.") from error
        if pause > 0:
            await asyncio.sleep(pause)
    workspace.clock.run()
    return Played(stage.ts, stage.channels, stage.people, tuple(stage.answers))


async def _command(workspace: Workspace, stage: _Stage, step: Step, command: Command, place: str) -> None:
    typed = f"{command.name} {command.text}".strip()
    text = _written(workspace, command.text, is_verbatim=command.is_verbatim, with_labels=True)
    answer = await workspace.command(stage.people[step.who], stage.channels[step.room], command.name, text)
    stage.answers.append((typed, answer))
    if answer.error is not None or not answer.acknowledged:
        said = answer.error or "it was not acknowledged"
        raise ReplayError(f"{place}: {typed!r} failed: {said}. {answer.text}".rstrip())


def _do(workspace: Workspace, scenario: Scenario, stage: _Stage, step: Step) -> None:
    channel = stage.channels[step.room]
    match step.action:
        case Say(text=text, key=key, in_thread_of=thread, is_verbatim=is_verbatim):
            written = _written(workspace, text, is_verbatim=is_verbatim)
            ts = workspace.say(
                stage.people[step.who], channel, written, thread_ts=stage.ts[thread] if thread else None
            )
            if key is not None:
                stage.ts[key] = ts
        case Alert(text=text, blocks=blocks, attachments=attachments, key=key, in_thread_of=thread):
            ts = workspace.say_as_bot(
                scenario.bots[step.who],
                channel,
                text=mrkdwn.escape(text),
                blocks=list(blocks) or None,
                attachments=list(attachments) or None,
                thread_ts=stage.ts[thread] if thread else None,
            )
            if key is not None:
                stage.ts[key] = ts
        case Edit(of=of, text=text):
            workspace.edit(stage.people[step.who], channel, stage.ts[of], _written(workspace, text))
        case Delete(of=of):
            workspace.delete(stage.people[step.who], channel, stage.ts[of])
        case React(of=of, emoji=emoji):
            workspace.react(stage.people[step.who], channel, stage.ts[of], emoji)
        case Unreact(of=of, emoji=emoji):
            workspace.unreact(stage.people[step.who], channel, stage.ts[of], emoji)
        case Command():
            raise ReplayError("A command is awaited, not done.")


def _written(workspace: Workspace, text: str, *, is_verbatim: bool = False, with_labels: bool = False) -> str:
    """What Slack's client sends for what a person typed."""
    if is_verbatim:
        return mrkdwn.escape(text)
    people = {person.name.lower(): person.id for person in workspace.people.values()}
    channels = {channel.name: channel.id for channel in workspace.channels.values() if channel.name}
    return mrkdwn.as_typed(text, people, channels, with_labels=with_labels)


async def _acknowledged(workspace: Workspace) -> None:
    """Wait until the app has acknowledged every event that was sent to it.

    Raises:
        TimeoutError: it still does after `_PATIENCE` seconds.
    """
    deadline = time.monotonic() + _PATIENCE
    while workspace.deliveries.unacknowledged:
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(_GLANCE)


def _name(scenario: Scenario, step: Step) -> str:
    person = scenario.people.get(step.who)
    return person.real_name if person is not None else scenario.bots[step.who]


def _doing(step: Step) -> str:
    match step.action:
        case Say(text=text, in_thread_of=None):
            return f"says: {text}"
        case Say(text=text):
            return f"answers in the thread: {text}"
        case Alert(text=text, attachments=attachments):
            shown = text or next((str(each["text"]) for each in attachments if "text" in each), "an alert")
            return f"alerts: {shown}"
        case Edit(text=text):
            return f"corrects it to: {text}"
        case Delete():
            return "deletes a message"
        case React(emoji=emoji):
            return f"marks it :{emoji}:"
        case Unreact(emoji=emoji):
            return f"takes :{emoji}: back"
        case Command(name=name, text=text):
            return f"sends {name} {text}".rstrip()
