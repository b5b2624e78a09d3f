"""How the kernels are compiled and where the compiled code is kept.

The compiled code lies in a folder named by a hash of all sources of this package and of the versions of
numba and numpy, so that an edit to any helper leaves the old code behind. Any number of processes may fill
that folder at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
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

CACHE_VARIABLE = "KMEANS_INCONSISTENCY_CACHE"

#: Types of the arrays that kernels take: what is only read may come from a read-only array.
SAMPLE = types.Array(types.float64, 1, "C", readonly=True)
SAMPLES = types.Array(types.float64, 2, "C", readonly=True)
ROWS = types.Array(types.float64, 2, "C")
NUMBER = types.float64
COUNT = types.int64

_sources = Path(__file__).parent
_entries: list[tuple[Any, tuple[Any, ...]]] = []


def fingerprint() -> str:
    """Hash of everything that the compiled code depends on, except the processor (numba sees to that)."""
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__} {sys.version_info[:2]}".encode())
    for path in sorted(_sources.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Folder of the compiled kernels.

    Under ``$KMEANS_INCONSISTENCY_CACHE`` if that is set, else under ``.cache/kernels`` of the checkout that
    this source tree is in, else under the user's cache directory.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    checkout = _sources.parents[2]
    if chosen:
        base = Path(chosen)
    elif (checkout / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
        base = checkout / ".cache" / "kernels"
    else:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        base = Path(home) / "kmeans-inconsistency" / "kernels"
    return base / fingerprint()


_folder = cache_folder()


@contextmanager
def _locked(name: str, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock that other processes respect; the system releases it if this process dies."""
    _folder.mkdir(parents=True, exist_ok=True)
    with (_folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


class _Locator:
    """Tells numba to keep compiled code in our folder, whose name alone says how fresh it is."""

    @classmethod
    def from_function(cls, function: Callable[..., Any], _: str) -> _Locator:
        locator = cls()
        locator._py_file = function.__code__.co_filename
        locator._line = str(function.__code__.co_firstlineno)
        return locator

    _py_file: str  # numba names it in its warnings
    _line: str

    def ensure_cache_path(self) -> None:
        _folder.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(_folder)

    def get_source_stamp(self) -> str:
        return _folder.name

    def get_disambiguator(self) -> str:
        return self._line


class _Files(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012


class _Cache(FunctionCache):
    """numba's cache, in our folder, with one writer at a time.

    Two writers could give one file name to the code of two signatures.
    """

    _impl_class = _Files

    def save_overload(self, sig: Any, data: Any) -> None:
        if fingerprint() != _folder.name:
            return  # a source was edited after this process began: the folder is not that of its code
        with _locked("writing"):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays on its first call.

    Division follows the IEEE rules, so that loops with a division vectorise. There is no fast-math: the
    order of every sum is the one written, whatever the width of the machine's vectors.
    """
    return numba.njit(error_model="numpy", boundscheck=False)(function)


def entry(*signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a kernel that Python calls, for arguments of the given types, and keep it on disk."""

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher = kernel(function)
        dispatcher._cache = _Cache(dispatcher.py_func)  # type: ignore[no-untyped-call]
        _entries.append((dispatcher, signature))
        return dispatcher

    return decorate


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function into each loop that uses it, so that the loop vectorises."""
    return numba.njit(error_model="numpy", boundscheck=False, forceinline=True)(function)


def read_only(x: Any) -> Any:
    """The same array as a read-only view, the type for which the kernels are compiled."""
    view = x.view()
    view.flags.writeable = False
    return view


def warm() -> None:
    """Compile every kernel that is not on disk yet. Processes that call this at once share the work."""
    for module in iter_modules([str(_sources)]):
        import_module(f"{__package__}.{module.name}")
    # those of long sources take longest: they begin first, so that all processes end at about the same time
    longest_first = sorted(_entries, key=lambda entry: -Path(_source(entry[0])).stat().st_size)
    others = [entry for entry in longest_first if not _compile(*entry, fcntl.LOCK_EX | fcntl.LOCK_NB)]
    for entry in others:
        _compile(*entry, fcntl.LOCK_EX)


def _source(dispatcher: Any) -> str:
    return str(dispatcher.py_func.__code__.co_filename)


def _compile(dispatcher: Any, signature: tuple[Any, ...], how: int) -> bool:
    """Compile a kernel, or load it; false if another process is at it and we need not wait."""
    try:
        with _locked(f"{Path(_source(dispatcher)).stem}.{dispatcher.__name__}", how):
            dispatcher.compile(signature)
    except BlockingIOError:
        return False
    return True
