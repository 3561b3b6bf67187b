"""What a tracker calls a ticket, as its address tells: `acme/shop#12`, `OPS-12`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NUMBERED = re.compile(r"/(?P<project>[\w.-]+(?:/[\w.-]+){1,10}?)(?:/-)?/issues/(?P<number>\d{1,10})/?$")
"""GitHub and GitLab: /acme/shop/issues/12, /acme/web/shop/-/issues/12."""
_KEYED = re.compile(r"/(?:browse|issue)/(?P<key>[A-Z][A-Z0-9_]{0,20}-\d{1,10})(?:/[\w.-]*)?/?$")
"""Jira and Linear: /browse/OPS-12, /acme/issue/OPS-12/add-an-index."""


def ticket_label(url: str) -> str | None:
    """The name of the ticket at this address; None where it tells none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    if found := _NUMBERED.search(path):
        return f"{found['project']}#{found['number']}"
    found = _KEYED.search(path)
    return found["key"] if found else None
