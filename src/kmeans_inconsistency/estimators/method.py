"""What the study asks of an estimator: a batch of samples in, one row of numbers per sample out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..outcome import Status

__all__ = ["Batch", "FloatArray", "Method", "Status", "Truth", "load", "names"]

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


@dataclass(frozen=True)
class Method:
    """An estimator as the study runs it.

    Attributes
    ----------
    fit : callable
        ``fit(batch, **parameters)`` returns a mapping from each name in ``outputs``, and ``"status"`` (codes
        of :class:`~..outcome.Status`), to an array of shape (r,). It never raises for a sample that cannot be
        fitted: that is a row whose status says so, with NaN for what does not exist.
    outputs : tuple of str
        Names of the numbers that a fit returns, estimates first, diagnostics last.
    parameters : mapping from str to str
        The method's parameters and what each must be: ``"positive"`` (a number above zero) or ``"count"``
        (a whole number above zero).
    packages : tuple of str
        Installed packages other than numpy and numba whose version can change the numbers.
    any_dimension, any_clusters : bool
        Whether it fits data in more than one dimension, and of other than two components.
    """

    fit: Callable[..., Mapping[str, NDArray[Any]]]
    outputs: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    any_dimension: bool = False
    any_clusters: bool = False

    def typed(self, values: Iterable[tuple[str, float | str]]) -> dict[str, Any]:
        """Parameters as ``fit`` takes them; a design keeps all its values as floating-point numbers."""
        return {name: int(v) if self.parameters[name] == "count" else v for name, v in values}


def names() -> list[str]:
    """Names of all methods: the modules of this package that stand for an estimator."""
    package = import_module(__package__)
    return sorted(m.name for m in iter_modules(package.__path__) if m.name not in _NOT_METHODS)


_NOT_METHODS = {"method", "validation", "classes", "geometry", "intervals", "scores"}


def load(name: str) -> Method:
    """Import one method by name; only its own dependencies are imported with it.

    Raises
    ------
    KeyError
        If there is no such method.
    """
    if name not in names():
        raise KeyError(name)
    method: Method = import_module(f"{__package__}.{name}").METHOD
    return method
