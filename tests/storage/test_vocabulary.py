"""The words of the record stand in their enums, and nowhere else as bare text."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from pathlib import Path

from storage import vocabulary
from storage.vocabulary import ChangeKind

ROOT = Path(vocabulary.__file__).parents[1]
FIELDS = {"basis", "choice", "kind", "priority", "section", "state", "status", "what"}
WORDS = {
    member.value
    for words in vars(vocabulary).values()
    if isinstance(words, type) and issubclass(words, enum.StrEnum) and words is not enum.StrEnum
    for member in words
}


def field_of(node: ast.expr) -> str | None:
    """The field that `row.status` or `row["status"]` reads."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return None


def is_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in WORDS


def bare_words(tree: ast.AST) -> Iterator[int]:
    """Lines in which such a field is compared with, or given, a word as bare text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            others = [one for one in operands if field_of(one) not in FIELDS]
            if len(others) < len(operands) and any(is_word(part) for one in others for part in ast.walk(one)):
                yield node.lineno
        elif isinstance(node, ast.keyword) and node.arg in FIELDS and is_word(node.value):
            yield node.value.lineno


def test_no_bare_text_stands_for_a_word_of_the_record() -> None:
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("storage/*.py")]
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        for line in bare_words(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert len(files) > 200
    assert found == []


def test_bare_text_would_be_noticed() -> None:
    text = 'incident.status == "open"\nrow["kind"] in ("alert", "note")\nadd(state="done")\nkind == "alert"'
    assert sorted(bare_words(ast.parse(text))) == [1, 2, 3]


def test_a_change_is_read_as_it_was_written() -> None:
    assert ChangeKind.parsed(ChangeKind.STATUS) == (ChangeKind.STATUS, "")
    assert ChangeKind.ACTION_ITEM.of(2, "owner_id") == "task:2:owner_id"
    assert ChangeKind.parsed("task:2:owner_id") == (ChangeKind.ACTION_ITEM, "2:owner_id")
