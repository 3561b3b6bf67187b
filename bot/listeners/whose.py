"""Whose payload it is: decided once, before any listener sees it.

In a channel that another company hosts the outer `team_id` of an event is that company's, and a click or form
of a connected person names *their* team: neither says for which installation of Scribe it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.incidents.access import OursAlone
from bot.listeners.scribe import Scribe
from bot.text.well_formed import mend

log = structlog.get_logger()

Next = Callable[[], Awaitable[BoltResponse]]


def installations(body: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces whose installation a payload is for; empty when it does not say.

    Of an event `authorizations` and `context_team_id` say it, and only without them the outer `team_id`
    (java-slack-sdk#629, bolt-python#1107). Of an interaction the view's `app_installed_team_id` does, or the
    card of the bot whose message was clicked, which is this app's; `team` is the person's (bolt-js#1614). A
    message whose menu was used may be any bot's, of another company too. Slack gives a command to the
    installation in its person's own workspace.
    """
    view = _table(body.get("view"))
    clicked = _table(body.get("message")) if body.get("type") != "message_action" else {}
    if body.get("type") == "event_callback":
        authorizations = body.get("authorizations")
        listed = authorizations if isinstance(authorizations, list) else []
        named = _ids(*(_table(one).get("team_id") for one in listed), body.get("context_team_id"))
        return named or _ids(body.get("team_id"))
    if "command" in body:
        return _ids(body.get("team_id"))
    return _ids(view.get("app_installed_team_id")) or _ids(_table(clicked.get("bot_profile")).get("team_id"))


def asked_by(body: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces that may have been asked, where several are served: also by what says less.

    An interaction that names no installation was asked of that in its person's workspace: shortcuts and
    answers that only one person sees are of their own workspace alone. Where a whole organization has
    installed Scribe `team` is null, and the person's is left (bolt-python#23).
    """
    user = _table(body.get("user"))
    return installations(body) or _ids(_table(body.get("team")).get("id")) or _ids(user.get("team_id"))


def only_ours(scribe: Scribe) -> Callable[..., Awaitable[BoltResponse]]:
    """A Bolt middleware that lets through what is for this workspace, and acknowledges everything else.

    What it lets through holds no text or number that cannot be stored.

    What does not say for whom it is came to this app, so it is ours. Listeners behind it know their workspace
    from `scribe.workspace` alone.
    """
    told: set[frozenset[str]] = set()

    async def middleware(body: dict[str, Any], next: Next) -> BoltResponse:
        mend(body)
        named = installations(body)
        if not named or scribe.workspace.team_id in named:
            return await next()
        if named not in told:
            told.add(named)
            log.warning(
                "payload.of_another_workspace", workspace=sorted(named), ours=scribe.workspace.team_id
            )
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": OursAlone().sentence})
        return BoltResponse(status=200)

    return middleware


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _ids(*values: object) -> frozenset[str]:
    """Those of workspaces: Slack names an organization, `E…`, where the whole of it has installed Scribe."""
    return frozenset(value for value in values if isinstance(value, str) and value and value[0] != "E")
