"""User groups, mentioned as `<!subteam^S…>` (docs.slack.dev/reference/objects/usergroup-object)."""

from collections.abc import Sequence

from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import Group
from sandbox.state import State


def add(
    workspace: State, handle: str, *, created_by: str, name: str = "", members: Sequence[str] = ()
) -> Group:
    """A group with this handle, written without the @."""
    title = name or handle.title()
    group = Group(new_id("S"), handle, title, created_by, workspace.clock.now(), list(members))
    workspace.groups[group.id] = group
    return group


def payload(workspace: State, group: Group, *, has_users: bool = False) -> JsonObject:
    """A group as `usergroups.list` shows it; its members are shown to who asks for them."""
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
        "user_count": len(group.members),
        "channel_count": 0,
    } | ({"users": list(group.members)} if has_users else {})
