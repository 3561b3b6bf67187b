"""Notion on this machine: pages as Markdown, in a data source or below a page, and pictures on them.

Sources: developers.notion.com/reference and .../guides/data-apis/working-with-markdown-content; those of
single refusals stand beside them.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer
from sandbox.wikis.notion_blocks import blocks_of
from sandbox.wikis.notion_errors import as_object as _object
from sandbox.wikis.notion_errors import refusal as _refusal
from sandbox.wikis.notion_uploads import Uploads, uploaded

VERSIONS = ("2025-09-03", "2026-03-11")
MOST_BYTES = 500 * 1024
"""Of one request (developers.notion.com/reference/request-limits, size limits)."""
AT_ONCE = 100
"""Blocks of one answer, and of one request (same page)."""
LONGEST = 2000
"""Characters of one piece of rich text (same page)."""
BOT, ANA = "b0700000-0000-4000-8000-000000000001", "a0a00000-0000-4000-8000-000000000002"
_PAGE = re.compile(r"/v1/pages/(?P<id>[^/]+)(?P<markdown>/markdown)?")
_CHILDREN = re.compile(r"/v1/blocks/(?P<id>[^/]+)/children")
_SEND = re.compile(r"/v1/file_uploads/(?P<id>[^/]+)/send")
_FILE = re.compile(r"(?<=\]\()(?P<address>http://[^)]*/files/[^)?]+)")


@dataclass
class NotionPage:
    """A page as it stands."""

    id: str
    title: str
    markdown: str
    marker: str
    created_at: datetime
    edited_at: datetime
    editor: str = BOT
    in_trash: bool = False
    below: list[str] = field(default_factory=list)
    """Pages that people put below it, by title."""


class NotionServer(TrackerServer):
    """One workspace with one data source and one page that are shared with the connection.

    `unindexed`: so many queries do not see yet what was made last. `columns` are those of the data source.
    """

    def __init__(self, token: str = "ntn_fake_token_1") -> None:
        super().__init__(token)
        self.data_source = str(uuid.UUID(int=0xD9824BDC))
        self.parent = str(uuid.UUID(int=0x59833787))
        self.pages: list[NotionPage] = []
        self.unindexed = 0
        self.is_shared = True
        self.may_insert = True
        self.columns = {"Name": "title", "Scribe ID": "rich_text"}
        self.uploads = Uploads()
        self._signed = 0

    def is_reading(self, method: str, body: Any) -> bool:
        return method == "GET" or (isinstance(body, dict) and "filter" in body)

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        sent = _SEND.fullmatch(path)
        if len(await request.body()) > MOST_BYTES and not sent:
            raise _refusal(413, "validation_error", "body failed validation: it is too large")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise _refusal(401, "unauthorized", "API token is invalid.")
        if request.headers.get("notion-version") not in VERSIONS:
            # reference/versioning: the header is required
            raise _refusal(400, "missing_version", "Notion-Version header failed validation")
        if path == "/v1/users/me":
            return 200, {"object": "user", "id": BOT, "type": "bot", "name": "Scribe", "bot": {}}
        if path == f"/v1/users/{ANA}":
            return 200, {"object": "user", "id": ANA, "type": "person", "name": "Ana"}
        if path == "/v1/file_uploads" and request.method == "POST":
            return 200, self.uploads.create(_object(body), self.moment())
        if sent and request.method == "POST":
            return 200, await self.uploads.send(sent["id"], request, self.moment())
        if path == "/v1/pages" and request.method == "POST":
            return 200, self._shown(self._made(_object(body)))
        if path == f"/v1/data_sources/{self.data_source}" and self.is_shared:
            columns = {
                name: {"id": str(n), "name": name, "type": kind}
                for n, (name, kind) in enumerate(self.columns.items())
            }
            return 200, {"object": "data_source", "id": self.data_source, "properties": columns}
        if path == f"/v1/data_sources/{self.data_source}/query" and self.is_shared:
            return 200, self._queried(_object(body))
        if (found := _CHILDREN.fullmatch(path)) and request.method == "PATCH":
            return 200, self._append(self._one(found["id"]), _object(body))
        if found:
            query = request.query_params
            return 200, self._children(
                found["id"], int(query.get("page_size", AT_ONCE)), query.get("start_cursor")
            )
        if found := _PAGE.fullmatch(path):
            return self._page(request.method, found["id"], body, is_markdown=bool(found["markdown"]))
        raise _missing(path.rpartition("/")[2])

    def _page(self, method: str, page_id: str, body: Any, *, is_markdown: bool) -> tuple[int, Any]:
        if page_id == self.parent and self.is_shared and method == "GET" and not is_markdown:
            now = self.moment()
            return 200, self._shown(NotionPage(self.parent, "Post-mortems", "", "", now, now))
        page = self._one(page_id)
        if method == "PATCH":
            if page.in_trash:
                raise _refusal(
                    400, "validation_error", "Can't edit block that is archived. Unarchive it first."
                )
            if is_markdown:
                self._write(page, _object(body))
            else:
                page.title = self._title(_object(_object(body).get("properties")))
            page.editor, page.edited_at = BOT, self.moment()
        if not is_markdown:
            return 200, self._shown(page)
        held = {"truncated": False, "unknown_block_ids": list[str]()}
        return 200, {
            "object": "page_markdown",
            "id": page.id,
            "markdown": self._with_signatures(page.markdown),
            **held,
        }

    def _made(self, said: dict[str, Any]) -> NotionPage:
        parent, properties = _object(said.get("parent")), _object(said.get("properties"))
        in_source = parent.get("data_source_id") == self.data_source
        if not self.is_shared or not (in_source or parent.get("page_id") == self.parent):
            raise _missing(str(parent.get("data_source_id") or parent.get("page_id")))
        if not self.may_insert:
            # reference/capabilities: a request without the capability is answered with 403
            raise _refusal(403, "restricted_resource", "Insufficient permissions for this endpoint.")
        if "markdown" in said and "children" in said:
            raise _refusal(400, "validation_error", "markdown and children are mutually exclusive.")
        marker = ""
        if in_source:
            for name in properties.keys() - self.columns.keys():
                raise _refusal(400, "validation_error", f"{name} is not a property that exists.")
            marker = _plain(_object(properties.get("Scribe ID", {})).get("rich_text") or [])
        elif properties.keys() - {"title"}:
            raise _refusal(400, "validation_error", "Only title may be set below a page.")
        now = self.moment()
        page = NotionPage(
            str(uuid.uuid4()), self._title(properties), _kept(said.get("markdown")), marker, now, now
        )
        self.pages.append(page)
        return page

    def _title(self, properties: dict[str, Any]) -> str:
        named = next((name for name, kind in self.columns.items() if kind == "title"), "")
        value = properties.get(named) or properties.get("title")
        return _plain(_object(value).get("title") or [])

    def _write(self, page: NotionPage, said: dict[str, Any]) -> None:
        if said.get("type") != "replace_content":
            raise _refusal(400, "validation_error", "body failed validation: type is not one that is known")
        wanted = _object(said.get("replace_content"))
        if page.below and not wanted.get("allow_deleting_content"):
            # working-with-markdown-content: what would delete pages below is refused unless that is allowed
            raise _refusal(400, "validation_error", "This operation would delete child pages or databases.")
        page.markdown = _kept(wanted.get("new_str"))
        page.below = []

    def _append(self, page: NotionPage, said: dict[str, Any]) -> dict[str, Any]:
        """Blocks put where `position` says; of pictures alone, since nothing else is put so."""
        children, position = said.get("children"), _object(said.get("position", {"type": "end"}))
        if not isinstance(children, list) or not 0 < len(children) <= AT_ONCE:
            raise _refusal(400, "validation_error", f"body.children.length should be ≤ `{AT_ONCE}`")
        if not self.may_insert:
            # reference/patch-block-children: 403 without the capability to insert content
            raise _refusal(403, "restricted_resource", "Insufficient permissions for this endpoint.")
        if page.in_trash:
            raise _refusal(400, "validation_error", "Can't edit block that is archived. Unarchive it first.")
        at = self._line_at(page, position)
        lines = [self._image(_object(one)) for one in children]
        held = page.markdown.split("\n")
        page.markdown = "\n".join([*held[:at], *lines, *held[at:]])
        page.editor, page.edited_at = BOT, self.moment()
        shown = [
            one.shown() for one in blocks_of(page.id, page.markdown) if at <= one.first < at + len(lines)
        ]
        return {"object": "list", "results": shown, "next_cursor": None, "has_more": False}

    def _line_at(self, page: NotionPage, position: dict[str, Any]) -> int:
        match position.get("type"):
            case "start":
                return 0
            case "end":
                return len(page.markdown.split("\n"))
            case "after_block":
                wanted = _object(position.get("after_block")).get("id")
                found = [one.end for one in blocks_of(page.id, page.markdown) if one.id == wanted]
                if found:
                    return found[0]
                raise _refusal(400, "validation_error", f"{wanted} is no child of the page.")
        raise _refusal(
            400, "validation_error", "body failed validation: position.type is not one that is known"
        )

    def _image(self, block: dict[str, Any]) -> str:
        image = _object(block.get("image"))
        caption = re.sub(r"([\\*~`$\[\]<>{}|^])", r"\\\1", _plain(image.get("caption") or []))
        upload = self.uploads.attach(uploaded(image), "image", self.moment())
        return f"![{caption}]({self.url}/files/{upload.id}/{upload.name})"

    def _with_signatures(self, markdown: str) -> str:
        """Addresses of files are signed, anew each time (working-with-markdown-content, file URIs)."""
        self._signed += 1
        return _FILE.sub(rf"\g<address>?X-Amz-Expires=3600&X-Amz-Signature={self._signed}", markdown)

    def edit(self, page: NotionPage, markdown: str) -> None:
        """Somebody edits it in the app."""
        page.markdown, page.editor, page.edited_at = markdown, ANA, self.moment()

    def _queried(self, said: dict[str, Any]) -> dict[str, Any]:
        asked = _object(said.get("filter"))
        if self.columns.get(str(asked.get("property"))) != "rich_text":
            raise _refusal(
                400, "validation_error", f"Could not find property with name or id: {asked.get('property')}"
            )
        known = self.pages
        if self.unindexed:
            self.unindexed, known = self.unindexed - 1, self.pages[:-1]
        wanted = _object(asked.get("rich_text")).get("equals")
        found = [self._shown(one) for one in known if one.marker == wanted and not one.in_trash]
        return {"object": "list", "results": found, "next_cursor": None, "has_more": False}

    def _children(self, page_id: str, size: int, start: str | None) -> dict[str, Any]:
        if page_id == self.parent and self.is_shared:
            return self._listed(self._below(), size, start)
        page = self._one(page_id)
        return self._listed([one.shown() for one in blocks_of(page.id, page.markdown)], size, start)

    def _listed(self, blocks: list[dict[str, Any]], size: int, start: str | None) -> dict[str, Any]:
        """A page of a list; what begins the next one is the id that `start_cursor` asks for."""
        if not 1 <= size <= AT_ONCE:
            raise _refusal(400, "validation_error", f"page_size should be ≤ `{AT_ONCE}`")
        ids = [one["id"] for one in blocks]
        if start is not None and start not in ids:
            raise _refusal(400, "validation_error", "The start_cursor provided is invalid")
        first = ids.index(start) if start is not None else 0
        following = ids[first + size] if len(ids) > first + size else None
        return {
            "object": "list",
            "results": blocks[first : first + size],
            "next_cursor": following,
            "has_more": following is not None,
        }

    def _below(self) -> list[dict[str, Any]]:
        known = self.pages
        if self.unindexed:
            self.unindexed, known = self.unindexed - 1, self.pages[:-1]
        return [
            {
                "object": "block",
                "id": one.id,
                "type": "child_page",
                "created_time": _minute(one.created_at),
                "child_page": {"title": one.title},
            }
            for one in known
            if not one.in_trash
        ]

    def _one(self, page_id: str) -> NotionPage:
        found = next((one for one in self.pages if one.id == page_id), None)
        if found is None or not self.is_shared:
            raise _missing(page_id)
        return found

    def _shown(self, page: NotionPage) -> dict[str, Any]:
        return {
            "object": "page",
            "id": page.id,
            "created_time": _minute(page.created_at),
            "last_edited_time": _minute(page.edited_at),
            "last_edited_by": {"object": "user", "id": page.editor},
            "url": f"{self.url}/{page.id.replace('-', '')}",
            "parent": {"type": "data_source_id", "data_source_id": self.data_source},
            "properties": {},
            "in_trash": page.in_trash,
        }


def _minute(moment: datetime) -> str:
    """Times are rounded down to the minute (developers.notion.com/changelog, last-edited-time-is-now-…)."""
    return f"{moment:%Y-%m-%dT%H:%M}:00.000Z"


def _kept(markdown: object) -> str:
    """What it gives back of a text: without blank lines and without spaces at the ends
    (guides/data-apis/enhanced-markdown: blocks follow each other line by line).
    """
    if not isinstance(markdown, str):
        raise _refusal(400, "validation_error", "body failed validation: markdown should be a string")
    return "\n".join(line.rstrip() for line in markdown.split("\n") if line.strip())


def _plain(pieces: list[Any]) -> str:
    words = [str(_object(_object(one).get("text")).get("content")) for one in pieces]
    if any(len(one) > LONGEST for one in words):
        raise _refusal(
            400, "validation_error", f"body failed validation: text.content.length should be ≤ `{LONGEST}`"
        )
    return "".join(words)


def _missing(what: str) -> Refused:
    return _refusal(
        404,
        "object_not_found",
        f"Could not find page with ID: {what}. Make sure the relevant pages and databases are shared with "
        "your integration.",
    )
