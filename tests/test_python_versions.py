"""Numbers do not depend on the version of Python."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkouts import check_out

from kmeans_inconsistency.study import provenance

TOP = Path(__file__).parents[1]
#: What decides in which order kernels are compiled, from the sizes of files, is in no result.
NO_RESULTS = {"algorithms/compiling.py"}
SOURCES = sorted(
    path
    for path in provenance.PACKAGE.rglob("*.py")
    if path.relative_to(provenance.PACKAGE).as_posix() not in NO_RESULTS
)
WHOLE = {"len", "int", "bool", "count"}


def whole(node: ast.expr) -> bool:
    """Whether an expression is written as a whole number: a count, a comparison, or converted to one."""
    match node:
        case ast.Compare():
            return True
        case ast.Constant(value=value):
            return isinstance(value, int)
        case ast.Call(func=ast.Name(id=name)):
            return name in WHOLE
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return whole(left) and whole(right)
    return False


def depends_on_version(tree: ast.AST) -> Iterator[int]:
    """Lines with arithmetic that differs between versions of Python.

    The built-in sum of floats is compensated from 3.12 on; ``math.sumprod`` is new there; ``statistics`` has
    changed its algorithms.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="sum"), args=[ast.GeneratorExp(elt=item) | ast.ListComp(elt=item), *_]
            ):
                if not whole(item):
                    yield node.lineno
            case ast.Call(
                func=ast.Name(id="sum"),
                args=[ast.Call(func=ast.Name(id="map"), args=[ast.Name(id=name), *_]), *_],
            ):
                if name not in WHOLE:
                    yield node.lineno
            case ast.Call(func=ast.Name(id="sum")) | ast.Attribute(attr="sumprod"):
                yield node.lineno
            case ast.ImportFrom(module=module, names=names):
                if module in ("statistics", "builtins") or any(name.name == "sumprod" for name in names):
                    yield node.lineno
            case ast.Import(names=names):
                if any(name.name in ("statistics", "builtins") for name in names):
                    yield node.lineno
            case ast.Call(args=args, keywords=keywords):
                # the function itself handed on: map(sum, rows)
                given = [*args, *(keyword.value for keyword in keywords)]
                if any(isinstance(value, ast.Name) and value.id == "sum" for value in given):
                    yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(provenance.PACKAGE).as_posix())
def test_no_number_comes_from_arithmetic_that_depends_on_the_version(path):
    lines = list(depends_on_version(ast.parse(path.read_bytes())))
    assert not lines, f"{path}, lines {lines}: use math.fsum or numpy, or write int(...) in the sum of counts"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("sum(w * m for w in v)", True),
        ("sum(values)", True),
        ("sum([a, b])", True),
        ("sum(map(float, v))", True),
        ("map(sum, rows)", True),
        ("reduce(function=sum)", True),
        ("import statistics", True),
        ("from math import sumprod", True),
        ("math.sumprod(a, b)", True),
        ("sum(len(w) * int(x) for w in v)", False),
        ("sum(a > b for a, b in v)", False),
        ("sum(map(len, v))", False),
        ("values.sum()", False),
        ("fsum(values)", False),
    ],
)
def test_the_search_finds_what_it_should(line, found):
    assert bool(list(depends_on_version(ast.parse(line)))) is found


def pythons() -> dict[str, str]:
    """The supported Pythons of this machine, by version: on the path, or known to pyenv."""
    versions = [f"3.{minor}" for minor in range(11, 15)]
    found = {v: path for v in versions if (path := shutil.which(f"python{v}")) and _runs(path)}
    root = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    for path in sorted(Path(root).glob("versions/*/bin/python3.*")):
        version = path.name.removeprefix("python")
        if version in versions and version not in found and _runs(str(path)):
            found[version] = str(path)
    return found


def _runs(path: str) -> bool:
    return (
        subprocess.run([path, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.slow
def test_a_study_has_the_same_bytes_under_every_python(tmp_path):
    """Each Python makes its own environment from the lock file, as a user's first run does."""
    results: dict[str, dict[str, bytes]] = {}
    for version, path in pythons().items():
        checkout = check_out(tmp_path / version)
        done = subprocess.run(
            [path, "run", "--", "--configfile", "toy.yaml", "--cores", "2"],
            cwd=checkout.top,
            env={k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results[version] = checkout.results()
        shutil.rmtree(checkout.top / ".venv")
    if len(results) < 2:
        pytest.skip(f"only Python {', '.join(results) or sys.version} is on this machine")
    (first, expected), *others = results.items()
    for version, found in others:
        assert found.keys() == expected.keys()
        differ = [name for name, content in found.items() if content != expected[name]]
        assert not differ, f"Python {version} and {first} differ in {differ}"
