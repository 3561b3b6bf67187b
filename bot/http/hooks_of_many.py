"""`POST /hooks/WORKSPACE/NAME`: where the tools of one workspace of many tell Scribe something.

Each workspace has the hooks, the tokens and the limits of its own table in `WORKSPACES_FILE`; what comes to
its address is put on its record and on no other, whatever it says of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from structlog.contextvars import bound_contextvars

from bot.connect.errors import CannotConnect
from bot.connect.registry import checked_adapters
from bot.http.hooks import METHODS, NO_SUCH_HOOK, Bodies, Hooks, later
from bot.settings import Settings
from bot.slack.services import Services

Find = Callable[[str], Services | None]
"""A workspace by its id; None while it is not served."""


class HooksOfMany:
    """The doors of all hooks, each of the workspace that its address names."""

    def __init__(self, own: Mapping[str, Settings], find: Find) -> None:
        self._own = own
        self._find = find
        self._bodies = Bodies()
        self._open: dict[str, tuple[Services, Hooks]] = {}

    async def answer(self, request: Request) -> Response:
        """The answer to one delivery, once it is on the record of its workspace."""
        team_id = str(request.path_params["team_id"])
        settings = self._own.get(team_id)
        if settings is None or not settings.has_hooks:
            return PlainTextResponse(NO_SUCH_HOOK, 404)
        services = self._find(team_id)
        if services is None:  # another replica may have installed it a moment ago
            return later("This workspace has not installed Scribe.")
        with bound_contextvars(team=team_id):
            return await self._of(team_id, services).answer(request)

    def _of(self, team_id: str, services: Services) -> Hooks:
        """The hooks of a workspace; of one that left and came back they are made anew."""
        known = self._open.get(team_id)
        if known and known[0] is services:
            return known[1]
        hooks = Hooks(services.work, checked_adapters(services.settings), self._bodies)
        self._open[team_id] = services, hooks
        return hooks


def hook_routes_of_many(own: Mapping[str, Settings], find: Find) -> list[BaseRoute]:
    """The hooks that the tables of workspaces open; `own` are their settings.

    Raises:
        CannotConnect: some mappings cannot be used, or routes name hooks that there are not.
    """
    problems: list[str] = []
    for team_id, settings in own.items():
        try:
            checked_adapters(settings)
        except CannotConnect as problem:
            problems += [f"WORKSPACES_FILE, {team_id}: {line}" for line in problem.lines]
    if problems:
        raise CannotConnect(problems)
    return [Route("/hooks/{team_id}/{name}", HooksOfMany(own, find).answer, methods=METHODS)]
