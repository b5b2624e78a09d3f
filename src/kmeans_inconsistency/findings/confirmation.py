"""Confirmation: an independent study beside the published one, number by number and verdict by verdict."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kmeans_inconsistency.findings import measures
from kmeans_inconsistency.study.design import Study
from kmeans_inconsistency.study.rows import estimates

FloatArray = NDArray[np.float64]

#: What was confirmed, beside the protocol; the study reads it when it judges its claims.
VERDICTS = Path("confirmation.json")
DIFFERENCES, SPREADS = Path("confirmation.csv"), Path("confirmation_spread.csv")
COLUMNS = ("table", "row", "measure", "published", "published_mcse", "repeated", "repeated_mcse", "z")
SPREAD_COLUMNS = ("measure", "numbers", "rms", "low", "high")
TABLES = {DIFFERENCES: COLUMNS, SPREADS: SPREAD_COLUMNS}
_TABLES = ("", "_rates", "_contrasts")
_NAMES = ("quantity", "against", "about", "from_n")
#: Compared on the logarithmic scale, where their errors are.
LOGARITHMIC = ("efficiency", "median_ratio", *(f"{loss}_crossover" for loss in measures.BEHIND))


def confirmed(frozen: Mapping[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    """What is said of each claim by the studies that confirm the protocol, by the name of the claim."""
    if frozen is None or not VERDICTS.exists():
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(VERDICTS.read_text(encoding="utf-8")):
        if entry["digest"] == frozen["digest"]:
            for name, verdict in entry["verdicts"].items():
                said = {"kind": entry["kind"], "seed": entry["seed"], "verdict": verdict}
                found.setdefault(name, []).append(said)
    return found


def remembered(
    kind: str, seed: int, frozen: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """All confirmations with this one, which takes the place of one of its kind and seed."""
    before = json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.exists() else []
    own = {"kind": kind, "seed": seed, "digest": frozen["digest"]}
    others = [entry for entry in before if any(entry[key] != value for key, value in own.items())]
    return [*others, own | {"verdicts": {claim["id"]: claim["verdict"] for claim in claims}}]


def differences(published: Path, repeated: Path, experiments: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Standardise the difference of every number that has a Monte Carlo error in both studies.

    z is the difference over the root of the sum of the squared errors, of ratios and crossovers that of their
    logarithms: two independent studies with right errors have z with mean 0 and root mean square 1.
    """
    for name in experiments:
        for kind in _TABLES:
            table = f"{name}{kind}"
            paths = [folder / "summaries" / f"{table}.csv" for folder in (published, repeated)]
            if all(path.exists() for path in paths):
                yield from _of_table(table, *(pd.read_csv(path) for path in paths))


def _of_table(table: str, one: pd.DataFrame, other: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = list(one.columns)
    names = [*columns[1 : columns.index("quantity") + 1], *(n for n in _NAMES[1:] if n in one.columns)]
    joined = one.merge(other, on=names, suffixes=("", " again"))
    for measure in (c.removesuffix("_mcse") for c in one.columns if c.endswith("_mcse")):
        for _, row in joined.iterrows():
            values = [float(row[f"{measure}{end}"]) for end in ("", "_mcse", " again", "_mcse again")]
            z = _standardised(*values, logs=measure in LOGARITHMIC)
            if math.isfinite(z):
                place = ",".join(f"{n}={_spelt(row[n])}" for n in names if not pd.isna(row[n]))
                yield dict(zip(COLUMNS, (table, place, measure, *values, z), strict=True))


def _standardised(one: float, error: float, other: float, another: float, *, logs: bool) -> float:
    """NaN where a number has no error, or neither has any."""
    if logs and one > 0 and other > 0:
        one, error, other, another = math.log(one), error / one, math.log(other), another / other
    spread = math.hypot(error, another)
    return (other - one) / spread if spread > 0 else math.nan


def _spelt(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def spreads(
    rows: Iterable[Mapping[str, Any]], bands: Mapping[str, tuple[float, float]]
) -> Iterator[dict[str, Any]]:
    """Root mean square of z by measure, with the interval in which right errors would leave it."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["measure"], []).append(row["z"])
    for measure, z in found.items():
        low, high = bands.get(measure, (math.nan, math.nan))
        rms = math.sqrt(math.fsum(value**2 for value in z) / len(z))
        yield {"measure": measure, "numbers": len(z), "rms": rms, "low": low, "high": high}


RESAMPLES, CELLS, SEED = 200, 12, 20261127
_RESAMPLED: Mapping[str, Callable[[FloatArray], measures.Measure]] = {
    "mean": measures.mean,
    "empse": measures.empirical_se,
    "median": lambda x: measures.quantile(x, 0.5),
}


def bands(parts: Iterable[FloatArray]) -> dict[str, tuple[float, float]]:
    """95 % intervals of the root mean square of z by measure, where the errors are right.

    Whole replicates are resampled across the cells of an experiment, which share their random numbers: both
    studies of a pair draw the same replicates in every cell, so that the cells of a pair are as dependent as
    those of the study are.

    Parameters
    ----------
    parts : iterable of ndarray, shape (cells, R)
        For each experiment the estimates of some cells, replicate by replicate.
    """
    squares: dict[str, list[list[float]]] = {name: [[] for _ in range(RESAMPLES)] for name in _RESAMPLED}
    for values in parts:
        rng = np.random.default_rng(SEED)
        replicates = values.shape[1]
        for index in range(RESAMPLES):
            chosen = rng.integers(0, replicates, (2, replicates))
            for name, measure in _RESAMPLED.items():
                for cell in values:
                    (one, one_error), (other, other_error) = (measure(cell[own]) for own in chosen)
                    error = one_error**2 + other_error**2
                    if error > 0:
                        squares[name][index].append((one - other) ** 2 / error)
    return {
        name: tuple(np.quantile([math.sqrt(np.mean(own)) for own in of], (0.025, 0.975)).tolist())
        for name, of in squares.items()
        if all(of)
    }


def samples(study: Study) -> Iterator[FloatArray]:
    """Of each experiment the first quantity in some evenly spread cells that have every replicate."""
    for experiment in study.experiments.values():
        quantity = experiment.quantities[0]
        cells = [
            columns[quantity]
            for part in estimates(study, experiment)
            for columns in part.columns.values()
            if quantity in columns and np.isfinite(columns[quantity]).all()
        ]
        chosen = np.unique(np.linspace(0, len(cells) - 1, min(CELLS, len(cells))).astype(int))
        if len(chosen):
            yield np.array([cells[index] for index in chosen])
