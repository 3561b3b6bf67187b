"""What Slack shows of a channel: what it leaves out, it does not say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incidents.channels import Shown, shown_in


@pytest.mark.parametrize(
    ("channel", "is_private", "is_ext_shared"),
    [
        ({"is_private": False, "is_ext_shared": False, "is_pending_ext_shared": False}, False, False),
        ({"is_private": True, "is_ext_shared": True}, True, True),
        ({"is_private": False, "is_ext_shared": False, "is_pending_ext_shared": True}, False, True),
        ({"is_group": True, "is_private": False}, True, None),
        ({"is_mpim": True}, True, None),
        ({}, None, None),
        ({"is_private": None, "is_ext_shared": None}, None, None),
        ({"is_private": "no", "is_ext_shared": "no"}, None, None),
    ],
)
def test_nothing_private_becomes_public_by_an_answer_without_the_word(
    channel: dict[str, Any], is_private: bool | None, is_ext_shared: bool | None
) -> None:
    assert shown_in(channel, by="U1") == Shown("U1", is_private, is_ext_shared)
