"""What people are called: one line of what can be seen, whatever they put into their profile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bot.slack.directory import Directory, person_of
from tests.bot.slack.conftest import Office


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"display_name": "ana"}, "ana"),
        ({"display_name": "\u3164"}, "Ana Ferreira"),
        ({"display_name": "\u200b\u200b", "real_name": " "}, "Ana Ferreira"),
        ({"display_name": "Ana\n\tFerreira\u2028(on call)"}, "Ana Ferreira (on call)"),
        ({"display_name": "\u202eana"}, "ana"),
        ({"display_name": "👩\u200d🚒 Ana"}, "👩\u200d🚒 Ana"),
    ],
)
def test_a_name_is_one_line_that_can_be_seen(profile: dict[str, Any], name: str) -> None:
    assert person_of("T1", {"id": "U1", "real_name": "Ana Ferreira", "profile": profile}).name == name


def test_who_shows_no_name_is_called_by_their_id() -> None:
    assert person_of("T1", {"id": "U1", "name": "\u2800", "profile": {"display_name": "\u200b"}}).name == "U1"


async def test_who_gave_up_waiting_for_a_name_leaves_it_readable_for_the_others(office: Office) -> None:
    services, ana = office.services, office.ana.id
    await services.directory.people([ana])

    for moments in range(100):
        directory = Directory(services.slack, services.database, office.workspace.team_id)
        asking = asyncio.create_task(directory.known([ana]))
        for _ in range(moments):
            await asyncio.sleep(0)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking

        assert (await directory.known([ana]))[ana].name == "Ana Ferreira"
