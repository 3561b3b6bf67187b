"""What an address leads to, as far as it tells by itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PAGE = re.compile(r"https?://[^\s<>|]+")


def is_page(text: str) -> bool:
    """Whether a text is nothing but the address of a page, such as a ticket's."""
    return _PAGE.fullmatch(text) is not None


def is_slack_file(url: str) -> bool:
    """Whether it is a permalink of Slack's for a file: only those show as pictures to whoever may see them.

    Source: docs.slack.dev/surfaces/canvases, formatting.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(".slack.com") and parts.path.startswith("/files/")
