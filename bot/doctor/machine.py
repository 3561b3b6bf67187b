"""Looking at the machine: versions, who may read the tokens, and room on the disk."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
from importlib.metadata import version
from pathlib import Path

from bot.doctor.finding import Finding
from bot.settings import Settings
from storage.address import read_address

LEAST_FREE = 1 << 30
"""Bytes; SQLite and exports want some room, and a full disk loses what people say to Scribe."""


async def examine(settings: Settings) -> list[Finding]:
    """The environment, `.env` and the folders that are written to."""
    found = [environment(), *readers_of(Path(".env"))]
    address = read_address(settings.database_url)
    if (
        address.get_backend_name() == "sqlite"
        and address.database
        and not address.database.startswith("file:")
    ):
        found.append(room(Path(address.database).absolute().parent, "DATABASE_URL"))
    for one in (settings, *settings.own.values()):
        if one.export_dir:
            found.append(room(Path(one.export_dir).absolute(), "EXPORT_DIR"))
    return found


def environment() -> Finding:
    """What runs here."""
    running = f"Scribe {version('incident-scribe')}, Python {platform.python_version()}"
    return Finding(True, "environment", f"{running}, SQLite {sqlite3.sqlite_version}, {platform.system()}")


def readers_of(file: Path) -> list[Finding]:
    """Whether others can read the file with the tokens, where there is one."""
    if os.name != "posix" or not file.is_file():
        return []
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        advice = f"holds tokens, and others on this machine can read it: chmod 600 {file}"
        return [Finding(False, str(file), advice)]
    return [Finding(True, str(file), "only its owner can read it")]


def room(folder: Path, setting: str) -> Finding:
    """Whether a folder is there, may be written to, and has room."""
    if not folder.is_dir():
        return Finding(False, "disk", f"{folder} is no folder: make it, or name another in {setting}")
    if not os.access(folder, os.W_OK):
        return Finding(False, "disk", f"{folder} may not be written to: change whose it is, or {setting}")
    free = shutil.disk_usage(folder).free
    shown = f"{free / (1 << 30):.1f} GiB free in {folder}"
    if free < LEAST_FREE:
        return Finding(False, "disk", f"only {shown}: make room, since Scribe records nothing on a full disk")
    return Finding(True, "disk", shown)
