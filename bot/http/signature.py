"""Whether a request is Slack's (docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

VERSION = "v0"
GOOD_FOR = 300
"""Seconds that a signature is good for, on both sides of this machine's time."""
_SECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


def is_fresh(headers: Mapping[str, str], now: float) -> bool:
    """Whether the request says that it was signed within five minutes of `now`, a Unix time."""
    said_at = headers.get("x-slack-request-timestamp", "")
    return bool(_SECONDS.fullmatch(said_at)) and abs(now - int(said_at)) <= GOOD_FOR


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether Slack signed this body within five minutes of `now`; compared in constant time."""
    if not is_fresh(headers, now):
        return False
    expected = signature_of(secret, headers["x-slack-request-timestamp"], body)
    given = headers.get("x-slack-signature", "")
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def signature_of(secret: str, said_at: str, body: bytes) -> str:
    """HMAC-SHA256 over version, time and raw body."""
    signed = f"{VERSION}:{said_at}:".encode() + body
    return f"{VERSION}=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
