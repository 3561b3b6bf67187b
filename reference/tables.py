"""`docs/reference/tables.md`: what the database holds, from the classes of its tables."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Column
from sqlmodel import SQLModel

import storage
from reference.markdown import code, table

HEAD = """# Tables

Written by `make reference` from the tables' own classes (`storage/tables.py` and its neighbours); a test
holds it to them. The database is Scribe's own: read it as you like (a read-only account, or a copy), and
change it through `scribe` alone. Times are UTC. A Slack `ts` is text. People,
channels and messages stand in it by Slack's ids.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    return "\n".join([HEAD, *(_section(model) for model in models())])


def models() -> Iterator[type[SQLModel]]:
    """The class of each table, by the table's name."""
    for module in iter_modules(storage.__path__):
        if not module.ispkg:
            import_module(f"storage.{module.name}")
    found = {str(model.__tablename__): model for model in _below(SQLModel) if hasattr(model, "__table__")}
    for name in sorted(found):
        yield found[name]


def remarks(model: type[SQLModel]) -> Mapping[str, str]:
    """What the class says below each of its columns, by the column's name."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for one, following in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            said[one.target.id] = inspect.cleandoc(following.value.value)
    return said


def _below(model: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def _section(model: type[SQLModel]) -> str:
    name = str(model.__tablename__)
    said = remarks(model)
    columns = SQLModel.metadata.tables[name].columns
    rows = [(code(one.name), _kind(one), said.get(one.name, "")) for one in columns]
    about = inspect.getdoc(model) or ""
    return "\n".join([f"## {name}", "", about, "", table(("column", "holds", ""), rows), ""])


def _kind(column: Column[object]) -> str:
    words = [str(column.type).split("(")[0].lower()]
    words += [f"of {code(key.column.table.name)}" for key in column.foreign_keys]
    words += ["key"] if column.primary_key else []
    words += ["or nothing"] if column.nullable else []
    return ", ".join(words)
