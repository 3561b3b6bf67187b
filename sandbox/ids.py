"""Identifiers that look like Slack's: a letter for the kind, then capitals and digits."""

import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits


def new_id(kind: str, length: int = 10) -> str:
    """An id of this kind: T team, U person, C channel, D direct message, B bot, A app, F file, V view."""
    return f"{kind}0" + "".join(secrets.choice(_ALPHABET) for _ in range(length - 2))


def new_token(prefix: str) -> str:
    """A token that works in this workspace only: `xoxb-…` for the bot, `xapp-…` for Socket Mode."""
    return f"{prefix}-{secrets.randbelow(10**12):012d}-{secrets.token_hex(12)}"


def new_block_id() -> str:
    """What Slack gives a block or an element that came without an id."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))
