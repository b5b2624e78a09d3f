"""How the kernels are compiled and where the compiled code is kept.

The compiled code of a module lies in a folder named by a hash of its source, of the sources in this package
that it imports, however indirectly, and of the versions of Python, numba and numpy. An edit leaves the old
code of all that depends on it behind, and nothing else. Any number of processes may fill a folder at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core.caching import CompileResultCacheImpl, FunctionCache

from .linking import Entry, Helper

CACHE_VARIABLE = "KMEANS_INCONSISTENCY_CACHE"

#: Types of the arrays that kernels take: what is only read may come from a read-only array.
SAMPLE = types.Array(types.float64, 1, "C", readonly=True)
SAMPLES = types.Array(types.float64, 2, "C", readonly=True)
ROWS = types.Array(types.float64, 2, "C")
NUMBER = types.float64
COUNT = types.int64

#: How every kernel is compiled.
_OPTIONS = {"nopython": True, "error_model": "numpy", "boundscheck": False}

_sources = Path(__file__).parent
_entries: list[tuple[Any, tuple[Any, ...]]] = []


#: How a module of this package imports another: as in ``from .moments import centre``.
_IMPORT = re.compile(rb"^\s*from \.(\w+) import", re.MULTILINE)


def closure(module: str) -> list[Path]:
    """The sources that can change a module's code: its own and those that it imports, however indirectly."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(match.decode() for match in _IMPORT.findall(_path(name).read_bytes()))
    return [_path(name) for name in sorted(found)]


def _path(module: str) -> Path:
    return _sources / f"{module}.py"


def fingerprint(module: str) -> str:
    """Hash of all that a module's compiled code depends on, except the processor (numba sees to that)."""
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__} {sys.version_info[:2]}".encode())
    for path in closure(module):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_base() -> Path:
    """Folder of the modules' folders of compiled kernels.

    ``$KMEANS_INCONSISTENCY_CACHE`` if that is set, else ``.cache/kernels`` of the checkout that this source
    tree is in, else in the user's cache directory.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    checkout = _sources.parents[2]
    if chosen:
        return Path(chosen)
    if (checkout / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
        return checkout / ".cache" / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or Path("~").expanduser() / ".cache"
    return Path(home) / "kmeans-inconsistency" / "kernels"


def folder_name(module: str) -> str:
    """Name of the folder of a module's compiled kernels."""
    return f"{module}-{fingerprint(module)}"


_base = cache_base()
#: The folders' names when this process began, before the modules themselves were loaded.
_at_start = {path.stem: folder_name(path.stem) for path in _sources.glob("*.py")}


@contextmanager
def _locked(folder: Path, name: str, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock that other processes respect; the system releases it if this process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


class _Locator:
    """Tells numba to keep compiled code in our folder, whose name alone says how fresh it is."""

    @classmethod
    def from_function(cls, function: Callable[..., Any], _: str) -> _Locator:
        locator = cls()
        locator._py_file = function.__code__.co_filename
        locator._line = str(function.__code__.co_firstlineno)
        locator._folder = folder_of(function)
        return locator

    _py_file: str  # numba names it in its warnings
    _line: str
    _folder: Path

    def ensure_cache_path(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._folder.name

    def get_disambiguator(self) -> str:
        return self._line


def _module(function: Any) -> str:
    return Path(function.__code__.co_filename).stem


def folder_of(function: Any) -> Path:
    """Folder of the compiled code of a kernel, as its sources were when this process began."""
    return _base / _at_start[_module(function)]


class _Files(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012


class _Cache(FunctionCache):
    """numba's cache, in our folder, with one writer at a time.

    Two writers could give one file name to the code of two signatures. Once a source has been edited, the
    folder is not that of the code which this process has loaded: it is neither read nor written.
    """

    _impl_class = _Files

    def _is_current(self) -> bool:
        module = _module(self._py_func)
        return folder_name(module) == _at_start[module]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        if not self._is_current():
            return None
        return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]

    def save_overload(self, sig: Any, data: Any) -> None:
        if self._is_current():
            with _locked(folder_of(self._py_func), "writing"):
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def _with_module(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function a name that no other module's has.

    numba links by name and argument types. Two helpers of one name that were compiled in two processes would
    else be taken for one when a third loads both.
    """
    function.__qualname__ = f"{_module(function)}.{function.__qualname__}"
    return function


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays that other kernels call.

    Division follows the IEEE rules, so that loops with a division vectorise. There is no fast-math: the
    order of every sum is the one written, whatever the width of the machine's vectors.
    """
    return Helper(_with_module(function), targetoptions=dict(_OPTIONS))


def entry(*signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a kernel that Python calls, for arguments of the given types, and keep it on disk."""

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher: Any = Entry(_with_module(function), targetoptions=dict(_OPTIONS))
        dispatcher._cache = _Cache(function)  # type: ignore[no-untyped-call]
        _entries.append((dispatcher, signature))
        return dispatcher

    return decorate


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function into each loop that uses it, so that the loop vectorises."""
    return Helper(_with_module(function), targetoptions=_OPTIONS | {"forceinline": True})


def read_only(x: Any) -> Any:
    """The same array as a read-only view, the type for which the kernels are compiled."""
    view = x.view()
    view.flags.writeable = False
    return view


def load_all() -> None:
    """Load every module of kernels."""
    for module in iter_modules([str(_sources)]):
        import_module(f"{__package__}.{module.name}")


def warm() -> None:
    """Compile every kernel of the modules loaded so far that is not on disk yet.

    Processes that call this at once share the work. What is long comes first, so that all end at about the
    same time, and what shares helpers with what this process has compiled.
    """
    sources = {entry[0]: set(closure(_module(entry[0].py_func))) for entry in _entries}
    size = {path: path.stat().st_size for path in set().union(*sources.values())}
    ours: set[Path] = set()
    theirs: set[Path] = set()

    def promise(entry: tuple[Any, Any]) -> int:
        """Size of what is to do, less that of helpers which another process has compiled and this one not."""
        again = (sources[entry[0]] & theirs) - ours
        return sum(size[path] for path in sources[entry[0]]) - 2 * sum(size[path] for path in again)

    left, others = list(_entries), []
    while left:
        entry = max(left, key=promise)
        left.remove(entry)
        done = _compile(*entry, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not done:
            others.append(entry)
        loaded = bool(entry[0].stats.cache_hits)
        (ours if done and not loaded else theirs).update(sources[entry[0]])
    for entry in others:
        _compile(*entry, fcntl.LOCK_EX)


def _compile(dispatcher: Any, signature: tuple[Any, ...], how: int) -> bool:
    """Compile a kernel, or load it; false if another process is at it and we need not wait."""
    try:
        with _locked(folder_of(dispatcher.py_func), dispatcher.__name__, how):
            dispatcher.compile(signature)
    except BlockingIOError:
        return False
    return True
