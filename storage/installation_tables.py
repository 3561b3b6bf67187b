"""The table of the workspaces that have installed Scribe, where one process serves several."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from storage.columns import Row, UtcDateTime


class Installation(Row, table=True):
    """A workspace's installation: what Slack gave when somebody there installed Scribe.

    The tokens are sealed (`bot.installations.token_box`): whoever reads the database cannot use them. They
    are gone once the installation has ended; what Scribe recorded for the workspace stays.

    Of an installation in a whole organization of Enterprise Grid `team_id` is the organization's id, as
    `enterprise_id` is; each workspace that Scribe was added to has a row as well, without tokens: it is
    served with those of its `organization_id`.
    """

    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = None
    organization_id: str | None = None
    """The organization whose installation it is served by; None: it has installed Scribe itself."""
    app_id: str
    bot_user_id: str
    scopes: str = Field(sa_type=Text)
    """Those that were granted, separated by commas."""
    installed_by: str
    installed_at: datetime = Field(sa_type=UtcDateTime)
    bot_token: str | None = Field(default=None, sa_type=Text)
    refresh_token: str | None = Field(default=None, sa_type=Text)
    """Where Slack rotates the app's tokens; good for one exchange."""
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When Slack stops to accept the bot token; None: never."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was uninstalled, or its token revoked; None while it stands."""

    @property
    def is_of_organization(self) -> bool:
        """Whether it is a whole organization's own."""
        return self.team_id == self.enterprise_id
