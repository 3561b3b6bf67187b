"""What an incident is called that is made of a channel's past."""

from __future__ import annotations

import pytest

from bot.incidents.import_here import title_for


@pytest.mark.parametrize(
    ("channel_id", "channel_name", "title"),
    [
        ("C0OPS", "ops", "What happened in #ops"),
        ("C0SECRET", "privategroup", "What happened in a private channel"),
        ("G0OLD", "ops", "What happened in a private channel"),
        ("C0OPS", "", "What happened in this channel"),
    ],
)
def test_without_a_title_it_is_called_after_its_channel(
    channel_id: str, channel_name: str, title: str
) -> None:
    assert title_for(channel_id, channel_name) == title
