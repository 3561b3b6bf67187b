"""The bot as a real process: started, killed, hung, stopped, and started again whenever it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONNECTED = "scribe.connected"
POLL = 0.02
BEFORE_ANOTHER_TRY = 0.1
"""Seconds after which a bot that ended by itself is started again, as an init system would."""

SAID_WHY = re.compile(r"^(Slack can't be reached|The database .* can't be opened)", re.MULTILINE)
"""What a bot may say before it ends by itself: Slack or the database was not there."""


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nobody listens at this moment."""
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]


def tell(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signal a process that may have ended, and leave it to who waits for it to see how.

    `Process.send_signal` looks for itself whether it ended; who waits is then told 255, whatever it was.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)


class NotUp(AssertionError):
    """A replica does not come up; the text holds its last words."""


class Replica:
    """One `python -m bot run`, kept up until told otherwise."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.faults: list[str] = []
        self.starts = 0
        self.root = ROOT
        """Where its program is; another one is taken from its next start on."""
        self._environment = {**environment, "PATH": os.environ.get("PATH", "")}
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._log_from = 0
        self._process: asyncio.subprocess.Process | None = None
        self._awaited = frozenset[int]()
        self._may_run = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start it for the first time."""
        self._may_run.set()
        self._task = asyncio.create_task(self._keep_up(), name=self.name)

    async def end(self) -> None:
        """Kill it and leave it dead."""
        await self.hold_down()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def hold_down(self) -> None:
        """Kill it, and start it no more until `let_up`."""
        self._may_run.clear()
        await self.kill()

    def let_up(self) -> None:
        self._may_run.set()

    async def kill(self) -> None:
        """SIGKILL, whatever it is doing; it is started again unless it is held down."""
        await self._signal(signal.SIGKILL, {-signal.SIGKILL})

    def strike(self) -> None:
        """SIGKILL within this very moment, and nobody waits for it."""
        if self._process and self._process.returncode is None:
            self._awaited |= {-signal.SIGKILL}
            tell(self._process, signal.SIGKILL)

    async def terminate(self) -> None:
        """SIGTERM: it ends by itself in good order, with exit code 0."""
        await self._signal(signal.SIGTERM, {0, 1, -signal.SIGTERM} if not self.is_connected else {0})

    async def hang(self, seconds: float) -> None:
        """Let it do nothing for a while."""
        self.stop_still()
        await asyncio.sleep(seconds)
        self.go_on()

    def stop_still(self) -> None:
        """SIGSTOP: it does nothing, its connections open, as on a machine that swaps."""
        if self._process and self._process.returncode is None:
            tell(self._process, signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT: it goes on where it was."""
        if self._process and self._process.returncode is None:
            tell(self._process, signal.SIGCONT)

    @property
    def is_connected(self) -> bool:
        """Whether the process that runs now has said that it is connected."""
        return self._process is not None and self._process.returncode is None and CONNECTED in self._said()

    async def connected(self, seconds: float = 60) -> None:
        """Wait until it keeps the record.

        Raises:
            NotUp: it did not within so many seconds.
        """
        end = time.monotonic() + seconds
        while not self.is_connected:
            if time.monotonic() > end:
                raise NotUp(f"{self.name} is not connected after {seconds:.0f} s:\n{self.last_words()}")
            await asyncio.sleep(POLL)

    def last_words(self, lines: int = 40) -> str:
        """The end of its log, over all its lives; that Slack limits it is said too often to be shown."""
        said = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        return "\n".join([line for line in said.splitlines() if "rate limited" not in line][-lines:])

    async def _signal(self, number: signal.Signals, endings: set[int]) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._awaited |= endings
        tell(process, number)
        try:
            async with asyncio.timeout(30):
                await process.wait()
        except TimeoutError:
            self.faults.append(f"{self.name} was still there 30 s after signal {number.name}")
            tell(process, signal.SIGKILL)
            await process.wait()

    async def _keep_up(self) -> None:
        try:
            while True:
                await self._may_run.wait()
                await self._live()
        finally:
            if self._process and self._process.returncode is None:
                tell(self._process, signal.SIGKILL)
                await self._process.wait()

    async def _live(self) -> None:
        with self._log.open("ab") as log:
            self._log_from = log.tell()
            self._awaited = frozenset()
            self.starts += 1
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                cwd=self._folder,
                env=self._environment | {"PYTHONPATH": str(self.root)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            code = await self._process.wait()
        if code in self._awaited:
            return
        if self._awaited or code != 1 or not SAID_WHY.search(self._said()):
            self.faults.append(f"{self.name} ended with {code} by itself:\n{self.last_words(15)}")
        await asyncio.sleep(BEFORE_ANOTHER_TRY)

    def _said(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._log_from)
            return log.read().decode("utf-8", errors="replace")
