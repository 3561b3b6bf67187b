"""Whatever a delivery of a team's tool holds in whatever place, it is read, dropped or refused."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.connect.adapter import Delivery, DeploysTold, Dropped, TicketsTold, Told, Unreadable
from bot.connect.registry import OF_TRACKERS, SHIPPED
from bot.incidents.deploys import line_of
from tests.fuzz.readers import made
from tests.fuzz.test_tool_answers import ODD, changed, places

EXAMPLES = Path(__file__).parents[1] / "bot" / "connect" / "examples"
ADAPTERS = {**SHIPPED, **OF_TRACKERS}


def _deliveries() -> dict[str, tuple[str, dict[str, str], Any]]:
    """Each saved delivery with its hook, headers and body, and the example of each hook."""
    found = {name: (name, {}, one.example) for name, one in ADAPTERS.items()}
    for file in sorted(EXAMPLES.glob("*.json")):
        hook, saved = file.stem.partition("-")[0], json.loads(file.read_text("utf-8"))
        if hook in ADAPTERS and isinstance(saved, dict) and "body" in saved:
            headers = {key.lower(): value for key, value in saved.get("headers", {}).items()}
            found[file.stem] = hook, headers, saved["body"]
    return found


DELIVERIES = _deliveries()


def said(told: Told) -> list[str]:
    """What of it is Slack text."""
    if isinstance(told, TicketsTold):
        return []
    alerts, deploys = (told.alerts, told.deploys) if isinstance(told, DeploysTold) else (told, ())
    texts = [one.title for incoming in alerts for one in (incoming, *incoming.alerts)]
    texts += [note.text for incoming in alerts for note in incoming.notes]
    return texts + [line_of(made(one)) for one in deploys]


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", DELIVERIES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_may_be_any_other(name: str, data: st.DataObject) -> None:
    hook, headers, body = DELIVERIES[name]
    place = data.draw(st.sampled_from(sorted(places(body), key=repr)))
    other = data.draw(st.sampled_from(ODD))
    sent = json.dumps(changed(deepcopy(body), place, deepcopy(other))).encode()

    with suppress(Dropped, Unreadable):
        told = ADAPTERS[hook].read(Delivery(headers, sent))
        assert not [one for one in said(told) if "<!" in one or "\n" in one or "\0" in one]
