"""Where compiled code is kept, and that many processes may fill it at once."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kmeans_inconsistency.algorithms import compiling

PROGRAM = """
import numpy as np
from kmeans_inconsistency.algorithms import sampling
one, noise = np.ones(1), np.array([[3.0, 1.0]])
x, _ = sampling.place_rows(noise, noise, 2, one, one, one)
assert x.tolist() == [[4.0, 2.0]]
print(sum(sampling._place_rows.stats.cache_hits.values()))
"""


def _start(cache: Path, before: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {
        compiling.CACHE_VARIABLE: str(cache),
        "PYTHONPATH": str(Path(compiling.__file__).parents[2]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", before + PROGRAM], env=environment, text=True, stdout=-1, stderr=-1
    )


def test_code_of_a_source_that_was_edited_meanwhile_is_not_kept(tmp_path: Path) -> None:
    edit = "from kmeans_inconsistency.algorithms import compiling\ncompiling.fingerprint = lambda: 'edited'\n"
    _, errors = (process := _start(tmp_path, edit)).communicate()
    assert process.returncode == 0, errors
    assert not list(tmp_path.rglob("*.nb?"))


def test_processes_may_start_together_on_a_cold_cache(tmp_path: Path) -> None:
    together = [_start(tmp_path) for _ in range(3)]
    for process in together:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    hits, _ = _start(tmp_path).communicate()
    assert hits.strip() == "1"


def test_folder_is_named_by_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(compiling.CACHE_VARIABLE, str(tmp_path / "chosen"))
    before = compiling.cache_folder()
    assert before.parent == tmp_path / "chosen"
    for path in compiling._sources.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(compiling, "_sources", tmp_path)
    assert compiling.cache_folder() == before
    with (tmp_path / "moments.py").open("a") as helper:
        helper.write("# edited\n")
    assert compiling.cache_folder() != before


def test_warm_compiles_for_the_types_that_are_used() -> None:
    """A call after warming finds its code: the declared types are those of the arrays that are passed."""
    from kmeans_inconsistency.algorithms.two_means import two_means

    compiling.warm()
    before = len(two_means.signatures)
    two_means(compiling.read_only(np.array([[0.0, 1.0]])))
    assert len(two_means.signatures) == before == 1


def test_a_kernel_at_which_another_process_is_is_left_to_it() -> None:
    from kmeans_inconsistency.algorithms.two_means import two_means

    signature = next(signature for dispatcher, signature in compiling._entries if dispatcher is two_means)
    at_once = fcntl.LOCK_EX | fcntl.LOCK_NB
    with compiling._locked("two_means.two_means"):
        assert not compiling._compile(two_means, signature, at_once)
    assert compiling._compile(two_means, signature, at_once)
