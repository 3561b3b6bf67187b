"""Uploaded files and how Slack describes them (docs.slack.dev/reference/objects/file-object)."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import FileRecord

if TYPE_CHECKING:
    from sandbox.workspace import Workspace


def new_file(workspace: "Workspace", user_id: str, name: str, *, content: bytes = b"") -> FileRecord:
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
    workspace: "Workspace", user_id: str, files: Sequence[str | Mapping[str, object]] | None
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


def file_payload(workspace: "Workspace", file: FileRecord) -> JsonObject:
    """A file object as it comes with messages and `files.info`."""
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    address = f"{workspace.url}files/{file.id}/{file.name}"
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
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": address,
        "permalink_public": address,
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
