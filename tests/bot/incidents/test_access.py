"""The rule of who may see an incident, whole."""

from __future__ import annotations

import pytest

from bot.incidents.access import Standing, Verdict, may_see

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("standing", "is_in_channel", "public", "private"),
    [
        (Standing.MEMBER, True, YES, YES),
        (Standing.MEMBER, False, YES, NO),
        (Standing.MEMBER, None, YES, UNKNOWN),
        (Standing.GUEST, True, YES, YES),
        (Standing.GUEST, False, NO, NO),
        (Standing.GUEST, None, UNKNOWN, UNKNOWN),
        (Standing.OUTSIDER, True, NO, NO),
        (Standing.OUTSIDER, False, NO, NO),
        (Standing.OUTSIDER, None, NO, NO),
        (Standing.BOT, True, NO, NO),
        (Standing.BOT, False, NO, NO),
        (Standing.BOT, None, NO, NO),
        (Standing.LEFT, True, NO, NO),
        (Standing.LEFT, False, NO, NO),
        (Standing.LEFT, None, NO, NO),
        (None, True, YES, YES),
        (None, False, UNKNOWN, NO),
        (None, None, UNKNOWN, UNKNOWN),
    ],
)
def test_who_may_see_an_incident(
    standing: Standing | None, is_in_channel: bool | None, public: Verdict, private: Verdict
) -> None:
    assert may_see(is_private=False, standing=standing, is_in_channel=is_in_channel) is public
    assert may_see(is_private=True, standing=standing, is_in_channel=is_in_channel) is private
