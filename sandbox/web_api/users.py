"""Who is here: auth.test, team.info, bots.info, users.*, and the way into Socket Mode."""

from urllib.parse import urlsplit

from sandbox import groups, people
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.web_api.asked import Asked, Method, page_of


def api_test(asked: Asked) -> JsonObject:
    """Echo the arguments; with `error` refuse with it (docs.slack.dev/reference/methods/api.test)."""
    error = asked.text("error")
    if error:
        raise Refusal(error, args=dict(asked.args))
    return {"args": dict(asked.args)}


def auth_test(asked: Asked) -> JsonObject:
    """Whose token it is (docs.slack.dev/reference/methods/auth.test)."""
    workspace, whole = asked.workspace, asked.workspace.organization
    return {
        "url": whole.url if whole else workspace.url,
        "team": whole.name if whole else workspace.team_name,
        "user": workspace.people[workspace.bot_user_id].name,
        "team_id": whole.id if whole else workspace.team_id,
        **({"enterprise_id": whole.id} if whole else {}),
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": whole is not None,
    }


def connections_open(asked: Asked) -> JsonObject:
    """An address for one WebSocket (docs.slack.dev/reference/methods/apps.connections.open)."""
    workspace = asked.workspace
    host = urlsplit(workspace.url).netloc
    ticket = workspace.socket.new_ticket()
    return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={workspace.app_id}"}


def team_info(asked: Asked) -> JsonObject:
    """The workspace itself (docs.slack.dev/reference/methods/team.info)."""
    workspace = asked.workspace
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "url": workspace.url,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "is_verified": False,
        }
    }


def bots_info(asked: Asked) -> JsonObject:
    """A bot by its bot id (docs.slack.dev/reference/methods/bots.info).

    Raises:
        Refusal: `bot_not_found`.
    """
    workspace = asked.workspace
    bot = asked.text("bot") or workspace.bot_id
    if bot != workspace.bot_id and bot not in workspace.other_bots:
        raise Refusal("bot_not_found")
    described: JsonObject = {
        "id": bot,
        "deleted": False,
        "name": workspace.bot_name_of(bot),
        "updated": workspace.created_at,
        "icons": dict.fromkeys(("image_36", "image_48", "image_72"), f"{workspace.url}static/bot.png"),
    }
    if bot == workspace.bot_id:
        described |= {"app_id": workspace.app_id, "user_id": workspace.bot_user_id}
    return {"bot": described}


def users_info(asked: Asked) -> JsonObject:
    """A member (docs.slack.dev/reference/methods/users.info).

    Raises:
        Refusal: `user_not_found`.
    """
    return {"user": people.payload(asked.workspace, asked.person())}


def users_list(asked: Asked) -> JsonObject:
    """Every member, page by page (docs.slack.dev/reference/methods/users.list).

    Raises:
        Refusal: `invalid_limit`, `invalid_cursor`.
    """
    workspace = asked.workspace
    ids, cursor = page_of(asked, list(workspace.people), default=1000, maximum=1000)
    return {
        "members": [people.payload(workspace, workspace.people[user_id]) for user_id in ids],
        "cache_ts": int(workspace.clock.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def usergroups_list(asked: Asked) -> JsonObject:
    """Every user group there is (docs.slack.dev/reference/methods/usergroups.list)."""
    workspace, has_users = asked.workspace, asked.flag("include_users")
    found = [groups.payload(workspace, group, has_users=has_users) for group in workspace.groups.values()]
    return {"usergroups": found}


METHODS = (
    Method("api.test", api_test, token="none"),
    Method("auth.test", auth_test),
    Method("apps.connections.open", connections_open, token="app"),
    Method("team.info", team_info, ("team:read",)),
    Method("bots.info", bots_info, ("users:read",)),
    Method("users.info", users_info, ("users:read",)),
    Method("users.list", users_list, ("users:read",)),
    Method("usergroups.list", usergroups_list, ("usergroups:read",)),
)
