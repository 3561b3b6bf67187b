"""Who is served: the workspace of SLACK_BOT_TOKEN, or every one that installs Scribe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.meeting import may_connect, meet
from bot.served_workspace import ServedWorkspace, Shared
from bot.slack.calls import Slack
from bot.slack.clock_seed import seed
from storage import people

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.served_workspaces import ServedWorkspaces


async def one_workspace(shared: Shared, client: AsyncWebClient) -> ServedWorkspace:
    """The workspace whose token the client has.

    Raises:
        CannotStart: Slack cannot be reached, or does not accept a token.
    """
    slack = Slack(client, shared.clock, rate_scale=shared.settings.rate_scale)
    workspace = await meet(slack, shared.settings)
    if not shared.settings.serves_http:
        await may_connect(slack, shared.settings)
    async with shared.database.write() as session:
        await people.keep_workspace(session, workspace)
    await seed(shared.clock, slack, shared.database)
    return ServedWorkspace(shared, slack, workspace)


async def whoever_installs(
    shared: Shared, http: aiohttp.ClientSession
) -> tuple[ServedWorkspaces, list[BaseRoute]]:
    """The workspaces that have installed Scribe, and where further ones do.

    Raises:
        CannotConnect: the hooks of one cannot be opened as they are set.
    """
    from bot.http.install import install_routes  # what few starts need
    from bot.installations.installing import Installing
    from bot.installations.oauth import OAuth
    from bot.installations.token_box import TokenBox
    from bot.served_workspaces import ServedWorkspaces

    box, oauth = TokenBox(shared.settings.token_keys), OAuth(shared.settings, http)
    served = ServedWorkspaces(shared, http, box, oauth)
    await served.look()
    installing = Installing(shared.database, shared.clock, box, oauth, served.look)
    routes = install_routes(installing)
    own = shared.settings.own
    if any(one.has_hooks for one in own.values()):
        from bot.http.hooks_of_many import hook_routes_of_many

        routes += hook_routes_of_many(own, served.find)
    return served, routes
