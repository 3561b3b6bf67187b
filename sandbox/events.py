"""Which events the app is told, and the envelope around them.

An event reaches the app when the manifest subscribes to it, a scope allows it, and, for what happens
in a channel, the bot is a member. Source: docs.slack.dev/apis/events-api and the page of each event
under docs.slack.dev/reference/events.
"""

from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import Channel
from sandbox.state import State

_KINDS = {"channel": "channels", "group": "groups", "im": "im"}
_HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
_READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
_SCOPES = {
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "app_mention": "app_mentions:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "channel_created": "channels:read",
    "user_change": "users:read",
    "team_join": "users:read",
}
_OF_ORGANIZATIONS = {"app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked"}
"""Events that are of no single workspace where the app is installed in a whole organization."""
_EVERYWHERE = {"channel_created", "user_change", "team_join"}
"""Events of the whole workspace, told whether or not the bot is a member of anything."""


def emit(workspace: State, event: JsonObject, channel: Channel | None = None) -> None:
    """Tell the app about an event, if it has subscribed to it and has a scope for it."""
    if not _is_heard(workspace, event, channel):
        return
    workspace.deliveries.publish(envelope(workspace, event, channel))


def _is_heard(workspace: State, event: JsonObject, channel: Channel | None) -> bool:
    kind = str(event["type"])
    whole = workspace.organization
    if whole and kind not in _OF_ORGANIZATIONS and not any(one is workspace for one in whole.granted):
        return False
    name, scope = kind, _SCOPES.get(kind)
    if channel is not None:
        if workspace.bot_user_id not in channel.members and kind not in _EVERYWHERE:
            return False
        if kind == "message":
            name, scope = f"message.{_KINDS[channel.kind]}", _HISTORY[channel.kind]
        scope = scope or _READ[channel.kind]
    return name in workspace.subscriptions and (scope is None or scope in workspace.scopes)


def envelope(workspace: State, event: JsonObject, channel: Channel | None = None) -> JsonObject:
    """The outer object around an event (docs.slack.dev/apis/events-api#event-type-structure).

    Of a channel that another company hosts the outer `team_id` is that company's; `authorizations` and
    `context_team_id` say for whom the event is (java-slack-sdk#629, bolt-python#1107).
    """
    is_shared = channel is not None and bool(channel.connected_team_ids)
    host = channel.host_team_id if channel is not None else None
    organization = workspace.organization.id if workspace.organization else None
    context = {"context_team_id": workspace.team_id, "context_enterprise_id": organization}
    is_whole = str(event["type"]) in _OF_ORGANIZATIONS
    return (
        (context if is_shared else {})
        | ({"enterprise_id": organization} if organization else {})
        | {
            "token": workspace.verification_token,
            "team_id": None if organization and is_whole else host or workspace.team_id,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev", 11),
            "event_time": int(workspace.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": organization,
                    "team_id": None if organization and is_whole else workspace.team_id,
                    "user_id": workspace.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": organization is not None,
                }
            ],
            "is_ext_shared_channel": is_shared,
            "event_context": f"4-{new_id('E', 24)}",
        }
    )
