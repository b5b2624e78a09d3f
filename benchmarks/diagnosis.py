"""Check ``diagnose`` by simulation: bias of corrected distances, coverage of intervals, warnings.

    python -m benchmarks.diagnosis [--replicates 1000] [--sizes 500 5000] [--designs NAME ...]

Twenty designs in which the model holds, with weights, K and d that the study does not have and components at
least 2.5 standard deviations apart: the bias of the corrected distance, averaged over all pairs, should be at
most a tenth of k-means' own or .02 standard deviations, whichever is larger, and 95 % intervals should
cover 92 to 97 %. Five designs in which it does not hold: at least 80 % of samples should get a warning.

With 1000 replicates the Monte Carlo standard error of a coverage of 95 % is .7 points: a design at its
nominal level falls outside 92 to 97 % by chance in about one of 400 runs; pairs of one sample are averaged.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from kmeans_inconsistency.diagnosis import diagnose

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], FloatArray]


@dataclass(frozen=True)
class Design:
    """A spherical mixture of unit variance, or something else with a number of clusters to ask for."""

    name: str
    clusters: int
    draw: Draw
    means: FloatArray | None = None  # None: the model does not hold


def mixture(name: str, weights: list[float], means: Any) -> Design:
    """A design in which the model holds."""
    centers = np.atleast_2d(np.asarray(means, dtype=float))
    centers = centers.T if centers.shape[0] == 1 else centers

    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        labels = rng.choice(len(weights), size=n, p=weights)
        return np.asarray(centers[labels] + rng.standard_normal((n, centers.shape[1])))

    return Design(name, len(weights), draw, centers)


def _triangle(side: float, d: int) -> FloatArray:
    corners = np.zeros((3, d))
    corners[1, 0] = side
    corners[2, :2] = side / 2, side * np.sqrt(3) / 2
    return corners


def _pair(distance: float, d: int) -> FloatArray:
    """Along a diagonal."""
    return np.stack([np.zeros(d), np.full(d, distance / np.sqrt(d))])


def _axes(distance: float, clusters: int, d: int) -> FloatArray:
    """The origin and points on the axes."""
    return np.concatenate([np.zeros((1, d)), distance * np.eye(d)[: clusters - 1]])


SQUARE = np.array([[0, 0], [3, 0], [0, 3], [3, 3.0]])

RIGHT = (
    mixture("K=2 d=1 .45 2.5", [0.45, 0.55], [0, 2.5]),
    mixture("K=2 d=1 .35 2.75", [0.35, 0.65], [0, 2.75]),
    mixture("K=2 d=1 .25 3.25", [0.25, 0.75], [0, 3.25]),
    mixture("K=2 d=1 .15 3.5", [0.15, 0.85], [0, 3.5]),
    mixture("K=2 d=4 .4 2.5", [0.4, 0.6], _pair(2.5, 4)),
    mixture("K=2 d=6 .25 3", [0.25, 0.75], _pair(3, 6)),
    mixture("K=2 d=12 .45 2.75", [0.45, 0.55], _pair(2.75, 12)),
    mixture("K=2 d=20 .35 3.5", [0.35, 0.65], _pair(3.5, 20)),
    mixture("K=3 d=1 .25 .35 .4 3", [0.25, 0.35, 0.4], [0, 3, 6]),
    mixture("K=3 d=1 .3 .4 .3 3.5 2.75", [0.3, 0.4, 0.3], [0, 3.5, 6.25]),
    mixture("K=3 d=2 .25 .35 .4 2.75", [0.25, 0.35, 0.4], _triangle(2.75, 2)),
    mixture("K=3 d=2 .2 .3 .5 3.5", [0.2, 0.3, 0.5], _triangle(3.5, 2)),
    mixture("K=3 d=4 .3 .3 .4 2.5", [0.3, 0.3, 0.4], _triangle(2.5, 4)),
    mixture("K=3 d=8 .2 .35 .45 3", [0.2, 0.35, 0.45], _triangle(3, 8)),
    mixture("K=4 d=1 .2 .3 .3 .2 3.5", [0.2, 0.3, 0.3, 0.2], [0, 3.5, 7, 10.5]),
    mixture("K=4 d=2 square 3", [0.2, 0.2, 0.25, 0.35], SQUARE),
    mixture("K=4 d=3 axes 3", [0.2, 0.25, 0.25, 0.3], _axes(3, 4, 3)),
    mixture("K=5 d=6 axes 3", [0.15, 0.2, 0.2, 0.2, 0.25], _axes(3, 5, 6)),
    mixture("K=6 d=5 axes 3.5", [0.15, 0.15, 0.15, 0.15, 0.2, 0.2], _axes(3.5, 6, 5)),
    mixture("K=8 d=10 axes 4", [0.125] * 8, _axes(4, 8, 10)),
)


def _t_components(degrees: float, distance: float, d: int) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        z = rng.standard_normal((n, d)) / np.sqrt(rng.chisquare(degrees, size=(n, 1)) / degrees)
        return np.asarray(z + _pair(distance, d)[(rng.random(n) < 0.45).astype(int)])

    return draw


def _unequal(sd: float, distance: float, d: int) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        labels = (rng.random(n) < 0.45).astype(int)
        scale = np.array([1.0, sd])[labels]
        return np.asarray(rng.standard_normal((n, d)) * scale[:, None] + _pair(distance, d)[labels])

    return draw


WRONG = (
    Design("t5 components, d=1", 2, _t_components(5, 3.5, 1)),
    Design("t5 components, d=3", 2, _t_components(5, 3.5, 3)),
    Design("standard deviations 1 and 1.75, d=2", 2, _unequal(1.75, 4.0, 2)),
    Design("three components, K=2", 2, RIGHT[8].draw),
    Design("two components, K=3", 3, mixture("", [0.45, 0.55], _pair(3, 2)).draw),
)


def _mean_distance(points: FloatArray) -> FloatArray:
    i, j = np.triu_indices(len(points), 1)
    return np.linalg.norm(points[i] - points[j], axis=1)


def _right(design: Design, n: int, replicates: int) -> str:
    means = design.means
    if means is None:
        raise ValueError(design.name)
    truth = _mean_distance(means)
    kmeans, corrected, covered = [], [], []
    plug_in = warned = 0
    for replicate in range(replicates):
        found = diagnose(design.draw(_generator(design, n, replicate), n), clusters=design.clusters)
        warned += found.evidence.contradicted
        if found.corrected is None:
            continue
        plug_in += found.method == "plug-in"
        order = linear_sum_assignment(((found.corrected[:, None] - means) ** 2).sum(axis=2))[1]
        target = [
            float(np.linalg.norm(means[order[i]] - means[order[j]]))
            for i, j in (d.pair for d in found.distances)
        ]
        kmeans.append(np.mean([d.centers for d in found.distances]))
        corrected.append(np.mean([d.corrected for d in found.distances]))
        covered.append(
            np.mean(
                [d.interval[0] <= t <= d.interval[1] for d, t in zip(found.distances, target, strict=True)]
            )
        )
    stated = len(kmeans)
    own, left = np.mean(kmeans) - truth.mean(), np.mean(corrected) - truth.mean()
    error = np.std(corrected, ddof=1) / np.sqrt(stated)
    fine = abs(left) <= max(0.1 * abs(own), 0.02) and 0.92 <= np.mean(covered) <= 0.97
    return (
        f"{design.name:28} {n:5} {own:+8.4f} {left:+8.4f} {error:7.4f} {100 * np.mean(covered):6.1f} "
        f"{100 * stated / replicates:6.1f} {100 * plug_in / max(stated, 1):6.1f} "
        f"{100 * warned / replicates:6.1f}  {'' if fine else '<'}"
    )


def _wrong(design: Design, n: int, replicates: int) -> str:
    warned = said = 0
    for replicate in range(replicates):
        found = diagnose(design.draw(_generator(design, n, replicate), n), clusters=design.clusters)
        warned += found.evidence.contradicted or not found.evidence.found
        said += "% too" in found.plain
    share = warned / replicates
    mark = "" if share >= 0.8 else "<"
    return f"{design.name:38} {n:5} {100 * share:6.1f} {100 * said / replicates:6.1f}  {mark}"


def _generator(design: Design, n: int, replicate: int) -> np.random.Generator:
    return np.random.default_rng([*design.name.encode(), n, replicate])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--designs", nargs="+", help="only those whose names contain one of these")
    args = parser.parse_args()
    begun = time.process_time()

    def wanted(design: Design) -> bool:
        return args.designs is None or any(part in design.name for part in args.designs)

    print(
        "design                           n  k-means corrected  (MCSE) cover stated plugin warned  (per cent)"
    )
    for design in filter(wanted, RIGHT):
        for n in args.sizes:
            print(_right(design, n, args.replicates), flush=True)
    print("\nwrong model                                n  warned  bias stated (per cent)")
    for design in filter(wanted, WRONG):
        for n in args.sizes:
            print(_wrong(design, n, args.replicates), flush=True)
    print(f"\n{args.replicates} replicates, {time.process_time() - begun:.0f} s of processor")


if __name__ == "__main__":
    main()
