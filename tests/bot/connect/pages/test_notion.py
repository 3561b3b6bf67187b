"""What Notion alone does: limits, pages below pages, properties, times by the minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.pages.contract import EditedSince, PageHost
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from sandbox.wikis.notion import NotionServer
from tests.bot.connect.pages.wiki_pages import new_page, published_again
from tests.wikis import KINDS, Kind

NOTIONS = [KINDS["notion data source"], KINDS["notion page"]]


@pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
async def test_a_limit_of_notion_that_names_no_time_lasts_a_minute(server: Any, host: PageHost) -> None:
    server.faults.append(Fault(429, {"object": "error", "code": "rate_limited"}))

    with pytest.raises(TryLater) as raised:
        await host.create(new_page())

    assert raised.value.after == 60


@pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
async def test_two_writers_at_once_are_no_refusal(server: Any, host: PageHost) -> None:
    conflict = {"object": "error", "status": 409, "code": "conflict_error", "message": "Conflict."}
    server.faults.append(Fault(409, conflict))

    with pytest.raises(TryLater) as raised:
        await host.create(new_page())

    assert raised.value.is_undone


@pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
async def test_pages_below_it_are_never_deleted(kind: Kind, server: NotionServer, host: PageHost) -> None:
    new = new_page()
    made = await host.create(new)
    server.pages[0].below.append("Ana's notes")

    with pytest.raises(RefusedByTracker, match="delete child pages"):
        await host.update(published_again(new, made))

    assert server.pages[0].below == ["Ana's notes"]


@pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
async def test_what_is_not_shared_is_said(kind: Kind, server: NotionServer, host: PageHost) -> None:
    server.is_shared = False
    with pytest.raises(RefusedByTracker, match="shared with") as raised:
        await host.check()
    assert raised.value.status == 404


@pytest.mark.parametrize("kind", NOTIONS[:1], ids=["data source"])
async def test_a_data_source_without_the_property_is_said(server: NotionServer, host: PageHost) -> None:
    server.columns = {"Titel": "title", "Scribe ID": "number"}
    with pytest.raises(RefusedByTracker, match="no property 'Scribe ID' of the type Text"):
        await host.check()
    server.columns = {"Titel": "title", "Scribe ID": "rich_text"}
    await host.create(new_page(title="INC-7: Down"))
    assert server.pages[0].title == "INC-7: Down"


@pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
async def test_an_edit_within_the_minute_of_writing_is_seen(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    server.now = datetime.now(UTC)
    new = new_page(since=server.now - timedelta(minutes=1))
    made = await host.create(new)
    kind.edit(server, server.pages[0], "Ana was here.")

    with pytest.raises(EditedSince):
        await host.update(published_again(new, made))
