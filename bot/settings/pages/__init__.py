"""What is set about the places for published post-mortems; each has a file here with settings of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.settings.pages.confluence import ConfluencePageSettings
from bot.settings.pages.git import GitPageSettings
from bot.settings.pages.notion import NotionPageSettings
from bot.settings.pages.webhook import WebhookPageSettings

GIT, CONFLUENCE, NOTION, WEBHOOK = "git", "confluence", "notion", "webhook"
PAGE_HOSTS = {
    GIT: "GIT_PAGES_URL",
    CONFLUENCE: "CONFLUENCE_TOKEN",
    NOTION: "NOTION_TOKEN",
    WEBHOOK: "WEBHOOK_PAGES_URL",
}
"""Every place there is, with the setting that turns it on."""
PAGE_TITLES = {GIT: "Git", CONFLUENCE: "Confluence", NOTION: "Notion", WEBHOOK: "the webhook"}


@dataclass(frozen=True)
class PageHostChoice:
    """A place that is set: `name` as people type it, `title` as they call it, `place` where they go."""

    name: str
    title: str
    place: str


class PageSettings(GitPageSettings, ConfluencePageSettings, NotionPageSettings, WebhookPageSettings):
    """Places for published post-mortems; without its setting of `PAGE_HOSTS` each is off."""

    @property
    def page_hosts(self) -> Sequence[PageHostChoice]:
        """Those that are set."""
        return [
            PageHostChoice(name, PAGE_TITLES[name], getattr(self, f"{name}_pages_place"))
            for name, setting in PAGE_HOSTS.items()
            if getattr(self, setting.lower())
        ]
