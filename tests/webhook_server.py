"""A receiver of published post-mortems: it checks signatures as Standard Webhooks say, and counts ids."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from typing import Any

from aiohttp import web


class Receiver:
    """`faults` are statuses that it answers first; of 0 it takes the call and loses the answer.

    `taken` are the calls that it took, by their id; one that comes again is counted in `again` alone.
    """

    def __init__(self, secret: str, link: str | None = None) -> None:
        self._secret = secret
        self._link = link
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.faults: list[int] = []
        self.taken: dict[str, dict[str, Any]] = {}
        self.again: list[str] = []

    async def __aenter__(self) -> Receiver:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/hooks/postmortems", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hooks/postmortems?code=abc"
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        call_id, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        key = b64decode(self._secret.removeprefix("whsec_"))
        content = f"{call_id}.{at}.".encode() + body
        expected = f"v1,{b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()}"
        if request.query.get("code") != "abc" or request.headers["webhook-signature"] != expected:
            return web.json_response({"message": "the signature is not ours"}, status=401)
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            return web.json_response({"message": "not now"}, status=fault, headers={"Retry-After": "1"})
        if call_id in self.taken:
            self.again.append(call_id)
        self.taken.setdefault(call_id, json.loads(body))
        if fault == 0:
            assert request.transport
            request.transport.close()
        return web.json_response({"url": self._link} if self._link else {})
