"""Provenance: which source files can change a number, and a fingerprint of them."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

_at_start: dict[Path, tuple[int, int]] = {}


class SourcesChangedError(Exception):
    """A source was edited while it was at work, so that what it made has no one source."""


def begin() -> None:
    """Remember how the package's files are, before their code is loaded."""
    _at_start.update((path, _stamp(path)) for path in PACKAGE.rglob("*.py"))


def check() -> None:
    """Hold the files whose code this process has loaded against how they were when it began.

    By time and size, since a source that was changed and changed back may have been loaded in between.

    Raises
    ------
    SourcesChangedError
        If one has changed; never if :func:`begin` was not called.
    """
    for module in list(sys.modules.values()):
        path = Path(getattr(module, "__file__", None) or "")
        if path in _at_start and (not path.exists() or _stamp(path) != _at_start[path]):
            name = path.relative_to(PACKAGE.parent)
            raise SourcesChangedError(f"{name} has changed since this began; nothing is written; run again")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def sources(*modules: str) -> list[Path]:
    """Find the package's files that the named modules import, themselves included, however indirectly.

    Imports inside functions count; modules that are looked up by name at run time (methods, figures) do not,
    and must be named.

    Parameters
    ----------
    *modules : str
        Dotted names below the package, such as ``"estimators.kmeans"``.

    Returns
    -------
    list of Path
        Sorted.
    """
    found: set[Path] = set()
    waiting = [path for module in modules for path in _files(tuple(module.split(".")))]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(imports(path))
    return sorted(found)


def fingerprint(modules: Iterable[str], packages: Iterable[str] = ()) -> str:
    """Digest of all sources that the modules import, and of the versions of installed packages."""
    return _digest(sources(*modules), [f"{package}=={version(package)}" for package in sorted(packages)])


def everything() -> str:
    """Digest of all the package's files."""
    return _digest(sorted(PACKAGE.rglob("*.py")))


def _digest(paths: Iterable[Path], further: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for text in further:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:32]


def _files(parts: tuple[str, ...]) -> list[Path]:
    """The files that importing a module runs: its own and the ``__init__`` of each package above it."""
    packages = [PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(len(parts) + 1)]
    module = PACKAGE.joinpath(*parts).with_suffix(".py") if parts else PACKAGE / "__init__.py"
    return [path for path in [*packages, module] if path.is_file()]


@cache
def _parse(path: Path, content: bytes) -> frozenset[Path]:
    own = path.relative_to(PACKAGE).with_suffix("").parts
    package = own[:-1]
    found: set[Path] = set()
    for node in ast.walk(ast.parse(content)):
        names: list[tuple[str, ...]] = []
        if isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                base = (PACKAGE.name, *package[: len(package) - node.level + 1], *base)
            names = [(*base, alias.name) for alias in node.names]
        for name in names:
            if name[:1] == (PACKAGE.name,):
                # The last part may be a module or something in one.
                found.update(_files(name[1:]) + _files(name[1:-1]))
    return frozenset(found)


def imports(path: Path) -> frozenset[Path]:
    """Find the files of the package that one file imports itself."""
    return _parse(path, path.read_bytes())
