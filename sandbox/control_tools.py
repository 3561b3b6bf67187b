"""The control API of the connected tools: what they show, and the buttons of their panel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import Body, answering
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.tools.panel import Tools


class ToolsControl:
    """The routes `/sandbox/tools…`; a workspace without tools shows none."""

    def __init__(self, tools: Tools | None) -> None:
        self._tools = tools

    def routes(self) -> list[Route]:
        acts: dict[str, Callable[[Body], Awaitable[JsonObject]]] = {
            "fire": self._fire,
            "storm": self._storm,
            "resolve": self._resolve,
            "ticket": self._set_ticket,
        }
        return [
            Route("/tools", self._view),
            *(Route(f"/tools/{name}", answering(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _view(self, request: Request) -> Response:
        return JSONResponse({"tools": self._tools.view() if self._tools else None})

    def _there(self) -> Tools:
        if self._tools is None:
            raise SandboxError("No tools are connected to this workspace; `scribe demo` has some.")
        return self._tools

    async def _fire(self, body: Body) -> JsonObject:
        return {"key": self._there().alerts.fire().kind.key}

    async def _storm(self, body: Body) -> JsonObject:
        return {"key": self._there().alerts.storm().kind.key}

    async def _resolve(self, body: Body) -> JsonObject:
        return {"key": self._there().alerts.resolve(body.text("key")).kind.key}

    async def _set_ticket(self, body: Body) -> JsonObject:
        number = body.values.get("number")
        if not isinstance(number, int):
            raise SandboxError("The request needs “number”, the ticket's.")
        self._there().set_ticket(body.text("project"), number, body.text("state"), body.text("user"))
        return {}
