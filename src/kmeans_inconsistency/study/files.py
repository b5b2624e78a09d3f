"""Files: written whole or not at all, and tables that carry what made them and a digest of themselves."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.study import provenance

if TYPE_CHECKING:
    import pyarrow as pa

_METADATA = b"kmeans_inconsistency"
_DIGEST = b"kmeans_inconsistency_sha256"
_BLANK = b"0" * 64


class Words(NamedTuple):
    """A column of words, few of them different: row i has ``words[codes[i]]``."""

    codes: NDArray[np.int32]
    words: Sequence[str]


class DamagedFileError(Exception):
    """A file that cannot be what was written: truncated, edited or of another kind."""


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file in one atomic step, so that a reader sees the old one or the new one.

    Raises
    ------
    SourcesChangedError
        If the code that made the content is no longer the code on disk.
    """
    provenance.check()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def write_json(path: Path, content: Any) -> None:
    """Write JSON with full precision; NaN and infinity have no place in it and are refused."""
    write_bytes(path, (json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode())


def number(value: Any) -> str:
    """The shortest text that reads back as the same number; nothing for what does not exist."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV: numbers at full precision, empty where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([number(row.get(name)) for name in columns] for row in rows)
    write_bytes(path, text.getvalue().encode())


def arrow_table(columns: Mapping[str, Words | NDArray[Any]]) -> pa.Table:
    """Build a table from arrays of numbers and columns of words.

    From buffers, because pyarrow imports pandas, a third of a second, before it looks at an array.
    """
    import pyarrow as pa

    def words(codes: NDArray[np.int32], words: Sequence[str]) -> pa.Array:
        encoded = [word.encode() for word in words]
        offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
        buffers = pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(encoded))
        dictionary = pa.StringArray.from_buffers(len(encoded), *buffers)
        indices = pa.Array.from_buffers(pa.int32(), len(codes), [None, pa.py_buffer(codes)])
        return pa.DictionaryArray.from_arrays(indices, dictionary).dictionary_decode()

    def numbers(values: NDArray[Any]) -> pa.Array:
        kind = pa.int64() if values.dtype.kind == "i" else pa.float64()
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])

    arrays = [words(*v) if isinstance(v, Words) else numbers(v) for v in columns.values()]
    return pa.Table.from_arrays(arrays, names=list(columns))


def write_parquet(path: Path, table: pa.Table, metadata: Mapping[str, Any]) -> None:
    """Write a table with its metadata and, inside the file, the digest of the whole file.

    The digest is that of the file with the digest's own place filled by zeros, so that a single changed
    bit anywhere, footer included, is found without a second file to keep beside it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, table.schema, compression="zstd", store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(
            {_METADATA: json.dumps(metadata, sort_keys=True, allow_nan=False).encode(), _DIGEST: _BLANK}
        )
    content = sink.getvalue().to_pybytes()
    start = _digest_place(content)
    digest = hashlib.sha256(content).hexdigest().encode()
    write_bytes(path, content[:start] + digest + content[start + len(digest) :])


def read_metadata(path: Path) -> dict[str, Any]:
    """Read what made a table, after checking every byte of the file against its digest.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DamagedFileError
        If the file is not, to the bit, what :func:`write_parquet` wrote.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = path.read_bytes()
    start = _digest_place(content)
    blanked = hashlib.sha256(content[:start])
    blanked.update(_BLANK)
    blanked.update(content[start + len(_BLANK) :])
    if blanked.hexdigest().encode() != content[start : start + len(_BLANK)]:
        raise DamagedFileError("its content does not match its digest")
    stored = pq.read_metadata(pa.BufferReader(content)).metadata
    metadata: dict[str, Any] = json.loads(stored[_METADATA])
    return metadata


def read_columns(path: Path) -> dict[str, Words | NDArray[Any]]:
    """Read a table's columns: arrays of numbers and columns of words."""
    import pyarrow.parquet as pq

    found: dict[str, Words | NDArray[Any]] = {}
    with pq.ParquetFile(path) as file:
        table = file.read(use_threads=False)
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if column.type == "string":
            coded = column.dictionary_encode()
            codes = np.frombuffer(coded.indices.buffers()[1], dtype=np.int32, count=len(column))
            found[name] = Words(codes, coded.dictionary.to_pylist())
        else:
            kind = np.int64 if column.type == "int64" else np.float64
            found[name] = np.frombuffer(column.buffers()[1], dtype=kind, count=len(column))
    return found


def _digest_place(content: bytes) -> int:
    """Where the digest stands in a file: right behind its key, in the footer."""
    if len(content) < 12 or content[:4] != b"PAR1" or content[-4:] != b"PAR1":
        raise DamagedFileError("it is truncated or not a table of this study")
    key = content.rfind(_DIGEST)
    if key < 0:
        raise DamagedFileError("it is not a table of this study")
    # Thrift's compact protocol puts one byte of field header and one of length between key and value.
    return key + len(_DIGEST) + 2
