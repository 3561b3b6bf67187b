"""The text of a ticket in Markdown, for trackers that take that: nothing in it pings anybody there."""

from __future__ import annotations

import re

from bot.incidents.tickets.contract import Fact, NewTicket

APART = "\N{ZERO WIDTH SPACE}"
"""Between a sign and its word: `@team` and `#12` then mention nobody and nothing."""
_MENTION = re.compile(r"(?<![\w/])([@#!~%&$])(?=\w)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
"""It would make code of a line, in which nothing is taken for what it is."""
_COMMAND = re.compile(r"^(\s*)/(?=[a-z])", re.IGNORECASE | re.MULTILINE)
"""GitLab carries out `/close` and the like where a line begins so (docs.gitlab.com, "Quick actions")."""
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
FOOTER = "Filed by Scribe. Closed here, it is ticked off in Slack; ticked off there, it is closed here."


def title_of(new: NewTicket) -> str:
    """Its title, which mentions nobody."""
    return _apart(new.title[:LONGEST_TITLE])


def body_of(new: NewTicket) -> str:
    """All there is to say of it, and its marker, which nobody sees."""
    facts = "\n".join(f"- **{_inert(fact.label)}:** {_value(fact)}" for fact in new.facts)
    parts = [_inert(new.text[:LONGEST_TEXT]), facts, FOOTER, comment(new.marker)]
    return "\n\n".join(part for part in parts if part)


def comment(marker: str) -> str:
    """The marker as it stands in the text."""
    return f"<!-- scribe:ticket:{marker} -->"


def _value(fact: Fact) -> str:
    words = _inert(" ".join(fact.value.split()))
    return f"[{words}](<{fact.url}>)" if fact.url else words


def _inert(text: str) -> str:
    """Plain text that Markdown shows as it is; addresses stay links."""
    text = _INDENT.sub("", text)
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts += [_escaped(text[end : found.start()]), found[0]]
        end = found.end()
    parts.append(_escaped(text[end:]))
    return _COMMAND.sub(rf"\1{APART}/", "".join(parts))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _apart(text)).replace("\n", "  \n")


def _apart(text: str) -> str:
    return _MENTION.sub(rf"\1{APART}", text)
