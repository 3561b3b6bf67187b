"""The app's own place: its Home tab, which it fills for each person, and the direct messages with it.

Source: docs.slack.dev/surfaces/app-home and docs.slack.dev/reference/events/app_home_opened.
"""

from sandbox import channels, events, views
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.records import Channel
from sandbox.state import State


def open_tab(workspace: State, user_id: str, tab: str = "home") -> Channel:
    """Open a tab (`home` or `messages`); the app hears of it each time. Returns the direct messages.

    Raises:
        SandboxError: the manifest does not enable that tab.
    """
    workspace.person(user_id)
    home = workspace.manifest.home
    if not {"home": home.has_home_tab, "messages": home.has_messages_tab}[tab]:
        raise SandboxError(f"The app has no {tab.title()} tab.")
    channel = channels.open_direct(workspace, user_id)
    event: JsonObject = {
        "type": "app_home_opened",
        "user": user_id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": workspace.clock.next_ts(),
    }
    shown = workspace.homes.get(user_id)
    if tab == "home" and shown is not None:
        event["view"] = views.payload(workspace, shown)
    events.emit(workspace, event)
    return channel
