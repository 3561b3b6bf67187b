"""A socket that does not open costs itself: another is opened, with an address of its own."""

from __future__ import annotations

import pytest

from bot.slack import handshakes
from tests.e2e.conftest import World
from tests.until import until

__all__ = ["database_url"]


@pytest.fixture
def database_url(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """These tests are not about the database; Scribe gives a handshake up soon in them."""
    monkeypatch.setattr(handshakes, "HANDSHAKE_WITHIN", 0.5)
    return sqlite_url


async def test_scribe_hears_again_after_a_handshake_that_nobody_answered(world: World) -> None:
    await world.open_here()
    world.workspace.socket.hang_handshakes(1)

    world.sandbox.disconnect_clients()
    await until(lambda: not world.workspace.socket.connection_count)  # it has let go
    ts = world.workspace.say(world.ana.id, world.channel.id, "Said meanwhile.")
    world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")
    await world.sandbox.wait_connected(timeout=40)
    await world.settled()

    assert world.confirmed(ts)
