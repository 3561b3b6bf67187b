"""Confluence on this machine, Cloud (REST v2, and v1 for files) or Data Center (REST v1).

Sources: developer.atlassian.com/cloud/confluence/rest/v2, .../rest/v1 and
developer.atlassian.com/server/confluence/rest; those of single refusals stand beside them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

SPACE_ID, HOME_ID = "65538", "65600"
MOST_BYTES = 5 * 1024 * 1024
"""Of one request (jira.atlassian.com/browse/CONFCLOUD-73881)."""
LONGEST_TITLE = 255
NAMESPACES = 'xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'
_CLOUD_PAGE = re.compile(r"/pages/(?P<id>[^/]+)(?P<files>/attachments)?")
_CONTENT = re.compile(r"/content/(?P<id>[^/]+)")
_FILES = re.compile(r"/content/(?P<id>[^/]+)/child/attachment(?:/(?P<file>[^/]+)/data)?")
_CREATED = re.compile(r'space = "(?P<space>\w+)" and type = page and created >= now\("-(?P<days>\d+)d"\)')


@dataclass
class File:
    """A file on a page; `versions` holds its bytes, the newest last."""

    id: str
    name: str
    media_type: str
    comment: str
    versions: list[bytes]


@dataclass(frozen=True)
class PageVersion:
    """A version of a page, as its history shows it."""

    author: str
    value: str


@dataclass
class Page:
    """A page as it stands; `number` is its version, `message` what its last editor said of it.

    `history` holds every version, the newest last.
    """

    id: str
    title: str
    value: str
    parent: str
    created_at: datetime
    number: int = 1
    message: str = ""
    author: str = "scribe"
    status: str = "current"
    files: list[File] = field(default_factory=list)
    history: list[PageVersion] = field(default_factory=list)

    def keep(self) -> None:
        """Have its history hold what stands now."""
        self.history.append(PageVersion(self.author, self.value))


class ConfluenceServer(TrackerServer):
    """One Confluence with one space. `unindexed`: so many searches do not see yet what was made last.

    `may_write` and `has_spaces` are the rights of the token; `titles_taken` are pages it may not see.
    """

    def __init__(
        self,
        token: str = "confluence-fake-token",
        space: str = "OPS",
        *,
        email: str = "scribe@example.com",
    ) -> None:
        super().__init__(token)
        self.space = space
        self.email = email
        self.pages: list[Page] = []
        self.unindexed = 0
        self.may_write = True
        self.titles_taken: set[str] = set()
        self.takes_files = True

    @property
    def is_cloud(self) -> bool:
        return bool(self.email)

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if len(await request.body()) > MOST_BYTES:
            raise self._refusal(413, "Request too large")
        is_known = self._let_in(request)
        v1 = "/wiki/rest/api" if self.is_cloud else "/rest/api"
        if found := _FILES.fullmatch(path.removeprefix(v1)):
            return await self._file(request, self._one(found["id"]), found["file"])
        if self.is_cloud and path.startswith("/wiki/api/v2"):
            return self._cloud(request, path.removeprefix("/wiki/api/v2"), body)
        if self.is_cloud and path == f"{v1}/user":
            return 200, self._person(request.query_params["accountId"])
        if not self.is_cloud and path.startswith(v1):
            return self._data_center(request, path.removeprefix(v1), body, is_known=is_known)
        raise self._refusal(404, "No such resource")

    def _let_in(self, request: Request) -> bool:
        """Whether the token is known.

        Data Center takes a wrong one for nobody's: reading is then answered as to a stranger, and only
        writing is refused (observed with 7.19).
        """
        pair = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        wanted = f"Basic {pair}" if self.is_cloud else f"Bearer {self.token}"
        is_known = request.headers.get("authorization") == wanted
        if self.is_cloud and not is_known:
            raise self._refusal(401, "Unauthorized")
        return is_known

    def _cloud(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        query = request.query_params
        if path == "/spaces" and request.method == "GET":
            space = {"id": SPACE_ID, "key": self.space, "name": "Operations", "homepageId": HOME_ID}
            return 200, {"results": [space] if query.get("keys") == self.space else [], "_links": {}}
        if path == f"/spaces/{SPACE_ID}/operations":
            granted = [("read", "space"), *([("create", "page"), ("create", "attachment")] * self.may_write)]
            return 200, {"operations": [{"operation": one, "targetType": what} for one, what in granted]}
        if path == "/pages" and request.method == "GET":
            if query.get("space-id") != SPACE_ID:
                return 200, {"results": [], "_links": {}}
            shown = [self._cloud_page(one, query.get("body-format")) for one in self._listed(query)]
            return 200, {"results": shown, "_links": {}}
        if path == "/pages" and request.method == "POST":
            said = self._object(body)
            if said.get("spaceId") != SPACE_ID:
                raise self._refusal(404, "Space not found")
            parent = said.get("parentId", HOME_ID)
            return 200, self._cloud_page(self._made(said, self._body(said.get("body")), parent))
        if found := _CLOUD_PAGE.fullmatch(path):
            page = self._one(found["id"])
            if found["files"]:
                held = [self._cloud_file(one) for one in page.files if one.name == query.get("filename")]
                return 200, {"results": held, "_links": {}}
            if request.method == "PUT":
                said = self._object(body)
                if said.get("id") != page.id or said.get("status") != "current":
                    raise self._refusal(400, "id and status must be those of the page")
                self._change(page, said, self._body(said.get("body")))
            return 200, self._cloud_page(page, query.get("body-format"))
        raise self._refusal(404, "No such resource")

    def _data_center(self, request: Request, path: str, body: Any, *, is_known: bool) -> tuple[int, Any]:
        query = request.query_params
        if path == "/user/current":
            known = {"type": "known", "username": "scribe", "displayName": "Scribe"}
            return 200, known if is_known else {"type": "anonymous", "displayName": "Anonymous"}
        if not is_known and request.method == "GET":
            raise self._refusal(404, "No such content, or no permission to view it")
        if path == f"/space/{self.space}":
            return 200, {"id": 65538, "key": self.space, "name": "Operations", "type": "global"}
        if path == "/content" and request.method == "GET":
            if query.get("spaceKey") != self.space:
                raise self._refusal(404, f"No space with key : {query.get('spaceKey')}")
            return 200, {"results": [self._shown(one) for one in self._listed(query)]}
        if path == "/content/search":
            asked = _CREATED.match(query.get("cql", ""))
            if asked is None or asked["space"] != self.space:
                raise self._refusal(400, "Could not parse cql")
            indexed = self.pages
            if self.unindexed:
                self.unindexed, indexed = self.unindexed - 1, self.pages[:-1]
            return 200, {
                "results": [self._shown(one) for one in reversed(indexed) if one.status == "current"]
            }
        if path == "/content" and request.method == "POST":
            said = self._object(body)
            self._may(is_known=is_known)
            if said.get("type") != "page" or self._object(said.get("space")).get("key") != self.space:
                # it says so of an unknown space as well
                raise self._refusal(403, "Could not create content with type page")
            parents = said.get("ancestors") or [{"id": HOME_ID}]
            return 200, self._shown(self._made(said, self._v1_body(said), parents[-1]["id"]))
        if found := _CONTENT.fullmatch(path):
            page = self._one(found["id"])
            if page.status != "current":
                raise self._refusal(404, f"No content found with id: ContentId{{id={page.id}}}")
            if request.method == "PUT":
                said = self._object(body)
                self._may(is_known=is_known)
                if said.get("type") != "page":
                    raise self._refusal(400, "Content type must be given")
                self._change(page, said, self._v1_body(said))
            return 200, self._shown(page)
        raise self._refusal(404, "No such resource")

    def _may(self, *, is_known: bool = True) -> None:
        if not (is_known and self.may_write):
            raise self._refusal(
                403 if not self.is_cloud else 404, "Could not create content with type page"
            )  # Cloud hides what may not be done (api-group-page, 404)

    def _listed(self, query: Any) -> list[Page]:
        """What a search by title finds, which is exact and at once; else the newest, the newest first."""
        found = [one for one in self.pages if one.status == "current"]
        if "title" in query:
            return [one for one in found if one.title == query["title"]]
        if query.get("sort") != "-created-date":
            raise self._refusal(400, "sort is not one that is known")
        return found[::-1][: int(query.get("limit", 25))]

    def _one(self, page_id: str) -> Page:
        found = next((one for one in self.pages if one.id == page_id), None)
        if found is None and page_id == HOME_ID:
            return Page(HOME_ID, "Operations Home", "", "", self.moment())
        if found is None:
            raise self._refusal(404, f"Page not found: {page_id}, or no permission to view it")
        return found

    def _made(self, said: dict[str, Any], value: str, parent: str) -> Page:
        self._may()
        if parent != HOME_ID:
            self._one(parent)
        page = Page(
            str(98_765 + len(self.pages)), self._title(said.get("title")), value, parent, self.moment()
        )
        page.keep()
        self.pages.append(page)
        return page

    def _change(self, page: Page, said: dict[str, Any], value: str) -> None:
        self._may()
        version = self._object(said.get("version"))
        if version.get("number") != page.number + 1:
            # not among the answers of its reference, and given all the same (CONFCLOUD-76640)
            raise self._refusal(
                409,
                "Version must be incremented when updating a page. "
                f"Current Version: [{page.number}]. Provided version: [{version.get('number')}]",
            )
        page.title = self._title(said.get("title"), page)
        page.value, page.number, page.message, page.author = (
            value,
            page.number + 1,
            str(version.get("message") or ""),
            "scribe",
        )
        page.keep()

    def edit(self, page: Page, value: str, by: str = "ana") -> None:
        """Somebody edits it in the browser."""
        page.value, page.number, page.message, page.author = value, page.number + 1, "", by
        page.keep()

    def _title(self, title: object, page: Page | None = None) -> str:
        if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE:
            raise self._refusal(400, f"The title must have 1 to {LONGEST_TITLE} characters")
        others = {one.title for one in self.pages if one is not page and one.status == "current"}
        if title in others | self.titles_taken:
            # of the whole space, whoever may see the other one
            raise self._refusal(
                400,
                "A page with this title already exists: A page already exists with the same TITLE here",
            )
        return title

    def _body(self, said: object) -> str:
        body = self._object(said)
        if body.get("representation") != "storage" or not isinstance(body.get("value"), str):
            raise self._refusal(400, "body must have a representation and a value")
        return self._storage(body["value"])

    def _v1_body(self, said: dict[str, Any]) -> str:
        return self._body(self._object(said.get("body")).get("storage"))

    def _storage(self, value: str) -> str:
        try:
            ElementTree.fromstring(f"<page {NAMESPACES}>{value}</page>")
        except ElementTree.ParseError as problem:
            # confluence.atlassian.com/confkb, "Error parsing xhtml"
            raise self._refusal(400, f"Error parsing xhtml: {problem}") from problem
        return value

    async def _file(self, request: Request, page: Page, file_id: str | None) -> tuple[int, Any]:
        if request.method == "GET":
            named = [one for one in page.files if one.name == request.query_params.get("filename")]
            return 200, {"results": [self._v1_file(one) for one in named]}
        if not self.takes_files:
            raise self._refusal(403, "No permission to attach files")
        if request.headers.get("x-atlassian-token") not in ("nocheck", "no-check"):
            raise self._refusal(403, "XSRF check failed")
        async with request.form() as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile) or not sent.filename:
                raise self._refusal(400, "At least one attachment file was expected")
            content, comment = await sent.read(), str(form.get("comment") or "")
        if file_id is None:
            if any(one.name == sent.filename for one in page.files):
                raise self._refusal(
                    400,
                    "Cannot add a new attachment with same file name as an existing attachment: "
                    f"{sent.filename}",
                )
            name = f"att{100 + sum(len(one.files) for one in self.pages)}"
            page.files.append(File(name, sent.filename, sent.content_type or "", comment, [content]))
            return 200, {"results": [self._v1_file(page.files[-1])], "size": 1, "_links": {}}
        file = next((one for one in page.files if one.id == file_id), None)
        if file is None:
            raise self._refusal(404, "No such attachment")
        file.versions.append(content)
        file.comment = comment
        return 200, self._v1_file(file)

    def _cloud_page(self, page: Page, body_format: str | None = None) -> dict[str, Any]:
        body = {"storage": {"representation": "storage", "value": page.value}} if body_format else {}
        return {
            "id": page.id,
            "status": page.status,
            "title": page.title,
            "spaceId": SPACE_ID,
            "parentId": page.parent,
            "createdAt": self._at(page.created_at),
            "version": {
                "number": page.number,
                "message": page.message,
                "createdAt": self.said(),
                "authorId": page.author,
            },
            "body": body,
            "_links": {"webui": f"/spaces/{self.space}/pages/{page.id}", "base": f"{self.url}/wiki"},
        }

    def _shown(self, page: Page) -> dict[str, Any]:
        return {
            "id": page.id,
            "type": "page",
            "status": page.status,
            "title": page.title,
            "space": {"key": self.space},
            "history": {"createdDate": self._at(page.created_at)},
            "version": {
                "number": page.number,
                "message": page.message,
                "by": {"type": "known", "displayName": page.author.title()},
            },
            "body": {"storage": {"representation": "storage", "value": page.value}},
            "_links": {"webui": f"/pages/viewpage.action?pageId={page.id}", "base": self.url},
        }

    def _cloud_file(self, file: File) -> dict[str, Any]:
        return {
            "id": file.id,
            "title": file.name,
            "mediaType": file.media_type,
            "comment": file.comment,
            "fileSize": len(file.versions[-1]),
            "version": {"number": len(file.versions)},
        }

    def _v1_file(self, file: File) -> dict[str, Any]:
        return {
            "id": file.id,
            "type": "attachment",
            "status": "current",
            "title": file.name,
            "metadata": {"comment": file.comment},
        }

    def _person(self, account_id: str) -> dict[str, str]:
        """Cloud's: the names that a profile lets everybody see."""
        name = account_id.title()
        return {"type": "known", "accountId": account_id, "publicName": name, "displayName": name}

    def _at(self, moment: datetime) -> str:
        return f"{moment:%Y-%m-%dT%H:%M:%S.000Z}"

    def _object(self, body: Any) -> dict[str, Any]:
        if not isinstance(body, dict):
            raise self._refusal(400, "The request body is no object")
        return body

    def _refusal(self, status: int, title: str) -> Refused:
        if self.is_cloud:
            one = {"status": status, "code": "REFUSED", "title": title, "detail": None}
            return Refused(status, {"errors": [one]})
        return Refused(status, {"statusCode": status, "message": title, "reason": "Refused"})
