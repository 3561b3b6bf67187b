"""Tokens at rest: sealed with a key that is not in the database, and each good for its own workspace alone.

The sealing is Fernet's (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec), of the `cryptography`
library. Several keys are a rotation: the first one seals, every one of them opens.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

STATE_HOLDS = 600
"""Seconds within which somebody must agree to an installation; Slack's code holds as long."""


class CannotOpen(Exception):
    """A sealed text is not of these keys, or not what it is taken for."""


class TokenBox:
    """Seals and opens with these keys, the newest first; each is 32 bytes as URL-safe base64."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def seal(self, team_id: str, token: str) -> str:
        """A workspace's token, as it may be stored."""
        return self._newest.encrypt(f"token:{team_id}:{token}".encode()).decode()

    def open(self, team_id: str, sealed: str) -> str:
        """The token that was sealed for this workspace.

        Raises:
            CannotOpen: none of the keys opens it, or it was sealed for another workspace.
        """
        return self._opened(sealed, f"token:{team_id}:")

    def is_newest(self, sealed: str) -> bool:
        """Whether it is sealed with the first key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def new_state(self) -> str:
        """What Slack hands back with its code, so that it answers a question which was asked here."""
        return self._newest.encrypt(f"state:{secrets.token_urlsafe(16)}".encode()).decode()

    def nonce_of(self, state: str, asked_with: str) -> str:
        """What names this question among all, if it was asked of this browser within ten minutes.

        `asked_with` is the state that the browser kept.

        Raises:
            CannotOpen: it was not.
        """
        if not hmac.compare_digest(state.encode("utf-8", "replace"), asked_with.encode("utf-8", "replace")):
            raise CannotOpen
        return self._opened(state, "state:", within=STATE_HOLDS)

    def _opened(self, sealed: str, prefix: str, within: int | None = None) -> str:
        try:
            text = self._all.decrypt(sealed.encode("utf-8", "replace"), ttl=within).decode()
        except InvalidToken:
            raise CannotOpen from None
        if not text.startswith(prefix):
            raise CannotOpen
        return text.removeprefix(prefix)
