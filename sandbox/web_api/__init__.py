"""Slack's Web API: who calls, with which token and scopes, in which encoding, and what goes wrong.

Source: docs.slack.dev/apis/web-api/using-the-slack-web-api.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.errors import Refusal
from sandbox.faults import CutAnswer, Fault
from sandbox.json_types import JsonObject
from sandbox.limits import RATE_LIMITED
from sandbox.records import Call
from sandbox.state import State
from sandbox.web_api import (
    bookmarks,
    canvases,
    chat,
    conversations,
    files,
    history,
    oauth,
    pins,
    reactions,
    users,
    validate,
    views,
)
from sandbox.web_api.asked import Asked, Method
from sandbox.workspace import Workspace

_FAMILIES = (
    users,
    oauth,
    validate,
    conversations,
    history,
    chat,
    reactions,
    pins,
    bookmarks,
    views,
    canvases,
    files,
)
METHODS: dict[str, Method] = {method.name: method for family in _FAMILIES for method in family.METHODS}


NEEDS_TEAM = frozenset({"conversations.create", "conversations.list", "usergroups.list", "users.list"})
"""Methods that act on one workspace, which a token for a whole organization must name by `team_id`
(docs.slack.dev/enterprise/developing-for-enterprise-orgs).
"""


_NAMING = ("channel", "channel_id", "canvas_id", "document_id", "file", "file_id", "trigger_id", "view_id")


class _Escaped(JSONResponse):
    """JSON with everything but ASCII escaped, so that it may hold a lone surrogate."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


@dataclass
class WebApi:
    """The endpoint `/api/<method>`: a bot token says of which workspace, and without one it is the first."""

    workspace: Workspace
    app_token: str
    in_flight: int = 0
    """Calls that are being answered at this moment."""

    async def handle(self, request: Request) -> Response:
        """Answer one call. Errors come with status 200 and `ok: false`, as Slack sends them."""
        self.in_flight += 1
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: Request) -> Response:
        name = str(request.path_params["method"])
        args = await _arguments(request)
        token = _token(request, args)
        args = {key: value for key, value in args.items() if key != "token"} | _client(request)
        workspace = self._asked_of(token, name, args)
        wait = workspace.limits.take(name, args) if name in METHODS else 0
        if wait:
            return self._limited(workspace, name, args, wait)
        delay = workspace.faults.delay_of(name)
        if delay:
            await asyncio.sleep(delay)
        for tell in list(workspace.before_calls):
            tell(name, args)
        fault = workspace.faults.take(name)
        if fault is None or fault.is_performed:
            answer = self._perform(workspace, name, token, args)
        if fault is not None:
            answer = fault.answer()
        call = Call(name, args, answer, workspace.clock.now(), fault.status if fault else 200)
        workspace.all_calls.append(call)
        if fault is not None and fault.is_cut:
            return CutAnswer()
        return _Escaped(answer, call.status, self._headers(workspace, name, fault))

    def _asked_of(self, token: str | None, name: str, args: Mapping[str, object]) -> State:
        """The workspace a call is about: of a token for a whole organization that which it names, or which
        has what it names; where none has, one of them, so that it is answered as not found.
        """
        known = self.workspace.installs.tokens.get(token or "")
        if known is None or known.organization is None:
            return known.workspace if known else self.workspace
        granted = known.organization.granted
        if name in NEEDS_TEAM:
            return next((one for one in granted if one.team_id == args.get("team_id")), known.workspace)
        having = (one for holds in (_has_thing, _has_person) for one in granted if holds(one, args))
        return next(having, known.workspace)

    def _limited(self, workspace: State, name: str, args: Mapping[str, object], wait: int) -> Response:
        """The answer to a call that comes too early: HTTP 429, with the seconds to wait."""
        workspace.limited[name] += 1
        workspace.all_calls.append(Call(name, args, RATE_LIMITED, workspace.clock.now(), 429))
        return JSONResponse(
            RATE_LIMITED, 429, {**self._headers(workspace, name, None), "retry-after": str(wait)}
        )

    def _perform(
        self, workspace: State, name: str, token: str | None, args: Mapping[str, object]
    ) -> JsonObject:
        method = METHODS.get(name)
        if method is None:
            return {"ok": False, "error": "unknown_method", "req_method": name}
        asked = Asked(workspace, args, token)
        try:
            self._authorise(method, token, asked)
            return {"ok": True, **method.handler(asked)}
        except Refusal as refusal:
            return refusal.answer()

    def _authorise(self, method: Method, token: str | None, asked: Asked) -> None:
        """Check the token and its scopes (docs.slack.dev/reference/methods/auth.test#errors).

        Raises:
            Refusal: `not_authed`, `not_allowed_token_type`, `missing_scope`; those of `AppInstalls.check`.
        """
        if method.token == "none":
            return
        if not token:
            raise Refusal("not_authed")
        if token != self.app_token:
            asked.workspace.installs.check(token)
        if (token == self.app_token) != (method.token == "app"):
            raise Refusal("not_allowed_token_type")
        known = asked.workspace.installs.tokens.get(token)
        if known and known.organization and method.name in NEEDS_TEAM:
            if asked.text("team_id") is None:
                raise Refusal("missing_argument")
            if not known.is_good_for(asked.workspace) or asked.text("team_id") != asked.workspace.team_id:
                raise Refusal("team_access_not_granted")
        asked.require_scope(*method.scopes)

    def _headers(self, workspace: State, name: str, fault: Fault | None) -> dict[str, str]:
        method = METHODS.get(name)
        headers = {"x-oauth-scopes": ",".join(sorted(workspace.scopes))}
        if method is not None:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        if fault is not None and fault.retry_after is not None:
            headers["retry-after"] = str(fault.retry_after)
        return headers


def _has_thing(workspace: State, args: Mapping[str, object]) -> bool:
    """Whether a channel, canvas, file, trigger or view that a call names is of this workspace."""
    views = {view.id for view in workspace.all_views()}
    places = (workspace.channels, workspace.canvases, workspace.files, workspace.triggers, views)
    named = [args.get(name) for name in _NAMING]
    return any(isinstance(value, str) and value in place for value in named for place in places)


def _has_person(workspace: State, args: Mapping[str, object]) -> bool:
    return any(args.get(name) in workspace.people for name in ("user", "user_id", "users"))


async def _arguments(request: Request) -> dict[str, object]:
    """A call's arguments, wherever it put them: query, form or JSON body."""
    args: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = None
        if isinstance(body, dict):
            args |= body
    elif kind == "application/x-www-form-urlencoded":
        args |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return args


def _client(request: Request) -> dict[str, object]:
    """Client id and secret, where they came as HTTP Basic authentication."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": client_secret}


def _token(request: Request, args: Mapping[str, object]) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    given = args.get("token")
    return given if isinstance(given, str) else None
