"""Pages through Prism: what Scribe asks and what the fakes answer is what each wiki's file allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.incidents.pages.contract import EditedSince, PageHost
from bot.slack.calls import RefusedByTracker, TryLater
from tests.bot.connect.pages.wiki_pages import connected, new_page, published_again
from tests.vendors.judged import let_pass, through, together
from tests.vendors.prism import Judge
from tests.wikis import KINDS, Kind

pytestmark = pytest.mark.vendors
PICTURE = b"\x89PNG, not really".decode("latin-1").encode()
"""Text, since Prism reads bodies as text."""


@pytest.fixture(params=[together(name) for name, kind in KINDS.items() if kind.contract])
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def host(kind: Kind, server: Any, judge: Judge) -> AsyncIterator[PageHost]:
    async with connected(kind, server, **through(judge, server, kind.settings(server))) as made:
        yield made


async def test_a_page_lives(kind: Kind, server: Any, judge: Judge, host: PageHost) -> None:
    await host.check()
    new = new_page(picture=PICTURE)

    assert await host.find(new) is None
    made = await host.create(new)
    assert await host.find(new) == made == await host.read(replace(new, earlier=made))
    newer = published_again(new, made, markdown="It is up.", picture=PICTURE + b" at all")
    written = await host.update(newer)

    assert written.version != made.version
    assert await host.find(newer) == written
    assert judge.found == []
    assert len(judge.calls) == len(server.calls)
    assert await let_pass(judge, server) == []
    (page,) = server.pages
    assert "It is up." in kind.text(page)
    pictures = [PICTURE, PICTURE + b" at all"]
    if kind.name == "confluence":
        assert [one.versions for one in page.files] == [pictures]
    else:
        assert [(one.content, one.attached) for one in server.uploads.all] == [(one, 1) for one in pictures]
        assert page.markdown.count("![") == 1


async def test_what_people_did_to_a_page_is_seen(
    kind: Kind, server: Any, judge: Judge, host: PageHost
) -> None:
    new = new_page()
    made = await host.create(new)
    kind.edit(server, server.pages[0], "Ana was here.")

    with pytest.raises(EditedSince) as edited:
        await host.update(published_again(new, made))
    kind.drop(server.pages[0])
    with pytest.raises(EditedSince) as dropped:
        await host.update(published_again(new, made))

    assert edited.value.seen and edited.value.seen.by == "Ana"
    assert dropped.value.seen is None
    assert "Ana was here." in kind.text(server.pages[0])
    assert judge.found == []
    assert await let_pass(judge, server) == []
    assert len(server.pages) == 1


async def test_a_lost_answer_makes_no_second_page(
    kind: Kind, server: Any, judge: Judge, host: PageHost
) -> None:
    new = new_page()
    judge.lose_answers.append(True)

    with pytest.raises(TryLater) as raised:
        await host.create(new)
    found = await host.find(new)

    assert not raised.value.is_undone
    assert found and found.stamp == new.stamp
    assert len(server.pages) == 1
    assert judge.found == []


async def test_what_a_wiki_refuses_is_as_it_says_too(
    kind: Kind, server: Any, judge: Judge, host: PageHost
) -> None:
    server.faults.append(kind.limit)
    with pytest.raises(TryLater) as raised:
        await host.create(new_page())
    wrong = {**through(judge, server, kind.settings(server)), f"{kind.name}_token": "wrong-token-1"}
    async with connected(kind, server, **wrong) as stranger:
        with pytest.raises(RefusedByTracker) as refused:
            await stranger.check()

    assert raised.value.after == 7
    assert refused.value.status == 401
    assert judge.found == []
    assert server.pages == []


@pytest.mark.parametrize("kind", [KINDS["confluence cloud"]], ids=["confluence cloud"])
async def test_a_version_that_was_taken_and_a_title_that_is_another_page_s(
    kind: Kind, server: Any, judge: Judge, host: PageHost
) -> None:
    new = new_page()
    made = await host.create(new)
    server.titles_taken.add("INC-7: Checkout was down")
    await host.create(new_page(title="INC-7: Checkout was down"))
    answer = server.answer

    async def edited_first(request: Any, path: str, body: Any) -> Any:
        if request.method == "PUT" and server.pages[0].author == "scribe":
            kind.edit(server, server.pages[0], "Ana was faster.")
        return await answer(request, path, body)

    server.answer = edited_first
    with pytest.raises(EditedSince):
        await host.update(published_again(new, made))

    assert [one.status for one in judge.calls if one.status >= 400] == [400, 409]
    assert judge.found == []
    assert [one.title for one in server.pages] == [new.title, "INC-7: Checkout was down (2)"]
