"""Small checks that compose into the Block Kit rules; each yields Slack's words and a JSON pointer."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Check: TypeAlias = Callable[[object, str], Iterator[str]]
"""Takes a value and its JSON pointer; yields what is wrong with it."""


def text(maximum: int | None = None, minimum: int = 0) -> Check:
    """A string of so many characters."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [json-pointer:{at}]"
        elif len(value) < minimum:
            yield f"must be more than {minimum - 1} characters [json-pointer:{at}]"
        elif maximum is not None and len(value) > maximum:
            yield f"must be less than {maximum + 1} characters [json-pointer:{at}]"

    return check


def flag(value: object, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"


def between(minimum: int, maximum: int | None = None) -> Check:
    """A whole number of at least and at most so much."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"must be an integer [json-pointer:{at}]"
        elif value < minimum:
            yield f"must be at least {minimum} [json-pointer:{at}]"
        elif maximum is not None and value > maximum:
            yield f"must be at most {maximum} [json-pointer:{at}]"

    return check


def matching(pattern: str, form: str) -> Check:
    """A string of a form, such as a date."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"must have the form {form} [json-pointer:{at}]"

    return check


number = matching(r"-?\d+(\.\d+)?", "of a number")
"""A number, written as a string."""


def on_calendar(value: object, at: str) -> Iterator[str]:
    """A day that there is, as YYYY-MM-DD."""
    try:
        if not isinstance(value, str) or len(value) != len("YYYY-MM-DD"):
            raise ValueError
        date.fromisoformat(value)
    except ValueError:
        yield f"must have the form YYYY-MM-DD [json-pointer:{at}]"


def zone(value: object, at: str) -> Iterator[str]:
    """A zone of the IANA's."""
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"must be a valid timezone [json-pointer:{at}]"


def distinct_options(value: object, at: str) -> Iterator[str]:
    """An element each of whose options has a value of its own ("a unique string value", option object)."""
    if isinstance(value, dict):
        groups = value.get("option_groups") or [{"options": value.get("options", [])}]
        yield from without_repeats(
            [option["value"] for group in groups for option in group["options"]], "option value", at
        )


def few_enough(value: object, at: str) -> Iterator[str]:
    """An element that begins with no more chosen than it takes."""
    if isinstance(value, dict) and "max_selected_items" in value:
        chosen: list[object] = next((value[name] for name in value if name.startswith("initial_")), [])
        if len(chosen) > value["max_selected_items"]:
            yield f"no more than {value['max_selected_items']} items allowed [json-pointer:{at}]"


def fitting_value(value: object, at: str) -> Iterator[str]:
    """A text input whose own value it would take from a person."""
    if isinstance(value, dict):
        least, most = value.get("min_length", 0), value.get("max_length", 3000)
        if least > most:
            yield f"min_length must not exceed max_length [json-pointer:{at}]"
        elif "initial_value" in value and len(value["initial_value"]) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}/initial_value]"


def initially_offered(value: object, at: str) -> Iterator[str]:
    """An element whose initial options are among its options, exactly as they stand there."""
    if isinstance(value, dict):
        groups = value.get("option_groups") or [{"options": value.get("options", [])}]
        offered = [option for group in groups for option in group["options"]]
        chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
        if any(option not in offered for option in chosen):
            yield f"initial option must be one of the options [json-pointer:{at}]"


def anything(value: object, at: str) -> Iterator[str]:
    """Any value: for parts of Slack's format that the sandbox does not check."""
    yield from ()


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check(value: object, at: str) -> Iterator[str]:
        if value not in allowed:
            yield f"must be one of {', '.join(allowed)} [json-pointer:{at}]"

    return check


def many(item: Check, maximum: int, minimum: int = 1) -> Check:
    """An array of so many items."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{at}]"
            return
        if len(value) < minimum:
            yield f"no less than {minimum} items allowed [json-pointer:{at}]"
        if len(value) > maximum:
            yield f"no more than {maximum} items allowed [json-pointer:{at}]"
        for position, entry in enumerate(value):
            yield from item(entry, f"{at}/{position}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [json-pointer:{at}]"
            return
        for key in required:
            if key not in value:
                yield f"missing required field: {key} [json-pointer:{at}]"
        for key, entry in value.items():
            if key not in known:
                yield f"invalid additional property: {key} [json-pointer:{at}]"
            else:
                yield from known[key](entry, f"{at}/{key}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which rules hold for it."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [json-pointer:{at}]"
        elif "type" not in value:
            yield f"missing required field: type [json-pointer:{at}]"
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            yield f"unsupported type: {value['type']} [json-pointer:{at}/type]"
        else:
            yield from kinds[value["type"]](value, at)

    return check


def also(check: Check, *more: Check) -> Check:
    """All of these checks in order; the later ones only when the first finds nothing."""

    def both(value: object, at: str) -> Iterator[str]:
        problems = list(check(value, at))
        yield from problems
        if not problems:
            for further in more:
                yield from further(value, at)

    return both


def exactly_one(*keys: str) -> Check:
    """An object with one of these keys, and only one."""

    def check(value: object, at: str) -> Iterator[str]:
        present = [key for key in keys if isinstance(value, dict) and key in value]
        if len(present) != 1:
            yield f"must have exactly one of: {', '.join(keys)} [json-pointer:{at}]"

    return check


def at_least_one(*keys: str) -> Check:
    """An object with one of these keys at least."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict) or not any(key in value for key in keys):
            yield f"missing required field: {' or '.join(keys)} [json-pointer:{at}]"

    return check


def without_repeats(values: Sequence[object], name: str, at: str) -> Iterator[str]:
    """Problems for values that occur twice although they must identify something."""
    seen: set[object] = set()
    for value in values:
        if value in seen:
            yield f"{name} already exists: {value} [json-pointer:{at}]"
        seen.add(value)
