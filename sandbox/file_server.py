"""Where a file's bytes are sent to and fetched from, outside of the Web API.

Source: docs.slack.dev/messaging/working-with-files.
"""

import asyncio
import email
from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import CutAnswer
from sandbox.records import FileRecord
from sandbox.workspace import Workspace

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Shown by the browser. No SVG: an uploaded one may hold scripts."""
_SIGN_IN = Markup("<!doctype html><title>Sign in to {}</title>")


class FileServer:
    """The addresses of files: `upload_url`, `url_private` for the bot token, `permalink` for people.

    Whoever opens a permalink on this machine counts as signed in.
    """

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._workspaces = workspaces

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/upload/{file_id:str}", self._upload, methods=["POST"]),
            Route("/files/{file_id:str}/{name:path}", self._for_people),
            Route("/files-pri/{team:str}-{file_id:str}/{name:path}", self._for_the_bot),
        ]

    async def _upload(self, request: Request) -> Response:
        """Step two of an upload: the bytes, as many as were announced."""
        workspace = self._that_has(request.path_params["file_id"])
        file = workspace.files.get(request.path_params["file_id"])
        if file is None or file.is_complete:
            return PlainTextResponse("file not found", 404)
        faults = workspace.faults
        await asyncio.sleep(faults.delay_of("upload_url"))
        fault = faults.take("upload_url")
        content = _sent_bytes(request.headers.get("content-type", ""), await request.body())
        if fault is None or fault.is_performed:
            if len(content) != file.length:
                return PlainTextResponse(f"{len(content)} bytes came, {file.length} were announced", 400)
            file.content = content
        if fault is None:
            return PlainTextResponse(f"OK - {len(content)}")
        if fault.is_cut:
            return CutAnswer()
        return PlainTextResponse(fault.error, fault.status, _retry_after(fault.retry_after))

    async def _for_people(self, request: Request) -> Response:
        """A file or a canvas's Markdown, as its permalink shows it."""
        file_id = request.path_params["file_id"]
        workspace = self._that_has(file_id)
        canvas = workspace.canvases.get(file_id)
        if canvas is not None:
            return PlainTextResponse(canvas.markdown, media_type="text/markdown")
        file = workspace.files.get(file_id)
        if file is None or not file.is_complete:
            return PlainTextResponse("file not found", 404)
        return _served(file, is_shown=file.mimetype in _PICTURES)

    async def _for_the_bot(self, request: Request) -> Response:
        """`url_private`: without a token that may read files it shows a sign-in page, with status 200."""
        workspace = self._that_has(request.path_params["file_id"])
        file = workspace.files.get(request.path_params["file_id"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = workspace.installs.tokens.get(token)
        is_known = known is not None and known.is_good_for(workspace)
        if not is_known or "files:read" not in workspace.scopes:
            return HTMLResponse(_SIGN_IN.format(workspace.domain))
        if file is None or not file.is_complete:
            return PlainTextResponse("file not found", 404)
        return _served(file, is_shown=False)

    def _that_has(self, file_id: str) -> Workspace:
        """The workspace with this file or canvas, else the first."""
        having = (one for one in self._workspaces if file_id in one.files or file_id in one.canvases)
        return next(having, self._workspaces[0])


def _served(file: FileRecord, *, is_shown: bool) -> Response:
    headers = {
        "content-disposition": "inline" if is_shown else "attachment",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.mimetype, headers=headers)


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"retry-after": str(seconds)}


def _sent_bytes(content_type: str, body: bytes) -> bytes:
    """The file in an upload: the body itself, or the first part of a form."""
    if not content_type.startswith("multipart/"):
        return body
    form = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    part = next((part for part in form.walk() if not part.is_multipart()), form)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
