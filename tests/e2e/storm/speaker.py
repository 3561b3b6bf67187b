"""One person beside the rain who gives commands in channels of their own, and presses buttons there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SandboxError
from sandbox.records import Person
from sandbox.server import Sandbox
from tests.e2e.conftest import words
from tests.e2e.storm.rain import STARTED
from tests.e2e.storm.told import Given, Outcome, Start, Told, outcome_of


@dataclass
class Speaker:
    """Somebody, and what everybody was told, to which is added what they are. `goes_on` says for how long."""

    sandbox: Sandbox
    person: Person
    told: Told
    goes_on: Callable[[], bool]

    @classmethod
    def named(cls, name: str, sandbox: Sandbox, told: Told, goes_on: Callable[[], bool]) -> Speaker:
        person = sandbox.workspace.add_person(name, real_name=f"{name.title()} Storm", tz="UTC")
        return cls(sandbox, person, told, goes_on)

    def channel(self, name: str) -> str:
        """A new one, of them and Scribe."""
        workspace = self.sandbox.workspace
        return workspace.add_channel(name, members=[self.person.id, workspace.bot_user_id]).id

    async def give(self, channel_id: str, command: str, success: re.Pattern[str]) -> Given:
        name, _, text = command.partition(" ")
        answer = await self.sandbox.workspace.command(self.person.id, channel_id, name, text)
        said = words(answer)
        is_copied = answer.trigger_id in self.sandbox.workspace.deliveries.asked_twice
        outcome = outcome_of(answer, said, success, is_copied=is_copied)
        return Given(self.person.id, channel_id, command, said, outcome, answer.seconds, is_copied)

    async def open(self, channel_id: str, words: str) -> bool:
        """Have the channel keep an incident: say it until they were told that it does."""
        while self.goes_on():
            await self.scribe_there()
            title = f"n{next(self.told.beside)} {words}"
            given = await self.give(channel_id, f"/incident start here {title}", STARTED)
            self.told.given.append(given)
            self.told.starts.append(Start(given, title, is_here=True))
            if given.outcome is Outcome.DONE or "already keeps" in given.said:
                self.told.journal.keeps(channel_id)
                return True
            await asyncio.sleep(0.2)
        return False

    async def scribe_there(self) -> None:
        """Most people look whether Scribe is there before they talk to it."""
        while True:
            if self.sandbox.workspace.deliveries.is_connected or not self.goes_on():
                return
            await asyncio.sleep(0.1)

    async def press(self, channel_id: str, action_id: str, *, of: str = "", alone: bool = False) -> bool:
        """Press the newest such button whose message holds the words; False where none is shown any more.

        `alone`: in what they alone are shown. Whether anybody hears of it is another matter.
        """
        workspace = self.sandbox.workspace
        shown = workspace.ephemerals(self.person.id, channel_id) if alone else workspace.messages(channel_id)
        able = [one.ts for one in shown if action_id in str(one.blocks) and of in one.text]
        if not able:
            return False
        try:
            await workspace.click(
                self.person.id, channel_id=channel_id, message_ts=able[-1], action_id=action_id
            )
        except SandboxError:
            return False  # it was replaced at that moment
        return True
