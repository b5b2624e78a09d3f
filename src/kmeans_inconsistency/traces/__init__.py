"""Traces: what the algorithms do on their way to the optimum, told line by line.

The module ``traces/NAME.py`` watches ``algorithms/NAME.py``. Its function ``watched(tell)`` returns, by name,
what takes the place of that module's functions: kernels whose Python source is run instead, so that what they
call can be watched, and functions that call a kernel and tell what it did. The algorithm itself is run, not a
copy, so the fit is the same to the bit. An algorithm need not have a trace, and no fit depends on one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ..algorithms.compiling import _Cache
from ..algorithms.linking import Entry, Helper

Tell = Callable[[str], None]

_PACKAGE = __package__.rpartition(".")[0]
_FIRST = 12  # steps of a path that are all told; later ones at ever larger distances


def names() -> list[str]:
    """Names of the algorithms whose path can be told."""
    return sorted(module.name for module in iter_modules(__path__))


@contextmanager
def watching(algorithms: Iterable[str], tell: Tell) -> Iterator[None]:
    """Have these algorithms tell their path, whoever calls them, until the context ends.

    Parameters
    ----------
    algorithms : iterable of str
        Some of :func:`names`.
    tell : callable
        Takes one line.
    """
    modules = {name: import_module(f"{_PACKAGE}.algorithms.{name}") for name in algorithms}
    entries = {name: _entries(algorithm) for name, algorithm in modules.items()}
    with ExitStack() as stack, np.errstate(all="ignore"):
        for name, algorithm in modules.items():
            watched = import_module(f"{__name__}.{name}").watched(tell)
            for function, other in watched.items():
                stack.enter_context(_replaced(getattr(algorithm, function), other))
            left = {helper: entry for helper, entry in entries[name].items() if helper not in watched}
            stack.enter_context(_having(algorithm, left))
        yield


def _entries(algorithm: ModuleType) -> dict[str, Any]:
    """Make the kernels in a module callable from Python, except closures, which cannot be copied."""
    helpers = {name: value for name, value in vars(algorithm).items() if isinstance(value, Helper)}
    return {name: called(value) for name, value in helpers.items() if value.py_func.__closure__ is None}


@cache
def called(helper: Helper) -> Any:
    """Make the same kernel callable from Python, with its compiled code kept on disk."""
    function = helper.py_func
    # Compilation comes later, when names in the module are replaced; a copy keeps their present meaning.
    same = FunctionType(function.__code__, dict(function.__globals__), function.__name__)
    same.__qualname__ = f"traces.{function.__qualname__}"
    entry: Any = Entry(same, targetoptions=helper.targetoptions)
    entry._cache = _Cache(same)  # type: ignore[no-untyped-call]
    return entry


@contextmanager
def _having(algorithm: ModuleType, others: Mapping[str, Any]) -> Iterator[None]:
    """Replace objects in a module by name, until the context ends."""
    before = {name: vars(algorithm)[name] for name in others}
    vars(algorithm).update(others)
    try:
        yield
    finally:
        vars(algorithm).update(before)


@contextmanager
def _replaced(original: Any, other: Any) -> Iterator[None]:
    """Put ``other`` in the place of ``original`` in every module of the package that has it."""
    places = [
        (module, name)
        for key, module in list(sys.modules.items())
        if key.split(".")[0] == _PACKAGE
        for name, value in vars(module).items()
        if value is original
    ]
    try:
        for module, name in places:
            setattr(module, name, other)
        yield
    finally:
        for module, name in places:
            setattr(module, name, original)


def sources(algorithm: Any, *kernels: str) -> Mapping[str, Callable[..., Any]]:
    """The Python functions that kernels of a module are compiled from, by name."""
    return {name: getattr(algorithm, name).py_func for name in kernels}


class Steps:
    """Tells the steps of a path: the first ones, then ever fewer, and the last.

    Parameters
    ----------
    tell : callable
        Takes one line.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell, self._count, self._told, self._latest = tell, 0, 0, ""

    def step(self, text: str) -> None:
        """Tell, or pass over, the next step."""
        self._count += 1
        self._latest = text
        if self._count <= max(_FIRST, self._told * 1.5) and self._count > _FIRST:
            return
        self._say()

    def end(self) -> None:
        """Tell the last step if it has been passed over."""
        if self._told < self._count:
            self._say()

    def _say(self) -> None:
        self._told = self._count
        self._tell(f"    {self._count:>6}  {self._latest}")
