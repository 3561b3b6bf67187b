"""`python -m sandbox`: a workspace that stays, and the file by which an app connects to it."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

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
