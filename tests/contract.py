"""Whether what was sent and answered is what a vendor's OpenAPI file says, as far as the file goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from sandbox.trackers.tracker import TrackerCall

FILES = Path(__file__).parent / "data" / "apis"
Json = dict[str, Any]
SPEC = "urn:spec"


class Contract:
    """One OpenAPI 3.0 file, of the folder of them; its paths are whole, from the host on."""

    def __init__(self, file: str) -> None:
        self.file = FILES / file

    @cached_property
    def _document(self) -> Json:
        found: Json = _with_null(_loaded(self.file))
        return found

    @cached_property
    def _registry(self) -> Registry[Any]:
        resource = Resource.from_contents(self._document, default_specification=DRAFT4)
        return Registry().with_resource(SPEC, resource)

    def problems(self, call: TrackerCall) -> list[str]:
        """What of a call its description does not know."""
        operation, shared = self._operation(call)
        declared = {self._at(one)["name"] for one in [*shared, *operation.get("parameters", [])]}
        found = [f"no such parameter: {name}" for name in call.query if name not in declared]
        asked = self._at(operation.get("requestBody", {})).get("content", {}).get("application/json")
        if call.body is not None and asked is None:
            found.append("it takes no body")
        elif call.body is not None:
            found += self._wrong(call.body, asked["schema"], "sent")
        answers = operation["responses"]
        answer = self._at(answers.get(str(call.status)) or answers.get(call.status) or {})
        if not answer:
            return [*found, f"no such answer: {call.status}"]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        return found + (self._wrong(call.answer, schema, "answered") if schema else [])

    def _operation(self, call: TrackerCall) -> tuple[Json, list[Json]]:
        for template, item in self._document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(template))
            if re.fullmatch(pattern, call.path) and call.method.lower() in item:
                return item[call.method.lower()], item.get("parameters", [])
        raise AssertionError(f"{call.method} {call.path} is not in the vendor's file")

    def _at(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in found:
            place: Any = self._document
            for part in str(found["$ref"]).removeprefix(f"{SPEC}#/").split("/"):
                place = place[part]
            found = place
        return found

    def _wrong(self, value: Any, schema: Mapping[str, Any], what: str) -> list[str]:
        from jsonschema import Draft4Validator  # a second, which collecting tests need not take

        validator = Draft4Validator(schema, registry=self._registry)
        return [
            f"{what} {'/'.join(map(str, one.absolute_path))}: {one.message[:200]}"
            for one in validator.iter_errors(value)
        ]


@cache
def _loaded(file: Path) -> Json:
    # libyaml's, where it is there: the other takes seconds for the largest
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Json = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    return found


def _with_null(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON schema has the type null."""
    if isinstance(schema, list):
        return [_with_null(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _with_null(one) for name, one in schema.items() if name != "nullable"}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = SPEC + found["$ref"]
    if schema.get("nullable") is True:
        if {"oneOf", "anyOf", "allOf", "$ref"} & found.keys():
            return {"anyOf": [found, {"type": "null"}]}
        if isinstance(found.get("enum"), list):
            found["enum"] = [*found["enum"], None]
        if isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
    return found
