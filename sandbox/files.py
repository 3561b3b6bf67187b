"""Uploaded files and how Slack describes them (docs.slack.dev/reference/objects/file-object)."""

import mimetypes
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import FileRecord
from sandbox.state import State


def new_file(workspace: State, user_id: str, name: str, *, content: bytes = b"") -> FileRecord:
    """A file of this person, known to the workspace and shared nowhere yet."""
    file = FileRecord(
        id=new_id("F"),
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        user_id=user_id,
        created=int(workspace.clock.now().timestamp()),
        content=content,
    )
    workspace.files[file.id] = file
    return file


def files_of(
    workspace: State, user_id: str, files: Sequence[str | Mapping[str, object]] | None
) -> list[FileRecord]:
    """Files named by a scenario: a name, or a mapping with `name` and perhaps `content` (text or bytes)."""
    made: list[FileRecord] = []
    for entry in files or ():
        if isinstance(entry, str):
            made.append(new_file(workspace, user_id, entry))
            continue
        content = entry.get("content", b"")
        raw = content if isinstance(content, bytes) else str(content).encode()
        made.append(new_file(workspace, user_id, str(entry["name"]), content=raw))
    return made


def file_payload(workspace: State, file: FileRecord) -> JsonObject:
    """A file object as it comes with messages and `files.info`."""
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    address = permalink(workspace, file)
    private = f"{workspace.url}files-pri/{workspace.team_id}-{file.id}/"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": file.user_id,
        "user_team": workspace.team_id,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(kind_of(workspace, channel_id) == "channel" for channel_id in file.channel_ids),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}{quote(file.name)}",
        "url_private_download": f"{private}download/{quote(file.name)}",
        "permalink": address,
        "permalink_public": f"{workspace.url}files-pub/{workspace.team_id}-{file.id}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    } | ({"alt_txt": file.alt} if file.alt else {})


def described(workspace: State, file: FileRecord) -> JsonObject:
    """A file as `files.info` tells of it: with the places where it is shared."""
    shares: JsonObject = {}
    for channel_id, ts, thread_ts in file.shares:
        kind = "public" if kind_of(workspace, channel_id) == "channel" else "private"
        share = {"ts": ts} | ({"thread_ts": thread_ts} if thread_ts else {})
        shares.setdefault(kind, {}).setdefault(channel_id, []).append(share)
    places: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for channel_id in dict.fromkeys(file.channel_ids):
        places[f"{kind_of(workspace, channel_id)}s"].append(channel_id)
    return file_payload(workspace, file) | {"shares": shares, **places}


def just_completed(workspace: State, file: FileRecord) -> JsonObject:
    """A file in the answer that completes its upload: what it is and where it is shared comes later.

    Sharing goes on after the answer (observed, slackapi/bolt-js#2115, slackapi/python-slack-sdk#1575).
    """
    unknown = {"mimetype": "", "filetype": "", "pretty_type": "", "is_public": False}
    return file_payload(workspace, file) | unknown | {"shares": {}, "channels": [], "groups": [], "ims": []}


def permalink(workspace: State, file: FileRecord) -> str:
    """Where people see a file."""
    return f"{workspace.url}files/{file.id}/{quote(file.name)}"


def kind_of(workspace: State, channel_id: str) -> str:
    """channel, group or im."""
    return workspace.channels[channel_id].kind
