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
from kmeans_inconsistency.study import provenance

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


def test_code_of_a_source_that_was_edited_meanwhile_is_neither_kept_nor_loaded(tmp_path: Path) -> None:
    process = _start(tmp_path)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    kept = sorted(tmp_path.rglob("*.nb?"))
    assert kept
    edit = (
        "from kmeans_inconsistency.algorithms import compiling\n"
        "compiling.fingerprint = lambda module: 'edited'\n"
    )
    hits, errors = (process := _start(tmp_path, edit)).communicate()
    assert process.returncode == 0, errors
    assert hits.strip() == "0"
    assert sorted(tmp_path.rglob("*.nb?")) == kept


def test_processes_may_start_together_on_a_cold_cache(tmp_path: Path) -> None:
    together = [_start(tmp_path) for _ in range(3)]
    for process in together:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    hits, _ = _start(tmp_path).communicate()
    assert hits.strip() == "1"


def test_an_edit_leaves_the_code_of_all_that_depends_on_it_behind_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    modules = [path.stem for path in compiling._sources.glob("*.py")]
    for path in compiling._sources.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = {module: compiling.fingerprint(module) for module in modules}
    dependent = {
        module
        for module in modules
        if compiling._path("two_means") in provenance.sources(f"algorithms.{module}")
    }
    assert {"two_means", "mixture_newton"} <= dependent
    assert not {"em", "sorting", "compiling"} & dependent
    monkeypatch.setattr(compiling, "_sources", tmp_path)
    assert before == {module: compiling.fingerprint(module) for module in modules}
    with (tmp_path / "two_means.py").open("a") as helper:
        helper.write("# edited\n")
    assert {m for m in modules if compiling.fingerprint(m) != before[m]} == dependent


@pytest.mark.parametrize("module", sorted(path.stem for path in compiling._sources.glob("[a-z]*.py")))
def test_the_sources_of_a_module_are_those_that_it_imports(module: str) -> None:
    """Our own reading of imports, which must be quick, finds what the syntax tree has."""
    found = {path for path in provenance.sources(f"algorithms.{module}") if path.name != "__init__.py"}
    assert set(compiling.closure(module)) == found


def test_only_the_file_that_makes_all_kernels_is_in_every_closure() -> None:
    for dispatcher, _ in compiling._entries:
        assert compiling._path("compiling") in compiling.closure(compiling._module(dispatcher.py_func))


def test_warm_compiles_for_the_types_that_are_used() -> None:
    """A call after warming finds its code: the declared types are those of the arrays that are passed."""
    from kmeans_inconsistency.algorithms.two_means import two_means

    compiling.warm()
    before = len(two_means.signatures)
    two_means(compiling.read_only(np.array([[0.0, 1.0]])))
    assert len(two_means.signatures) == before == 1


@pytest.mark.parametrize("first", ["equal_weights_newton.fit_equal_weights", "mixture_newton.mixture_newton"])
def test_kernels_whose_helpers_share_their_names_do_not_share_their_code(first: str) -> None:
    """In a process of its own, since it matters which kernel is loaded first; both have a ``_search``."""
    program = f"""
import sys, numpy as np
from importlib import import_module
from kmeans_inconsistency.algorithms.compiling import read_only
sample = read_only(np.sort(np.random.default_rng(0).normal(size=(1, 100)), axis=1))
names = ["equal_weights_newton.fit_equal_weights", "mixture_newton.mixture_newton"]
for name in sorted(names, key=lambda name: name != {first!r}):
    module, function = name.split(".")
    fit = getattr(import_module("kmeans_inconsistency.algorithms." + module), function)(sample, 1)
    print(name, repr(float(fit[0, 4])))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    values = dict(line.split() for line in found.stdout.splitlines())
    # the log-likelihoods of the two optima, by scipy.optimize from many starts
    assert float(values["equal_weights_newton.fit_equal_weights"]) == pytest.approx(-136.869298641, abs=1e-8)
    assert float(values["mixture_newton.mixture_newton"]) == pytest.approx(-136.593127816, abs=1e-8)


def test_a_kernel_at_which_another_process_is_is_left_to_it() -> None:
    from kmeans_inconsistency.algorithms.two_means import two_means

    signature = next(signature for dispatcher, signature in compiling._entries if dispatcher is two_means)
    at_once = fcntl.LOCK_EX | fcntl.LOCK_NB
    with compiling._locked(compiling.folder_of(two_means.py_func), "two_means"):
        assert not compiling._compile(two_means, signature, at_once)
    assert compiling._compile(two_means, signature, at_once)
