"""How Notion says that it refuses (developers.notion.com/reference/status-codes)."""

from __future__ import annotations

from typing import Any

from sandbox.trackers.tracker import Refused


def refusal(status: int, code: str, message: str) -> Refused:
    """An error as it answers with one."""
    return Refused(status, {"object": "error", "status": status, "code": code, "message": message})


def as_object(body: Any) -> dict[str, Any]:
    """A JSON object of a request."""
    if not isinstance(body, dict):
        raise refusal(400, "invalid_json", "Error parsing JSON body.")
    return body
