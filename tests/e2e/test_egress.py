"""An address that comes from outside and is not Slack's is never connected to."""

from __future__ import annotations

import json

from aiohttp import web

from storage import outbox_upkeep
from tests.e2e.conftest import World


async def test_an_answer_to_an_address_that_is_not_slacks_goes_nowhere(world: World) -> None:
    asked: list[str] = []

    async def take(request: web.Request) -> web.Response:
        asked.append(await request.text())
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    foreign = f"http://localhost:{runner.addresses[0][1]}/commands/T1/2/3"
    payload = {
        "team_id": world.workspace.team_id,
        "channel_id": world.channel.id,
        "user_id": world.ana.id,
        "command": "/incident",
        "text": "start Checkout is down",
        "trigger_id": "1.2.3",
        "response_url": foreign,
    }

    answer = await world.workspace.deliveries.ask("slash_commands", payload)
    await world.settled()
    await runner.cleanup()

    assert "Checkout is down" in json.dumps(answer)
    assert "Checkout is down" in await world.command(world.ana, "/incident list")
    assert asked == []
    async with world.running.scribe.database.read() as session:
        kept = [one.failure for one in await outbox_upkeep.unsent(session, limit=9)]
    assert kept == ["response_url: ForeignHost"]
