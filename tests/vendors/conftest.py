"""A vendor's fake, and Prism before it; `kind` is each file's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import status_pages, trackers, wikis
from tests.vendors.prism import Judge, Prism, proxy

Kind = trackers.Kind | wikis.Kind | status_pages.Kind


@pytest.fixture(scope="session")
def prism_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Prism]]:
    """A running Prism for each vendor's file, which serves all the tests of this process."""
    started: dict[Path, Prism] = {}
    with ExitStack() as running:

        def of(document: Path) -> Prism:
            if document not in started:
                folder = tmp_path_factory.mktemp("prism")
                started[document] = running.enter_context(proxy(document, folder))
            return started[document]

        yield of


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made


@pytest.fixture
async def judge(kind: Kind, server: Any, prism_of: Callable[[Path], Prism]) -> AsyncIterator[Judge]:
    assert kind.contract
    async with Judge(prism_of(kind.contract.file), server.url) as made:
        yield made
        print(*made.found, sep="\n")  # shown where the test fails
