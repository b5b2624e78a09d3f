"""Streams: where every random number comes from, keyed by values and never by a place in a grid.

One stream of noise and one of uniforms (which choose the components) belong to each (root seed, family of
components, dimension, replicate); separations, weights, experiments, sample sizes and methods share them, so
that an old number never changes when a grid grows and contrasts between scenarios and methods are paired.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.algorithms import noise, sampling
from kmeans_inconsistency.models import Mixture, Model

FloatArray = NDArray[np.float64]
Key = tuple[str | int, ...]

BATCH = 1 << 21  # numbers drawn at a time: 16 MiB each of noise and uniforms


def generator(seed: int, *key: str | int) -> np.random.Generator:
    """Random generator for one key; different keys give independent streams.

    Parameters
    ----------
    seed : int
        Root seed of the study.
    *key : str or int
        Values that name the stream. Text enters by its SHA-256, so the key is the same on every machine.
    """
    return np.random.Generator(np.random.SFC64(_sequence(seed, *key)))


def _sequence(seed: int, *key: str | int) -> np.random.SeedSequence:
    words = [
        int.from_bytes(hashlib.sha256(part.encode()).digest()[:4]) if isinstance(part, str) else part
        for part in key
    ]
    return np.random.SeedSequence(seed, spawn_key=words)


class Batch:
    """The samples of several replicates at one sample size (see :class:`..estimators._method.Batch`)."""

    def __init__(
        self,
        model: Model,
        seed: int,
        replicates: NDArray[np.int64],
        n: int,
        drawn: FloatArray,
        uniforms: FloatArray,
    ) -> None:
        self.n = n
        self.clusters, self.dimension = model.clusters, model.dimension
        self.replicates = replicates
        self.truth, self._seed = model, seed
        self._noise, self._uniforms = drawn, uniforms

    def _place(self) -> tuple[FloatArray, NDArray[np.int64]]:
        model = self.truth
        place = sampling.place_rows if isinstance(model, Mixture) else sampling.place_points
        x: FloatArray
        components: NDArray[np.int64]
        x, components = place(
            self._noise,
            self._uniforms,
            self.n,
            np.cumsum(model.weights),
            np.asarray(model.means, dtype=float),
            np.asarray(model.sds, dtype=float),
        )
        return x, components

    @cached_property
    def x(self) -> FloatArray:
        """The samples in the order in which they were drawn, shape (r, n) or (r, n, d)."""
        return _frozen(self._place()[0])

    @cached_property
    def components(self) -> NDArray[np.int64]:
        """The component of each observation of ``x``, shape (r, n)."""
        components = self._place()[1]
        components.flags.writeable = False
        return components

    @cached_property
    def sorted(self) -> FloatArray:
        """The samples in ascending order, shape (r, n); one dimension only."""
        x = self._place()[0]
        sampling.sort_rows(x)
        return _frozen(x)

    def generators(self, method: str) -> list[np.random.Generator]:
        """One random generator per replicate, of the method's own."""
        return [generator(self._seed, "method", method, self.n, int(r)) for r in self.replicates]


def draw_noise(seed: int, family: str, keys: list[Key], n: int) -> FloatArray:
    """Draw a family's noise, with mean zero and variance one.

    Parameters
    ----------
    seed : int
    family : str
        Of components, as in :class:`~kmeans_inconsistency.models.Mixture`; Student's t has whole degrees of
        freedom here.
    keys : list of tuple
        One for each row.
    n : int
        Numbers in a row; more extend a row and change none of it.

    Returns
    -------
    ndarray, shape (len(keys), n)
    """
    drawn = np.empty((len(keys), n))
    states = _states(seed, keys, "noise")
    match family:
        case "normal":
            noise.fill_normal(states, drawn)
        case "laplace":
            noise.fill_laplace(states, drawn)
        case "uniform":
            noise.fill_uniform(states, drawn)
            drawn -= 0.5
            drawn *= math.sqrt(12)
        case _:
            further = np.empty_like(drawn)
            noise.fill_normal(states, drawn)
            noise.fill_normal(_states(seed, keys, "noise", "normal"), further)
            df = int(family.removeprefix("t"))
            noise.divide_by_chi(_states(seed, keys, "noise", "chi"), further, df, drawn)
    return drawn


def _states(seed: int, keys: list[Key], *part: str) -> NDArray[np.uint64]:
    """Where the streams of some keys begin, shape (len(keys), 4)."""
    streams = (np.random.SFC64(_sequence(seed, *key, *part)) for key in keys)
    return np.array([stream.state["state"]["state"] for stream in streams], dtype=np.uint64)


def _frozen(x: FloatArray) -> FloatArray:
    x.flags.writeable = False
    return x


def batches(model: Model, seed: int, first: int, last: int, sizes: list[int]) -> Iterator[Batch]:
    """Draw the samples of replicates ``first`` to ``last - 1`` at every sample size.

    The sample at ``n`` is the first ``n`` draws of the replicate's stream. Replicates come in batches that
    fit in memory; how many make a batch changes no number.
    """
    most, d = max(sizes), model.dimension
    step = max(1, BATCH // (most * d))
    for start in range(first, last, step):
        replicates = np.arange(start, min(start + step, last))
        keys: list[Key] = [(model.family, d, int(replicate)) for replicate in replicates]
        drawn = draw_noise(seed, model.family, keys, most * d)
        if d > 1:
            drawn = drawn.reshape(len(keys), most, d)
        uniforms = np.empty((len(keys), most))
        noise.fill_uniform(_states(seed, keys, "components"), uniforms)
        for n in sizes:
            yield Batch(model, seed, replicates, n, drawn, uniforms)
