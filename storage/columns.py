"""Types of columns, and the base of the tables whose keys the database gives."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import DateTime, Dialect, Index, String, Table, TypeDecorator, false
from sqlmodel import Field, SQLModel

Words = TypeVar("Words", bound=StrEnum)

LATER_FALSE = {"server_default": false()}
"""For a column that was added to an existing table: the value of the rows that were there already."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite, which knows no zones, gets it back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone must not be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_of(words: type[Words]) -> type[TypeDecorator[Words]]:
    """The type of a text column that holds one of these words, and is read as a member of their enum.

    Reading or writing any other text raises `ValueError`, which names the enum and the text.
    """

    class TextOf(TypeDecorator[Words]):
        impl = String
        cache_ok = True

        def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
            return None if value is None else words(value).value

        def process_result_value(self, value: str | None, dialect: Dialect) -> Words | None:
            return None if value is None else words(value)

    return TextOf


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows alone of which `where` is true.

    The migrations make it so. Here it is a note: as an option of both databases' indexes it would load the
    dialects of both.
    """
    return Index(name, *columns, unique=unique, info={"where": where})


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements about columns and not about objects; SQLModel does not type it."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class Row(SQLModel):
    """A row of a table; as such it is never validated, so that pydantic builds no validator beforehand."""

    model_config = {"defer_build": True}


class Keyed(Row):
    """A row whose key the database gives."""

    id: int | None = Field(default=None, primary_key=True)

    @property
    def pk(self) -> int:
        """Its key.

        Raises:
            RuntimeError: it was not written yet, so that it has none.
        """
        if self.id is None:
            raise RuntimeError(f"{type(self).__name__} has no key before it is written")
        return self.id
