"""Bodies that come compressed."""

from __future__ import annotations

import gzip
import zlib

import pytest

from bot.http.compressed import NotUnpacked, TooLong, UnknownEncoding, unpacked

SAID = b'{"alerts": []}'


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", SAID),
        ("identity", SAID),
        ("gzip", gzip.compress(SAID)),
        (" X-GZIP ", gzip.compress(SAID)),
        ("gzip", gzip.compress(SAID[:5]) + gzip.compress(SAID[5:])),
        ("deflate", zlib.compress(SAID)),
    ],
)
def test_a_body_is_as_it_was(encoding: str, body: bytes) -> None:
    assert unpacked(encoding, body, len(SAID)) == SAID


@pytest.mark.parametrize(
    ("encoding", "body", "why"),
    [
        ("br", SAID, UnknownEncoding),
        ("gzip, gzip", gzip.compress(gzip.compress(SAID)), UnknownEncoding),
        ("gzip", SAID, NotUnpacked),
        ("gzip", gzip.compress(SAID)[:-9], NotUnpacked),
        ("gzip", gzip.compress(SAID) + b"more", NotUnpacked),
        ("gzip", gzip.compress(b"x" * 50_000_000), TooLong),
        ("gzip", gzip.compress(SAID) * 1000, TooLong),
    ],
)
def test_what_is_not_taken(encoding: str, body: bytes, why: type[Exception]) -> None:
    with pytest.raises(why):
        unpacked(encoding, body, 2000)
