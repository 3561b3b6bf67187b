"""Where Scribe may connect to over HTTP: Slack, and nobody else.

Addresses come from outside as well: the `response_url` of a command, the address of an upload, of a socket,
of a redirect. Every session of the program is made here, and refuses any other host before a connection is
opened.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp

SLACK = "slack.com"
"""Slack's own hosts are this one and those below it, such as files.slack.com and hooks.slack.com."""


class ForeignHost(aiohttp.ClientError):
    """Something named an address that is not Slack's; no connection to it was opened."""


class SlackOnly:
    """A client middleware of aiohttp; it is asked at each redirect and each opening of a socket too."""

    def __init__(self, api_url: str) -> None:
        self._hosts = (SLACK, urlsplit(api_url).hostname or SLACK)

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        host = request.url.host or ""
        if not any(host == ours or host.endswith(f".{ours}") for ours in self._hosts):
            raise ForeignHost(f"{host} is not Slack's: nothing was sent there")
        return await handler(request)


def slack_session(api_url: str, *, within: float | None) -> aiohttp.ClientSession:
    """A session that reaches the host of `api_url` and Slack's; a call ends after `within` seconds."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=within), middlewares=(SlackOnly(api_url),)
    )
