"""Markdown of other tools whose links lead only where a link may: to pages, e-mail and phone numbers."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"\]\((?!\s*<?(?:https?://|mailto:|tel:)|\s*<?[^@:&\\\s()<>][^:&\\\s()<>]*>?[\s)])", re.IGNORECASE
)
"""A link whose address is neither of these nor a plain path; entities could hide a scheme in any other."""
_AUTOLINK = re.compile(r"<(?=[a-z][a-z0-9+.-]{1,31}:)(?!(?:https?|mailto|tel):)", re.IGNORECASE)


def with_safe_links(markdown: str) -> str:
    """The same text, in which every other link is text; nothing of it is lost."""
    return _AUTOLINK.sub(r"\\<", _LINK.sub(r"]\\(", markdown))
