"""Whatever the saved answers of a tool hold, they are read or left out, and nothing else is raised."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.imports.errors import CannotImport
from bot.imports.tools.fields import Clock
from bot.imports.tools.importing import READERS
from bot.text.mrkdwn import escape
from storage.vocabulary import Origin

SAVED = Path(__file__).parents[1] / "data" / "other_tools"
JSON_TOOLS = [origin for origin in READERS if origin is not Origin.MARKDOWN]
ODD: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        10**18,
        10**400,
        1.5,
        float("inf"),
        "",
        "x",
        "\0",
        "\ud800",
        "2026-99-99",
        "0001-01-01",
    ),
    *(
        "2026-10-06T21:30:42",
        "9999-12-31T23:59:59+14:00",
        [],
        {},
        [[]],
        [{}],
        {"id": {}},
        [None],
        "<!channel>",
    ),
    *("x" * 30_000, "../../../etc/passwd", "javascript:alert(1)", {"name": [], "user": 3}),
]


def places(value: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Where in an answer there is a value."""
    yield at
    inner = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, part in inner:
        yield from places(part, (*at, name))


def changed(value: Any, at: tuple[object, ...], other: object) -> Any:
    if not at:
        return other
    value[at[0]] = changed(value[at[0]], at[1:], other)
    return value


@pytest.mark.parametrize("origin", JSON_TOOLS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_may_be_any_other(origin: Origin, data: st.DataObject, tmp_path: Path) -> None:
    root = tmp_path / origin.value
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(SAVED / origin.value, root)
    file = data.draw(st.sampled_from(sorted(root.rglob("*.json"))))
    answer = json.loads(file.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(list(places(answer))))
        answer = changed(answer, at, deepcopy(data.draw(st.sampled_from(ODD))))
    file.write_text(json.dumps(answer))
    _is_read(origin, root)


@pytest.mark.parametrize("origin", JSON_TOOLS)
@pytest.mark.parametrize("odd", [True, 5, "x", [True], {"x": True}], ids=json.dumps)
def test_each_value_may_be_of_another_kind(origin: Origin, odd: object, tmp_path: Path) -> None:
    root = tmp_path / origin.value
    shutil.copytree(SAVED / origin.value, root)
    for file in sorted(root.rglob("*.json")):
        said = file.read_text()
        for at in places(json.loads(said)):
            file.write_text(json.dumps(changed(json.loads(said), at, odd)))
            _is_read(origin, root)
        file.write_text(said)


def _is_read(origin: Origin, root: Path) -> None:
    try:
        found = list(READERS[origin](root, Clock()).incidents)
    except CannotImport:
        return

    for one in found:
        assert one.original_id
        assert one.title.strip()
        assert one.declared_at.tzinfo is not None
        assert one.ended_at is None or one.ended_at >= one.declared_at
        for entry in one.entries:
            assert entry.at.tzinfo is not None
            assert entry.text.strip()
            escape(entry.text).encode()
        assert one.url is None or one.url.startswith(("http://", "https://"))
