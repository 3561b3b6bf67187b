"""Whose payload it is: every shape in which Slack names a workspace."""

from __future__ import annotations

from typing import Any

import pytest

from bot.listeners.whose import asked_by, installations

OURS, HOST, THEIRS = "T0OURS", "T0HOST", "T0THEIRS"


def event(**outer: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event": {"type": "message", "team": THEIRS}, **outer}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (event(team_id=OURS), {OURS}),
        (event(team_id=HOST, authorizations=[{"team_id": OURS}]), {OURS}),
        (event(team_id=HOST, authorizations=[{"team_id": THEIRS}, {"team_id": OURS}]), {OURS, THEIRS}),
        (event(team_id=HOST, context_team_id=OURS), {OURS}),
        (event(team_id=HOST, context_team_id=OURS, authorizations=[]), {OURS}),
        (event(team_id=OURS, authorizations=[{"team_id": THEIRS}]), {THEIRS}),
        (event(team_id=OURS, authorizations=[{"team_id": None}, None, 3], context_team_id=None), {OURS}),
        (event(team_id=OURS, authorizations={"team_id": THEIRS}), {OURS}),
        (event(), set()),
        ({"command": "/timeline", "team_id": THEIRS}, {THEIRS}),
        ({"type": "block_actions", "team": {"id": THEIRS}}, set()),
        ({"type": "block_actions", "team": None, "user": {"team_id": THEIRS}}, set()),
        (
            {
                "type": "block_actions",
                "team": {"id": THEIRS},
                "message": {"team": HOST, "bot_profile": {"team_id": OURS}},
            },
            {OURS},
        ),
        (
            {
                "type": "message_action",
                "team": {"id": OURS},
                "message": {"team": THEIRS, "bot_profile": {"team_id": THEIRS}},
            },
            set(),
        ),
        (
            {
                "type": "view_submission",
                "team": {"id": THEIRS},
                "view": {"team_id": THEIRS, "app_installed_team_id": OURS},
            },
            {OURS},
        ),
        ({"type": "view_submission", "team": {"id": THEIRS}, "view": None, "message": 5}, set()),
    ],
)
def test_the_installation_a_payload_is_for(body: dict[str, Any], expected: set[str]) -> None:
    assert installations(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "shortcut", "team": {"id": OURS}, "user": {"team_id": THEIRS}}, {OURS}),
        ({"type": "shortcut", "team": None, "user": {"team_id": OURS}}, {OURS}),
        (
            {"type": "view_submission", "team": {"id": THEIRS}, "view": {"app_installed_team_id": OURS}},
            {OURS},
        ),
        (
            {"type": "block_actions", "message": {"bot_profile": {"team_id": OURS}}, "team": {"id": HOST}},
            {OURS},
        ),
        (event(team_id=HOST, authorizations=[{"team_id": OURS}]), {OURS}),
        ({"type": "shortcut", "team": "T1", "user": 7}, set()),
    ],
)
def test_where_several_are_served_a_person_s_workspace_says_what_nothing_else_does(
    body: dict[str, Any], expected: set[str]
) -> None:
    assert asked_by(body) == expected
