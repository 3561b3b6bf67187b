"""docs/templates.md names every block, key and mark there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

from bot import templates
from bot.settings import OfflineSettings
from bot.templates import COMPUTED, SHOWS, parse
from bot.templates.check import check
from bot.templates.parse import KEYS
from storage.vocabulary import IN_DRAFT, MILESTONE_OF_MARK, MarkSection

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")


def chapter(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def first_column(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_block_is_there_and_those_of_people_come_first() -> None:
    blocks = first_column(chapter("Blocks"))
    assert sorted(blocks) == sorted(SHOWS)
    assert [block in COMPUTED for block in blocks] == sorted(block in COMPUTED for block in blocks)


def test_every_key_is_there() -> None:
    assert sorted(first_column(chapter("Keys"))) == sorted(
        f"{place}.{key}" if place else key for place, keys in KEYS.items() for key in keys
    )


def test_every_mark_is_there_with_its_emoji_and_setting() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", chapter("Marks"), re.MULTILINE)
    assert rows == [
        (mark, OfflineSettings.model_fields[f"{mark}_emoji"].default, f"{mark}_emoji".upper())
        for mark in (MarkSection.TIMELINE, *IN_DRAFT, *MILESTONE_OF_MARK)
    ]
    assert {mark: emoji for mark, emoji, _ in rows} == templates.load().emoji


def test_every_packaged_template_is_there() -> None:
    assert sorted(first_column(PAGE.partition("\n## ")[0])) == list(templates.names())


def test_the_example_is_a_template_and_is_checked_as_the_page_says(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    good, bad = re.findall(r"```console\n\$ scribe templates check.*?\n(.*?)```", PAGE, re.DOTALL)
    assert parse(example).has_timeline

    (tmp_path / "ours.toml").write_text(example, encoding="utf-8")
    assert [one.line for one in check([], tmp_path)] == good.splitlines()

    (tmp_path / "ours.toml").write_text(example.replace('"timeline" }', '"timelin" }'), encoding="utf-8")
    assert [one.line for one in check([tmp_path / "ours.toml"], None)] == bad.splitlines()
