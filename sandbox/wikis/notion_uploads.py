"""Files that are uploaded to Notion on this machine (developers.notion.com/reference/file-upload).

Sources: developers.notion.com/guides/data-apis/uploading-small-files, .../working-with-files-and-media, and
the reference of the two calls; those of single refusals stand beside them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.wikis.notion_errors import as_object, refusal

MOST_AT_ONCE = 20 * 1024 * 1024
"""Bytes of a file that is sent in one part (uploading-small-files, size limit)."""
MOST_OF_FREE = 5 * 1024 * 1024
"""Bytes of a file in a workspace that pays nothing (working-with-files-and-media, file size limits)."""
LONGEST_NAME = 900
"""Bytes of a file's name (reference/create-file)."""
ATTACHED_WITHIN = timedelta(hours=1)
"""After which an upload that is attached to nothing expires (uploading-small-files, file lifecycle)."""
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
}
"""Some of those it takes, by the ending of the name (working-with-files-and-media, supported file types)."""


@dataclass
class FileUpload:
    """An upload as it stands; `attached` counts the blocks that show it, of which any number may."""

    id: str
    created_at: datetime
    name: str | None
    media_type: str | None
    status: str = "pending"
    content: bytes = b""
    attached: int = 0

    def expire(self, now: datetime) -> None:
        """Let an hour that went by without anybody's attaching it count."""
        if not self.attached and now >= self.created_at + ATTACHED_WITHIN:
            self.status = "expired"


class Uploads:
    """Those of one workspace. `may_upload` is a right of the connection; its plan takes `most_bytes`."""

    def __init__(self) -> None:
        self.all: list[FileUpload] = []
        self.may_upload = True
        self.most_bytes = MOST_OF_FREE

    def create(self, said: dict[str, Any], now: datetime) -> dict[str, Any]:
        self._may()
        mode, name, media_type = (
            said.get("mode", "single_part"),
            said.get("filename"),
            said.get("content_type"),
        )
        if mode != "single_part":
            raise refusal(400, "validation_error", "body failed validation: mode is none that is taken here")
        if name is not None:
            known = TYPES.get(PurePosixPath(str(name)).suffix.lower())
            if len(str(name).encode()) > LONGEST_NAME:
                raise refusal(400, "validation_error", f"filename must be at most {LONGEST_NAME} bytes")
            if known is None:
                raise refusal(
                    400, "validation_error", f"The extension of {name} is not supported for the API."
                )
            if media_type not in (None, known):
                # reference/create-file: the content type must match the extension of the name
                raise refusal(400, "validation_error", f"{media_type} does not match the extension of {name}")
        elif media_type is not None and media_type not in TYPES.values():
            raise refusal(400, "validation_error", f"{media_type} is not supported for the API.")
        self.all.append(FileUpload(str(uuid.uuid4()), now, name, media_type))
        return self._shown(self.all[-1])

    async def send(self, upload_id: str, request: Request, now: datetime) -> dict[str, Any]:
        self._may()
        upload = self.one(upload_id, now)
        if not request.headers.get("content-type", "").startswith("multipart/form-data; boundary="):
            # reference/upload-file: the one call that takes a form, with a boundary
            raise refusal(400, "validation_error", "Content-Type should be multipart/form-data")
        async with request.form(max_part_size=2 * MOST_AT_ONCE) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise refusal(400, "validation_error", "body failed validation: file should be defined")
            content, name, media_type = await sent.read(), sent.filename, sent.content_type
        if upload.status != "pending":
            # uploading-small-files, step 2: one of the three cases of a 400
            raise refusal(
                400, "validation_error", f"File upload status must be pending, and is {upload.status}."
            )
        if len(content) > min(MOST_AT_ONCE, self.most_bytes):
            raise refusal(400, "validation_error", "The file exceeds the size limit of the workspace.")
        if media_type not in TYPES.values() or upload.media_type not in (None, media_type):
            raise refusal(
                400, "validation_error", f"The content type {media_type} is not that of the upload."
            )
        upload.name, upload.media_type = upload.name or name, media_type
        upload.content, upload.status = content, "uploaded"
        return self._shown(upload)

    def attach(self, upload_id: str, kind: str, now: datetime) -> FileUpload:
        """Note that a block of a kind shows it, as any number of blocks may (uploading-small-files)."""
        upload = self.one(upload_id, now)
        if upload.status != "uploaded":
            raise refusal(
                400, "validation_error", f"File upload {upload_id} is {upload.status}, not uploaded."
            )
        if kind == "image" and not str(upload.media_type).startswith("image/"):
            # working-with-files-and-media: the type of the file must suit the block
            raise refusal(400, "validation_error", f"A block of type image cannot show {upload.media_type}.")
        upload.attached += 1
        return upload

    def one(self, upload_id: str, now: datetime) -> FileUpload:
        found = next((one for one in self.all if one.id == upload_id), None)
        if found is None:
            raise refusal(404, "object_not_found", f"Could not find file upload with ID: {upload_id}.")
        found.expire(now)
        return found

    def _may(self) -> None:
        if not self.may_upload:
            # reference/create-file and .../upload-file: restricted_resource is among their answers
            raise refusal(403, "restricted_resource", "Insufficient permissions for this endpoint.")

    def _shown(self, upload: FileUpload) -> dict[str, Any]:
        made = f"{upload.created_at:%Y-%m-%dT%H:%M}:00.000Z"
        expires = None if upload.attached else f"{upload.created_at + ATTACHED_WITHIN:%Y-%m-%dT%H:%M}:00.000Z"
        return {
            "object": "file_upload",
            "id": upload.id,
            "created_time": made,
            "last_edited_time": made,
            "expiry_time": expires,
            "in_trash": False,
            "status": upload.status,
            "filename": upload.name,
            "content_type": upload.media_type,
            "content_length": len(upload.content) if upload.status == "uploaded" else None,
        }


def uploaded(image: object) -> str:
    """The upload that an image in a request names."""
    said = as_object(image)
    if said.get("type") != "file_upload":
        raise refusal(
            400, "validation_error", "body failed validation: image.type is not one that is taken here"
        )
    return str(as_object(said.get("file_upload")).get("id"))
