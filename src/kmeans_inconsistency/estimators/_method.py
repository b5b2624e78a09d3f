"""What the study asks of an estimator: a batch of samples in, one row of numbers per sample out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..outcome import Status

__all__ = [
    "Batch",
    "FloatArray",
    "Kind",
    "Method",
    "Status",
    "Truth",
    "chosen",
    "load",
    "module",
    "names",
    "parameters",
]

FloatArray = NDArray[np.float64]


class Truth(Protocol):
    """The model that the data come from: weights, means and standard deviations of its components."""

    @property
    def weights(self) -> tuple[float, ...]: ...
    @property
    def means(self) -> tuple[Any, ...]: ...
    @property
    def sds(self) -> tuple[float, ...]: ...


class Batch(Protocol):
    """The samples of several replicates at one sample size, the same for every method.

    Attributes
    ----------
    n : int
        Sample size.
    clusters : int
        Number of components of the model, which every method knows.
    dimension : int
        d, of the space that the data lie in.
    replicates : ndarray of int, shape (r,)
        Numbers of the replicates.
    sorted : ndarray, shape (r, n)
        Each replicate's sample in ascending order (one dimension only). Read-only.
    x : ndarray, shape (r, n), or (r, n, d) in more than one dimension
        The samples in the order in which they were drawn. Read-only.
    components : ndarray of int, shape (r, n)
        The component that each observation of ``x`` came from. Read-only.
    truth : Truth
        What only an oracle, or a score, may look at.
    """

    @property
    def n(self) -> int: ...
    @property
    def clusters(self) -> int: ...
    @property
    def dimension(self) -> int: ...
    @property
    def replicates(self) -> NDArray[np.int64]: ...
    @property
    def sorted(self) -> FloatArray: ...
    @property
    def x(self) -> FloatArray: ...
    @property
    def components(self) -> NDArray[np.int64]: ...
    @property
    def truth(self) -> Truth: ...
    def generators(self, method: str) -> list[np.random.Generator]:
        """One random generator per replicate, of the method's own, keyed by its values."""
        ...


Kind = str | tuple[str, ...]
"""What a parameter must be: ``"positive"``, ``"share"``, ``"count"``, or a choice, the tuple of values."""


@dataclass(frozen=True)
class Method:
    """An estimator as the study runs it, with all its variants.

    Attributes
    ----------
    fit : callable
        ``fit(batch, **parameters)`` returns a mapping from each name in ``outputs``, and ``"status"`` (codes
        of :class:`~..outcome.Status`), to an array of shape (r,). It never raises for a sample that cannot be
        fitted: that is a row whose status says so, with NaN for what does not exist.
    outputs : tuple of str
        Names of the numbers that a fit returns, estimates first, diagnostics last.
    parameters : mapping from str to Kind
        The method's parameters and what each must be: ``"positive"`` (a number above zero), ``"share"``
        (a number between 0 and 1), ``"count"`` (a whole number above zero), or a choice of variants, the
        tuple of its values. The first is the default, which is never written: the plain method needs no
        choice. To be written as a literal in the call, for :func:`parameters` reads it there.
    optional : tuple of str
        Numbers among the parameters that may be left out.
    elsewhere : mapping from str to str
        Choices whose other values have outputs or algorithms of their own: a module of this package, with a
        ``METHOD`` for them. Only fits that make the choice depend on its sources.
    packages : tuple of str
        Installed packages other than numpy and numba whose version can change the numbers.
    any_dimension, any_clusters : bool
        Whether it fits data in more than one dimension, and of other than two components.
    """

    fit: Callable[..., Mapping[str, NDArray[Any]]]
    outputs: tuple[str, ...]
    parameters: Mapping[str, Kind] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    any_dimension: bool = False
    any_clusters: bool = False

    def typed(self, values: Iterable[tuple[str, float | str]]) -> dict[str, Any]:
        """Parameters as ``fit`` takes them; a design keeps all its values as floating-point numbers."""
        return {name: int(v) if self.parameters[name] == "count" else v for name, v in values}


def names() -> list[str]:
    """Names of all methods: the modules of this package, but for helpers, which begin with an underscore."""
    return _names(tuple(import_module(__package__).__path__))


@cache
def _names(folders: tuple[str, ...]) -> list[str]:
    return sorted(m.name for m in iter_modules(folders) if not m.name.startswith("_"))


def _file(name: str) -> Path:
    """The source of a method, which may stand beside a configuration."""
    spec = find_spec(f"{__package__}.{name}")
    if name not in names() or spec is None or spec.origin is None:
        raise KeyError(name)
    return Path(spec.origin)


@cache
def parameters(name: str) -> Mapping[str, Kind]:
    """The parameters of a method, read from its source: a design is laid out without importing any algorithm.

    Raises
    ------
    KeyError
        If there is no such method.
    """
    source = ast.parse(_file(name).read_text(encoding="utf-8"))
    for statement in source.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "METHOD":
            given = {word.arg: word.value for word in getattr(statement.value, "keywords", ())}
            found: dict[str, Kind] = ast.literal_eval(given["parameters"]) if "parameters" in given else {}
            return found
    return {}


def module(name: str, values: Mapping[str, Any]) -> str:
    """The module of this package that fits a method with these values of its parameters.

    Raises
    ------
    KeyError
        If there is no such method.
    """
    if name not in names():
        raise KeyError(name)
    return _elsewhere(name, values)


def _elsewhere(name: str, values: Mapping[str, Any]) -> str:
    """The helper that one choice leads to may itself have a helper for another."""
    method: Method = import_module(f"{__package__}.{name}").METHOD
    for choice, helper in method.elsewhere.items():
        if values.get(choice, method.parameters[choice][0]) != method.parameters[choice][0]:
            return _elsewhere(helper, values)
    return name


def load(name: str, values: Mapping[str, Any] | None = None) -> Method:
    """Import one method by name, or its variant with these values of its parameters.

    Only its own dependencies are imported with it.

    Raises
    ------
    KeyError
        If there is no such method.
    """
    method: Method = import_module(f"{__package__}.{module(name, values or {})}").METHOD
    return method


def chosen(choice: str, value: str, values: tuple[str, ...]) -> str:
    """Check a choice of a public function.

    Raises
    ------
    ValueError
        If the value is none of those to choose from.
    """
    if value not in values:
        raise ValueError(f"{choice} must be {' or '.join(map(repr, values))}, not {value!r}.")
    return value
