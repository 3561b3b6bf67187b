"""The files of an export, in a folder or a .zip, none of them larger than a channel can be.

A name in a .zip is only ever compared, never opened as a path, so that none leads out of it.
"""

from __future__ import annotations

import gzip
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from bot.imports.errors import CannotImport

MB = 1024 * 1024
LARGEST_FILE = 100 * MB
LARGEST_IMPORT = 200 * MB
"""What is read of an export in all; unpacked, since a .zip of a few MB can hold any number."""
MOST_FILES = 1_000_000
SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
BROKEN = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What reading a damaged, encrypted or oddly packed file raises."""


class Unreadable(Exception):
    """One file cannot be read; the text says why."""


class Files:
    """Files by their path in the export, as `a/b.json`."""

    def __init__(
        self,
        found: dict[str, Callable[[], IO[bytes]]],
        *,
        largest: int = LARGEST_FILE,
        in_all: int | None = LARGEST_IMPORT,
    ) -> None:
        """Bytes of a file, and of all that is read (None: any number, where one is read after the other)."""
        self._found = found
        self._largest = largest
        self._left = in_all
        self.names = sorted(found)

    def read(self, name: str) -> bytes:
        """The whole of a file, unpacked.

        Raises:
            Unreadable: it is damaged, or larger than any such file.
            CannotImport: with those read before it is more than fits.
        """
        most = self._largest if self._left is None else min(self._largest, self._left)
        try:
            with self._found[name]() as packed:
                unpacked = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
                content = unpacked.read(most + 1)
        except BROKEN as problem:
            raise Unreadable(f"it cannot be read ({_reason(problem)})") from None
        if len(content) > most:
            if most == self._left:
                raise CannotImport(
                    f"What there is to read is more than {LARGEST_IMPORT // MB} MB. Make an export of this "
                    "channel alone, or of fewer days, and import that."
                )
            raise Unreadable(f"it is larger than {self._largest // MB} MB")
        if self._left is not None:
            self._left -= len(content)
        return content

    def head(self, name: str) -> bytes:
        """The whole lines at the beginning of a file."""
        try:
            with self._found[name]() as packed:
                unpacked = gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed
                return unpacked.read(MB).rpartition(b"\n")[0]
        except BROKEN:
            return b""


def folder(
    root: Path,
    suffixes: tuple[str, ...] = SUFFIXES,
    *,
    largest: int = LARGEST_FILE,
    in_all: int | None = LARGEST_IMPORT,
) -> Files:
    """The files below a folder, as deep as they are; links that lead elsewhere are not followed."""
    found: dict[str, Callable[[], IO[bytes]]] = {}
    whole = root.resolve()
    for file in root.rglob("*"):
        name = _name(file.relative_to(root).as_posix(), suffixes)
        if name and file.is_file() and file.resolve().is_relative_to(whole):
            found[name] = partial(_opened, file)
    return Files(found, largest=largest, in_all=in_all)


def _opened(file: Path) -> IO[bytes]:
    return file.open("rb")


def archive(path: Path) -> Files:
    """The files in a .zip.

    Raises:
        CannotImport: it is damaged or cut off.
    """
    try:
        packed = zipfile.ZipFile(path)
        entries = packed.infolist()
    except BROKEN as problem:
        raise CannotImport(
            f"{path.name} is a damaged or incomplete .zip ({_reason(problem)}). Download it again."
        ) from None
    if len(entries) > MOST_FILES:
        raise CannotImport(f"{path.name} holds more than {MOST_FILES:,} files, which no export does.")
    found: dict[str, Callable[[], IO[bytes]]] = {}
    for entry in entries:
        name = _name(entry.filename)
        if name and not entry.is_dir():
            found[name] = partial(packed.open, entry)
    return Files(found)


def single(path: Path) -> Files:
    """One file alone."""
    return Files({path.name: lambda: path.open("rb")})


def of(path: Path) -> Files:
    """The files of a folder, a .zip or a file.

    Raises:
        CannotImport: it is a .zip that is damaged or cut off.
    """
    if path.is_dir():
        return folder(path)
    if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
        return archive(path)
    return single(path)


def _name(said: str, suffixes: tuple[str, ...] = SUFFIXES) -> str | None:
    """A file's path in the export; None for what an export does not hold, or that leads out of it."""
    path = PurePosixPath(unicodedata.normalize("NFC", said.replace("\\", "/")))
    if path.is_absolute() or ".." in path.parts or not path.name.lower().endswith(suffixes):
        return None
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return None
    return path.as_posix()


def _reason(problem: BaseException) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
