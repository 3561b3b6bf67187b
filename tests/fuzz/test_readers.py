"""Whatever people or programs write, what reads it refuses it with its own sentence, or reads it in no time.

Time is processor time of this thread, so that a busy machine fails no test.
"""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.readers import FILE, READERS, Reader

SECOND = 1.0
PIECES = [
    *"a[(*_~<&>`|-#!:,.@{=+?/\\'\"1\n\t\x00é\u202e\ud800",
    *("a ", "[a](", "![", "```", "~~~", "**a ", "&lt;", "&gt; ", "&#x", "<@U1>", "<https://x|", "<!--"),
    *(
        "http://a.b/",
        "14:05 ",
        "1h ",
        "by ",
        "yesterday ",
        "done when ",
        ":a:",
        "|-|\n",
        "a\n\n",
        "a=[",
        "[[",
    ),
    *("%41", "&a=", "- ", "> ", "    a\n", '{"a":', "\N{NO-BREAK SPACE}", " ,", "/incident "),
]
"""What grammars repeat: of thousands of them a careless pattern takes minutes."""

MIXED = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join)


def read_within_a_second(reader: Reader, text: str) -> None:
    started = time.thread_time()
    with suppress(*reader.refuses):
        reader.read(text)
    assert time.thread_time() - started < SECOND


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", READERS)
@settings(max_examples=30, deadline=None)
@given(text=MIXED)
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    read_within_a_second(READERS[name], text)


LONG = [
    pytest.param(name, marks=pytest.mark.storm) if name.startswith("canvas") else name for name in READERS
]
"""Markdown is read at a tenth of a second for 10,000 characters, so that all of these take half a minute."""


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", LONG)
def test_thousands_of_the_same_take_no_longer(name: str) -> None:
    reader = READERS[name]
    # a part of the longest keeps what grows in step well below a second, and what grows with the square above
    length = reader.longest // (4 if name.startswith("canvas") else 2)
    for piece in PIECES:
        read_within_a_second(reader, "x " + piece * (length // len(piece)) + " x")


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.longest == FILE])
def test_memory_is_bounded_by_what_was_sent(name: str) -> None:
    for piece in ("[", '{"a":', "a=b&", "%41", "\\u0000"):
        text = piece * (FILE // len(piece))
        tracemalloc.start()
        try:
            READERS[name].read(text)
        except READERS[name].refuses:
            pass
        finally:
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert most < 300 * len(text), f"{piece!r} took {most / 1e6:.0f} MB"
