"""A wiki on this machine, and the place for pages that is connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.incidents.pages.contract import PageHost
from tests.bot.connect.pages.wiki_pages import connected
from tests.wikis import KINDS, Kind, held


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def host(kind: Kind, server: Any) -> AsyncIterator[PageHost]:
    async with connected(kind, server) as made:
        yield made
