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

from kmeans_inconsistency.algorithms import sampling
from kmeans_inconsistency.models import Mixture

FloatArray = NDArray[np.float64]

DIMENSION = 1  # of the models so far; part of the key, so that others can be added
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
    words = [
        int.from_bytes(hashlib.sha256(part.encode()).digest()[:4]) if isinstance(part, str) else part
        for part in key
    ]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=words)))


class Batch:
    """The samples of several replicates at one sample size (see :class:`..estimators.method.Batch`)."""

    def __init__(
        self,
        model: Mixture,
        seed: int,
        replicates: NDArray[np.int64],
        n: int,
        noise: FloatArray,
        uniforms: FloatArray,
    ) -> None:
        self.n = n
        self.replicates = replicates
        self._model, self._seed = model, seed
        self._noise, self._uniforms = noise, uniforms

    def _place(self) -> tuple[FloatArray, NDArray[np.int64]]:
        model = self._model
        x: FloatArray
        components: NDArray[np.int64]
        x, components = sampling.place_rows(
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
        """The samples in the order in which they were drawn, shape (r, n)."""
        return _frozen(self._place()[0])

    @cached_property
    def components(self) -> NDArray[np.int64]:
        """The component of each observation of ``x``, shape (r, n)."""
        components = self._place()[1]
        components.flags.writeable = False
        return components

    @cached_property
    def sorted(self) -> FloatArray:
        """The samples in ascending order, shape (r, n)."""
        x = self._place()[0]
        sampling.sort_rows(x)
        return _frozen(x)

    def generators(self, method: str) -> list[np.random.Generator]:
        """One random generator per replicate, of the method's own."""
        return [generator(self._seed, "method", method, self.n, int(r)) for r in self.replicates]


def draw_noise(stream: np.random.Generator, family: str, out: FloatArray) -> None:
    """Fill an array with independent draws of a family of components, with mean zero and variance one."""
    match family:
        case "normal":
            stream.standard_normal(out=out)
        case "laplace":
            out[:] = stream.laplace(scale=math.sqrt(0.5), size=len(out))
        case "uniform":
            stream.random(out=out)
            out -= 0.5
            out *= math.sqrt(12)
        case _:
            df = float(family.removeprefix("t"))
            out[:] = stream.standard_t(df, size=len(out))
            out *= math.sqrt((df - 2) / df)


def _frozen(x: FloatArray) -> FloatArray:
    x.flags.writeable = False
    return x


def batches(model: Mixture, seed: int, first: int, last: int, sizes: list[int]) -> Iterator[Batch]:
    """Draw the samples of replicates ``first`` to ``last - 1`` at every sample size.

    The sample at ``n`` is the first ``n`` draws of the replicate's stream. Replicates come in batches that
    fit in memory; how many make a batch changes no number.
    """
    most = max(sizes)
    step = max(1, BATCH // most)
    for start in range(first, last, step):
        replicates = np.arange(start, min(start + step, last))
        noise = np.empty((len(replicates), most))
        uniforms = np.empty((len(replicates), most))
        for row, replicate in enumerate(replicates):
            key = (model.family, DIMENSION, int(replicate))
            draw_noise(generator(seed, *key, "noise"), model.family, noise[row])
            generator(seed, *key, "components").random(out=uniforms[row])
        for n in sizes:
            yield Batch(model, seed, replicates, n, noise, uniforms)
