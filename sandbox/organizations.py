"""Where the app is installed: in a workspace, or in an organization of Enterprise Grid and some of it.

Sources: docs.slack.dev/enterprise/developing-for-enterprise-orgs, docs.slack.dev/reference/events
(app_uninstalled, tokens_revoked, team_access_granted, team_access_revoked).
"""

from sandbox import events
from sandbox.app_installs import Organization
from sandbox.errors import SandboxError
from sandbox.state import State


def agree(workspace: State, user_id: str, address: str, organization: Organization[State] | None) -> str:
    """Somebody agrees to an installation; `organization`: they choose all of it.

    An admin then adds the app to its workspaces.
    """
    led_to = workspace.installs.agree(workspace, user_id, address, organization)
    for each in organization.workspaces if organization else []:
        each.organization = organization
    return led_to


def add_app(workspace: State) -> None:
    """Add the app to a workspace of the organization that has installed it."""
    if workspace.organization is None:
        raise SandboxError("The app is not installed in an organization that this workspace belongs to.")
    workspace.organization.granted.append(workspace)
    events.emit(workspace, {"type": "team_access_granted", "team_ids": [workspace.team_id]})


def remove_app(workspace: State) -> None:
    """Take the app out of a workspace that it was added to."""
    if workspace.organization is None or workspace not in workspace.organization.granted:
        raise SandboxError("The app was not added to this workspace.")
    workspace.organization.granted.remove(workspace)
    events.emit(workspace, {"type": "team_access_revoked", "team_ids": [workspace.team_id]})


def uninstall(workspace: State) -> None:
    """Remove the app from a workspace, or from its whole organization."""
    workspace.installs.end(workspace.organization or workspace, "account_inactive")
    events.emit(workspace, {"type": "app_uninstalled"})
    tokens = {"oauth": [], "bot": [workspace.bot_user_id]}
    events.emit(workspace, {"type": "tokens_revoked", "tokens": tokens})
