"""The team's status pages, one file for each: an adapter holds the shape of what its page takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.incidents.status_pages.contract import StatusPage
from bot.settings.status_pages import CACHET, INSTATUS, STATUSPAGE, StatusPageSettings


def status_pages_of(settings: StatusPageSettings) -> Mapping[str, StatusPage]:
    """Those that are set, by name; what is not set is not imported."""
    return {one.name: _MAKE[one.name](settings) for one in settings.status_pages}


def _statuspage(settings: StatusPageSettings) -> StatusPage:
    from bot.connect.status_pages.statuspage import Statuspage

    return Statuspage(settings.statuspage_url, settings.statuspage_token, settings.statuspage_page)


def _cachet(settings: StatusPageSettings) -> StatusPage:
    from bot.connect.status_pages.cachet import Cachet

    return Cachet(settings.cachet_url, settings.cachet_token)


def _instatus(settings: StatusPageSettings) -> StatusPage:
    from bot.connect.status_pages.instatus import Instatus

    return Instatus(settings.instatus_url, settings.instatus_token, settings.instatus_page)


_MAKE: Mapping[str, Callable[[StatusPageSettings], StatusPage]] = {
    STATUSPAGE: _statuspage,
    CACHET: _cachet,
    INSTATUS: _instatus,
}
