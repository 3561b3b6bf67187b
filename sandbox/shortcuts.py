"""Shortcuts: the entries of a message's menu and the workspace's own, which the app declared.

Source: docs.slack.dev/interactivity/implementing-shortcuts and
docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload.
"""

from sandbox import interactions, messages, views
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.records import Message
from sandbox.state import State


async def on_message(
    workspace: State, user_id: str, channel_id: str, ts: str, callback_id: str
) -> str | None:
    """Choose an entry of a message's menu; returns Slack's error sentence, if any.

    Raises:
        SandboxError: no such shortcut is declared, or there is no such message before this person.
    """
    common = _common(workspace, user_id, "message", callback_id)
    message = workspace.seen_message(user_id, channel_id, ts)
    if not isinstance(message, Message) or message.subtype == "tombstone":
        raise SandboxError("This message has no menu of shortcuts.")
    channel = workspace.channel(channel_id)
    payload = common | {
        "type": "message_action",
        "channel": {"id": channel.id, "name": interactions.shown_name(channel)},
        "message_ts": message.ts,
        "message": messages.payload(workspace, message),
        "response_url": interactions.new_response_url(workspace, channel.id, user_id, kind="app"),
    }
    return await interactions.tell(workspace, payload)


async def anywhere(workspace: State, user_id: str, callback_id: str) -> str | None:
    """Choose a global shortcut, which knows of no channel; returns Slack's error sentence, if any.

    Raises:
        SandboxError: no such shortcut is declared.
    """
    payload = _common(workspace, user_id, "global", callback_id) | {"type": "shortcut"}
    return await interactions.tell(workspace, payload)


def _common(workspace: State, user_id: str, kind: str, callback_id: str) -> JsonObject:
    if workspace.manifest.shortcut(kind, callback_id) is None:
        raise SandboxError(f"The app declares no {kind} shortcut {callback_id}.")
    return interactions.person_part(workspace, user_id) | {
        "action_ts": workspace.clock.next_ts(),
        "callback_id": callback_id,
        "trigger_id": views.new_trigger(workspace, user_id),
    }
