"""JSON as exports hold it, read so that nothing in it can do harm later."""

from __future__ import annotations

import json

from bot.imports.errors import CannotImport


class Number(float):
    """A number that remembers how it was written: a `ts` has more digits than a float keeps."""

    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number


def parsed(content: bytes, name: str) -> object:
    """The value of the JSON; `NaN` and the like, which are no JSON, become None.

    Raises:
        CannotImport: it is no JSON.
    """
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_float=Number, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as problem:
        raise CannotImport(f"{name} is not valid JSON: {problem}.") from None


def lines_parsed(content: bytes, name: str) -> tuple[list[object], list[tuple[str, str]]]:
    """The value of each line of JSON, and the lines that cannot be read, such as one that is cut off."""
    found, unread = [], []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(parsed(line, name))
        except CannotImport:
            unread.append((f"line {number} of {name}", "it is not valid JSON"))
    return found, unread
