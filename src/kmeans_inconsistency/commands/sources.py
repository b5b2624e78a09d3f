"""Sources: the bytes of a user's file, unpacked and as UTF-8, or the reason why they are not to be had."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

STANDARD_INPUT = "-"
PARQUET = b"PAR1"

_PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
}
_CSV = "save the table as CSV in UTF-8, and read that"
_FOREIGN = {
    b"PK\x03\x04": f"is a workbook (Excel, LibreOffice) or another zip archive: {_CSV}",
    b"\xd0\xcf\x11\xe0": f"is a workbook of an old Excel: {_CSV}",
    b"\x28\xb5\x2f\xfd": "is packed by zstd: unpack it with zstd -d",
    b"7z\xbc\xaf": "is packed by 7-Zip: unpack it",
    b"ARROW1": "is an Arrow file: save the table as Parquet or CSV",
    b"\x89HDF": "is an HDF5 file: save the table as Parquet or CSV",
    b"\x93NUMPY": "is a NumPy array: save it with numpy.savetxt",
    b"SQLite": "is an SQLite database: save the table as CSV",
    b"RDX": "is an R workspace: save the table with write.csv",
    b"%PDF": "is a PDF document: save the table as CSV",
}
# The marks of UTF-32 begin with those of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableError(Exception):
    """A table that cannot be read.

    Attributes
    ----------
    problems : list of str
        One line each: the file, the place, what is wrong, what to write instead.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def content(path: Path) -> bytes:
    """Read a file, or standard input for ``-``: a Parquet file as it is, anything else as UTF-8 text.

    Raises
    ------
    TableError
        If it cannot be read, or is not text.
    """
    if str(path) == STANDARD_INPUT and sys.stdin is None:
        raise TableError(["standard input: is closed; give it a file, or name the file instead of -"])
    try:
        raw = sys.stdin.buffer.read() if str(path) == STANDARD_INPUT else path.read_bytes()
    except OSError as error:
        raise TableError([f"{named(path)}: cannot be read: {error.strerror}"]) from None
    for mark, unpack in _PACKED.items():
        if raw.startswith(mark):
            try:
                raw = unpack(raw)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                raise TableError(
                    [f"{named(path)}: is packed, and damaged or cut short: copy it again"]
                ) from None
    for mark, reason in _FOREIGN.items():
        if raw.startswith(mark):
            raise TableError([f"{named(path)}: {reason}"])
    return raw if raw.startswith(PARQUET) else _text(path, raw)


def named(path: Path) -> str:
    return "standard input" if str(path) == STANDARD_INPUT else str(path)


def _text(path: Path, raw: bytes) -> bytes:
    """UTF-8 without a byte-order mark, lines ended by newlines."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                raw = raw.decode(encoding).encode().removeprefix(codecs.BOM_UTF8)
            except UnicodeError:
                raise TableError(
                    [f"{named(path)}: begins as {encoding.upper()} text, and is not: {_CSV}"]
                ) from None
            break
    else:
        try:
            if not raw.isascii():
                raw.decode()
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            said = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
            raise TableError([f"{named(path)}, line {line}: {said}"]) from None
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
        # old Macs ended lines so
        raw = raw.replace(b"\r", b"\n") if b"\n" not in raw else raw
    codes = np.frombuffer(raw, dtype=np.uint8)
    if np.count_nonzero(codes < 0x20) > raw.count(b"\n") + raw.count(b"\t") or 0x7F in raw:
        for strange in re.finditer(rb"[\x00-\x08\x0b-\x1f\x7f]", raw):
            line = raw.count(b"\n", 0, strange.start()) + 1
            said = f"the control character 0x{ord(strange.group()):02x} stands in the text: remove it"
            raise TableError([f"{named(path)}, line {line}: {said}"])
    return raw
