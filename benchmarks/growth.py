"""How time and memory grow with sample size, clusters and dimension, beside what must be paid."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.timing import Measurement, cpu
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.mixture_newton import mixture_newton
from kmeans_inconsistency.algorithms.two_means import two_means
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.study.streams import batches

SIZES = (100, 316, 1000, 3162, 10_000, 31_623, 100_000, 316_228, 1_000_000, 3_162_278, 10_000_000)
LARGE = 10_000  #: from here on the exponents are those of the algorithms, not of the cost of a call
CLUSTERS = (2, 3, 4, 6, 8, 12, 16)
DIMENSIONS = (1, 2, 4, 8, 16, 32, 64)
POINTS = 10_000

READ = "reading the sample"
DRAWN = "drawing and sorting"
LINES = {"by n": "sample size n", "memory by n": "sample size n", "by K": "clusters K", "by d": "dimension d"}

#: How far a call raises the peak of the resident set, in kilobytes. Loading the code peaks higher, so the
#: record is reset first, which only Linux can do.
MEMORY = """
import sys
from pathlib import Path
import numpy as np
from kmeans_inconsistency import kmeans, mixture
fit = {"kmeans(x, 2)": lambda x: kmeans(x, 2), "mixture(x)": mixture}[sys.argv[1]]
fit(np.random.default_rng(1).normal(size=1000))
x = np.random.default_rng(2).normal(size=int(sys.argv[2]))
Path("/proc/self/clear_refs").write_text("5")
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before = peak()
fit(x)
print(peak() - before)
"""


def growth() -> Iterator[Measurement]:
    """Times of what a user calls and of a replicate of the study; memory of the calls; floors beside them."""
    yield from _with_exponents("by n", SIZES, _by_size, LARGE)
    yield from _with_exponents("memory by n", SIZES[-5:], _memory, LARGE)
    yield from _with_exponents("by K", CLUSTERS, _by_clusters, 0)
    yield from _with_exponents("by d", DIMENSIONS, _by_dimension, 0)


def exponent(sizes: Iterable[float], values: Iterable[float]) -> float:
    """Slope of a line through the logarithms, by least squares; NaN if any value is NaN."""
    found = np.log(list(values))
    return float(np.polyfit(np.log(list(sizes)), found, 1)[0]) if np.isfinite(found).all() else np.nan


def _with_exponents(
    task: str, sizes: tuple[int, ...], measure: Callable[[int], dict[str, float]], least: int
) -> Iterator[Measurement]:
    """Measure each size, and say of each line by which power it grows; the first named is the floor."""
    found = {size: measure(size) for size in sizes}
    large = [size for size in sizes if size >= least]
    for what in found[sizes[0]]:
        power = exponent(large, (max(found[size][what], 1e-3) for size in large))
        for size in sizes:
            floor = next(iter(found[size].values()))
            n, clusters, dimension = _place(task, size)
            value = found[size][what]
            note = f"grows with power {power:.2f}"
            yield Measurement(task, n, 2.0, what, value, value / floor, note, clusters, dimension)


def _place(task: str, size: int) -> tuple[int, int, int]:
    """Sample size, clusters and dimension of a measurement."""
    if task == "by K":
        return POINTS, size, 2
    return (POINTS, 2, size) if task == "by d" else (size, 2, 1)


def _by_size(n: int) -> dict[str, float]:
    model = normal_pair(2.0)
    r = max(1, 100_000 // n)

    def draw() -> np.ndarray:
        return np.concatenate([batch.sorted for batch in batches(model, 1, 0, r, [n])])

    def replicate() -> None:
        x = read_only(draw())
        two_means(x)
        mixture_newton(x, 1)

    x = next(batches(model, 1, 0, 1, [n])).x[0]
    return {
        READ: 1e6 * cpu(x.sum),
        DRAWN: 1e6 * cpu(draw) / r,
        "kmeans(x, 2)": 1e6 * cpu(partial(kmeans, x, 2)),
        "mixture(x)": 1e6 * cpu(partial(mixture, x)),
        "a replicate": 1e6 * cpu(replicate) / r,
    }


def _memory(n: int) -> dict[str, float]:
    """Kilobytes: of the sample, and of what a call takes beside it."""
    found = {"the sample": 8 * n / 1024}
    for name in ("kmeans(x, 2)", "mixture(x)"):
        command = [sys.executable, "-c", MEMORY, name, str(n)]
        found[name] = np.nan
        if Path("/proc/self/clear_refs").exists():
            measured = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            found[name] = float(measured)
    return found


def _by_clusters(clusters: int) -> dict[str, float]:
    return _in_space(clusters, 2)


def _by_dimension(dimension: int) -> dict[str, float]:
    return _in_space(2, dimension)


def _in_space(clusters: int, dimension: int) -> dict[str, float]:
    """Microseconds for components at the corners of a grid, 4 standard deviations apart."""
    rng = np.random.default_rng([clusters, dimension])
    means = np.zeros((clusters, dimension))
    for k in range(1, clusters):
        means[k] = means[k - 1]
        means[k, k % dimension] += 4.0
    x = rng.normal(size=(POINTS, dimension)) + means[rng.integers(clusters, size=POINTS)]
    return {
        READ: 1e6 * cpu(x.sum),
        "lloyd(x, K)": 1e6 * cpu(partial(lloyd, x, clusters)),
        "spherical_mixture(x, K)": 1e6 * cpu(partial(spherical_mixture, x, clusters)),
    }


def plot(measurements: list[Measurement], path: Path) -> None:
    """Draw the lines of each task, with the power by which each grows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 8), layout="constrained")
    for panel, (task, label) in zip(figure.subplots(2, 2).flat, LINES.items(), strict=True):
        mine = [m for m in measurements if m.task == task]
        for what in dict.fromkeys(m.what for m in mine):
            line = [m for m in mine if m.what == what]
            places = [{"by K": m.clusters, "by d": m.dimension}.get(task, m.n) for m in line]
            floor = what in (READ, DRAWN, "the sample")
            panel.loglog(
                places,
                [m.microseconds for m in line],
                color="0.5" if floor else None,
                linestyle="--" if floor else "-",
                marker="o",
                markersize=3,
                label=f"{what}: {line[0].note.removeprefix('grows with ')}",
            )
        unit = "kilobytes" if "memory" in task else "CPU time, microseconds"
        panel.set(xlabel=label, ylabel=unit)
        panel.legend(fontsize=7, frameon=False)
    figure.savefig(path)
