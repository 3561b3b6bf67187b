"""Publishing again keeps the text published before, who published it and who reopened it."""

from __future__ import annotations

from sqlmodel import col, select

from storage.postmortem_tables import Publication
from tests.e2e.conftest import World


async def test_both_texts_stand_with_who_published_and_who_reopened(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve The rollback helped", at="14:40")
    await world.publish(world.ana, at="15:00")

    await world.command(world.ben, "/postmortem reopen", at="15:10")
    await world.command(world.ben, "/incident conclusion The cache was cold", at="15:11")
    await world.command(world.ben, "/postmortem draft", at="15:12")
    await world.publish(world.ben, at="15:20")

    async with world.running.scribe.database.read() as session:
        first, second = await session.exec(select(Publication).order_by(col(Publication.version)))
    assert (first.published_by, first.reopened_by) == (world.ana.id, world.ben.id)
    assert "The rollback helped" in (first.markdown or "")
    assert (second.published_by, second.reopened_by) == (world.ben.id, None)
    assert "The cache was cold" in (second.markdown or "")
    status = await world.command(world.ana, "/postmortem status")
    assert f"version 1 by <@{world.ana.id}>" in status
    assert f"reopened by <@{world.ben.id}>" in status
    assert any("post-mortem" in m.text and "draft again" in m.text for m in world.messages_of_scribe())
