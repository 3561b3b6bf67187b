"""The draft as JSON follows its published schema, and holds everything the draft does."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.postmortem.document import Document
from bot.postmortem.render import json_document
from tests.bot.postmortem.documents import DOCUMENTS
from tests.bot.postmortem.gallery import gallery

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "draft.schema.json").read_text(encoding="utf-8"))


@cache
def validator() -> Draft202012Validator:
    """Loaded by the tests that need it: it takes a second, in every process that collects tests."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def texts_of(value: object) -> list[str]:
    """Every text in a document, in order; zones and instants aside."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_of(one)]
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.name not in ("id", "of")]
        return [text for name in names for text in texts_of(getattr(value, name))]
    return []


def texts_in(value: Any) -> list[str]:
    """Every text in JSON, but for types, zones and instants."""
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    if isinstance(value, dict):
        known = {"type", "zone", "at", "since", "until", "occurred_at", "occurred_until"}
        return [text for name, one in value.items() if name not in known for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


def test_the_schema_itself_is_valid() -> None:
    validator().check_schema(SCHEMA)


def test_the_schema_documents_everything_and_allows_nothing_else() -> None:
    for name, one in {"draft": SCHEMA, **SCHEMA["$defs"]}.items():
        assert one.get("description"), name
        if one.get("type") == "object":
            assert one["additionalProperties"] is False, name
            assert sorted(one["required"]) == sorted(one["properties"]), name
        for key, value in one.get("properties", {}).items():
            assert value.get("description") or "const" in value, f"{name}.{key}"


def test_a_draft_with_every_block_follows_the_schema(draft: Document) -> None:
    for document in (gallery(), draft):
        validator().validate(json.loads(json_document.render(document)))


def test_what_is_missing_or_misspelt_is_found() -> None:
    from jsonschema import ValidationError

    content = json.loads(json_document.render(gallery()))
    del content["sections"][0]["blocks"][1]["rows"][0]["author"]
    with pytest.raises(ValidationError):
        validator().validate(content)
    content = json.loads(json_document.render(gallery()))
    content["sections"][0]["blocks"][1]["rows"][0]["occurred_at"] = "2023-10-29 02:10"
    with pytest.raises(ValidationError):
        validator().validate(content)


def test_times_are_utc_whatever_the_zone_of_the_draft() -> None:
    timeline = json.loads(json_document.render(gallery()))["sections"][0]["blocks"][1]
    assert timeline["rows"][3]["occurred_at"] == "2023-10-29T01:10:00Z"
    assert timeline["phases"][0]["since"] == "2023-10-29T00:02:00Z"


@given(DOCUMENTS)
def test_whatever_people_type_is_in_it_as_it_was_typed(document: Document) -> None:
    content = json.loads(json_document.render(document))

    validator().validate(content)
    assert sorted(texts_in(content)) == sorted(texts_of(document))
    assert ZoneInfo(content["zone"]) == document.zone


def test_every_kind_of_block_and_inline_is_in_the_schema() -> None:
    named = {
        one["properties"]["type"]["const"]
        for one in SCHEMA["$defs"].values()
        if "type" in one.get("properties", {})
    }
    assert named == set(json_document.TYPES.values())


def test_a_time_with_microseconds_is_kept() -> None:
    at = datetime.fromisoformat("2023-10-29T02:10:00.123456+01:00")
    assert json_document.instant(at) == "2023-10-29T01:10:00.123456Z"
