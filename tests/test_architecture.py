"""Who may know whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kmeans_inconsistency.study import provenance

PACKAGE = provenance.PACKAGE
GROUND = {"text", "digits", "outcome", "asymptotics"}

# What each room may import of the package, from the ground up; no module is exempt.
ALLOWED = {
    "text": set(),
    "digits": set(),
    "outcome": set(),
    "asymptotics": set(),
    "notice": set(),
    "algorithms": set(),
    "traces": {"algorithms"},
    "models": set(),
    "estimators": {"algorithms", "outcome", "asymptotics"},
    "limits": {"models", "digits", "asymptotics"},
    "diagnosis": {
        "models",
        "estimators",
        "limits",
        "outcome",
        "asymptotics",
    },  # the one place where estimators meet limits
    "examples": {"models", "estimators", "limits", "diagnosis"},
    "study": {"models", "estimators"} | GROUND,
    "findings": {"models", "study"} | GROUND,
    "figures": {"text", "asymptotics"},
    "publication": {"figures", "findings", "study"} | GROUND,
    "commands": {
        "algorithms",
        "diagnosis",
        "estimators",
        "examples",
        "figures",
        "findings",
        "limits",
        "models",
        "notice",
        "publication",
        "study",
    }
    | GROUND,
    "classes": {"algorithms", "estimators"},
    "__main__": {"commands", "study"},
    "__init__": set(),
}
# Inside a room: what these modules may import beyond it, and within findings, what they may not.
FURTHER = {
    "diagnosis/picture.py": {"figures"},  # in the style of the figures
    "study/streams.py": {"algorithms"},  # the compiled kernels that place and sort the draws
    "study/replay.py": {"traces"},
    "findings/certified.py": {"limits"},  # the same, enclosed
    "findings/predictions.py": {"limits"},  # theory meets the study here, apart from the simulation
    "publication/page.py": {"limits", "models", "examples"},  # the page computes limits as the package does
}
#: Claims and numbers conclude from tables alone.
TABLES_ONLY = {"findings/claims": {"summaries", "predictions"}, "findings/numbers": {"predictions"}}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_knows_only_what_it_may(path):
    name = path.relative_to(PACKAGE).as_posix()
    known = {room(other) for other in provenance.imports(path)} - {"__init__", room(path)}
    assert known <= ALLOWED[room(path)] | FURTHER.get(name, set())


@pytest.mark.parametrize("name", ["reading", "layout", "header", "sources", "terminal", "calling"])
def test_what_reads_and_prints_knows_no_estimator(name):
    known = {room(other) for other in provenance.imports(PACKAGE / "commands" / f"{name}.py")}
    assert known <= {"__init__", "commands"}


@pytest.mark.parametrize("folder", TABLES_ONLY)
def test_claims_and_numbers_know_tables_only(folder):
    for path in (PACKAGE / folder).glob("*.py"):
        found = {p.stem for p in provenance.imports(path) if room(p) == "findings"}
        assert not found & TABLES_ONLY[folder], path


def test_the_rooms_are_all_there():
    assert {room(p) for p in modules()} == set(ALLOWED)


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_in_the_package_knows_snakemake(path):
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not any(name.split(".")[0].startswith("snakemake") for name in names)
