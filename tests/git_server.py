"""A git repository on this machine: bare, on disk, looked into by `git` itself."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


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
