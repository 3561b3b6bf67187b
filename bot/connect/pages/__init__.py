"""The places for published post-mortems, one file for each: an adapter holds what its host takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.incidents.pages.contract import PageHost
from bot.settings.pages import CONFLUENCE, GIT, NOTION, WEBHOOK, PageSettings


def page_hosts_of(settings: PageSettings) -> Mapping[str, PageHost]:
    """Those that are set, by name, in the order of `PAGE_HOSTS`; what is not set is not imported."""
    return {one.name: _MAKE[one.name](settings) for one in settings.page_hosts}


def _git(settings: PageSettings) -> PageHost:
    if settings.offers_pages:
        from bot.connect.pages.git_pull_requests import OfferedPages

        return OfferedPages(settings)
    from bot.connect.pages.git import GitPages

    return GitPages(settings)


def _confluence(settings: PageSettings) -> PageHost:
    from bot.connect.pages.confluence import Confluence

    return Confluence(
        settings.confluence_url,
        settings.confluence_token,
        settings.confluence_space,
        email=settings.confluence_email,
        parent=settings.confluence_parent,
    )


def _notion(settings: PageSettings) -> PageHost:
    from bot.connect.pages.notion import Notion

    return Notion(
        settings.notion_url,
        settings.notion_token,
        data_source=settings.notion_data_source,
        parent=settings.notion_parent,
    )


def _webhook(settings: PageSettings) -> PageHost:
    from bot.connect.pages.webhook import WebhookPages

    return WebhookPages(settings)


_MAKE: Mapping[str, Callable[[PageSettings], PageHost]] = {
    GIT: _git,
    CONFLUENCE: _confluence,
    NOTION: _notion,
    WEBHOOK: _webhook,
}
