"""A canvas's Markdown as Slack text: formatted as it was, and inert."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.render import slack_markdown
from bot.text.mrkdwn import KnownNames
from tests.sampling import tries

NAMES = KnownNames(people={"U0ANA": "ana"})


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("sev1 · 2 h", ["sev1 · 2 h"]),
        (
            "- **Impact:** 4% _failed_ — [Ana](https://acme.slack.com/archives/C0/p1)\n- `x` ~~y~~",
            ["• *Impact:* 4% _failed_ — <https://acme.slack.com/archives/C0/p1|Ana>", "• `x` ~y~"],
        ),
        ("1. one\n   - two", ["• one", "    • two"]),
        ("![](@U0ANA) saw it, ![](@U0BEN) too", ["@ana saw it, @U0BEN too"]),
        ("a <!channel> & <@U0ANA>", ["a &lt;!channel&gt; &amp; &lt;@U0ANA&gt;"]),
        (
            "[bank.example](https://evil.example)",
            ["bank.example (<https://evil.example>)"],
        ),
        ("```\n<!here>\n```", ["```\n&lt;!here&gt;\n```"]),
        ("![chart](https://files.example/x.png)", ["<https://files.example/x.png|chart>"]),
        ("", []),
    ],
)
def test_it_reads_as_it_did(markdown: str, lines: list[str]) -> None:
    assert slack_markdown.lines(markdown, NAMES) == lines


def test_whom_it_mentions() -> None:
    assert slack_markdown.mentioned("- ![](@U0ANA) and ![](#C0OPS) ![x](https://a.example)") == {"U0ANA"}


@given(st.text(st.sampled_from("<>!@#&|*_~`[]()-:/\\ \nabhttpschannelU0"), max_size=80))
@settings(max_examples=tries(300), deadline=None)
def test_nothing_that_people_wrote_calls_anybody(markdown: str) -> None:
    text = "\n".join(slack_markdown.lines(markdown, NAMES))

    assert all(re.match(r"<(?:https?://|mailto:)", text[one.start() :]) for one in re.finditer("<", text))
