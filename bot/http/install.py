"""`/slack/install` and `/slack/oauth_redirect`: how a workspace comes to have Scribe, in a browser."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.installations.installing import BEGIN_AGAIN, CannotInstall, Installing
from bot.installations.token_box import STATE_HOLDS
from bot.manifest import INSTALL_PATH, REDIRECT_PATH

COOKIE = "scribe-install"
MOST_CHARACTERS = 2_000
"""A code or a state may have; Slack's have a tenth of that."""
_PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Scribe</title>'
    '<meta name="viewport" content="width=device-width"><body><p>{}</p></body></html>'
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def install_routes(installing: Installing) -> list[BaseRoute]:
    """Leading somebody to Slack, and taking them back with its code."""

    async def begin(request: Request) -> Response:
        address, state = installing.begin()
        response = RedirectResponse(address, 302, headers=_HEADERS)
        response.set_cookie(
            COOKIE, state, max_age=STATE_HOLDS, path=REDIRECT_PATH, secure=True, httponly=True, samesite="lax"
        )
        return response

    async def finish(request: Request) -> Response:
        asked, kept = request.query_params, request.cookies.get(COOKIE, "")
        code, state = asked.get("code", ""), asked.get("state", "")
        if asked.get("error"):
            return _page(f"Scribe was not installed: nobody agreed to it in Slack. {BEGIN_AGAIN}", 400)
        if not code or not state or max(map(len, (code, state, kept))) > MOST_CHARACTERS:
            return _page(f"There is no code of Slack's in this address. {BEGIN_AGAIN}", 400)
        try:
            sentence = await installing.finish(code, state, kept)
        except CannotInstall as problem:
            return _page(str(problem), 400)
        return _page(sentence)

    return [
        Route(INSTALL_PATH, begin, methods=["GET"]),
        Route(REDIRECT_PATH, finish, methods=["GET"]),
    ]


def _page(sentence: str, status: int = 200) -> Response:
    response = HTMLResponse(_PAGE.format(sentence), status, headers=_HEADERS)
    response.delete_cookie(COOKIE, path=REDIRECT_PATH, secure=True, httponly=True, samesite="lax")
    return response
