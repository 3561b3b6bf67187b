"""`docs/reference/schemas.md`: what programs can read, from the JSON schemas of the docs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reference.markdown import code, table

DOCS = Path(__file__).parents[1] / "docs"

HEAD = """# JSON schemas

Written by `make reference` from the schemas themselves; the tests check what Scribe writes against them. They
are JSON Schema 2020-12; [a draft as JSON](../draft-json.md) shows one in use.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    parts = [HEAD]
    for file in sorted(DOCS.rglob("*.schema.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        link = "../" + file.relative_to(DOCS).as_posix()
        parts += [f"## {schema['title']}", "", f"[`{file.name}`]({link}). {schema['description']}", ""]
        parts += [_object("the whole", schema)]
        parts += [_object(name, one) for name, one in sorted(schema.get("$defs", {}).items())]
    return "\n".join(parts)


def _object(name: str, schema: Mapping[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        (
            code(key) + ("" if key in needed else " (may be missing)"),
            _kind(one),
            str(one.get("description", "")),
        )
        for key, one in schema.get("properties", {}).items()
    ]
    said = str(schema.get("description", "")) or _kind(schema)
    parts = [f"### {name}", "", *([said, ""] if name != "the whole" else [])]
    return "\n".join([*parts, *([table(("property", "is", ""), rows), ""] if rows else [])])


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, in few words."""
    return " or ".join(dict.fromkeys(_kinds(schema))) or "anything"


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield str(schema["$ref"]).rpartition("/")[2]
    elif "const" in schema:
        yield code(json.dumps(schema["const"]))
    elif "enum" in schema:
        yield from (code(json.dumps(one)) for one in schema["enum"])
    elif schema.get("type") == "array":
        yield f"list of {_kind(schema.get('items', {}))}"
    elif "anyOf" in schema or "oneOf" in schema:
        for one in schema.get("anyOf", schema.get("oneOf", ())):
            yield from _kinds(one)
    elif isinstance(schema.get("type"), list):
        yield from (str(one) for one in schema["type"])
    elif "type" in schema:
        yield str(schema["type"])
