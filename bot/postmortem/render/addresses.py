"""What kind of address a text is, judged by the address alone."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PAGE = re.compile(r"https?://[^\s<>|]+")


def is_page(text: str) -> bool:
    """Whether a text is nothing but the address of a page, such as a ticket's."""
    return _PAGE.fullmatch(text) is not None


def is_slack_file(url: str) -> bool:
    """Whether an address is Slack's permalink of a file; a canvas shows only those as pictures.

    Source: docs.slack.dev/surfaces/canvases, formatting.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(".slack.com") and parts.path.startswith("/files/")
