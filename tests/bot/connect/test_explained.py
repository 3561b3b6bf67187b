"""What a tracker says of a refusal is shown, and whatever else stands there costs nothing but its words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.connect.api import Answer
from bot.connect.trackers import jira


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"errorMessages": ["No such project."], "errors": {"summary": "Too long."}},
            "No such project., summary: Too long.",
        ),
        ({"errorMessages": True, "errors": {"summary": "Too long."}}, "summary: Too long."),
        ({"errorMessages": ["One.", 5, None], "errors": []}, "One."),
        ([], ""),
        (None, ""),
    ],
)
def test_jira(data: Any, said: str) -> None:
    assert jira.explain(Answer(400, {}, data)) == said
