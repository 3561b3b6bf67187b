"""Whether a delivery is from whom it says: by a token, or by the sender's signature; in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

GOOD_FOR = 300
"""Seconds that a signature is good for, on both sides of this machine's time."""
_SECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


class Verdict(Enum):
    """What is known of a delivery."""

    OURS = auto()
    NOT_OURS = auto()
    BODY_NEEDED = auto()
    """Its headers alone do not say so."""


@dataclass(frozen=True)
class TokenCheck:
    """`Authorization: Bearer TOKEN` (RFC 6750), or the token as the password of Basic, whatever the name
    (RFC 7617). An empty token lets nobody in.
    """

    token: str

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        given = given_token(headers.get("authorization", ""))
        is_ours = bool(self.token) and hmac.compare_digest(
            given.encode("utf-8", "replace"), self.token.encode()
        )
        return Verdict.OURS if is_ours else Verdict.NOT_OURS


def given_token(authorization: str) -> str:
    """What the header gives for the token; empty where it gives nothing that can be read."""
    scheme, _, value = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                decoded = base64.b64decode(value.strip(), validate=True).decode()
            except (binascii.Error, ValueError):
                return ""
            return decoded.partition(":")[2]
        case _:
            return ""


@dataclass(frozen=True)
class SignedCheck:
    """HMAC-SHA256 in hex over `TIME:BODY`, with its time in Unix seconds, good for five minutes."""

    secret: str
    signature_header: str
    time_header: str

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        said_at = headers.get(self.time_header, "")
        if not _SECONDS.fullmatch(said_at) or abs(now - int(said_at)) > GOOD_FOR:
            return Verdict.NOT_OURS
        if body is None:
            return Verdict.BODY_NEEDED
        signed = f"{said_at}:".encode() + body
        expected = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        given = headers.get(self.signature_header, "").strip().lower()
        is_ours = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
        return Verdict.OURS if is_ours else Verdict.NOT_OURS


@dataclass(frozen=True)
class BodySignedCheck:
    """HMAC-SHA256 in hex over the body, after `prefix` in the header. An empty secret lets nobody in.

    It holds no time: a delivery that is sent again must change nothing.
    """

    secret: str
    header: str
    prefix: str = ""

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        given = headers.get(self.header, "").strip()
        if not self.secret or not given.startswith(self.prefix) or len(given) == len(self.prefix):
            return Verdict.NOT_OURS
        if body is None:
            return Verdict.BODY_NEEDED
        expected = self.prefix + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        is_ours = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
        return Verdict.OURS if is_ours else Verdict.NOT_OURS


@dataclass(frozen=True)
class AnySignedCheck:
    """HMAC-SHA256 in hex over the body, among several in one header with commas between: while a secret is
    changed its sender signs with both. An empty secret lets nobody in.

    It holds no time: a delivery that is sent again must change nothing.
    """

    secret: str
    header: str
    prefix: str

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        values = (one.strip() for one in headers.get(self.header, "").split(","))
        given = [one for one in values if one.startswith(self.prefix) and len(one) > len(self.prefix)]
        if not self.secret or not given:
            return Verdict.NOT_OURS
        if body is None:
            return Verdict.BODY_NEEDED
        expected = self.prefix + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        equal = [hmac.compare_digest(one.encode("utf-8", "replace"), expected.encode()) for one in given]
        return Verdict.OURS if any(equal) else Verdict.NOT_OURS
