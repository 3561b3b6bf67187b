"""Words for people outside: without names, mentions, files and links into the workspace."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.text.mrkdwn import KnownNames, plain

SOMEBODY = "a colleague"
_ENTITIES = (
    (re.compile(r"<@[UW][^<>\n]*>"), SOMEBODY),
    (re.compile(r"<#[^<>\n]*>"), "a channel"),
    (re.compile(r"<!subteam[^<>\n]*>"), "a team"),
    (re.compile(r"<![^<>\n|]*(?:\|([^<>\n]*))?>"), r"\1"),
    (re.compile(r"<[a-z][a-z0-9+.-]*:[^<>|\n]*\|([^<>\n]*)>", re.IGNORECASE), r"\1"),
    (re.compile(r"<?\b(?:[a-z][a-z0-9+.-]*://|mailto:)[^\s<>|]+>?", re.IGNORECASE), "(link)"),
)
_CALL = re.compile(r"(?<![\w@])@(here|channel|everyone)\b", re.IGNORECASE)
_MENTION = re.compile(rf"<[@#!][^<>\n]*>|{_CALL.pattern}", re.IGNORECASE)
_ID = re.compile(r"\b[UWCGDTBS](?=[A-Z]*[0-9])[A-Z0-9]{7,}\b")
"""Of a person, a channel, a team, a group (docs.slack.dev/changelog, "Slack IDs are getting longer")."""
_INTO_SLACK = re.compile(r"(?:https?://[\w.-]*\bslack(?:-files)?\.com\b|slack://)[^\s<>|]*", re.IGNORECASE)


def without_people(text: str, names: Collection[str]) -> str:
    """Slack text in which nobody is named or mentioned any more, and nothing links; `names` as spoken."""
    for entity, instead in _ENTITIES:
        text = entity.sub(instead, text)
    return _people(names).sub(SOMEBODY, text)


def in_plain_words(text: str, names: Collection[str]) -> str:
    """The same of Slack text, as plain text: for a form in which somebody reads and changes it."""
    shown = without_people(plain(without_people(text, names), KnownNames()), names)
    return _CALL.sub(r"\1", _ID.sub(SOMEBODY, shown)).strip()


def not_for_outside(text: str, names: Collection[str]) -> list[str]:
    """What stands in plain text that nobody outside is to read, as it stands there: each once."""
    return list(dict.fromkeys(_found(text, names)))


def _found(text: str, names: Collection[str]) -> Iterator[str]:
    for pattern in (_MENTION, _INTO_SLACK, _ID, _people(names)):
        for found in pattern.finditer(text):
            yield found[0]


def _people(names: Collection[str]) -> re.Pattern[str]:
    known = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w@])@?(?:{'|'.join(map(re.escape, known)) or '(?!)'})(?!\w)")
