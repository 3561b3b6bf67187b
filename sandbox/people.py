"""The members of the workspace (docs.slack.dev/reference/objects/user-object)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox import events
from sandbox.json_types import JsonObject
from sandbox.records import Person
from sandbox.state import State

_COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c")


def team_of(workspace: State, user_id: str | None) -> str:
    """The workspace somebody belongs to: this one, or a connected company's."""
    person = workspace.people.get(user_id or "")
    return (person.team_id if person else None) or workspace.team_id


def announce_arrival(workspace: State, person: Person) -> None:
    """Tell the app that a person joined the workspace."""
    user = payload(workspace, person)
    events.emit(workspace, {"type": "team_join", "user": user, "event_ts": _event_ts(workspace)})


def announce_change(workspace: State, person: Person) -> None:
    """Tell the app that a person's profile changed."""
    person.updated_at = int(workspace.clock.now().timestamp())
    events.emit(
        workspace,
        {
            "type": "user_change",
            "user": payload(workspace, person),
            "cache_ts": person.updated_at,
        },
    )


def _event_ts(workspace: State) -> str:
    return f"{int(workspace.clock.now().timestamp())}.000000"


def payload(workspace: State, person: Person) -> JsonObject:
    """A user object; `tz_offset` is in seconds east of UTC, at the workspace's present moment."""
    zone = ZoneInfo(person.tz)
    local: datetime = workspace.clock.now().astimezone(zone)
    offset = local.utcoffset()
    first, _, last = person.real_name.partition(" ")
    profile: JsonObject = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": "",
        "display_name_normalized": "",
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": f"g{person.id.lower()}",
        "first_name": first,
        "last_name": last,
        "team": team_of(workspace, person.id),
    }
    if "users:read.email" in workspace.scopes and not person.is_bot:
        profile["email"] = f"{person.name}@example.com"
    if person.bot_id is not None:
        profile |= {"api_app_id": workspace.app_id, "bot_id": person.bot_id, "always_active": True}
    return {
        "id": person.id,
        "team_id": team_of(workspace, person.id),
        "name": person.name,
        "deleted": person.deleted,
        "color": _COLOURS[sum(map(ord, person.id)) % len(_COLOURS)],
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": local.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated_at,
        "is_email_confirmed": person.is_email_confirmed,
        "is_stranger": _is_stranger(workspace, person),
        "who_can_share_contact_card": "EVERYONE",
    }


def _is_stranger(workspace: State, person: Person) -> bool:
    """Whether somebody of another company shares no channel that the app sees."""
    return person.team_id is not None and not any(
        person.id in channel.members and workspace.bot_user_id in channel.members
        for channel in workspace.channels.values()
    )
