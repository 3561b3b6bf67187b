"""The timeline's picture on a page of Notion: there once, whatever is lost, and over nobody's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.incidents.pages.contract import EditedSince, PageHost
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from sandbox.wikis.notion import NotionServer
from sandbox.wikis.notion_uploads import MOST_OF_FREE
from tests.bot.connect.pages.wiki_pages import PICTURE, connected, new_page, published_again
from tests.wikis import KINDS, Kind

NOTIONS = [KINDS["notion data source"], KINDS["notion page"]]
pytestmark = pytest.mark.parametrize("kind", NOTIONS, ids=["data source", "page"])
LOST = [Fault(500, {}), Fault(502, {}, is_performed=True), Fault(is_cut=True, is_performed=True)]
CALLS = ["the page", "the upload", "the file", "the block"]


def pictures(server: NotionServer) -> list[bytes]:
    """What the pictures on the only page show, the topmost first."""
    (page,) = server.pages
    shown = [line for line in page.markdown.split("\n") if line.startswith("![")]
    return [next(one.content for one in server.uploads.all if one.id in line) for line in shown]


async def test_the_picture_stands_below_the_words_that_describe_it(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    new = new_page(
        picture=PICTURE, markdown="# Facts\n\n![The *timeline* [1]](timeline.png)\n\nIt was down.\n"
    )

    made = await host.create(new)

    lines = server.pages[0].markdown.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("![Drawn by Scribe, "))
    assert "timeline" in lines[at - 1]
    assert lines[at + 1] == "It was down."
    (upload,) = server.uploads.all
    assert (upload.name, upload.media_type, upload.content) == ("timeline.png", "image/png", PICTURE)
    assert made.lacks is None
    assert await host.find(new) == made == await host.read(replace(new, earlier=made))
    assert pictures(server) == [PICTURE]


async def test_words_past_the_first_answer_are_found_and_a_text_without_any_has_it_on_top(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    long = "\n\n".join(f"Line {n}." for n in range(230))
    await host.create(new_page(picture=PICTURE, markdown=f"{long}\n\n![How it went](timeline.png)\n\nEnd.\n"))
    lines = server.pages[0].markdown.split("\n")
    assert lines[lines.index("How it went") + 1].startswith("![Drawn by Scribe, ")

    server.pages.clear()
    await host.create(new_page(picture=PICTURE, markdown="It was down.\n"))
    assert server.pages[0].markdown.startswith("![Drawn by Scribe, ")


async def test_published_again_it_has_the_new_picture_alone(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    new = new_page(picture=PICTURE)
    made = await host.create(new)
    newer = published_again(new, made, picture=PICTURE + b"2")

    written = await host.update(newer)

    assert pictures(server) == [PICTURE + b"2"]
    assert written.stamp == newer.stamp
    assert written.remote_id == made.remote_id
    third = published_again(newer, written, picture=None)
    await host.update(third)
    assert pictures(server) == []


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut"])
@pytest.mark.parametrize("before", range(4), ids=CALLS)
async def test_whatever_answer_is_lost_the_page_has_it_once(
    kind: Kind, server: NotionServer, host: PageHost, fault: Fault, before: int
) -> None:
    new = new_page(picture=PICTURE)
    server.faults += [None] * before + [fault]

    with pytest.raises(TryLater):
        await host.create(new)
    server.faults.clear()
    found = await host.find(new) or await host.create(new)

    assert (found.stamp, found.lacks) == (new.stamp, None)
    assert pictures(server) == [PICTURE]
    assert await host.read(replace(new, earlier=found)) == found
    newer = published_again(new, found, picture=PICTURE + b"2")
    server.faults += [None] * (before + 1) + [fault]  # its title is a call more
    with pytest.raises(TryLater):
        await host.update(newer)
    server.faults.clear()
    written = await host.update(newer)
    assert (written.stamp, written.lacks) == (newer.stamp, None)
    assert pictures(server) == [PICTURE + b"2"]


@pytest.mark.parametrize("before", range(1, 4), ids=CALLS[1:])
async def test_a_limit_between_text_and_picture_pauses_and_leaves_no_second_page(
    kind: Kind, server: NotionServer, host: PageHost, before: int
) -> None:
    new = new_page(picture=PICTURE)
    server.faults += [None] * before + [Fault(429, {}, {"retry-after": "7"})]

    with pytest.raises(TryLater) as raised:
        await host.create(new)

    assert raised.value.after == 7
    await host.find(new)
    assert pictures(server) == [PICTURE]


async def test_an_upload_that_nothing_showed_within_the_hour_is_made_anew(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    new = new_page(picture=PICTURE)
    server.faults += [None, None, None, Fault(500, {})]
    with pytest.raises(TryLater):
        await host.create(new)
    server.now = server.moment() + timedelta(hours=1)

    await host.find(new)

    assert pictures(server) == [PICTURE]
    first, second = server.uploads.all
    first.expire(server.moment())
    assert [(one.status, one.attached) for one in (first, second)] == [("expired", 0), ("uploaded", 1)]


async def test_who_may_not_upload_publishes_without_a_picture_and_says_why(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    server.uploads.may_upload = False
    new = new_page(picture=PICTURE)

    made = await host.create(new)

    assert (made.stamp, made.lacks) == (new.stamp, "Insufficient permissions for this endpoint")
    assert pictures(server) == []
    server.uploads.may_upload = True
    newer = published_again(new, made)
    assert (await host.update(newer)).lacks is None
    assert pictures(server) == [PICTURE]


async def test_a_picture_larger_than_the_plan_takes_is_left_out(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    made = await host.create(new_page(picture=b"\x89PNG" + bytes(MOST_OF_FREE)))
    assert made.lacks and "size limit" in made.lacks
    assert pictures(server) == []


async def test_what_people_type_while_the_picture_is_on_its_way_is_theirs(
    kind: Kind, server: NotionServer, host: PageHost
) -> None:
    """Notion then says that Scribe edited the page last, since the picture came after their words."""
    new = new_page(picture=PICTURE)
    answer = server.answer

    async def typed_first(request: Any, path: str, body: Any) -> Any:
        if path.endswith("/children") and request.method == "PATCH":
            kind.edit(server, server.pages[0], "Ana was here.")
        return await answer(request, path, body)

    server.answer = typed_first  # type: ignore[method-assign]
    made = await host.create(new)
    server.answer = answer  # type: ignore[method-assign]

    with pytest.raises(EditedSince) as raised:
        await host.update(published_again(new, made))
    assert "Ana was here." in server.pages[0].markdown
    assert raised.value.seen and raised.value.seen.stamp is None
    await host.update(published_again(new, raised.value.seen))  # somebody agreed to that
    assert "Ana was here." not in server.pages[0].markdown
    assert pictures(server) == [PICTURE]


@pytest.mark.parametrize("change", ["moved", "removed", "captioned", "beside another"])
async def test_what_people_do_with_the_picture_is_an_edit(
    kind: Kind, server: NotionServer, host: PageHost, change: str
) -> None:
    new = new_page(picture=PICTURE)
    made = await host.create(new)
    (page,) = server.pages
    lines = page.markdown.split("\n")
    (shown,) = [line for line in lines if line.startswith("![")]
    others = [line for line in lines if line != shown]
    changed = {
        "moved": [*others, shown],
        "removed": others,
        "captioned": [*others, shown.replace("Drawn by Scribe", "What happened")],
        "beside another": [*lines, "![Ana's](http://127.0.0.1/graph.png)"],
    }
    server.edit(page, "\n".join(changed[change]))
    before = page.markdown

    with pytest.raises(EditedSince):
        await host.update(published_again(new, made))

    assert page.markdown == before


async def test_what_the_fake_refuses_of_an_upload(kind: Kind, server: NotionServer, host: PageHost) -> None:
    """Each as its reference says: what a name may be, what may be sent when, and what a block may show."""
    async with connected(kind, server) as adapter:
        call: Any = adapter._call  # type: ignore[attr-defined]
        for wrong in (
            {"filename": "timeline.exe"},
            {"filename": "timeline.png", "content_type": "application/pdf"},
            {"filename": f"{'é' * 449}.png"},
            {"content_type": "application/x-msdownload"},
            {"mode": "multi_part"},
        ):
            with pytest.raises(RefusedByTracker) as raised:
                await call("POST", "/file_uploads", wrong)
            assert raised.value.status == 400
        with pytest.raises(RefusedByTracker) as raised:
            await call("POST", "/file_uploads/none/send", {"file": "x"})
        assert raised.value.status == 404
        made = (await call("POST", "/file_uploads", {"filename": "timeline.png"})).data["id"]
        with pytest.raises(RefusedByTracker, match="multipart"):
            await call("POST", f"/file_uploads/{made}/send", {"file": "x"})
        await host.create(new_page())
        block = {"type": "image", "image": {"type": "file_upload", "file_upload": {"id": made}}}
        at = f"/blocks/{server.pages[0].id}/children"
        with pytest.raises(RefusedByTracker, match="pending, not uploaded"):
            await call("PATCH", at, {"children": [block]})
