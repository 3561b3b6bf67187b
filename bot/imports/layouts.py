"""Where in an export a channel's messages are.

- Slack's own (slack.com/help/articles/220556107): `channels.json`, `groups.json`, `mpims.json` and `dms.json`
  name the conversations, `users.json` the people, and each conversation has a folder with a file for each
  day. An Enterprise Grid organisation has one of these for each workspace in `teams/NAME/`, and
  `org_users.json` beside them. Whoever unpacks it may put folders around it or inside it.
- slackdump's export is laid out alike; its dump has a file for each conversation, `C123.json`, with the
  replies inside their messages; its archive has gzipped lines, `C123.json.gz` and `C123-THREAD.json.gz`,
  each line a part of what Slack answered (github.com/rusq/slackdump: `slackdump help chunk`).
- a file of messages, alone or as conversations.history answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from bot.imports import files
from bot.imports.errors import CannotImport
from bot.imports.files import Files, Unreadable
from bot.imports.json_text import lines_parsed, parsed

LISTS = {"channels.json": False, "groups.json": True, "mpims.json": True, "dms.json": True}
"""The files that name conversations, and whether those are private."""
PEOPLE = ("users.json", "org_users.json")
ID = r"[CDG][A-Z0-9]+"
LISTED = 10
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_CONVERSATION = re.compile(rf"({ID})(?:-[0-9.]+)?\.(?:json|jsonl)(\.gz)?")


@dataclass(frozen=True)
class Place:
    """An entry as it stands in its file, and where that is."""

    where: str
    content: object


@dataclass(frozen=True)
class Found:
    """Everything an export holds of one conversation; what of it cannot be read is named with the reason.

    `members` are the people its own workspace lists, `users` also those of the organisation around it. A
    conversation that an organisation's workspaces share `is_shared`: whose it is the export does not say.
    """

    channel_id: str
    channel_name: str
    is_private: bool
    entries: Sequence[Place]
    users: Sequence[object]
    team_id: str | None
    unread: Sequence[tuple[str, str]]
    members: Sequence[object] = ()
    is_shared: bool = False


@dataclass(frozen=True)
class _Channel:
    """A conversation of an export: `label` is how people name it, `files` what holds its messages."""

    label: str
    name: str
    channel_id: str
    is_private: bool
    root: str
    files: Sequence[str]
    is_lines: bool = False
    is_shared: bool = False


@dataclass
class _Read:
    """What was read so far, and what could not be."""

    files: Files
    unread: list[tuple[str, str]] = field(default_factory=list)

    def json(self, name: str) -> object:
        try:
            return parsed(self.files.read(name), name)
        except Unreadable as problem:
            self.unread.append((name, str(problem)))
        except CannotImport as problem:
            if not str(problem).startswith(name):
                raise  # too much in all
            self.unread.append((name, "it is not valid JSON"))
        return None

    def entries(self, name: str) -> list[object]:
        content = self.json(name)
        if content is not None and not isinstance(content, list):
            self.unread.append((name, "it holds no list"))
        return content if isinstance(content, list) else []

    def lines(self, name: str) -> list[object]:
        try:
            found, unread = lines_parsed(self.files.read(name), name)
        except Unreadable as problem:
            self.unread.append((name, str(problem)))
            return []
        self.unread += unread
        return found


def find(path: Path, channel: str | None, channel_id: str | None) -> Found:
    """The conversation that is meant.

    Raises:
        CannotImport: there is none, or several and nobody said which.
    """
    if not path.is_dir() and (path.name.lower().endswith(".gz")):
        named = _CONVERSATION.fullmatch(path.name)
        return find(path.parent, named[1] if named else channel, channel_id)
    there = files.of(path)
    if path.is_file() and there.names == [path.name]:
        return _of_file(there, path, channel, channel_id)
    channels = [*_listed(read := _Read(there)), *_by_file(read)]
    if not channels and path.is_dir():
        if _is_channel_folder(there) and (path.resolve().parent / "channels.json").is_file():
            return find(path.resolve().parent, channel or path.resolve().name, channel_id)
        if channel_id and _is_channel_folder(there):
            name = channel or path.resolve().name
            channels = [_Channel(name, name, channel_id, _is_private_id(channel_id), "", there.names)]
    if not channels:
        raise CannotImport(_no_export(path, there))
    return _of_channel(_chosen(channel or channel_id, channels), read)


def _of_channel(chosen: _Channel, read: _Read) -> Found:
    entries: list[Place] = []
    users: list[object] = []
    members: list[object] = []
    team_id = None
    for name in _people_of(chosen.root, read.files.names):
        listed: list[object] = []
        if name.endswith((".gz", "l")):
            for chunk in read.lines(name):
                listed += _items(_table(chunk).get("u"))
                team_id = team_id or _team_of(chunk)
        else:
            listed = read.entries(name)
        users += listed
        if str(PurePosixPath(name).parent) == str(PurePosixPath(chosen.root)):
            members += listed
    for name in chosen.files:
        if chosen.is_lines:
            for chunk in read.lines(name):
                users += _items(_table(chunk).get("u"))
                team_id = team_id or _team_of(chunk)
                if _table(chunk).get("id") in (None, "", chosen.channel_id):
                    entries += _in_chunk(chunk, name)
        else:
            content = read.json(name)
            said = _table(content).get("messages") if isinstance(content, dict) else content
            if isinstance(said, list):
                entries += _numbered(said, name)
            elif content is not None:
                read.unread.append((name, "it holds no list of messages"))
    return Found(
        chosen.channel_id,
        chosen.name,
        chosen.is_private,
        entries,
        users,
        team_id,
        tuple(read.unread),
        members,
        chosen.is_shared,
    )


def _listed(read: _Read) -> Iterator[_Channel]:
    """The conversations that `channels.json` and its like name and that have a folder."""
    names = read.files.names
    roots = {str(PurePosixPath(name).parent) for name in names if PurePosixPath(name).name in LISTS}
    for root in sorted(roots):
        others = [other for other in roots if other != root and _is_below(other, root)]
        own = [name for name in names if _is_below(name, root)]
        by_folder: dict[str, list[str]] = {}
        for name in own:
            inner = name.removeprefix("" if root == "." else f"{root}/")
            first = inner.partition("/")[0]
            if "/" in inner and not any(_is_below(name, other) for other in others):
                by_folder.setdefault(first, []).append(name)
        label = "" if len(roots) == 1 or root == "." else f"{PurePosixPath(root).name}/"
        is_shared = any(_is_below(other, root) for other in others)
        taken: set[str] = set()
        for file, is_private in LISTS.items():
            place = file if root == "." else f"{root}/{file}"
            for entry in read.entries(place) if place in own else ():
                one = _table(entry)
                channel_id, name = _text(one.get("id")), _text(one.get("name")) or _text(one.get("id"))
                if not re.fullmatch(ID, channel_id):
                    read.unread.append((f"an entry of {place}", "it names no conversation"))
                    continue
                spelled = [unicodedata.normalize("NFC", form) for form in (name, channel_id)]
                spelled += [f"{spelled[0]}-{channel_id}", f"{spelled[0]}_{channel_id}"]
                folder = next((form for form in spelled if form in by_folder and form not in taken), None)
                if folder is None:
                    continue
                taken.add(folder)
                yield _Channel(
                    label + name,
                    name,
                    channel_id,
                    is_private or one.get("is_private") is True,
                    root,
                    by_folder[folder],
                    is_shared=is_shared,
                )


def _by_file(read: _Read) -> Iterator[_Channel]:
    """The conversations that have a file of their own, `C123.json` or `C123.json.gz`."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for name in read.files.names:
        path = PurePosixPath(name)
        if named := _CONVERSATION.fullmatch(path.name):
            is_lines = bool(named[2]) or ".jsonl" in path.name
            found.setdefault((str(path.parent), named[1], is_lines), []).append(name)
    for (root, channel_id, is_lines), places in sorted(found.items()):
        about = _about(read, places, channel_id) if is_lines else {}
        if not is_lines:
            content = _quietly(read, places[0])
            if "messages" not in content and "channel_id" not in content:
                continue
            about = content
        name = _text(about.get("name")) or channel_id
        is_private = about.get("is_private") is True or _is_private_id(channel_id)
        yield _Channel(name, name, channel_id, is_private, root, places, is_lines)


def _about(read: _Read, places: Sequence[str], channel_id: str) -> Mapping[str, Any]:
    """What the beginning of a conversation's lines says about it."""
    for place in places:
        for chunk in lines_parsed(read.files.head(place), place)[0]:
            info = _table(_table(chunk).get("ci"))
            if info.get("id") == channel_id:
                return info
    return {}


def _quietly(read: _Read, place: str) -> Mapping[str, Any]:
    try:
        return _table(parsed(read.files.read(place), place))
    except (Unreadable, CannotImport):
        return {}


def _in_chunk(chunk: object, name: str) -> list[Place]:
    """The messages of one line of an archive: of a channel, or of a thread with the message it began with."""
    parts = _table(chunk)
    parent = [parts["p"]] if isinstance(parts.get("p"), dict) else []
    return _numbered([*parent, *_items(parts.get("m"))], name)


def _numbered(listed: Sequence[object], name: str) -> list[Place]:
    """Each with its place; replies that slackdump puts inside their message follow it."""
    found = []
    for number, content in enumerate(listed, 1):
        where = f"entry {number} of {name}"
        found.append(Place(where, content))
        replies = _items(_table(content).get("slackdump_thread_replies"))
        if replies and isinstance(content, dict):
            found[-1] = Place(where, {k: v for k, v in content.items() if k != "slackdump_thread_replies"})
            found += [Place(f"a reply in {where}", reply) for reply in replies]
    return found


def _of_file(there: Files, path: Path, name: str | None, channel_id: str | None) -> Found:
    read = _Read(there)
    is_lines = path.suffix.lower() == ".jsonl"
    try:
        content: object = read.lines(path.name) if is_lines else parsed(there.read(path.name), path.name)
    except Unreadable as problem:
        raise CannotImport(f"{path.name} is left alone: {problem}.") from None
    if is_lines and any(_items(_table(chunk).get("m")) for chunk in _items(content)):
        content = {"messages": [place.content for chunk in _items(content) for place in _in_chunk(chunk, "")]}
    about = _table(content)
    said = about.get("channel")
    channel = _table(said) if isinstance(said, dict) else {"id": said}
    named = _CONVERSATION.fullmatch(path.name)
    found_id = channel_id or _text(channel.get("id")) or _text(about.get("channel_id"))
    found_id = found_id or (named[1] if named else "")
    if not re.fullmatch(ID, found_id):
        raise CannotImport(
            f"{path.name} does not say which channel it is, so nothing could link to its messages. "
            f"Say so, for example: scribe import {path.name} --channel-id C0123456789"
        )
    messages = about.get("messages") if isinstance(content, dict) else content
    if not isinstance(messages, list):
        raise CannotImport(
            f"{path.name} should hold a list of messages as Slack writes them, "
            'for example [{"ts": "1694355300.000100", "user": "U1", "text": "Rolled back"}].'
        )
    team = about.get("team")
    return Found(
        found_id,
        (name or _text(channel.get("name")) or _text(about.get("name")) or path.stem).removeprefix("#"),
        channel.get("is_private") is True or _is_private_id(found_id),
        _numbered(messages, path.name),
        [*_items(about.get("users")), *_items(about.get("members"))],
        _text(_table(team).get("id")) or _text(team) or None,
        tuple(read.unread),
    )


def _chosen(wanted: str | None, there: Sequence[_Channel]) -> _Channel:
    """The conversation that is meant, by name or id; of several workspaces also as `acme/ops`."""
    if not wanted:
        if len(there) == 1:
            return there[0]
        raise CannotImport(f"The export has {_names(there)}: say which one, for example --channel ops.")
    said = unicodedata.normalize("NFC", wanted.removeprefix("#"))
    for spelled in (
        [one for one in there if said in (one.label, one.channel_id)],
        [one for one in there if said == one.name],
        [one for one in there if said.casefold() in (one.label.casefold(), one.name.casefold())],
    ):
        if len(spelled) == 1:
            return spelled[0]
        if spelled:
            one = spelled[0]
            say = one.label if one.label != spelled[1].label else one.channel_id
            raise CannotImport(
                f"The export has {_names(spelled)}: say which one, for example --channel {say}."
            )
    raise CannotImport(f"The export has no channel #{said}; it has {_names(there)}.")


def _names(there: Sequence[_Channel]) -> str:
    listed = [f"#{one.label}" for one in there]
    labels = sorted(
        f"{label} ({one.channel_id})" if listed.count(label) > 1 else label
        for label, one in zip(listed, there, strict=True)
    )
    more = f" and {len(labels) - LISTED} more" if len(labels) > LISTED else ""
    return ", ".join(labels[:LISTED]) + more


def _no_export(path: Path, there: Files) -> str:
    if path.is_dir() and any(path.rglob("slackdump.sqlite")):
        return (
            f"{path.name} is a slackdump database. Make an export of it, for example: "
            "slackdump convert -f export -o export.zip slackdump.sqlite"
        )
    if not there.names:
        return (
            f"There is nothing in {path.name} that an export holds. An export is a folder or a .zip of .json."
        )
    if any(PurePosixPath(name).name in LISTS for name in there.names):
        return f"{path.name} names channels and holds messages of none of them."
    return (
        "This is no Slack export: it has neither channels.json nor groups.json. "
        "For a file of messages alone say: scribe import messages.json --channel-id C0123456789"
    )


def _people_of(root: str, names: Sequence[str]) -> list[str]:
    """The files that list people: beside the conversation, and of the organisation around it."""
    at = {"", "." if root == "." else root, *(str(parent) for parent in PurePosixPath(root).parents)}
    wanted = {*PEOPLE, "users.json.gz", "workspace.json.gz", "org_users.jsonl"}
    return [
        name for name in names if PurePosixPath(name).name in wanted and str(PurePosixPath(name).parent) in at
    ]


def _team_of(chunk: object) -> str | None:
    return _text(_table(_table(chunk).get("w")).get("team_id")) or None


def _is_channel_folder(there: Files) -> bool:
    return bool(there.names) and all(_DAY.fullmatch(PurePosixPath(name).name) for name in there.names)


def _is_below(name: str, root: str) -> bool:
    return root == "." or name.startswith(f"{root}/")


def _is_private_id(channel_id: str) -> bool:
    return channel_id.startswith(("D", "G"))


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
