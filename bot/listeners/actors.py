"""Who pressed a button, or sent a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.incidents.actor import Actor
from bot.incidents.vocabulary import Door

Body = Mapping[str, Any]


def pressed_by(body: Body) -> Actor:
    """Who pressed a button, in the channel where it stands; each press counts once."""
    return Actor(
        str(body["user"]["id"]),
        _home(body),
        str((body.get("channel") or {}).get("id") or ""),
        key=f"action:{body['trigger_id']}",
        response_url=str(body.get("response_url") or "") or None,
        door=Door.BUTTON,
    )


def submitted_by(body: Body, channel_id: str, response_url: str | None = None) -> Actor:
    """Who sent a form that was asked for in `channel_id`; each form counts once, however often it is sent."""
    return Actor(
        str(body["user"]["id"]),
        _home(body),
        channel_id,
        key=f"view:{body['view']['id']}",
        response_url=response_url or None,
        is_there=False,
        door=Door.FORM,
    )


def _home(body: Body) -> str:
    """What `user` says goes before `team` (docs.slack.dev/reference/interaction-payloads)."""
    team = body.get("team") or {}
    return str(body["user"].get("team_id") or team.get("id") or "")
