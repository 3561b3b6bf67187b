"""The sandbox as a server: the Web API, Socket Mode, response urls, files, the control API and the page."""

import asyncio
import json
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from sandbox import interactions
from sandbox.app_installs import BotToken, Organization
from sandbox.clock import SandboxClock, ts_of
from sandbox.control import Control
from sandbox.control_tools import ToolsControl
from sandbox.envelope import Envelope
from sandbox.errors import Refusal
from sandbox.file_server import FileServer
from sandbox.ids import new_id, new_token
from sandbox.loopback_server import LoopbackServer
from sandbox.manifest import DEFAULT_PATH, read_manifest
from sandbox.request_url import RequestUrl
from sandbox.state import State
from sandbox.tools.panel import Tools
from sandbox.web_api import WebApi
from sandbox.workspace import Workspace

PAGE = Path(__file__).resolve().parent / "page"
_QUIET_SECONDS = 0.1
_POLL_SECONDS = 0.01


class Sandbox:
    """A Slack workspace on 127.0.0.1, for as long as the `async with` lasts.

    Args:
        manifest: the app's manifest; the project's own unless given.
        port: 0 lets the system choose one.
        now: freezes the clock at this moment; otherwise it shows the system's time.
        scopes: what the bot token may do, instead of what the manifest asks for.
        events: what the app subscribes to, instead of what the manifest says.
        is_http: the app is in HTTP mode; it is told nothing before `request_url.verify`.
        retry_delays: real seconds until an un-acknowledged event comes again, one per retry.
        team_name, domain: what the workspace is called.
        rate_scale: how many times faster than Slack's limits the app may call before it gets a 429.
        is_installed: whether the app is, so that `bot_token` is accepted; else somebody must agree to it.
        has_tools: an alert manager and a tracker stand beside it, for people to try.
    """

    def __init__(
        self,
        *,
        manifest: Path | None = None,
        port: int = 0,
        now: datetime | None = None,
        scopes: Collection[str] | None = None,
        events: Collection[str] | None = None,
        is_http: bool = False,
        retry_delays: Sequence[float] | None = None,
        team_name: str = "Acme",
        domain: str = "acme",
        rate_scale: float = 1.0,
        is_installed: bool = True,
        has_tools: bool = False,
    ) -> None:
        self.workspace = Workspace(
            read_manifest(manifest or DEFAULT_PATH), SandboxClock(now), name=team_name, domain=domain
        )
        if scopes is not None:
            self.workspace.scopes = frozenset(scopes)
        if events is not None:
            self.workspace.subscriptions = frozenset(events)
        self.request_url = RequestUrl(
            self.workspace.signing_secret, now=lambda: ts_of(self.workspace.clock.now())
        )
        self.request_urls = [self.request_url]
        self.is_http = is_http
        if is_http:
            self.workspace.deliveries = self.request_url
        if retry_delays is not None:
            self.workspace.deliveries.retry_delays = tuple(retry_delays)
        self.workspace.limits.scale = rate_scale
        self.workspaces = [self.workspace]
        self.installs = self.workspace.installs
        """The app, which several workspaces may install."""
        self.bot_token = new_token("xoxb")
        if is_installed:
            self.installs.tokens[self.bot_token] = BotToken(self.workspace)
        self.app_token = new_token("xapp")
        self.web_api = WebApi(self.workspace, self.app_token)
        self.tools = Tools(self.workspace) if has_tools else None
        self._port = port
        self._server: LoopbackServer | None = None

    def add_workspace(self, *, team_name: str, domain: str) -> Workspace:
        """Another workspace that may install the same app; the app is told over HTTP what happens there."""
        first = self.workspace
        made = Workspace(first.manifest, first.clock, name=team_name, domain=domain)
        made.url, made.app_id, made.signing_secret = first.url, first.app_id, first.signing_secret
        made.installs, made.subscriptions, made.limits.scale = (
            first.installs,
            first.subscriptions,
            first.limits.scale,
        )
        deliveries = RequestUrl(made.signing_secret, now=lambda: ts_of(made.clock.now()))
        deliveries.retry_delays = first.deliveries.retry_delays
        made.deliveries = deliveries
        self.request_urls.append(deliveries)
        self.workspaces.append(made)
        return made

    def add_organization(self, name: str, *workspaces: Workspace) -> Organization[State]:
        """An Enterprise Grid of these workspaces, with one bot user for all of them."""
        first = workspaces[0]
        whole = Organization[State](new_id("E"), name, self.url, list(workspaces))
        for each in workspaces[1:]:
            bot = each.people.pop(each.bot_user_id)
            for channel in each.channels.values():
                channel.members = [first.bot_user_id if one == bot.id else one for one in channel.members]
            each.bot_user_id, each.bot_id = first.bot_user_id, first.bot_id
            each.people[first.bot_user_id] = first.people[first.bot_user_id]
        return whole

    async def verify(self, *urls: str) -> None:
        """Post what happens in any of the workspaces to these request URLs from now on.

        Raises:
            SandboxError: one does not pass Slack's challenge.
        """
        for each in self.request_urls:
            await each.verify(*urls)

    @property
    def url(self) -> str:
        """The address of the page, with a slash at its end."""
        return self.workspace.url

    @property
    def signing_secret(self) -> str:
        """What the app calls `SLACK_SIGNING_SECRET`."""
        return self.workspace.signing_secret

    @property
    def api_url(self) -> str:
        """What slack_sdk calls `base_url` and Scribe `SLACK_API_URL`."""
        return f"{self.url}api/"

    async def __aenter__(self) -> Self:
        """Start to listen.

        Raises:
            OSError: the port is taken.
        """
        self._server = LoopbackServer(self._routes(), port=self._port, ws="websockets-sansio")
        self.workspace.url = f"{await self._server.open()}/"
        if self.tools is not None:
            await self.tools.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection and stop to listen."""
        if self.tools is not None:
            await self.tools.__aexit__(kind, error, trace)
        self.workspace.socket.close()
        for each in self.request_urls:
            each.close()
            await each.closed()
        for workspace in self.workspaces:
            workspace.feed.close()
        if self._server is not None:
            await self._server.close()

    async def wait_connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until a Socket Mode client has been greeted, or a request URL has answered.

        Raises:
            TimeoutError: nobody came within so many seconds.
        """
        await self.workspace.deliveries.wait_connected(timeout)

    def disconnect_clients(self, *, abruptly: bool = False) -> None:
        """Ask every Socket Mode client to connect anew; abruptly: cut the connections."""
        self.workspace.socket.disconnect(abruptly=abruptly)

    async def settled(self, timeout: float = 60) -> None:  # noqa: ASYNC109
        """Wait until the app has acknowledged everything and made no Web API call for 0.1 s.

        Events that wait for somebody to connect are not waited for.

        Raises:
            TimeoutError: the app was still at it after so many seconds; says with what.
        """
        end = time.monotonic() + timeout

        def made() -> int:
            return sum(len(one.all_calls) for one in self.workspaces)

        def unacknowledged() -> list[Envelope]:
            return [each for one in self.workspaces for each in one.deliveries.unacknowledged]

        calls, quiet_since = made(), time.monotonic()
        while time.monotonic() - quiet_since < _QUIET_SECONDS:
            if time.monotonic() > end:
                kinds = [envelope.type for envelope in unacknowledged()]
                raise TimeoutError(
                    f"The app is not done after {timeout} s: {self.web_api.in_flight} calls in flight, "
                    f"not acknowledged: {kinds}."
                )
            await asyncio.sleep(_POLL_SECONDS)
            is_busy = self.web_api.in_flight > 0 or bool(unacknowledged())
            if is_busy or made() != calls:
                calls, quiet_since = made(), time.monotonic()

    def _routes(self) -> list[BaseRoute]:
        control = Control(self.workspace)
        return [
            Route("/api/{method:path}", self.web_api.handle, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self.workspace.socket.serve),
            Route("/{kind:str}/{team:str}/{number:str}/{secret:str}", self._respond, methods=["POST"]),
            *FileServer(self.workspaces).routes(),
            Mount("/sandbox", routes=[*control.routes(), *ToolsControl(self.tools).routes()]),
            Route("/alerts/{group:str}", _to_tools),
            Route("/{owner:str}/{repository:str}/issues/{number:int}", _to_tools),
            Route("/archives/{channel:str}/{message:str}", _to_page),
            Route("/docs/{team:str}/{canvas:str}", _to_canvas),
            Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/", _page),
        ]

    async def _respond(self, request: Request) -> Response:
        """A response url of a command or an action."""
        parts = request.path_params
        try:
            reply = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        if not isinstance(reply, dict):
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        workspace = next((one for one in self.workspaces if one.team_id == parts["team"]), self.workspace)
        fault = workspace.faults.take("response_url")
        if fault is not None and not fault.is_performed:
            return JSONResponse(fault.answer(), fault.status)
        try:
            interactions.use_response_url(
                workspace, f"{parts['team']}/{parts['number']}/{parts['secret']}", reply
            )
        except Refusal as refusal:
            is_gone = refusal.error in ("used_url", "expired_url", "invalid_url")
            return JSONResponse(refusal.answer(), 404 if is_gone else 400)
        return PlainTextResponse("ok") if fault is None else JSONResponse(fault.answer(), fault.status)


async def _page(request: Request) -> Response:
    index = PAGE / "index.html"
    if not await asyncio.to_thread(index.is_file):
        return PlainTextResponse("This checkout has no page; the workspace itself is up.", 404)
    return FileResponse(index)


async def _to_canvas(request: Request) -> Response:
    """The address of a canvas opens the page with the canvas."""
    return RedirectResponse(f"/#{request.path_params['canvas']}")


async def _to_tools(request: Request) -> Response:
    """The address of an alert or a ticket opens the page with the connected tools."""
    return RedirectResponse("/#tools")


async def _to_page(request: Request) -> Response:
    """A permalink opens the page at its message."""
    return RedirectResponse(f"/#{request.path_params['channel']}/{request.path_params['message']}")
