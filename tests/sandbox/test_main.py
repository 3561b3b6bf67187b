"""`python -m sandbox`: a workspace that stays, and the file by which an app connects to it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.until import until

ROOT = Path(__file__).parents[2]


async def test_an_app_connects_by_what_the_file_says(tmp_path: Path) -> None:
    env = tmp_path / "sandbox.env"
    serving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--env", str(env), "--rate-scale", "60"),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await until(env.exists)
        settings = dict(line.split("=", 1) for line in env.read_text().splitlines())
        async with aiohttp.ClientSession() as http:
            headers = {"Authorization": f"Bearer {settings['SLACK_BOT_TOKEN']}"}
            async with http.post(f"{settings['SLACK_API_URL']}auth.test", headers=headers) as answer:
                met = await answer.json()
            async with http.get(f"{settings['SLACK_API_URL'].removesuffix('api/')}sandbox/state") as answer:
                state = await answer.json()
    finally:
        serving.send_signal(signal.SIGTERM)
        _, said = await serving.communicate()

    assert met["ok"]
    assert env.stat().st_mode & 0o777 == 0o600
    assert {person["id"]: person["name"] for person in state["people"]}[settings["ANA"]] == "ana"
    assert {channel["id"]: channel["name"] for channel in state["channels"]}[
        settings["INCIDENTS"]
    ] == "incidents"
    assert settings["RATE_SCALE"] == "60"
    assert serving.returncode == 0
    assert b"until Ctrl-C" in said


async def test_an_app_in_http_mode_is_called_once_it_passes_the_challenge(tmp_path: Path) -> None:
    env = tmp_path / "sandbox.env"
    asked: list[bytes] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(await request.read())
        is_ready = len(asked) > 1
        return web.json_response({"challenge": json.loads(asked[-1])["challenge"]} if is_ready else {})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    serving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--env", str(env), "--request-url", url),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    assert serving.stderr
    try:
        await until(env.exists)
        settings = dict(line.split("=", 1) for line in env.read_text().splitlines())
        await until(lambda: len(asked) > 1)
        await serving.stderr.readuntil(f"Verified: {url}".encode())
    finally:
        serving.send_signal(signal.SIGTERM)
        await serving.communicate()
        await runner.cleanup()

    assert len(settings["SLACK_SIGNING_SECRET"]) == 32
    assert "SLACK_APP_TOKEN" not in settings
    assert serving.returncode == 0
