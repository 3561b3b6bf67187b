"""How `git` is run: what it is told, what nobody sees, and that it ends."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from bot.connect.pages.git import GitPages
from bot.connect.pages.git_process import Git, environment
from bot.settings.pages import PageSettings
from bot.slack.calls import RefusedByTracker, TryLater
from tests.bot.connect.pages.made import NEW
from tests.git_server import BareRepository
from tests.until import until

TOKEN = "glpat-secret"


def settings(**changes: str) -> PageSettings:
    url = {"git_pages_url": "https://git.example.com/acme/pages.git", "git_pages_token": TOKEN}
    return PageSettings(_env_file=None, **{**url, **changes})  # type: ignore[arg-type]


def test_the_token_goes_to_its_host_alone_and_nothing_else_is_asked(tmp_path: Path) -> None:
    told = environment(settings(), tmp_path)
    config = {
        told[f"GIT_CONFIG_KEY_{n}"]: told[f"GIT_CONFIG_VALUE_{n}"]
        for n in range(int(told["GIT_CONFIG_COUNT"]))
    }

    basic = b64encode(f"git:{TOKEN}".encode()).decode()
    assert config["http.https://git.example.com/.extraHeader"] == f"Authorization: Basic {basic}"
    assert config["http.followRedirects"] == "false"
    assert told["GIT_ALLOW_PROTOCOL"] == "https"
    assert told["GIT_TERMINAL_PROMPT"] == "0"
    assert "StrictHostKeyChecking=yes" in told["GIT_SSH_COMMAND"]
    assert TOKEN not in repr(settings())


def test_a_key_is_used_alone_and_its_path_may_hold_blanks(tmp_path: Path) -> None:
    key, hosts = tmp_path / "my key", tmp_path / "hosts"
    key.touch()
    hosts.touch()
    told = environment(
        settings(
            git_pages_url="git@git.example.com:pages.git",
            git_pages_token="",
            git_pages_ssh_key=str(key),
            git_pages_known_hosts=str(hosts),
        ),
        tmp_path,
    )

    assert told["GIT_ALLOW_PROTOCOL"] == "ssh"
    assert f"-i '{key}'" in told["GIT_SSH_COMMAND"]
    assert "IdentitiesOnly=yes" in told["GIT_SSH_COMMAND"]
    assert f"UserKnownHostsFile={hosts}" in told["GIT_SSH_COMMAND"]


SSH = """\
#!/bin/sh
# an ssh that goes nowhere: its server is this machine, its configuration what it is told to read
printf '%s\\n' "$@" >> "{told}"
for command; do :; done
exec sh -c "$command"
"""


async def test_over_ssh_nobodys_configuration_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = BareRepository.make(tmp_path / "pages.git")
    told, ssh = tmp_path / "told", tmp_path / "programs" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(SSH.format(told=told))
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    pages = GitPages(settings(git_pages_url=f"ssh://git@git.example.com{bare.path}", git_pages_token=""))

    made = await pages.create(NEW)

    assert await pages.find(NEW) == made
    assert told.read_text().splitlines()[:2] == ["-F", "none"]


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh here")
async def test_a_real_ssh_understands_what_it_is_told(tmp_path: Path) -> None:
    command = environment(
        settings(git_pages_url="git@git.example.com:pages.git", git_pages_token=""), tmp_path
    )
    ssh = await asyncio.create_subprocess_exec(
        *shlex.split(command["GIT_SSH_COMMAND"]), "-G", "git.example.com", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await ssh.communicate()

    said = dict(line.partition(" ")[::2] for line in out.decode().splitlines())
    assert ssh.returncode == 0
    assert (said["batchmode"], said["stricthostkeychecking"]) == ("yes", "true")


def _git(folder: Path, script: str) -> Git:
    """A program of this name that does something else."""
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Git(folder, {"PATH": f"{programs}:{os.environ['PATH']}"}, within=0.5)


async def test_one_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    git = _git(tmp_path, "sleep 300 & echo $! > child; sleep 300")

    with pytest.raises(TryLater, match="took longer"):
        await git.run("fetch")

    await until(lambda: not _runs(int((tmp_path / "child").read_text())))


async def test_one_whose_caller_is_cancelled_is_ended_too(tmp_path: Path) -> None:
    git = Git(tmp_path, _git(tmp_path, "echo $$ > child; exec sleep 300").environment, within=60)
    task = asyncio.create_task(git.run("fetch"))
    await until((tmp_path / "child").exists)

    task.cancel()
    await asyncio.wait([task])

    assert not _runs(int((tmp_path / "child").read_text()))


async def test_what_outlives_it_and_holds_its_words_is_ended_too(tmp_path: Path) -> None:
    git = _git(tmp_path, "sleep 300 & echo $! > child; exit 0")

    with pytest.raises(TryLater, match="took longer"):
        await git.run("fetch")

    await until(lambda: not _runs(int((tmp_path / "child").read_text())))


def _runs(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_without_git_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(RefusedByTracker, match="no program `git`"):
        await Git(tmp_path, {"PATH": str(tmp_path)}).run("version")


@pytest.mark.parametrize(
    "said",
    [
        "fatal: unable to access 'https://x/': Could not resolve host: x",
        "error: RPC failed; HTTP 502\nfatal: the remote end hung up unexpectedly",
        "fatal: unable to access 'https://x/': The requested URL returned error: 503",
        "fatal: unable to access 'https://x/': Empty reply from server",
        "error: RPC failed; curl 18 transfer closed with outstanding read data remaining",
        "fatal: unable to access 'https://x/': OpenSSL SSL_read: Connection was reset, errno 10054",
    ],
)
async def test_what_passes_is_tried_again(tmp_path: Path, said: str) -> None:
    with pytest.raises(TryLater):
        await _git(tmp_path, f"cat >&2 <<'E'\n{said}\nE\nexit 128").ask("fetch")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("fatal: Authentication failed for 'https://x/'", "Authentication failed for 'https://x/'"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "Host key verif"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "error: 403"),
        (
            "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
            "SSL certificate problem",
        ),
    ],
)
async def test_what_stays_is_refused_in_gits_own_words(tmp_path: Path, said: str, told: str) -> None:
    with pytest.raises(RefusedByTracker) as refusal:
        await _git(tmp_path, f"cat >&2 <<'E'\n{said}\nE\nexit 128").ask("fetch")

    assert told in refusal.value.said
