"""``python -m benchmarks [--to folder] [task ...]``: a table on the screen and in bench.csv, and a figure.

CPU times on one thread, medians over runs. They depend on the machine: compare the ratios.
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path

from benchmarks import growth
from benchmarks.tasks import ON_REQUEST, TASKS
from benchmarks.timing import Measurement


def table(measurements: list[Measurement], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Measurement._fields)
        writer.writerows(measurements)


def plot(measurements: list[Measurement], path: Path) -> None:
    """Ratio of each peer to our fit, one panel a task: against the sample size, or against the dimension."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.subplots(2, 2)
    tasks = ("2-means", "mixture", "k-means", "spherical mixture")
    for panel, task in zip(axes.flat, tasks, strict=True):
        spatial = task in tasks[2:]
        lines: dict[str, list[tuple[int, float]]] = {}
        for m in measurements:
            if m.task == task and m.what != "ours":
                other = f"K = {m.clusters}" if spatial else f"separation {m.delta:g}"
                place = m.dimension if spatial else m.n
                lines.setdefault(f"{m.what}, {other}", []).append((place, m.ratio))
        for label, points in lines.items():
            panel.loglog(*zip(*points, strict=True), marker="o", label=label)
        panel.axhline(1, color="black", linewidth=0.8)
        panel.set(title=task, xlabel="dimension" if spatial else "sample size", ylabel="CPU time over ours")
        if lines:
            panel.legend(fontsize=7, frameon=False)
    figure.savefig(path)


def main() -> None:
    called = os.environ.get("KMEANS_INCONSISTENCY_CALLED")
    parser = argparse.ArgumentParser(
        prog=f"{called} bench" if called else "python -m benchmarks", description=__doc__
    )
    parser.add_argument(
        "tasks",
        nargs="*",
        metavar="task",
        help=f"which to run, of: {', '.join(TASKS)}; if none is named, all but {', '.join(ON_REQUEST)}",
    )
    parser.add_argument(
        "--to", type=Path, default=Path("results/bench"), help="folder of the table and the plot"
    )
    arguments = parser.parse_args()
    unknown = [name for name in arguments.tasks if name not in TASKS]
    if unknown:
        parser.exit(2, f"unknown: {', '.join(unknown)}; the tasks are {', '.join(TASKS)}\n")
    arguments.to.mkdir(parents=True, exist_ok=True)
    measurements: list[Measurement] = []
    print(f"{'task':<18}{'n':>8}{'delta':>6}{'K':>3}{'d':>4}  {'what':<24}{'microseconds':>14}{'ratio':>10}")
    for name in arguments.tasks or [name for name in TASKS if name not in ON_REQUEST]:
        for m in TASKS[name]():
            measurements.append(m)
            cell = f"{m.task:<18}{m.n:>8}{m.delta:>6g}{m.clusters:>3}{m.dimension:>4}"
            print(f"{cell}  {m.what:<24}{m.microseconds:>14.1f}{m.ratio:>10.1f}  {m.note}", flush=True)
    table(measurements, arguments.to / "bench.csv")
    if arguments.tasks == ["growth"]:
        growth.plot(measurements, arguments.to / "growth.svg")
    else:
        plot(measurements, arguments.to / "bench.svg")


if __name__ == "__main__":
    main()
