"""Check ``diagnose`` by simulation: bias of corrected distances, coverage of intervals, warnings.

    python -m benchmarks.diagnosis [--replicates 1000] [--sizes 500 5000] [--designs NAME ...]
        [--output logs/diagnosis.csv] [--most SECONDS] [--store]

Twenty designs in which the model holds, with weights, K and d that the study does not have and components at
least 2.5 standard deviations apart: the bias of the corrected distance, averaged over all pairs, should be at
most a tenth of k-means' own or .02 standard deviations, whichever is larger, and 95 % intervals should
cover 92 to 97 %. Five designs in which it does not hold: at least 80 % of samples should get a warning. And
designs of one group that is not normal, where a bias that is stated is a false alarm.

With 1000 replicates the Monte Carlo standard error of a coverage of 95 % is .7 points: a design at its
nominal level falls outside 92 to 97 % by chance in about one of 400 runs; pairs of one sample are averaged.
A mark stands where a table's goal is missed by more than two standard errors.

Each sample adds a line to the output file. Run again, the command continues from the lines it finds there,
and prints the tables from all of them. A sample depends on its design, its size and its number alone: several
processes may each make some designs, and their files be joined.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from benchmarks import diagnosis_tables as tables
from benchmarks.diagnosis_designs import ALL, Design
from kmeans_inconsistency.diagnosis import Diagnosis, diagnose

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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--designs", nargs="+", help="only those whose names contain one of these")
    parser.add_argument("--output", type=Path, default=Path("logs/diagnosis.csv"))
    parser.add_argument("--most", type=float, default=np.inf, help="seconds of processor after which to stop")
    parser.add_argument(
        "--store", action="store_true", help="keep the tables in the repository and in docs/own-data.md"
    )
    args = parser.parse_args()
    wanted = [
        design for design in ALL if args.designs is None or any(part in design.name for part in args.designs)
    ]
    _simulate(_samples(wanted, args.sizes, args.replicates), args.output, args.most)
    table = pd.read_csv(args.output)
    table = table[table["design"].isin([design.name for design in wanted]) & table["n"].isin(args.sizes)]
    found = tables.summary(table)
    print(f"{tables.text(found)}\n\n{len(table)} samples, {table['seconds'].sum():.0f} s of processor")
    if args.store:
        tables.store(found)


if __name__ == "__main__":
    main()
