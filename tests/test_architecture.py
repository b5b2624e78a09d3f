"""Who may know whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kmeans_inconsistency.study import provenance

PACKAGE = provenance.PACKAGE
LAYERS = ("algorithms", "traces", "models", "estimators", "limits", "study", "figures")

GROUND = {"digits"}  # what everyone may import, and what imports nothing

# What each layer may import of the package; exceptions by module below.
ALLOWED = {
    "algorithms": {"algorithms"},
    "traces": {"traces", "algorithms"},
    "models": {"models"},
    "estimators": {"estimators", "algorithms"},
    "limits": {"limits", "models"},
    "study": {"study", "models", "estimators"},
    "figures": {"figures"},
}
EXCEPTIONS = {
    "study/streams.py": {"algorithms"},  # the compiled kernels that place and sort the draws
    "study/replay.py": {"traces"},
    "study/predictions.py": {"limits"},  # theory meets the study here, apart from the simulation
}


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if layer(p) in LAYERS]


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_knows_only_what_it_may(path):
    name = path.relative_to(PACKAGE).as_posix()
    known = {layer(other) for other in provenance.imports(path)} - {"__init__", *GROUND}
    assert known <= ALLOWED[layer(path)] | EXCEPTIONS.get(name, set())


def test_the_ground_knows_nothing():
    for name in GROUND:
        assert {layer(other) for other in provenance.imports(PACKAGE / f"{name}.py")} <= {"__init__"}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "commands").glob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_what_reads_and_prints_knows_no_estimator(path):
    if path.stem in ("reading", "layout", "header", "sources", "terminal", "calling"):
        assert {layer(other) for other in provenance.imports(path)} <= {"__init__", "commands"}


def test_the_layers_are_all_there():
    assert {layer(p) for p in modules()} == set(LAYERS)


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_nothing_in_the_package_knows_snakemake(path):
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not any(name.split(".")[0].startswith("snakemake") for name in names)
