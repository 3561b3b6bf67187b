"""Which organization's installation a payload is for."""

from __future__ import annotations

from typing import Any

import pytest

from bot.installations.ended import ends_by
from bot.installations.organizations import organization_of

WHOLE = {"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": True}


def event(kind: str, **outer: object) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_time": 9, "event": {"type": kind}, **outer}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"command": "/incident", "enterprise_id": "E1", "is_enterprise_install": "true"}, "E1"),
        ({"command": "/incident", "enterprise_id": "E1", "is_enterprise_install": "false"}, ""),
        (event("message", authorizations=[WHOLE]), "E1"),
        (event("message", authorizations=[WHOLE | {"is_enterprise_install": False}]), ""),
        ({"type": "shortcut", "enterprise": {"id": "E1"}, "is_enterprise_install": True}, "E1"),
        ({"type": "shortcut", "enterprise": None, "is_enterprise_install": False}, ""),
        (event("team_access_granted", enterprise_id="E1", authorizations=[]), "E1"),
        (event("message", enterprise_id="E1", authorizations=[{}]), ""),
        ({}, ""),
        ({"authorizations": "x", "enterprise": 7, "event": []}, ""),
    ],
)
def test_an_installation_of_a_whole_organization_says_so(body: dict[str, Any], expected: str) -> None:
    assert organization_of(body) == expected


def test_uninstalled_from_an_organization_is_the_organization_s_end() -> None:
    whole = ends_by(event("app_uninstalled", team_id=None, authorizations=[WHOLE | {"team_id": None}]))
    one = ends_by(event("app_uninstalled", authorizations=[WHOLE | {"is_enterprise_install": False}]))

    assert (whole and whole.team_id, one and one.team_id) == ("E1", "T1")
