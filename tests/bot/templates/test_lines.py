"""Where keys stand in a TOML text, against what tomllib reads from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import templates
from bot.templates.lines import line_of

TRICKY = r"""# name = "no"
name = "a # \" b" # heading = "no"
dotted . "quoted.key" = 'its'
long = LONG
[[section]]
heading = "no" \\LONG
literal = '''
x = 1 \'''
number = 1_000
when = 1979-05-27T07:32:00Z

[emoji] # marks
lesson = ':bulb:'
[a.b]
c = { d = [1, 2,
  { e = "]}" }, # a comment, with }
] , f = true }
[[section]]
heading = "1"
[section.more]
deep = 1
[[section]]
heading = "2"
[[section.parts]]
shows = "x"
[[section.parts]]
shows = '''y'''
""".replace("LONG", '"' * 3)


Place = tuple[str | int, ...]


def places(value: object, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*place, number))


def packaged() -> list[Path]:
    return sorted(Path(templates.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("text", [TRICKY, *(file.read_text(encoding="utf-8") for file in packaged())])
def test_every_key_of_the_text_stands_in_its_line(text: str) -> None:
    for place in places(tomllib.loads(text)):
        key = place[-1]
        if isinstance(key, str):
            assert key in text.split("\n")[line_of(text, place) - 1], place


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 'name = "a # \\" b" # heading = "no"'),
        (("number",), "number = 1_000"),
        (("emoji",), "[emoji] # marks"),
        (("emoji", "lesson"), "lesson = ':bulb:'"),
        (("section", 1, "heading"), 'heading = "2"'),
        (("section", 1, "parts", 1, "shows"), "shows = '''y'''"),
        (("section", 0, "more", "deep"), "deep = 1"),
        (("a", "b", "c", "d", 2, "e"), '  { e = "]}" }, # a comment, with }'),
        (("a", "b", "c", "f"), "] , f = true }"),
        (("section", 1, "parts", 1, "missing"), "[[section.parts]]"),
        (("section", 7, "heading"), "[[section]]"),
        (("nothing",), '# name = "no"'),
    ],
)
def test_lines_are_counted_past_texts_of_many_lines_and_comments(place: Place, line: str) -> None:
    assert TRICKY.split("\n")[line_of(TRICKY, place) - 1] == line


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {as_toml(inner)}' for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {as_toml(inner)}, # ]\n" for inner in value) + "]"
    if isinstance(value, str):
        return (
            '"'
            + "".join(
                f"\\u{ord(letter):04X}" if letter in '"\\\x7f' or letter < " " else letter for letter in value
            )
            + '"'
        )
    return str(value).lower()


KEYS = st.text("abc#=]}", min_size=1, max_size=3)
TEXTS = st.text(st.characters(max_codepoint=0x2FF), max_size=6)
VALUES = st.recursive(
    st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(table=st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_the_values_each_place_is_found(table: dict[str, object]) -> None:
    text = "\n".join(f'"{key}" = {as_toml(value)}' for key, value in table.items())
    lines = text.split("\n")
    for place in places(tomllib.loads(text)):
        if isinstance(place[-1], str):
            assert f'"{place[-1]}" = ' in lines[line_of(text, place) - 1]
