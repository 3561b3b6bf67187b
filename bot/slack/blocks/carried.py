"""What a button or a form carries, and how it comes back: one codec for all of them.

The value is JSON: `[version, the incident's number or null, {the fields of the subject}]`. What comes back is
from a person's hands, or from a message that an earlier version of Scribe wrote, so it is checked here, and
nowhere else. Slack takes 2,000 characters of a button and 3,000 of a form
(docs.slack.dev/reference/block-kit/block-elements/button-element, docs.slack.dev/reference/views).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.incidents.errors import ScribeError

VERSION = 1

T = TypeVar("T")


class OutOfDate(ScribeError):
    """It does not say what this version of Scribe can read."""

    def __init__(self) -> None:
        super().__init__(
            "This message is of another version of Scribe, so nothing was done. Ask for a new one, for "
            "example `/incident show` or `/timeline`."
        )


@dataclass(frozen=True)
class Nothing:
    """The subject of what is about an incident as a whole."""


def packed(incident: int | None, subject: Any = None) -> str:
    """The value of a button, or the `private_metadata` of a form; `subject` is a dataclass."""
    fields = _adapter(type(subject)).dump_python(subject, mode="json") if subject is not None else {}
    return json.dumps([VERSION, incident, fields], ensure_ascii=False, separators=(",", ":"))


def unpacked(value: object, kind: type[T]) -> tuple[int | None, T]:
    """The number of the incident, and the subject.

    Raises:
        OutOfDate: it holds something else.
    """
    try:
        version, incident, fields = json.loads(str(value))
        is_number = incident is None or (isinstance(incident, int) and not isinstance(incident, bool))
        if version == VERSION and is_number and isinstance(fields, Mapping):
            subject: T = _adapter(kind).validate_python(dict(fields))
            return incident, subject
    except (ValueError, TypeError, RecursionError, ValidationError):
        pass
    raise OutOfDate


def incident_in(value: object) -> int:
    """The number of the incident that something is about.

    Raises:
        OutOfDate: it names none.
    """
    number, _ = unpacked(value, Nothing)
    if number is None:
        raise OutOfDate
    return number


def subject_in(value: object, kind: type[T]) -> tuple[int, T]:
    """The same as `unpacked`, of what is surely about an incident.

    Raises:
        OutOfDate: it names none, or holds something else.
    """
    number, subject = unpacked(value, kind)
    if number is None:
        raise OutOfDate
    return number, subject


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
