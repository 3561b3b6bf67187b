"""Which of the people that a tracker found by an e-mail address is meant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class FoundPerson:
    """Somebody as a tracker shows them; `address` is empty where it hides it, `names` are all of theirs."""

    remote_id: str
    address: str
    names: Collection[str]


def by_address(found: Collection[FoundPerson], address: str) -> str | None:
    """The id of the one who has this address; None where that is nobody, or not sure.

    Trackers look through names as well and match beginnings. So somebody whose address is hidden is taken
    only where nobody else was found and no name of theirs is what was looked for.
    """
    wanted = address.casefold()
    same = [one for one in found if one.address.casefold() == wanted]
    if not same and len(found) == 1:
        same = [
            one
            for one in found
            if not one.address and not any(wanted in name.casefold() for name in one.names)
        ]
    return same[0].remote_id if len(same) == 1 and same[0].remote_id else None
