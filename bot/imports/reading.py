"""Reading a channel's history from files: a Slack export, or JSON with messages as Slack's API shows them.

Source: slack.com/help/articles/220556107 (how an export is laid out: `channels.json`, `groups.json`,
`users.json`, and a folder of `YYYY-MM-DD.json` for each channel); conversations.history for the messages.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LISTS = {"channels.json": False, "groups.json": True}
"""The files that name channels, and whether those are private."""


class CannotImport(Exception):
    """What was given cannot be imported; the text is one sentence for the person who asked."""


@dataclass(frozen=True)
class History:
    """What was said in one channel, oldest first, as Slack wrote it down."""

    channel_id: str
    channel_name: str
    is_private: bool
    messages: Sequence[Mapping[str, Any]]
    users: Sequence[Mapping[str, Any]]
    team_id: str | None
    skipped: int
    """Entries that are no messages: without a `ts`."""


def read(path: Path, *, channel: str | None = None, channel_id: str | None = None) -> History:
    """The history of a channel from a folder, a .zip or a .json file.

    `channel` names the one that is meant where there are several; `channel_id` says its id where the files
    do not.

    Raises:
        CannotImport: it is none of these, is broken, or does not say which channel it is.
    """
    if not path.exists():
        raise CannotImport(f"There is no {path}. An example that works: scribe import export/ --channel ops")
    if path.is_dir():
        return _of_export(_Folder(path), channel)
    if zipfile.is_zipfile(path):
        return _of_export(_Zip(path), channel)
    return _of_json(path, channel, channel_id)


class _Files:
    """The files of an export, by their path in it."""

    def names(self) -> list[str]:
        raise NotImplementedError

    def text(self, name: str) -> bytes:
        raise NotImplementedError

    def json(self, name: str) -> object:
        return _parsed(self.text(name), name)


class _Folder(_Files):
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        return sorted(file.relative_to(self._root).as_posix() for file in self._root.rglob("*.json"))

    def text(self, name: str) -> bytes:
        return (self._root / name).read_bytes()


class _Zip(_Files):
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        return sorted(name for name in self._zip.namelist() if name.endswith(".json"))

    def text(self, name: str) -> bytes:
        return self._zip.read(name)


def _of_export(files: _Files, wanted: str | None) -> History:
    names = files.names()
    known = {}
    for file, is_private in LISTS.items():
        if file in names:
            for entry in _entries(files.json(file), file):
                known[str(entry.get("name") or entry.get("id"))] = (str(entry.get("id")), is_private)
    if not known:
        raise CannotImport(
            "This is no Slack export: it has neither channels.json nor groups.json. "
            "For a file of messages alone say: scribe import messages.json --channel-id C0123456789"
        )
    folders = {name.partition("/")[0] for name in names if "/" in name}
    name = _chosen(wanted, {name: channel_id for name, (channel_id, _) in known.items() if name in folders})
    found: list[Mapping[str, Any]] = []
    for file in names:
        if file.startswith(f"{name}/"):
            found += _entries(files.json(file), file)
    users = _entries(files.json("users.json"), "users.json") if "users.json" in names else []
    channel_id, is_private = known[name]
    return _history(channel_id, name, is_private, found, users, None)


def _chosen(wanted: str | None, there: Mapping[str, str]) -> str:
    """The name of the channel that is meant, by name or id."""
    if wanted:
        said = wanted.removeprefix("#")
        for name, channel_id in there.items():
            if said in (name, channel_id):
                return name
        raise CannotImport(f"The export has no channel #{said}; it has {_listed(there)}.")
    if len(there) == 1:
        return next(iter(there))
    raise CannotImport(f"The export has {_listed(there)}: say which one, for example --channel ops.")


def _listed(there: Mapping[str, str]) -> str:
    names = [f"#{name}" for name in sorted(there)]
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more if names else "no channel with messages"


def _of_json(path: Path, name: str | None, channel_id: str | None) -> History:
    content = _parsed(path.read_bytes(), path.name)
    about: Mapping[str, Any] = content if isinstance(content, dict) else {}
    said = about.get("channel")
    channel: Mapping[str, Any] = said if isinstance(said, dict) else {"id": said} if said else {}
    found_id = channel_id or channel.get("id")
    if not found_id or str(found_id)[0] not in "CDG":
        raise CannotImport(
            f"{path.name} does not say which channel it is, so nothing could link to its messages. "
            f"Say so, for example: scribe import {path.name} --channel-id C0123456789"
        )
    messages = about.get("messages") if about else content
    users = about.get("users") or about.get("members") or []
    team = about.get("team")
    return _history(
        str(found_id),
        (name or str(channel.get("name") or path.stem)).removeprefix("#"),
        bool(channel.get("is_private")) or str(found_id).startswith(("D", "G")),
        _entries(messages, path.name),
        _entries(users, path.name),
        str(team.get("id") if isinstance(team, dict) else team) if team else None,
    )


def _history(
    channel_id: str,
    name: str,
    is_private: bool,
    found: Sequence[Mapping[str, Any]],
    users: Sequence[Mapping[str, Any]],
    team_id: str | None,
) -> History:
    messages = {str(message["ts"]): message for message in found if _is_ts(message.get("ts"))}
    teams = [entry.get("team_id") for entry in users] + [entry.get("team") for entry in found]
    return History(
        channel_id=channel_id,
        channel_name=name,
        is_private=is_private,
        messages=[messages[ts] for ts in sorted(messages)],
        users=[*_profiles(found), *(user for user in users if user.get("id"))],
        team_id=team_id or next((str(team) for team in teams if team), None),
        skipped=sum(not _is_ts(message.get("ts")) for message in found),
    )


def _profiles(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Who wrote, as exports say it beside each message: for people whom `users.json` lacks."""
    profiles = {
        str(message["user"]): {"id": str(message["user"]), "profile": message["user_profile"]}
        for message in found
        if message.get("user") and isinstance(message.get("user_profile"), dict)
    }
    return list(profiles.values())


def _is_ts(ts: object) -> bool:
    if not isinstance(ts, str):
        return False
    seconds, _, micros = ts.partition(".")
    return seconds.isascii() and seconds.isdigit() and micros.isascii() and micros.isdigit()


def _parsed(text: bytes, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise CannotImport(f"{name} is not valid JSON: {problem}.") from problem


def _entries(content: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(content, list) or any(not isinstance(entry, dict) for entry in content):
        raise CannotImport(
            f"{name} should hold a list of messages, people or channels as Slack writes them, "
            'for example [{"ts": "1694355300.000100", "user": "U1", "text": "Rolled back"}].'
        )
    return content
