"""Nodes as blocks again: lists and tables put together from their items and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.postmortem.merge.items import Kind, delimiter
from bot.postmortem.merge.normal import cells_of, columns
from bot.postmortem.merge.standing import Node

MAX_CELLS = 300
"""Of one table in a canvas, its head included (docs.slack.dev/surfaces/canvases)."""


@dataclass
class Piece:
    """A block: its Markdown, and those parts of it that are people's words."""

    markdown: str
    is_heading: bool = False
    peoples: list[str] = field(default_factory=list)


def pieces_of(nodes: Sequence[Node], heads: Sequence[str], *, has_tables: bool = True) -> list[Piece]:
    """The blocks that nodes make; rows stand below that of the `heads` which has as many columns.

    People may have given their table another head. Without tables, the rows and heads that people wrote
    become items of a list.
    """
    if not has_tables:
        nodes = [_as_bullet(node) if node.kind in (Kind.ROW, Kind.HEAD) else node for node in nodes]
    found: list[Piece] = []
    before: Node | None = None
    rows, most, block = 0, 0, 0
    head_of_table, table = "", 0
    for node in nodes:
        is_new = _begins(before, node, block)
        fitting = _head_for(node, head_of_table, heads)
        if node.kind is Kind.ROW and table and not fits(node, table, head_of_table):
            is_new = True
        if node.kind is Kind.ROW and not table and fitting and fitting != head_of_table:
            is_new = True
        if node.kind is Kind.ROW and (is_new or rows >= most):
            if is_new:
                head_of_table, table = fitting or next(iter(heads), "") or _plain_head(node), 0
            found.append(Piece(_headed(head_of_table)))
            most, rows = MAX_CELLS // columns(head_of_table) - 1, 0
            is_new = False
        if node.kind is Kind.HEAD:
            head_of_table, table = node.markdown, node.block
            found.append(Piece(_headed(head_of_table)))
            most, rows = MAX_CELLS // columns(head_of_table) - 1, 0
        elif is_new:
            found.append(Piece(node.markdown))
        else:
            found[-1].markdown += f"\n{node.markdown}"
            rows += 1
        if node.is_peoples:
            found[-1].peoples.append(node.markdown)
        before, block = node, node.block or block
    return found


def fits(row: Node, block: int, head: str) -> bool:
    """Whether a row goes into a table that people made: one of no other table, not wider than its head."""
    return row.block == block or (not row.block and columns(row.markdown) <= columns(head))


def _begins(before: Node | None, node: Node, block: int) -> bool:
    """Whether a node begins a block of its own; `block` numbers the one that the nodes before stood in."""
    if before is None or node.kind is Kind.BLOCK or node.kind is Kind.HEAD:
        return True
    if node.kind is Kind.ROW:
        return before.kind not in (Kind.ROW, Kind.HEAD)
    if before.kind is not node.kind:
        return True
    # two lists with nothing between them stay two, unless something stood between them before
    return bool(block) and node.block == block + 1


def _head_for(row: Node, head: str, heads: Sequence[str]) -> str:
    """The head that a row needs: one of as many columns; "" where it may stand below `head`, narrower."""
    wide = columns(row.markdown)
    exact = next((one for one in heads if columns(one) == wide), "")
    if exact or wide <= columns(head):
        return exact
    return next((one for one in heads if columns(one) > wide), _plain_head(row))


def _headed(head: str) -> str:
    return f"{head}\n{delimiter(head)}"


def _plain_head(row: Node) -> str:
    return f"| {' | '.join(['Detail'] * columns(row.markdown))} |"


def _as_bullet(row: Node) -> Node:
    cells = [cell.strip() for cell in cells_of(row.markdown)]
    return replace(row, kind=Kind.BULLET, markdown=f"- {' · '.join(cell for cell in cells if cell)}")
