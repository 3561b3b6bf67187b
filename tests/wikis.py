"""Every wiki there is, on this machine: how it is made and set, and what its vendor says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.trackers.tracker import Fault, TrackerServer
from sandbox.wikis.confluence import ConfluenceServer
from sandbox.wikis.notion import NotionServer
from tests.contract import Contract


@dataclass
class Kind:
    """A wiki on this machine, and the settings that lead to it; `contract` is its vendor's file.

    `text` is what a page holds, `edit` is somebody's editing of it, `drop` puts it into the bin.
    """

    name: str
    make: Callable[[], Any]
    settings: Callable[[Any], dict[str, str]]
    text: Callable[[Any], str]
    edit: Callable[[Any, Any, str], None]
    drop: Callable[[Any], None]
    contract: Contract | None = None
    limit: Fault = field(default=Fault(429, {}, {"retry-after": "7"}))


def _confluence(server: ConfluenceServer) -> dict[str, str]:
    return {
        "confluence_url": server.url,
        "confluence_email": server.email,
        "confluence_token": server.token,
        "confluence_space": server.space,
    }


def _in_bin(page: Any) -> None:
    page.status = "trashed"


def _in_trash(page: Any) -> None:
    page.in_trash = True


def _notion_limit(status: int, code: str) -> Fault:
    """developers.notion.com/reference/status-codes."""
    said = {"object": "error", "status": status, "code": code, "message": "Slow down."}
    return Fault(status, said, {"retry-after": "7"})


def _notion(server: NotionServer) -> dict[str, str]:
    return {"notion_url": server.url, "notion_token": server.token}


KINDS = {
    "confluence cloud": Kind(
        "confluence",
        ConfluenceServer,
        _confluence,
        lambda page: str(page.value),
        lambda server, page, text: server.edit(page, f"{page.value}<p>{text}</p>"),
        _in_bin,
        Contract("confluence-cloud.yaml"),
        Fault(429, {"errors": [{"status": 429, "title": "Too many requests"}]}, {"retry-after": "7"}),
    ),
    "confluence data center": Kind(
        "confluence",
        lambda: ConfluenceServer(email=""),
        _confluence,
        lambda page: str(page.value),
        lambda server, page, text: server.edit(page, f"{page.value}<p>{text}</p>"),
        _in_bin,
    ),
    "notion data source": Kind(
        "notion",
        NotionServer,
        lambda server: {**_notion(server), "notion_data_source": server.data_source},
        lambda page: str(page.markdown),
        lambda server, page, text: server.edit(page, f"{page.markdown}\n{text}"),
        _in_trash,
        Contract("notion.yaml"),
        _notion_limit(529, "service_overload"),
    ),
    "notion page": Kind(
        "notion",
        NotionServer,
        lambda server: {**_notion(server), "notion_parent": server.parent},
        lambda page: str(page.markdown),
        lambda server, page, text: server.edit(page, f"{page.markdown}\n{text}"),
        _in_trash,
        Contract("notion.yaml"),
        _notion_limit(429, "rate_limited"),
    ),
}


def held(kind: Kind, server: TrackerServer) -> None:
    """What was sent and answered is what the vendor's file says; what it refused, its fake alone knows."""
    for call in server.calls:
        if kind.contract and call.status < 300:
            assert kind.contract.problems(call) == [], call
