"""Bodies that come compressed: unpacked, and never to more than their reader takes.

Source: RFC 9110, 8.4 (Content-Encoding), 15.5.16 (415, with what is taken instead).
"""

from __future__ import annotations

import zlib

TAKEN = "gzip, deflate"
"""What `Accept-Encoding` says."""
_EITHER = zlib.MAX_WBITS | 32
"""Has zlib find out by itself whether it is gzip or deflate."""


class UnknownEncoding(Exception):
    """It is packed in a way that is not taken."""


class NotUnpacked(Exception):
    """It is not what its header says."""


class TooLong(Exception):
    """Unpacked it is more than is taken."""


def unpacked(encoding: str, body: bytes, most: int) -> bytes:
    """A body as it was before it was packed, of `most` bytes at most.

    Raises:
        UnknownEncoding, NotUnpacked, TooLong.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" | "deflate":
            return _inflated(body, most)
    raise UnknownEncoding


def _inflated(body: bytes, most: int) -> bytes:
    """Several packed pieces one behind the other are one body, as RFC 1952 has it."""
    found = bytearray()
    while body:
        reader = zlib.decompressobj(_EITHER)
        try:
            found += reader.decompress(body, most + 1 - len(found))
        except zlib.error as problem:
            raise NotUnpacked from problem
        if len(found) > most:
            raise TooLong
        if not reader.eof:
            raise NotUnpacked
        body = reader.unused_data
    return bytes(found)
