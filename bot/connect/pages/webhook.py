"""Any address as a place for pages: it is called with each one, signed as Standard Webhooks define.

The call carries an id made of the page's marker and its publication, the same however often it is sent, so
that its receiver takes it once (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import urlsplit

from bot.connect.api import Answer, Api, Content, limit_429
from bot.incidents.pages.contract import NewPage, SeenPage
from bot.settings.pages.webhook import WebhookPageSettings
from bot.text.well_formed import table, text

PUBLISHED, CHECKED = "postmortem.published", "scribe.check"
LONGEST_URL = 2000
LONGEST_SAID = 200


class WebhookPages:
    """The address that is set."""

    name, title = "webhook", "the webhook"
    settles_within = timedelta()

    def __init__(self, settings: WebhookPageSettings) -> None:
        url = urlsplit(settings.webhook_pages_url)
        self._path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        self._key = settings.webhook_pages_key
        self._api = Api(self.title, f"{url.scheme}://{url.netloc}", {}, limit=limit_429, explain=_explained)

    def turn(self) -> AbstractContextManager[None]:
        """One call at a time."""
        return self._api.turn()

    async def create(self, new: NewPage) -> SeenPage:
        """Call it.

        Raises:
            TryLater, RefusedByTracker: it does not take the call now, or at all.
        """
        answer = await self._call(new.stamp, told(new))
        return SeenPage(new.marker, new.stamp, _url(answer), new.stamp)

    async def update(self, new: NewPage) -> SeenPage:
        """Call it again, of a later publication; what it made of earlier ones is its own.

        Raises:
            TryLater, RefusedByTracker: it does not take the call now, or at all.
        """
        return await self.create(new)

    async def find(self, new: NewPage) -> SeenPage | None:
        """Nothing: a receiver is not asked, and a call that it got is known to it by its id."""
        return None

    async def read(self, new: NewPage) -> SeenPage | None:
        """The page as Scribe sent it last, since a receiver is not asked."""
        return new.earlier

    async def check(self) -> Sequence[str]:
        """Whether it takes a signed call; one of a type of its own is sent, with nothing in it.

        Raises:
            TryLater, RefusedByTracker: it does not.
        """
        await self._call(f"check.{int(time.time())}", {"type": CHECKED, "data": {}})
        return [f"it took a signed call of the type {CHECKED}"]

    async def close(self) -> None:
        """Close its connections."""
        await self._api.close()

    async def _call(self, call_id: str, message: Mapping[str, object]) -> Answer:
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", **signed(self._key, call_id, int(time.time()), body)}
        return await self._api.call("POST", self._path, content=Content(body, headers))


def told(new: NewPage) -> Mapping[str, object]:
    """What a call says: the same as `postmortem.json`, and what the page is known by."""
    return {
        "type": PUBLISHED,
        "data": {
            **json.loads(new.data),
            "id": new.marker,
            "publication": new.publication,
            "title": new.title,
            "markdown": new.markdown,
            "timeline_png": b64encode(new.picture).decode() if new.picture else None,
        },
    }


def signed(key: bytes, call_id: str, at: int, body: bytes) -> Mapping[str, str]:
    """The headers by which a receiver knows the call; `at` is in seconds since 1970."""
    content = b"%s.%d.%s" % (call_id.encode(), at, body)
    signature = b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }


def _url(answer: Answer) -> str | None:
    """Where people read it, if the receiver says so in its answer's `url`."""
    url = text(table(answer.data).get("url"))
    is_address = url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL
    return url if is_address and not any(one in url for one in " <>|\n\t") else None


def _explained(answer: Answer) -> str:
    said = table(answer.data)
    words = text(said.get("message")) or text(said.get("error")) or "it does not take the call"
    return words[:LONGEST_SAID]
