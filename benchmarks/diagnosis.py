"""Check ``diagnose`` by simulation: bias of corrected distances, coverage of intervals, warnings.

    python -m benchmarks.diagnosis [--replicates 1000] [--sizes 500 5000] [--designs NAME ...]
        [--output logs/diagnosis.csv] [--most SECONDS]

Twenty designs in which the model holds, with weights, K and d that the study does not have and components at
least 2.5 standard deviations apart: the bias of the corrected distance, averaged over all pairs, should be at
most a tenth of k-means' own or .02 standard deviations, whichever is larger, and 95 % intervals should
cover 92 to 97 %. Five designs in which it does not hold: at least 80 % of samples should get a warning. And
designs of one group that is not normal, where a bias that is stated is a false alarm.

With 1000 replicates the Monte Carlo standard error of a coverage of 95 % is .7 points: a design at its
nominal level falls outside 92 to 97 % by chance in about one of 400 runs; pairs of one sample are averaged.
A mark stands where a table's goal is missed by more than two standard errors.

Each sample adds a line to the output file. Run again, the command continues from the lines it finds there,
and prints the tables from all of them. 1000 replicates take about three hours on one core.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from kmeans_inconsistency.diagnosis import Diagnosis, diagnose

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


def _one(draw: Callable[[np.random.Generator, Any], FloatArray], d: int) -> Draw:
    """Coordinates that are independent and alike."""
    return lambda rng, n: np.asarray(draw(rng, (n, d)))


def _outlying(rng: np.random.Generator, shape: Any) -> FloatArray:
    far = rng.random(shape) < 0.01
    return np.asarray(np.where(far, -4 + 2 * rng.standard_normal(shape), rng.standard_normal(shape)))


SINGLE = (
    Design("normal, d=1, K=2", 2, _one(lambda rng, shape: rng.standard_normal(shape), 1)),
    Design("normal, d=3, K=3", 3, _one(lambda rng, shape: rng.standard_normal(shape), 3)),
    Design("t5, d=1, K=2", 2, _one(lambda rng, shape: rng.standard_t(5, shape), 1)),
    Design("t5, d=2, K=2", 2, _one(lambda rng, shape: rng.standard_t(5, shape), 2)),
    Design("gamma 4, d=1, K=2", 2, _one(lambda rng, shape: rng.gamma(4, size=shape), 1)),
    Design("lognormal .4, d=1, K=2", 2, _one(lambda rng, shape: rng.lognormal(0, 0.4, shape), 1)),
    Design("lognormal .4, d=2, K=3", 3, _one(lambda rng, shape: rng.lognormal(0, 0.4, shape), 2)),
    Design("1 % outliers, d=1, K=2", 2, _one(_outlying, 1)),
)

ALL = (*RIGHT, *WRONG, *SINGLE)
COLUMNS = (
    "design",
    "n",
    "replicate",
    "stated",
    "said",
    "warned",
    "slight",
    "plug_in",
    "kmeans",
    "corrected",
    "covered",
    "seconds",
)


def _mean_distance(points: FloatArray) -> FloatArray:
    i, j = np.triu_indices(len(points), 1)
    return np.linalg.norm(points[i] - points[j], axis=1)


def _row(design: Design, n: int, replicate: int) -> dict[str, Any]:
    """What the diagnosis says of one sample; errors are averages over all pairs."""
    x = design.draw(np.random.default_rng([*design.name.encode(), n, replicate]), n)
    begun = time.process_time()
    found = diagnose(x, clusters=design.clusters)
    row: dict[str, Any] = {
        "design": design.name,
        "n": n,
        "replicate": replicate,
        "stated": int(found.corrected is not None),
        "said": int("% too" in found.plain),
        "warned": int(_warned(found)),
        "slight": int(found.evidence.slight),
        "plug_in": int(found.method == "plug-in"),
        "seconds": round(time.process_time() - begun, 4),
    }
    if found.corrected is None or design.means is None:
        return row
    means = design.means
    order = linear_sum_assignment(((found.corrected[:, None] - means) ** 2).sum(axis=2))[1]
    truth = [float(np.linalg.norm(means[order[i]] - means[order[j]])) for i, j in _pairs(found)]
    covered = [
        d.interval is not None and d.interval[0] <= at <= d.interval[1]
        for d, at in zip(found.distances, truth, strict=True)
    ]
    return row | {
        "kmeans": float(np.mean([d.centers for d in found.distances]) - np.mean(truth)),
        "corrected": float(np.mean([d.corrected for d in found.distances]) - np.mean(truth)),
        "covered": float(np.mean(covered)),
    }


def _warned(found: Diagnosis) -> bool:
    """Of the model, not of the size of the sample."""
    evidence = found.evidence
    return evidence.contradicted or evidence.slight or evidence.outlying or not evidence.found


def _pairs(found: Diagnosis) -> list[tuple[int, int]]:
    return [d.pair for d in found.distances]


def _samples(
    designs: Iterable[Design], sizes: list[int], replicates: int
) -> Iterator[tuple[Design, int, int]]:
    """All designs grow alike, so that there is something to read at any time."""
    designs = list(designs)
    for replicate in range(replicates):
        for design in designs:
            for n in sizes:
                yield design, n, replicate


def _simulate(samples: Iterable[tuple[Design, int, int]], path: Path, most: float) -> None:
    """Add the samples that the file does not have, for so many seconds of processor at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    there = set()
    if path.exists():
        table = pd.read_csv(path)
        there = set(zip(table["design"], table["n"], table["replicate"], strict=True))
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if file.tell() == 0:
            writer.writeheader()
        for design, n, replicate in samples:
            if time.process_time() > most:
                break
            if (design.name, n, replicate) not in there:
                writer.writerow(_row(design, n, replicate))
                file.flush()


def _error(values: Any) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def _right(name: str, n: int, rows: pd.DataFrame) -> str:
    stated = rows[rows["stated"] == 1]
    own, left, cover = (float(stated[column].mean()) for column in ("kmeans", "corrected", "covered"))
    error, of_cover = _error(stated["corrected"]), _error(stated["covered"])
    fine = abs(left) <= max(0.1 * abs(own), 0.02) + 2 * error
    fine = fine and 0.92 - 2 * of_cover <= cover <= 0.97 + 2 * of_cover
    return (
        f"{name:28} {n:5} {len(rows):5} {own:+8.4f} {left:+8.4f} {error:7.4f} {100 * cover:6.1f} "
        f"{100 * of_cover:5.1f} {_percent(rows['stated'])} {_percent(stated['plug_in'])} "
        f"{_percent(stated['warned'])} {_percent(rows['slight'])} {rows['seconds'].mean():7.3f} "
        f"{'' if fine else '<'}"
    )


def _percent(values: Any) -> str:
    return f"{100 * float(values.mean()):6.1f}"


def _warnings(name: str, n: int, rows: pd.DataFrame, goal: float) -> str:
    """``goal``: share of the samples that should get a warning, or be found to be one group."""
    missed = rows["warned"].mean() + 2 * _error(rows["warned"]) < goal
    return (
        f"{name:38} {n:5} {len(rows):5} {_percent(rows['warned'])} {_percent(rows['said'])} "
        f"{rows['seconds'].mean():7.3f} {'<' if missed else ''}"
    )


def _print(table: pd.DataFrame) -> None:
    cells = dict(list(table.groupby(["design", "n"])))

    def lines(designs: Iterable[Design]) -> Iterator[tuple[str, int, pd.DataFrame]]:
        for design in designs:
            for n in sorted(table["n"].unique()):
                if (design.name, n) in cells:
                    yield design.name, int(n), cells[design.name, n]

    print(
        "design                           n  reps  k-means corrected  (MCSE) cover (MCSE) stated plugin "
        "warned slight seconds"
    )
    for name, n, rows in lines(RIGHT):
        print(_right(name, n, rows))
    for title, designs, goal in (("wrong model", WRONG, 0.8), ("one group", SINGLE, 0.95)):
        print(f"\n{title:38}     n  reps warned  bias stated (per cent)  seconds")
        for name, n, rows in lines(designs):
            print(_warnings(name, n, rows, goal))
    print(f"\n{len(table)} samples, {table['seconds'].sum():.0f} s of processor")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--designs", nargs="+", help="only those whose names contain one of these")
    parser.add_argument("--output", type=Path, default=Path("logs/diagnosis.csv"))
    parser.add_argument("--most", type=float, default=np.inf, help="seconds of processor after which to stop")
    args = parser.parse_args()
    wanted = [
        design for design in ALL if args.designs is None or any(part in design.name for part in args.designs)
    ]
    _simulate(_samples(wanted, args.sizes, args.replicates), args.output, args.most)
    table = pd.read_csv(args.output)
    _print(table[table["design"].isin([design.name for design in wanted]) & table["n"].isin(args.sizes)])


if __name__ == "__main__":
    main()
