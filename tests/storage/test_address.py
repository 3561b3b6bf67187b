"""DATABASE_URL is read or refused in one sentence, and nothing secret of it is ever shown."""

from __future__ import annotations

import contextlib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.address import BadAddress, first_line, read_address, shown
from storage.database import Database, DatabaseUnavailable

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        (SECRET, "is no database address"),
        (f"scribe:{SECRET}@db/scribe", "is no database address"),
        (f"host=db user=scribe password={SECRET}", "is no database address"),
        (f"postgresql:/scribe:{SECRET}@db/scribe", "is no database address"),
        (f"postgresql:scribe:{SECRET}@db/scribe", "is no database address"),
        (f"mysql://scribe:{SECRET}@db/scribe", "is neither SQLite nor PostgreSQL"),
        (f"postgressql://scribe:{SECRET}@db/scribe", "is neither SQLite nor PostgreSQL"),
        (f"postgresql://scribe:{SECRET}@db:port/scribe", "a port that is no number"),
        (f"postgresql://scribe:{SECRET}@db:70000/scribe", "a port that is none"),
        (f"postgresql://scribe:{SECRET}@db:0/scribe", "a port that is none"),
        (f"postgresql://scribe:p@{SECRET}@db/scribe", "%40"),
        (f"postgresql://scribe:p@{SECRET}/x@db/scribe", "%40"),
        (f"postgresql://scribe:p@{SECRET}?x@db/scribe", "%40"),
        (f"postgresql://scribe@{SECRET}@db/scribe", "%40"),
        (f"postgresql://d b {SECRET}/scribe", "%40"),
        (f"sqlite://scribe:{SECRET}@db/scribe", "three slashes"),
        (f"sqlite://{SECRET}", "three slashes"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(address: str, says: str) -> None:
    with pytest.raises(BadAddress) as problem:
        read_address(address)

    assert says in str(problem.value)
    assert "sqlite:///scribe.db" in str(problem.value) or "postgresql://" in str(problem.value)
    assert SECRET not in str(problem.value)
    assert "\n" not in str(problem.value)
    with pytest.raises(DatabaseUnavailable) as unavailable:
        Database(address)
    assert SECRET not in str(unavailable.value)
    assert unavailable.value.__cause__ is None, "a chained problem would be printed with a traceback"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("sqlite:///scribe.db", f"sqlite:///{Path.cwd() / 'scribe.db'}"),
        (" postgres://scribe:hunter2@db.example.com/scribe\n", "postgresql://db.example.com/scribe"),
        ("postgresql://scribe:h/u#2@db:5432/scribe", "postgresql://db:5432/scribe"),
        ("postgresql://scribe:p?hunter2@db/scribe", "postgresql://db/scribe"),
        ("postgresql://scribe@server:hunter2@db/scribe", "postgresql://db/scribe"),
        ("postgresql://scribe:p%40hunter2@[::1]:5432/scribe", "postgresql://::1:5432/scribe"),
        ("postgresql://db/scribe?user=scribe&password=hunter2&sslmode=require", "postgresql://db/scribe"),
        ("postgresql+asyncpg://hunter2@db/scribe", "postgresql://db/scribe"),
        ("postgresql:///scribe?host=/var/run/postgresql", "postgresql:///scribe"),
    ],
)
def test_an_address_is_shown_without_its_user_and_password(address: str, where: str) -> None:
    assert shown(read_address(address)) == where


@pytest.mark.parametrize("spelled", ["p@ss/word", "p%40ss%2Fword", "p%40ss/word"])
def test_what_a_driver_says_is_shown_without_the_password(spelled: str) -> None:
    url = read_address("postgresql://scribe:p%40ss%2Fword@db/scribe?sslpassword=keyword9")

    said = first_line(ValueError(f"refused {spelled} and keyword9\nsecond line"), url)

    assert "word" not in said.replace("p%40ss/word", "")
    assert "second" not in said


PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=12).map(
    lambda odd: f"xq{odd}zj"  # so that no word of a sentence is it by chance
)
SHAPES = st.sampled_from(
    [
        "postgresql://scribe:{}@db.example.com:5432/scribe",
        "postgresql://{}@db.example.com/scribe",
        "postgresql://scribe:{}@/scribe",
        "postgresql://scribe:a@{}@db/scribe",
        "postgresql://scribe:{}",
        "postgresql://db/scribe?password={}",
        "postgres:{}@db",
        "sqlite://x:{}@/scribe.db",
        "mysql://x:{}@db/scribe",
        "{}",
    ]
)


@example("postgresql://scribe:{}@db.example.com:5432/scribe", "xq0@/0zj", False)  # reads as no host at all
@given(SHAPES, PASSWORDS, st.booleans())
def test_whatever_was_mistyped_its_password_is_never_shown(
    shape: str, password: str, is_encoded: bool
) -> None:
    address = shape.format(quote(password, safe="") if is_encoded else password)
    said = ""
    try:
        url = read_address(address)
    except BadAddress as problem:
        said = str(problem)
    else:
        said = shown(url) + first_line(OSError(f"refused: {url.password}"), url)

    pieces = [password, password[:4], password[-4:]]
    assert not any(piece in said for piece in pieces)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(BadAddress):
        read_address(text)
