"""Files are whole or absent, and every changed bit of a table is found."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.study import files

COLUMNS = {
    "n": np.array([1, 2, 3]),
    "x": np.array([0.1, math.nan, 1e-300]),
    "status": files.Words(np.array([2, 0, 1], dtype=np.int32), ["failed", "merged", "converged"]),
}
STATUSES = ["converged", "failed", "merged"]
TABLE = files.arrow_table(COLUMNS)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "a" / "table.parquet"
    files.write_parquet(path, TABLE, {"made": "here"})
    return path


def test_a_table_is_read_back(written):
    assert files.read_metadata(written) == {"made": "here"}
    read = files.read_columns(written)
    assert list(read) == list(COLUMNS)
    assert [read["status"].words[code] for code in read["status"].codes] == STATUSES
    for name in ("n", "x"):
        np.testing.assert_array_equal(read[name], COLUMNS[name])


def test_other_programs_can_read_it(written):
    import pandas as pd

    frame = pd.read_parquet(written)
    assert frame["status"].tolist() == STATUSES
    assert frame["x"].isna().tolist() == [False, True, False]


def test_neither_writing_nor_reading_needs_pandas(tmp_path):
    """Its import would be a third of a worker's fixed cost."""
    program = (
        "import sys, pathlib, numpy\n"
        "from kmeans_inconsistency.study import files\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "words = files.Words(numpy.arange(3, dtype=numpy.int32), ['a', 'b', 'c'])\n"
        "files.write_parquet(path, files.arrow_table({'x': numpy.ones(3), 's': words}), {})\n"
        "files.read_metadata(path), files.read_columns(path)\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "t.parquet")], check=True)


def test_a_worker_loads_numba_without_scipys_linear_algebra_and_can_still_load_that():
    program = (
        "import sys\n"
        "from kmeans_inconsistency.commands.workflow import load_numba\n"
        "load_numba()\n"
        "assert 'numba.np.arraymath' in sys.modules and 'scipy.linalg' not in sys.modules\n"
        "import scipy.linalg.cython_blas as blas\n"
        "load_numba()\n"
        "assert sys.modules['scipy.linalg.cython_blas'] is blas"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_same_table_gives_the_same_bytes(written, tmp_path):
    again = tmp_path / "table.parquet"
    files.write_parquet(again, TABLE, {"made": "here"})
    assert again.read_bytes() == written.read_bytes()


def test_every_single_flipped_bit_is_found(written, tmp_path):
    content = written.read_bytes()
    damaged = tmp_path / "damaged.parquet"
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1 << (place % 8)
        damaged.write_bytes(flipped)
        with pytest.raises(files.DamagedFileError):
            files.read_metadata(damaged)


@pytest.mark.parametrize("keep", [0, 1, 11, 200, -1])
def test_a_truncated_file_is_found(written, tmp_path, keep):
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(written.read_bytes()[:keep])
    with pytest.raises(files.DamagedFileError):
        files.read_metadata(damaged)


def test_a_table_of_another_program_is_found(tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(TABLE, tmp_path / "foreign.parquet")
    with pytest.raises(files.DamagedFileError, match="not a table of this study"):
        files.read_metadata(tmp_path / "foreign.parquet")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@given(st.floats(allow_nan=False))
@settings(deadline=None, derandomize=True)
def test_numbers_are_read_back_exactly(value):
    assert float(files.number(value)) == value


def test_spellings_of_numbers():
    assert [files.number(v) for v in (2.0, 0.5, 100000, 1e-05, "t5", None, math.nan)] == [
        "2", "0.5", "100000", "1e-05", "t5", "", "",
    ]  # fmt: skip


def test_json_has_no_place_for_nan(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "x.json", {"a": math.nan})
    assert list(tmp_path.iterdir()) == []
