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
ROOMS = ("estimators", "limits", "figures")
"""Folders of the package to which a configuration may add modules of its own."""

_at_start: dict[Path, tuple[int, int]] = {}
_own: list[Path] = []  # the folder of code beside the configuration, if it names one


class SourcesChangedError(Exception):
    """A source was edited while it was at work, so that what it made has no one source."""


def begin() -> None:
    """Remember how the package's files are, before their code is loaded."""
    _at_start.update((path, _stamp(path)) for path in _everywhere())


def include(*folders: Path) -> None:
    """Count the modules in these folders as the package's: those in :data:`ROOMS`."""
    _own[:] = folders
    if _at_start:
        begin()


def _everywhere() -> list[Path]:
    own = (path for root in _own for room in ROOMS for path in sorted((root / room).glob("*.py")))
    return [*sorted(PACKAGE.rglob("*.py")), *own]


def place(path: Path) -> str:
    """Where a source stands in the repository, or in the folder of code beside the configuration."""
    top = PACKAGE.parents[1]
    return (path.relative_to(top) if path.is_relative_to(PACKAGE) else _within(path)).as_posix()


def _within(path: Path) -> Path:
    """A source's path below the package, or below the folder of code that it stands in."""
    root = max(
        (root for root in (PACKAGE, *_own) if path.is_relative_to(root)), key=lambda root: len(root.parts)
    )
    return path.relative_to(root)


def check() -> None:
    """Compare the files whose code this process has loaded with what they were when it began.

    By time and size, since a source that was changed and changed back may have been loaded in between.

    Raises
    ------
    SourcesChangedError
        If one has changed; never if :func:`begin` was not called.
    """
    for module in list(sys.modules.values()):
        path = Path(getattr(module, "__file__", None) or "")
        if path in _at_start and (not path.exists() or _stamp(path) != _at_start[path]):
            name = path.relative_to(PACKAGE.parent) if path.is_relative_to(PACKAGE) else _within(path)
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
    return _digest(_everywhere())


def _digest(paths: Iterable[Path], further: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(_within(path).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for text in further:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:32]


def _files(parts: tuple[str, ...]) -> list[Path]:
    """The files that importing a module runs: its own and the ``__init__`` of each package above it."""
    packages = [PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(len(parts) + 1)]
    modules = [root.joinpath(*parts).with_suffix(".py") for root in (PACKAGE, *_own)] if parts else []
    return [path for path in [*packages, *modules] if path.is_file()]


@cache
def _parse(path: Path, content: bytes) -> frozenset[Path]:
    own = _within(path).with_suffix("").parts
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
