"""What was read in a transaction is kept in memory only once that has ended.

A row cannot be read any more after its transaction was rolled back, and what ends a transaction may fail or
be given up. Kept before, such a row would stay in memory, and fail whoever needs it until a restart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "bot").rglob("*.py"))
TRANSACTIONS = frozenset({"read", "write", "reading", "writing", "changing"})
"""Of the database, and of the units of work that actions and views are handed."""
KEEPING = frozenset({"update", "append", "add", "setdefault", "extend", "insert"})


def kept_too_soon(source: str) -> Iterator[int]:
    """The lines that put something into the object itself while a transaction goes on."""
    for block in ast.walk(ast.parse(source)):
        if not isinstance(block, ast.AsyncWith) or not any(map(_is_transaction, block.items)):
            continue
        for node in ast.walk(block):
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AnnAssign | ast.AugAssign):
                targets = [node.target]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                targets = [node.func.value] if node.func.attr in KEEPING else []
            if any(ast.unparse(target).startswith("self.") for target in targets):
                yield node.lineno


def _is_transaction(item: ast.withitem) -> bool:
    call = item.context_expr
    return (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in TRANSACTIONS
    )


@pytest.mark.parametrize("opened", ["self._database.read()", "work.reading()", "work.changing(actor)"])
@pytest.mark.parametrize("statement", ["self._rows.update(rows)", "self._row = row", "self._rows[1] = row"])
def test_one_that_is_kept_too_soon_is_found(opened: str, statement: str) -> None:
    source = f"async def f(self):\n    async with {opened} as session:\n        {statement}\n"
    assert list(kept_too_soon(source)) == [3]


def test_no_row_is_kept_while_its_transaction_goes_on() -> None:
    found = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in FILES
        for line in kept_too_soon(file.read_text("utf-8"))
    }
    assert found == set()
