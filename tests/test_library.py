"""The library as others use it: its interface, and the wheel in an environment of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from test_environment import PROJECT

import kmeans_inconsistency
from kmeans_inconsistency import notice
from kmeans_inconsistency.study import provenance

TOP = Path(__file__).parents[1]

SMOKE = """
import numpy as np
from kmeans_inconsistency import (
    OptimalKMeans, SphericalGaussianMixture, diagnose, kmeans, known_variance, mixture, spherical_mixture
)
x = np.random.default_rng(0).normal(size=600) + 3.0 * (np.arange(600) % 2)
assert kmeans(x).centers[1] - kmeans(x).centers[0] > mixture(x).means[1] - mixture(x).means[0]
known_variance(x, 1.0), spherical_mixture(x)
found = diagnose(x, OptimalKMeans().fit(x[:, None]))
assert abs(found.distances[0].corrected - 3) < 0.5, found
from sklearn.mixture import GaussianMixture
assert diagnose(x, GaussianMixture(2).fit(x[:, None])).stopped_short is not None
assert SphericalGaussianMixture().fit(x[:, None]).sample(5)[0].shape == (5, 1)
np.savetxt("data.csv", x, header="height", comments="")
rng = np.random.default_rng(1)
plane = rng.normal(size=(300, 2)) + np.repeat([[0.0, 0.0], [3.0, 1.0]], 150, axis=0)
np.savetxt("plane.csv", plane, header="length,width", comments="", delimiter=",")
"""


def test_every_name_is_there():
    for name in kmeans_inconsistency.__all__:
        assert getattr(kmeans_inconsistency, name) is not None
    assert set(kmeans_inconsistency.__all__) <= set(dir(kmeans_inconsistency))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kmeans_inconsistency.nothing  # noqa: B018


def test_stub_and_package_name_the_same():
    stub = (Path(kmeans_inconsistency.__file__).with_suffix(".pyi")).read_text()
    for name in kmeans_inconsistency.__all__:
        assert f"as {name}\n" in stub or f"{name}: " in stub


def test_importing_the_package_imports_nothing_else():
    heavy = ("numpy", "numba", "sklearn")
    program = f"import sys, kmeans_inconsistency; print([m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_no_method_of_the_study_depends_on_the_diagnosis():
    for path in sorted((provenance.PACKAGE / "estimators").glob("*.py")):
        used = provenance.sources(f"estimators.{path.stem}", "study.blocks")
        assert not [p for p in used if "diagnosis" in p.parts or p.name == "notice.py"]


def test_the_notice_is_for_people_who_wait(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("kmeans_inconsistency.algorithms.compiling.cache_base", lambda: tmp_path)
    monkeypatch.setattr(notice, "_given", False)
    notice.give()
    assert capsys.readouterr().err == ""
    notice.give(asked=True)
    notice.give(asked=True)
    assert capsys.readouterr().err == notice.TEXT + "\n"


def test_the_library_admits_more_versions_than_the_lock():
    """The lock pins the study; the library says what it works with, the next minor version included."""
    for requirement in map(Requirement, PROJECT["dependencies"]):
        assert not any(part.operator in ("==", "~=") for part in requirement.specifier), requirement


def test_what_a_picture_of_a_diagnosis_imports_is_declared():
    """By the extra ``plot`` or for all: the studies' own extra is not installed beside the library."""
    files = [*(provenance.PACKAGE / "diagnosis").glob("*.py"), *provenance.sources("diagnosis.picture")]
    imported = {
        name.partition(".")[0]
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _absolute(node)
    }
    texts = (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["plot"])
    declared = {Requirement(text).name for text in texts}
    brought = {"sklearn": "scikit-learn", "yaml": "pyyaml", "llvmlite": "numba"}
    others = imported - {*sys.stdlib_module_names, "kmeans_inconsistency"}
    assert {"numpy", "matplotlib"} <= others
    assert {brought.get(name, name) for name in others} <= declared


def _absolute(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


@pytest.mark.slow
def test_wheel_and_source_install_beside_the_newest_and_work(tmp_path):
    """In an environment of its own, from the registry's newest versions that the ranges admit."""
    source = tmp_path / "source"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if not name.startswith(("results/", "paper/")) and (TOP / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((TOP / name).read_bytes())

    def run(*words: str | Path) -> str:
        done = subprocess.run(list(map(str, words)), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "-q", "install", "build")
    run(python, "-m", "build", "--outdir", tmp_path, source)
    (wheel,), (archive,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    for distribution in (archive, wheel):
        run(
            python,
            "-m",
            "pip",
            "-q",
            "install",
            "--force-reinstall" if distribution == wheel else "-q",
            "--no-deps",
            distribution,
        )
    run(python, "-m", "pip", "-q", "install", f"{wheel}[plot]")
    run(python, "-c", SMOKE)
    command = tmp_path / "env" / "bin" / "kmeans-inconsistency"
    assert "apart" in run(command, "fit", "data.csv", "--plot", "data.png")
    assert (tmp_path / "data.png").stat().st_size > 1000
    shown = run(command, "fit", "plane.csv", "--column", "length", "width", "--clusters", "2", "--json")
    found = json.loads(shown)["diagnosis"]
    assert {"centers", "corrected", "bias", "bias_interval", "distances", "evidence", "plain"} <= set(found)
    assert found["distances"][0]["corrected"] == pytest.approx(10**0.5, abs=0.6)
    took = "import time, kmeans_inconsistency; print(time.process_time())"  # Python's own start included
    assert float(run(python, "-c", took)) < 0.3
    assert "k-means" in run(command, "limits", "--weights", ".5", ".5", "--means", "-1", "1", "--sd", "1")
    installed = run(python, "-c", "import kmeans_inconsistency as k; print(k.__file__, k.__path__)")
    assert str(TOP) not in installed
