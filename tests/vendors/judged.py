"""Settings that lead through Prism, and whether Prism looks at what goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.trackers.tracker import Fault, TrackerServer
from tests.vendors.prism import Judge

NONSENSE = 5
"""An answer that no operation gives."""


def together(name: str) -> Any:
    """A kind whose tests go to one process, so that one Prism is started for them."""
    return pytest.param(name, marks=pytest.mark.xdist_group(name.split()[0]))


def through(judge: Judge, server: TrackerServer, settings: Mapping[str, str]) -> dict[str, str]:
    """The same settings, with the judge's address in place of the server's."""
    return {name: value.replace(server.url, judge.url) for name, value in settings.items()}


async def let_pass(judge: Judge, server: TrackerServer) -> list[str]:
    """What Prism does not refuse of what is wrong: nothing, unless it does not look.

    It does not where its file has a schema that it cannot read. So each call that went well is made again
    twice: with a body of another kind, which must not come to the fake, and with an answer of another kind.
    """
    passed: list[str] = []
    for call in {(one.method, one.path.partition("?")[0]): one for one in judge.calls}.values():
        if call.status >= 300:
            continue
        named, came = f"{call.method} {call.path}", len(server.calls)
        if call.method != "GET":
            headers = {**_without(call.headers, "content-type"), "Content-Type": "application/json"}
            wrong, _ = await judge.ask(call.method, call.path, headers, b"[]")
            if not wrong.found or len(server.calls) > came:
                passed.append(f"{named}: a wrong body")
        if call.status != 204:
            fault = Fault(call.status, NONSENSE)
            server.faults, server.read_faults = [fault], [fault]
            wrong, _ = await judge.ask(call.method, call.path, call.headers, call.body)
            server.faults, server.read_faults = [], []
            if not any(words.startswith("response") for words in wrong.found):
                passed.append(f"{named}: a wrong answer")
    return passed


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {known: value for known, value in headers.items() if known.lower() != name}
