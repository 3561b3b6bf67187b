"""How an app comes to its tokens, what they are good for, and how it gives one back."""

from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.web_api.asked import Asked, Method, page_of


def access(asked: Asked) -> JsonObject:
    """A code, or a refresh token, for tokens (docs.slack.dev/reference/methods/oauth.v2.access)."""
    return asked.workspace.installs.access(asked.args)


def revoke(asked: Asked) -> JsonObject:
    """One token is refused from now on (docs.slack.dev/reference/methods/auth.revoke).

    Raises:
        Refusal: `not_authed`.
    """
    if asked.token is None:
        raise Refusal("not_authed")
    if not asked.flag("test"):
        asked.workspace.installs.revoke(asked.token)
    return {"revoked": not asked.flag("test")}


def teams_list(asked: Asked) -> JsonObject:
    """The workspaces a token is good for (docs.slack.dev/reference/methods/auth.teams.list)."""
    whole = asked.workspace.organization
    granted = {one.team_id: one for one in (whole.granted if whole else [asked.workspace])}
    shown, cursor = page_of(asked, [*granted], default=100, maximum=1000)
    return {
        "teams": [{"id": team_id, "name": granted[team_id].team_name} for team_id in shown],
        "response_metadata": {"next_cursor": cursor},
    }


METHODS = (
    Method("auth.teams.list", teams_list),
    Method("oauth.v2.access", access, token="none"),
    Method("auth.revoke", revoke),
)
