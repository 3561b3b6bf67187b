"""User groups, mentioned as `<!subteam^S…>` (docs.slack.dev/reference/objects/usergroup-object)."""

from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import Group
from sandbox.state import State


def add(workspace: State, handle: str, *, created_by: str, name: str = "") -> Group:
    """A group with this handle, written without the @."""
    group = Group(new_id("S"), handle, name or handle.title(), created_by, workspace.clock.now())
    workspace.groups[group.id] = group
    return group


def payload(workspace: State, group: Group) -> JsonObject:
    """A group as `usergroups.list` shows it."""
    created = int(group.created_at.timestamp())
    return {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": created,
        "date_update": created,
        "date_delete": 0,
        "created_by": group.created_by,
        "updated_by": group.created_by,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "prefs": {"channels": [], "groups": []},
        "user_count": 0,
        "channel_count": 0,
    }
