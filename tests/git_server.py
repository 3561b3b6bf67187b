"""A git repository on this machine: bare, on disk, looked into by `git` itself."""

from __future__ import annotations

import asyncio
import os
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.trackers.tracker import Fault


@dataclass
class BareRepository:
    """A repository that Scribe pushes to, and people too."""

    path: Path
    branch: str = "main"

    @classmethod
    def make(cls, path: Path, *, branch: str = "main") -> BareRepository:
        made = cls(path, branch)
        path.mkdir(parents=True)
        made.git("init", "--quiet", "--bare", f"--initial-branch={branch}")
        return made

    def git(self, *arguments: str, stdin: bytes = b"", within: Path | None = None) -> str:
        """What a command prints; it fails the test where it fails."""
        ran = subprocess.run(
            ["git", *arguments],
            cwd=within or self.path,
            input=stdin,
            capture_output=True,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.path),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                **{f"GIT_{who}_NAME": "Ben Okafor" for who in ("AUTHOR", "COMMITTER")},
                **{f"GIT_{who}_EMAIL": "ben@example.com" for who in ("AUTHOR", "COMMITTER")},
            },
        )
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode()

    def log(self, branch: str = "") -> list[str]:
        """The first lines of its commits, the newest first."""
        if not self.git("for-each-ref", f"refs/heads/{branch or self.branch}"):
            return []
        return self.git("log", "--format=%s", branch or self.branch).splitlines()

    def files(self, branch: str = "") -> list[str]:
        return self.git("ls-tree", "-r", "--name-only", branch or self.branch).splitlines()

    def read(self, path: str, branch: str = "") -> str:
        return self.git("show", f"{branch or self.branch}:{path}")

    def people_write(self, files: dict[str, str | None], *, clone: Path, message: str = "By hand") -> None:
        """Somebody commits and pushes these files; those of None they delete."""
        if not clone.exists():
            self.git("clone", "--quiet", str(self.path), str(clone), within=self.path.parent)
        if self.log():
            self.git("pull", "--quiet", "--ff-only", "origin", self.branch, within=clone)
        for name, text in files.items():
            if text is None:
                (clone / name).unlink()
            else:
                (clone / name).parent.mkdir(parents=True, exist_ok=True)
                (clone / name).write_text(text, "utf-8")
        self.git("add", "--all", within=clone)
        self.git("commit", "--quiet", "--message", message, within=clone)
        self.git("push", "--quiet", "origin", f"HEAD:{self.branch}", within=clone)


class GitOverHttp:
    """The repository over HTTP, by `git http-backend`, for whoever has the token.

    `/moved.git` sends elsewhere; `followed` are the requests that came there. `faults` are of the next
    pushes, `read_faults` of the next of all other requests; None lets one through. `on_push` is
    called once a push was carried out, before it is answered.
    """

    def __init__(self, bare: BareRepository, user: str, token: str, *, root: Path | None = None) -> None:
        self._bare = bare
        self._root = root or bare.path.parent
        self._basic = b64encode(f"{user}:{token}".encode()).decode()
        self._runner: web.AppRunner | None = None
        self.base = ""
        self.followed: list[str] = []
        self.faults: list[Fault | None] = []
        self.read_faults: list[Fault | None] = []
        self.on_push: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"{self.base}/{self._bare.path.name}"

    async def __aenter__(self) -> GitOverHttp:
        self._bare.git("config", "http.receivepack", "true")
        self._bare.git("config", "uploadpack.allowFilter", "true")
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, auto_decompress=False)  # git does it itself
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/moved.git"):
            raise web.HTTPFound(f"/elsewhere{request.path_qs}")
        if request.path.startswith("/elsewhere"):
            self.followed.append(request.path)
            raise web.HTTPNotFound
        if request.headers.get("Authorization") != f"Basic {self._basic}":
            return web.Response(status=401, headers={"WWW-Authenticate": "Basic"})
        is_push = request.method == "POST" and request.path.endswith("/git-receive-pack")
        waiting = self.faults if is_push else self.read_faults
        fault = waiting.pop(0) if waiting else None
        answer = await self._done(request) if fault is None or fault.is_performed else None
        if answer and is_push:
            self.on_push()
        if answer and fault is None:
            return answer
        assert fault
        if fault.is_cut and request.transport:
            request.transport.abort()
        return web.Response(status=fault.status, headers=fault.headers)

    async def _done(self, request: web.Request) -> web.Response:
        body = await request.read()
        process = await asyncio.create_subprocess_exec(
            "git",
            "http-backend",
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self._root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
                "REMOTE_USER": "scribe",
                "REQUEST_METHOD": request.method,
                "PATH_INFO": request.path,
                "QUERY_STRING": request.query_string,
                "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate(body)
        head, _, rest = out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200 OK").split()[0])
        return web.Response(status=status, headers=headers, body=rest)
