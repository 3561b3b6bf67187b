"""files.*: uploads in three steps, and what is known of a file.

Source: docs.slack.dev/messaging/working-with-files.
"""

from sandbox import messages
from sandbox.errors import Refusal
from sandbox.files import described, just_completed, new_file
from sandbox.json_types import JsonObject
from sandbox.records import FileRecord, Message
from sandbox.web_api.asked import Asked, Method, missing

MAX_ALT = 1000
"""Characters of alternative text (page of files.getUploadURLExternal, errors)."""


def get_upload_url(asked: Asked) -> JsonObject:
    """Step one: an address to send the bytes to.

    Raises:
        Refusal: `invalid_arguments` without a name or a length above zero, `alt_txt_too_large`.
    """
    name, length = asked.required("filename"), asked.required("length")
    if not length.isdecimal() or int(length) == 0:
        raise Refusal("invalid_arguments", messages=["must be more than 0 [json-pointer:/length]"])
    if not name.strip():
        raise Refusal(
            "invalid_arguments", messages=["must be longer than 0 characters [json-pointer:/filename]"]
        )
    alt = asked.text("alt_txt") or ""
    if len(alt) > MAX_ALT:
        raise Refusal("alt_txt_too_large")
    file = new_file(asked.workspace, asked.workspace.bot_user_id, name)
    file.is_complete, file.length, file.alt = False, int(length), alt
    return {"upload_url": f"{asked.workspace.url}upload/{file.id}", "file_id": file.id}


def complete_upload(asked: Asked) -> JsonObject:
    """Step three: share what was uploaded, as a message of the bot's; without a channel it stays private.

    Raises:
        Refusal: `file_not_found` for a file nobody sent, `channel_not_found`, `not_in_channel`,
            `is_archived`, `thread_not_found`.
    """
    workspace = asked.workspace
    given = asked.parsed("files", "invalid_arguments")
    if not isinstance(given, list) or not given:
        raise missing("files")
    files = [_uploaded(asked, entry) for entry in given]
    if asked.text("channel_id"):
        channel = asked.channel("channel_id", as_member=True)
        thread_ts = asked.text("thread_ts") or None
        if channel.is_archived:
            raise Refusal("is_archived")
        if thread_ts is not None and thread_ts not in channel.messages:
            raise Refusal("thread_not_found")
        message = Message(
            ts=workspace.clock.next_ts(),
            channel_id=channel.id,
            text=asked.text("initial_comment") or "",
            user_id=workspace.bot_user_id,
            bot_id=workspace.bot_id,
            app_id=workspace.app_id,
            thread_ts=thread_ts,
        )
        messages.attach_files(message, files)
        messages.post(workspace, message)
    for file in files:
        file.is_complete = True
    return {"files": [just_completed(workspace, file) for file in files]}


def _uploaded(asked: Asked, entry: object) -> FileRecord:
    file_id = entry.get("id") if isinstance(entry, dict) else None
    file = asked.workspace.files.get(str(file_id))
    if file is None or not file.content:
        raise Refusal("file_not_found")
    if isinstance(entry, dict) and entry.get("title"):
        file.title = str(entry["title"])
    return file


def info(asked: Asked) -> JsonObject:
    """What is known of a file or a canvas.

    Raises:
        Refusal: `file_not_found`, also for one that is not completed or that the bot has no way to see.
    """
    workspace = asked.workspace
    file_id = asked.required("file")
    file = workspace.files.get(file_id)
    if file is not None and file.is_complete and _is_seen(asked, file):
        return {"file": described(workspace, file)}
    canvas = workspace.canvases.get(file_id)
    if canvas is None:
        raise Refusal("file_not_found")
    created = int(canvas.created_at.timestamp())
    return {
        "file": {
            "id": canvas.id,
            "created": created,
            "timestamp": created,
            "title": canvas.title,
            "name": canvas.title,
            "mimetype": "application/vnd.slack-docs",
            "filetype": "quip",
            "pretty_type": "Canvas",
            "user": canvas.owner,
            "is_external": False,
            "url_private": f"{workspace.url}files/{canvas.id}/canvas.md",
            "permalink": f"{workspace.url}docs/{workspace.team_id}/{canvas.id}",
        }
    }


def _is_seen(asked: Asked, file: FileRecord) -> bool:
    bot = asked.workspace.bot_user_id
    shared = (asked.workspace.channels[channel_id] for channel_id in file.channel_ids)
    return file.user_id == bot or any(
        channel.kind == "channel" or bot in channel.members for channel in shared
    )


METHODS = (
    Method("files.getUploadURLExternal", get_upload_url, ("files:write",)),
    Method("files.completeUploadExternal", complete_upload, ("files:write",)),
    Method("files.info", info, ("files:read",)),
)
