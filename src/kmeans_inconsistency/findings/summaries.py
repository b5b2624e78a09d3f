"""Summaries: performance measures of every group of rows, beside the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.findings import measures, performance, tables
from kmeans_inconsistency.findings.measures import Measure
from kmeans_inconsistency.findings.performance import Cell, Pair
from kmeans_inconsistency.outcome import Status
from kmeans_inconsistency.study.design import Experiment, Group, Study, variant
from kmeans_inconsistency.study.rows import Estimates, estimates

FloatArray = NDArray[np.float64]
Limits = Mapping[tables.Key, tuple[float, float]]

COUNTS = ["replicates", "used", *(status.name.lower() for status in Status)]
MEASURES = performance.names(performance.MEASURES)


def summary_columns(experiment: Experiment) -> list[str]:
    """Columns of an experiment's summary."""
    return [*tables.summary_keys(experiment), *COUNTS, *MEASURES]


class Summary(NamedTuple):
    """The tables of an experiment; their columns are ``summary_columns`` and its like."""

    measures: list[tables.Row]
    rates: list[tables.Row]
    contrasts: list[tables.Row]
    intervals: list[tables.Row]


def summarise(study: Study, experiment: Experiment, limit_file: Path) -> Summary:
    """Summarise an experiment: measures by group of rows, rates over sample sizes, contrasts of methods."""
    theory = _limits(limit_file, experiment)
    found = Summary([], [], [], [])
    for part in estimates(study, experiment):
        for quantity in experiment.quantities:
            truth = tables.truth(part.scenario.model, quantity)
            for group, columns in part.columns.items():
                if quantity in columns:
                    names = tables.names(experiment, part.scenario, group, quantity)
                    limit, avar = theory.get(tables.key(names, tables.limit_keys(experiment)), _NOTHING)
                    x = columns[quantity]
                    ends = (columns.get(f"{quantity}_{end}") for end in ("low", "high"))
                    cell = Cell(x[np.isfinite(x)], group.n, truth, limit, avar, *ends)
                    measured = performance.row(performance.MEASURES, cell)
                    found.measures.append(names | _counts(columns, quantity) | measured)
            found.rates.extend(_rates(experiment, part, quantity, truth, theory))
            of_quantity = {group: c[quantity] for group, c in part.columns.items() if quantity in c}
            found.contrasts.extend(_contrasts(experiment, part, quantity, of_quantity, truth))
        if set(BOTH) <= set(experiment.quantities):
            found.contrasts.extend(_contrasts(experiment, part, CENTRES, _of_centres(part), 0.0))
        found.intervals.extend(_ranked(experiment, part))
    return found


_NOTHING = (float("nan"), float("nan"))


def _limits(path: Path, experiment: Experiment) -> Limits:
    columns = tables.limit_keys(experiment)
    return {
        tables.key(row, columns): (tables.value(row["limit"]), tables.value(row["avar"]))
        for row in tables.read(path)
    }


def _counts(columns: Mapping[str, NDArray[Any]], quantity: str) -> tables.Row:
    status = columns["status"]
    return {
        "replicates": len(status),
        "used": int(np.isfinite(columns[quantity]).sum()),
        **{s.name.lower(): int((status == s).sum()) for s in Status},
    }


# --- ranked intervals --------------------------------------------------------------------------------

RANKS = 50  # of each group of rows, evenly spaced: what a zip plot shows


def interval_columns(experiment: Experiment) -> list[str]:
    """Columns of an experiment's table of ranked intervals."""
    return [*tables.summary_keys(experiment), "rank", "estimate", "low", "high"]


def _ranked(experiment: Experiment, part: Estimates) -> Iterator[tables.Row]:
    """Intervals of the first quantity at even ranks of their distance from the truth over their width."""
    quantity = experiment.quantities[0]
    truth = tables.truth(part.scenario.model, quantity)
    for group, columns in part.columns.items():
        if f"{quantity}_low" not in columns:
            continue
        ends = np.array([columns[quantity], columns[f"{quantity}_low"], columns[f"{quantity}_high"]])
        ends = ends[:, np.isfinite(ends).all(axis=0) & (ends[2] > ends[1])]
        count = ends.shape[1]
        order = np.argsort(np.abs(ends[0] - truth) / (ends[2] - ends[1]), kind="stable")
        for rank in (np.arange(RANKS) + 0.5) / RANKS if count else ():
            estimate, low, high = ends[:, order[int(rank * count)]].tolist()
            names = tables.names(experiment, part.scenario, group, quantity)
            yield names | {"rank": float(rank), "estimate": estimate, "low": low, "high": high}


# --- rates of convergence ----------------------------------------------------------------------------


def rate_columns(experiment: Experiment) -> list[str]:
    """Columns of an experiment's table of rates."""
    named = [name for name in tables.summary_keys(experiment) if name != "n"]
    return [*named, "about", "from_n", "to_n", "sizes", "used", "slope", "slope_mcse"]


def _rates(
    experiment: Experiment,
    part: Estimates,
    quantity: str,
    truth: float,
    theory: Limits,
) -> Iterator[tables.Row]:
    """Slopes from every sample size on to the largest, about the truth and about the limit."""
    for method in experiment.methods:
        groups = [group for group in part.columns if (group.method, group.parameters) == method]
        if quantity not in part.columns[groups[0]]:
            continue
        names = tables.names(experiment, part.scenario, groups[0], quantity)
        limit, _ = theory.get(tables.key(names, tables.limit_keys(experiment)), _NOTHING)
        values = np.array([part.columns[group][quantity] for group in groups])
        values = values[:, np.isfinite(values).all(axis=0)]
        for about, target in (("truth", truth), ("limit", limit)):
            for start in range(len(groups) - 1):
                slope = _slope(values[start:] - target, groups[start:])
                yield {
                    **names,
                    "about": about,
                    "from_n": groups[start].n,
                    "to_n": groups[-1].n,
                    "sizes": len(groups) - start,
                    "used": values.shape[1],
                    "slope": slope.value,
                    "slope_mcse": slope.mcse,
                }


def _slope(errors: FloatArray, groups: Sequence[Group]) -> Measure:
    return measures.rate(errors, np.array([group.n for group in groups], dtype=float))


# --- contrasts of methods ----------------------------------------------------------------------------


def contrast_columns(experiment: Experiment) -> list[str]:
    """Columns of an experiment's table of contrasts."""
    crossovers = [f"{loss}_crossover{end}" for loss in measures.BEHIND for end in ("", "_mcse")]
    paired = performance.names(performance.PAIRED)
    return [*tables.summary_keys(experiment), "against", "used", "largest", *paired, *crossovers]


BOTH = ("lower", "upper")
CENTRES = "centres"
"""In place of a quantity: the root mean square of the errors of both centres, for methods that have both."""


def _of_centres(part: Estimates) -> dict[Group, FloatArray]:
    truths = np.array([[tables.truth(part.scenario.model, name)] for name in BOTH])
    return {
        group: np.sqrt(((np.array([c[name] for name in BOTH]) - truths) ** 2).mean(axis=0))
        for group, c in part.columns.items()
        if set(BOTH) <= set(c)
    }


def _contrasts(
    experiment: Experiment, part: Estimates, quantity: str, values: Mapping[Group, FloatArray], truth: float
) -> Iterator[tables.Row]:
    """Compare each method with the experiment's first, on the same samples."""
    reference, *others = experiment.methods
    for method in others:
        pairs: dict[Group, FloatArray] = {}
        for n in experiment.sizes:
            one, other = Group(n, *method), Group(n, *reference)
            if one in values and other in values:
                pairs[one] = np.array([values[one], values[other]])
        if not pairs:
            continue
        crossovers = _crossovers(np.array(list(pairs.values())) - truth, experiment.sizes)
        for group, pair in pairs.items():
            one, other = pair[:, np.isfinite(pair).all(axis=0)]
            yield {
                **tables.names(experiment, part.scenario, group, quantity),
                "against": variant(*reference),
                "used": len(one),
                "largest": float(np.abs(one - other).max(initial=0.0)),
                **performance.row(performance.PAIRED, Pair(one, other, truth, signed=quantity != CENTRES)),
                **crossovers,
            }


def _crossovers(errors: FloatArray, sizes: Sequence[int]) -> dict[str, float]:
    """The sample sizes from which on a method is ahead, by loss, from errors of shape (sizes, 2, R)."""
    both = errors[:, :, np.isfinite(errors).all(axis=(0, 1))]
    grid = np.array(sizes, dtype=float)
    found: dict[str, float] = {}
    for loss in measures.BEHIND:
        name = f"{loss}_crossover"
        found[name], found[f"{name}_mcse"] = measures.crossover(both[:, 0], both[:, 1], grid, loss)
    return found
