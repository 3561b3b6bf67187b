"""Running `git`: with an environment of its own, a time limit, and no way for it to ask anybody anything.

A token is handed over in the environment alone (git-scm.com/docs/git-config, GIT_CONFIG_COUNT), so that it
stands in no list of processes, no file, and none of git's own words. Nothing of the machine's or a user's
configuration is read, of git's or of ssh's; no hook runs, no proxy is used, and no redirect is followed,
which would take the token with it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.metrics import TRACKER_CALLS
from bot.settings.pages.git import GitPageSettings
from bot.slack.calls import RefusedByTracker, TryLater

TITLE = "Git"
WITHIN = 120.0
"""Seconds that one command may take."""
CONNECTS_WITHIN = 15
SLOW_BYTES, SLOW_SECONDS = 100, 30
"""A transfer of fewer bytes in a second for so long is given up (git-config, http.lowSpeedLimit)."""
PASSING = re.compile(
    "|".join(
        (
            r"could not resolve host|couldn't connect to server|failed to connect|no route to host",
            r"connection (?:refused|reset|timed out|closed)|timed out|timeout|network is unreachable",
            r"empty reply from server|(?:recv|send) failure|transfer closed|not closed cleanly|framing layer",
            r"gnutls recv error|ssl_read|ssl_error_syscall|unexpected eof",
            r"early eof|rpc failed|hung up unexpectedly|unexpected disconnect|broken pipe|index-pack failed",
            r"temporary failure|operation too slow|returned error: (?:408|425|429|5\d\d)",
            r"cannot lock ref|unable to create .*\.lock",
        )
    ),
    re.IGNORECASE,
)
"""What git says where the same may succeed later."""
_LEAD = re.compile(r"^(?:fatal|error|remote|ERROR): ?", re.MULTILINE)
_NOISE = re.compile(r"^(?:hint|warning):|^Please make sure|^and the repository exists|^\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: bytes
    said: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "replace").strip()


@dataclass(frozen=True)
class Git:
    """`git` in one folder. `environment` is all that it is told beside its arguments."""

    folder: Path
    environment: Mapping[str, str]
    within: float = WITHIN

    async def run(self, *arguments: str, stdin: bytes = b"") -> Ran:
        """Run a command, whatever its end; it and all it started are killed when its time is over.

        Raises:
            TryLater: it took too long.
            RefusedByTracker: there is no git here.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *arguments,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError as problem:
            raise refused("there is no program `git` where Scribe runs: install it") from problem
        try:
            async with asyncio.timeout(self.within):
                out, err = await process.communicate(stdin)
        except TimeoutError as problem:
            TRACKER_CALLS.add(TITLE, "failed")
            raise TryLater(f"git {arguments[0]} took longer than {self.within:.0f} s") from problem
        finally:
            await _end(process)
        return Ran(process.returncode or 0, out, err.decode("utf-8", "replace"))

    async def must(self, *arguments: str, stdin: bytes = b"") -> str:
        """What a command printed that asks nobody else.

        Raises:
            RefusedByTracker: it failed.
        """
        ran = await self.run(*arguments, stdin=stdin)
        if ran.code:
            raise refused(words(ran.said) or f"git {arguments[0]} ended with {ran.code}")
        return ran.text

    async def ask(self, *arguments: str) -> str:
        """What a command printed that asks the repository, and changes nothing there.

        Raises:
            TryLater: it may succeed later.
            RefusedByTracker: it failed otherwise.
        """
        ran = await self.run(*arguments)
        if ran.code:
            raise trouble(ran, is_undone=True)
        TRACKER_CALLS.add(TITLE, "ok")
        return ran.text


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of a command: its group, since git starts others that hold the connection.

    They may outlive it. Its number is nobody else's while one of them is left, nor for long after that.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await asyncio.shield(process.wait())


def trouble(ran: Ran, *, is_undone: bool) -> TryLater | RefusedByTracker:
    """What to raise for a command that asked the repository and failed."""
    said = words(ran.said)
    if PASSING.search(ran.said) or ran.code < 0:
        TRACKER_CALLS.add(TITLE, "failed")
        return TryLater(f"git: {said}", is_undone=is_undone)
    return refused(said or f"git ended with {ran.code}")


def refused(said: str) -> RefusedByTracker:
    """What to raise where trying again changes nothing; `said` is a sentence."""
    TRACKER_CALLS.add(TITLE, "refused")
    return RefusedByTracker(TITLE, 0, said, error="an error")


def words(said: str) -> str:
    """Git's own words for what went wrong, on one line, without its hints."""
    lines = [_LEAD.sub("", line).strip() for line in said.splitlines() if not _NOISE.match(line)]
    return "; ".join(line for line in lines if line)[:300]


def environment(settings: GitPageSettings, home: Path) -> Mapping[str, str]:
    """All that git is told beside its arguments; `home` is an empty folder."""
    url = urlsplit(settings.git_pages_url)
    scheme = url.scheme if "://" in settings.git_pages_url else ""
    is_path = settings.git_pages_url.startswith("/")
    config = [
        ("core.hooksPath", os.devnull),
        ("credential.helper", ""),
        ("gc.auto", "0"),
        ("http.followRedirects", "false"),
        ("http.lowSpeedLimit", str(SLOW_BYTES)),
        ("http.lowSpeedTime", str(SLOW_SECONDS)),
        ("http.proxy", ""),
    ]
    if settings.git_pages_token:
        given = f"{settings.git_pages_user}:{settings.git_pages_token}".encode()
        place = f"{url.scheme}://{url.netloc}/"
        config.append((f"http.{place}.extraHeader", f"Authorization: Basic {b64encode(given).decode()}"))
    name, email = settings.git_pages_author_parts
    found = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": scheme or ("file" if is_path else "ssh"),
        "GIT_ASKPASS": "true",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(config)),
        "GIT_SSH_COMMAND": shlex.join(_ssh(settings)),
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
    }
    for number, (key, value) in enumerate(config):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    if certificates := os.environ.get("SSL_CERT_FILE"):
        found["GIT_SSL_CAINFO"] = certificates
    if agent := os.environ.get("SSH_AUTH_SOCK"):
        found["SSH_AUTH_SOCK"] = agent
    return found


def _ssh(settings: GitPageSettings) -> Sequence[str]:
    """A host whose key is not known is not spoken to (man ssh_config, StrictHostKeyChecking).

    No configuration is read (man ssh, -F), which could name another host, a proxy, or a program to run.
    """
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "ConnectTimeout": str(CONNECTS_WITHIN),
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "2",
    }
    if settings.git_pages_known_hosts:
        options["UserKnownHostsFile"] = settings.git_pages_known_hosts
    if settings.git_pages_ssh_key:
        options["IdentitiesOnly"] = "yes"
    said = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    key = ["-i", settings.git_pages_ssh_key] if settings.git_pages_ssh_key else []
    return ["ssh", "-F", "none", *said, *key]
