"""What is compared: each task yields measurements, ours first."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks import growth, r, times
from benchmarks.timing import Measurement, cpu, worker
from benchmarks.workflow import workflow
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import PASSES, known_variance_newton
from kmeans_inconsistency.algorithms.mixture_newton import LOG_LIKELIHOOD, mixture_newton
from kmeans_inconsistency.algorithms.sampling import sort_rows
from kmeans_inconsistency.algorithms.two_means import WITHIN, two_means
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.mixture import mixture as mixture_of
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.study.streams import BATCH, batches


def samples(n: int, delta: float, replicates: int = 1) -> np.ndarray:
    rng = np.random.default_rng(n)
    return rng.normal(size=(replicates, n)) + delta * (rng.random((replicates, n)) < 0.5)


def points(n: int, delta: float, clusters: int, dimension: int, sample: int = 0) -> np.ndarray:
    """Balanced spherical components, each ``delta`` from the next along some axis."""
    rng = np.random.default_rng([n, sample])
    means = np.zeros((clusters, dimension))
    for k in range(1, clusters):
        means[k] = means[k - 1]
        means[k, k % dimension] += delta
    return rng.normal(size=(n, dimension)) + means[rng.integers(clusters, size=n)]


def rows(n: int) -> int:
    """So many replicates that a call is long enough to be timed and the data still fit the cache."""
    return max(1, min(200, 50_000 // n))


def sorted_rows(x: np.ndarray) -> np.ndarray:
    y = x.copy()
    sort_rows(y)
    return read_only(y)


def exact_kmeans(sizes: tuple[int, ...] = (100, 1000, 10_000, 100_000, 1_000_000)) -> Iterator[Measurement]:
    """Two means in one dimension: the public function, and its kernel with the sort."""
    from sklearn.cluster import KMeans

    for n in sizes:
        x = samples(n, 2.0, rows(n))
        ours = cpu(lambda x=x: kmeans(x[0], 2))
        yield Measurement("2-means", n, 2.0, "ours", 1e6 * ours, 1.0)
        kernel = cpu(lambda x=x: two_means(sorted_rows(x))) / rows(n)
        yield Measurement("2-means", n, 2.0, "our kernel and sort", 1e6 * kernel, kernel / ours)
        column = x[0][:, None]
        best = two_means(sorted_rows(x[:1]))[0, WITHIN]
        peer = KMeans(2, n_init=10, random_state=1)
        seconds = cpu(lambda peer=peer, column=column: peer.fit(column))
        gap = f"inertia {peer.inertia_ / best - 1:+.0e}"
        yield Measurement("2-means", n, 2.0, "sklearn n_init=10", 1e6 * seconds, seconds / ours, gap)
        try:
            from ckwrap import ckmeans
        except ImportError:
            continue
        seconds = cpu(lambda x=x: ckmeans(x[0], 2))
        yield Measurement("2-means", n, 2.0, "ckwrap", 1e6 * seconds, seconds / ours)


def mixture(sizes: tuple[int, ...] = (1000, 10_000, 100_000)) -> Iterator[Measurement]:
    """The mixture's global optimum: the public function, its kernel and sort, EM from one k-means start."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    for n in sizes:
        for delta in (1.0, 2.0, 4.0):
            x = samples(n, delta, rows(n))
            ours = cpu(lambda x=x: mixture_of(x[0]))
            yield Measurement("mixture", n, delta, "ours", 1e6 * ours, 1.0)
            kernel = cpu(lambda x=x: mixture_newton(sorted_rows(x), 1)) / rows(n)
            yield Measurement("mixture", n, delta, "our kernel and sort", 1e6 * kernel, kernel / ours)
            few = range(min(3, rows(n)))
            best = [mixture_newton(sorted_rows(x[i : i + 1]), 1)[0, LOG_LIKELIHOOD] for i in few]
            for tolerance in (1e-3, 1e-10):
                times, gaps = [], []
                for i in few:
                    peer = GaussianMixture(
                        2, covariance_type="tied", tol=tolerance, max_iter=1_000_000, random_state=1
                    )
                    column = x[i][:, None]
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", ConvergenceWarning)
                        times.append(cpu(lambda p=peer, c=column: p.fit(c), seconds=0.0, most=3))
                    gaps.append(best[i] - n * peer.score(column))
                seconds = float(np.median(times))
                note = f"log-likelihood left {np.median(gaps):.0e}, least {min(gaps):.0e}"
                yield Measurement(
                    "mixture",
                    n,
                    delta,
                    f"sklearn tied tol={tolerance:g}",
                    1e6 * seconds,
                    seconds / ours,
                    note,
                )


def known_variance(sizes: tuple[int, ...] = (10_000, 1_000_000)) -> Iterator[Measurement]:
    """A path of 24 variances against the best split, sort included in both."""
    variances = read_only(np.geomspace(0.01, 2.5, 24))
    for n in sizes:
        x = samples(n, 2.0)
        split = cpu(lambda x=x: two_means(sorted_rows(x)))
        path = cpu(lambda x=x: known_variance_newton(sorted_rows(x), variances, 0.5))
        passes = known_variance_newton(sorted_rows(x), variances, 0.5)[..., PASSES].mean()
        yield Measurement("known variance", n, 2.0, "2-means", 1e6 * split, 1.0)
        yield Measurement(
            "known variance",
            n,
            2.0,
            "path of 24",
            1e6 * path,
            path / split,
            f"{passes:.1f} passes a variance",
        )


def spatial_kmeans(n: int = 1000, replicates: int = 50) -> Iterator[Measurement]:
    """k-means from ten starts, in more than one dimension.

    The times are of one sample. In which the lower inertia is found is luck, so that is told of many samples.
    """
    from sklearn.cluster import KMeans

    for clusters in (2, 5, 8):
        for d in (2, 10, 100):
            x = points(n, 2.0, clusters, d)
            ours = cpu(lambda x=x, k=clusters: lloyd(x, k))
            yield Measurement("k-means", n, 2.0, "ours", 1e6 * ours, 1.0, "", clusters, d)
            # its default tolerance stops short of a fixed point
            peer = KMeans(clusters, n_init=10, tol=0.0, max_iter=1000, random_state=1)
            seconds = cpu(lambda p=peer, x=x: p.fit(x))
            many = [points(n, 2.0, clusters, d, i) for i in range(replicates)]
            above = np.array([peer.fit(x).inertia_ / lloyd(x, clusters).objective - 1 for x in many])
            lower, higher = (above < -1e-8).mean(), (above > 1e-8).mean()
            note = f"inertia {above.mean():+.0e}, lower in {lower:.0%} of samples and higher in {higher:.0%}"
            yield Measurement(
                "k-means", n, 2.0, "sklearn n_init=10", 1e6 * seconds, seconds / ours, note, clusters, d
            )


def em_of_numpy(x: np.ndarray, centers: np.ndarray, score: float = 1e-9) -> tuple[float, int]:
    """EM of the equal-spherical mixture in numpy, from the partition by centres: log-likelihood and passes.

    It stops where no component of the mean score, that of our own fits, is larger than ``score``.
    """
    n, d = x.shape
    lengths = (x * x).sum(axis=1)[:, None]
    squares = lengths - 2.0 * x @ centers.T + (centers * centers).sum(axis=1)
    responsibilities = np.eye(len(centers))[squares.argmin(axis=1)]
    means, weights, variance, value = centers, np.full(len(centers), np.nan), np.nan, -np.inf
    passes = 0
    while True:
        counts = responsibilities.sum(axis=0)
        moved = responsibilities.T @ x / counts[:, None]
        within = (responsibilities * squares).sum()
        if passes:
            steps = counts[:, None] * np.abs(moved - means) / (n * np.sqrt(variance))
            slopes = (steps.max(), np.abs(counts / n - weights).max(), abs(within / (n * variance) - d))
            if max(slopes) <= score:
                return float(value), passes
        shifts = ((moved - means) ** 2).sum(axis=1)
        weights, means, variance = counts / n, moved, (within - (counts * shifts).sum()) / (n * d)
        squares = lengths - 2.0 * x @ means.T + (means * means).sum(axis=1)
        logs = np.log(weights) - 0.5 * squares / variance
        top = logs.max(axis=1, keepdims=True)
        responsibilities = np.exp(logs - top)
        mass = responsibilities.sum(axis=1, keepdims=True)
        responsibilities /= mass
        value = (top + np.log(mass)).sum() - 0.5 * n * d * np.log(2.0 * np.pi * variance)
        passes += 1


def spatial_mixture(n: int = 1000) -> Iterator[Measurement]:
    """The equal-spherical mixture from one k-means start, against EM run to the same score.

    That EM is our own, and one in numpy: scikit-learn's spherical covariances differ between components.
    """
    for clusters in (2, 5):
        for d in (2, 10, 100):
            x = points(n, 2.0, clusters, d)
            times, fits = [], []
            for acceleration in ("newton", "none"):
                call = partial(spherical_mixture, x, clusters, 1, 0, acceleration=acceleration)
                times.append(cpu(call))
                fits.append(call())
            for what, seconds, fit in zip(("ours", "plain EM"), times, fits, strict=True):
                note = f"{fit.passes} passes, log-likelihood {fit.objective - fits[0].objective:+.0e}"
                yield Measurement(
                    "spherical mixture", n, 2.0, what, 1e6 * seconds, seconds / times[0], note, clusters, d
                )
            call_numpy = partial(em_of_numpy, x, lloyd(x, clusters, 1).centers)
            seconds = cpu(call_numpy)
            value, passes = call_numpy()
            note = f"{passes} passes, log-likelihood {value - fits[0].objective:+.0e}"
            yield Measurement(
                "spherical mixture",
                n,
                2.0,
                "EM in numpy",
                1e6 * seconds,
                seconds / times[0],
                note,
                clusters,
                d,
            )


def replicate(sizes: tuple[int, ...] = (10_000, 100_000)) -> Iterator[Measurement]:
    """One replicate as the study runs it, many in a batch, against drawing and sorting alone."""
    model = normal_pair(2.0)
    for n in sizes:
        r = BATCH // n

        def draw(n: int = n, r: int = r) -> np.ndarray:
            return np.concatenate([batch.sorted for batch in batches(model, 1, 0, r, [n])])

        def whole(draw: object = draw) -> None:
            x = read_only(draw())  # type: ignore[operator]
            two_means(x)
            mixture_newton(x, 1)

        alone = cpu(draw) / r
        seconds = cpu(whole) / r
        note = f"{1e9 * alone / n:.1f} ns a value"
        yield Measurement("replicate", n, 2.0, "draw and sort", 1e6 * alone, 1.0, note)
        yield Measurement("replicate", n, 2.0, "whole replicate", 1e6 * seconds, seconds / alone)


def peers_in_r(sizes: tuple[int, ...] = (1000, 10_000, 100_000)) -> Iterator[Measurement]:
    """R's kmeans (Hartigan and Wong), Ckmeans.1d.dp, and mclust run to our likelihood, where R is there."""
    for n in sizes:
        x = samples(n, 2.0)[0]
        ours = cpu(lambda x=x: kmeans(x, 2))
        yield Measurement("2-means in R", n, 2.0, "ours", 1e6 * ours, 1.0)
        yield from r.kmeans(x, 2.0, ours, kmeans(x, 2).objective)
        for delta in (1.0, 2.0, 4.0):
            y = samples(n, delta)[0]
            ours = cpu(lambda y=y: mixture_of(y))
            yield Measurement("mixture in R", n, delta, "ours", 1e6 * ours, 1.0)
            yield from r.mclust(y[:, None], "E", delta, ours, mixture_of(y).objective)
    for n, d, clusters in ((10_000, 2, 2), (10_000, 2, 3), (10_000, 10, 5), (2000, 100, 5)):
        z = points(n, 2.0, clusters, d)
        call = partial(spherical_mixture, z, clusters)
        ours = cpu(call)
        yield Measurement("spherical in R", n, 2.0, "ours", 1e6 * ours, 1.0, "", clusters, d)
        yield from r.mclust(z, "EII", 2.0, ours, call().objective, clusters)


def start() -> Iterator[Measurement]:
    """What a worker costs before its first fit, kernels in the cache."""
    program = (
        "import numpy as np; from kmeans_inconsistency.estimators.{0} import {0}; "
        "{0}(np.random.default_rng(1).normal(size=100))"
    )
    nothing = worker("import numpy")
    for name in ("kmeans", "mixture"):
        seconds = worker(program.format(name))
        yield Measurement("worker", 100, 0.0, name, 1e6 * seconds, seconds / nothing, "over import numpy")


def paper_times() -> Iterator[Measurement]:
    """The algorithms whose passes the paper counts, over sorting; rewrites the file that it reads."""
    rows: list[times.Time] = []
    for row in times.times(times.experiment(), times.SIZES):
        rows.append(row)
        sorting = next(r.microseconds for r in reversed(rows) if r.algorithm == "sort")
        counted = "" if row.passes is None else f", {row.passes:g} passes"
        note = f"{row.low:.0f} to {row.high:.0f}{counted}"
        ratio = row.microseconds / sorting
        yield Measurement("times", row.n, row.delta, row.algorithm, row.microseconds, ratio, note)
    times.write(rows)


TASKS = {
    "kmeans": exact_kmeans,
    "mixture": mixture,
    "known_variance": known_variance,
    "spatial_kmeans": spatial_kmeans,
    "spatial_mixture": spatial_mixture,
    "r": peers_in_r,
    "replicate": replicate,
    "growth": growth.growth,
    "worker": start,
    "workflow": workflow,
    "times": paper_times,
}

ON_REQUEST = ("growth", "times")
"""Tasks that run only if they are named: they take minutes, or change a file of the repository."""
