"""A Prism that does not look is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract import FILES
from tests.status_pages import KINDS, connected, new_post
from tests.vendors.judged import let_pass, through
from tests.vendors.prism import Judge, proxy

pytestmark = pytest.mark.vendors


async def test_a_schema_that_prism_cannot_read_is_found(tmp_path: Path) -> None:
    """One that may be null and has no type: with it Prism takes any body, and says nothing."""
    kind, file = KINDS["cachet"], tmp_path / "cachet.yaml"
    whole = (FILES / "cachet.yaml").read_text("utf-8")
    file.write_text(
        whole.replace("name:\n                  type: string", "name:\n                  nullable: true")
    )

    with proxy(file, tmp_path) as prism:
        async with kind.make() as server, Judge(prism, server.url) as judge:
            async with connected(kind, server, **through(judge, server, kind.settings(server))) as page:
                await page.open(new_post())

            assert judge.found == []
            assert await let_pass(judge, server) == ["POST /api/incidents: a wrong body"]
