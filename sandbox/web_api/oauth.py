"""How an app comes to its tokens, and gives one back: oauth.v2.access and auth.revoke."""

from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.web_api.asked import Asked, Method


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


METHODS = (
    Method("oauth.v2.access", access, token="none"),
    Method("auth.revoke", revoke),
)
