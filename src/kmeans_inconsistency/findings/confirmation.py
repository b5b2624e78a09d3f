"""Confirmation: an independent study beside the published one, number by number and verdict by verdict."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kmeans_inconsistency.findings import measures, performance, tables
from kmeans_inconsistency.study import verify
from kmeans_inconsistency.study.design import Experiment, Group, Study
from kmeans_inconsistency.study.rows import estimates

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: What was confirmed, beside the protocol; the study reads it when it judges its claims.
VERDICTS = Path("confirmation.json")
DIFFERENCES, SPREADS = "confirmation.csv", "confirmation_spread.csv"
COLUMNS = ("table", "row", "measure", "published", "published_mcse", "repeated", "repeated_mcse", "z")
SPREAD_COLUMNS = ("measure", "numbers", "rms", "low", "high")
TABLES = {DIFFERENCES: COLUMNS, SPREADS: SPREAD_COLUMNS}
#: Where a comparison leaves its tables. In a fresh clone they stand in the published results alone.
COMPARED = Path("results") / "comparison"
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
            for name, said in entry["claims"].items():
                found.setdefault(name, []).append({"kind": entry["kind"], "seed": entry["seed"], **said})
    return found


def tables_found() -> dict[str, Path]:
    """The tables of the last comparison made here, else of the published one; none before there was any."""
    places = {name: [folder / name for folder in (COMPARED, verify.PUBLISHED)] for name in TABLES}
    found = {name: next((p for p in paths if p.exists()), None) for name, paths in places.items()}
    return {name: path for name, path in found.items() if path is not None}


def remembered(
    kind: str,
    seed: int,
    frozen: Mapping[str, Any],
    claims: Sequence[Mapping[str, Any]],
    published: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """All confirmations with this one, which takes the place of one of its kind and seed."""
    before = json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.exists() else []
    own = {"kind": kind, "seed": seed, "digest": frozen["digest"]}
    others = [entry for entry in before if any(entry[key] != value for key, value in own.items())]
    frozen_claims = {claim["id"]: claim for claim in published}
    said = {claim["id"]: _said(claim, frozen_claims.get(claim["id"])) for claim in claims}
    return [*others, own | {"claims": said}]


def _said(claim: Mapping[str, Any], frozen: Mapping[str, Any] | None) -> dict[str, Any]:
    """The verdict, what theory expected, and how the checks came out.

    Of checks that the frozen study makes in the same cell, how many changed: they ``moved`` if one of the two
    verdicts is undecided, and are ``reversed`` if both are decided.
    """
    supporting = [check["verdict"] for check in claim["checks"] if not check["asserted"]]
    before = {_place(check): check["verdict"] for check in frozen["checks"]} if frozen else {}
    both = [(before[_place(c)], c["verdict"]) for c in claim["checks"] if _place(c) in before]
    changed = [pair for pair in both if pair[0] != pair[1]]
    moved = sum("undecided" in pair for pair in changed)
    return {
        **{key: claim[key] for key in ("verdict", "expected", "holds", "fails", "of")},
        "as_expected": sum(int(statement["as_expected"]) for statement in claim["statements"]),
        "supporting": len(supporting),
        "supporting_hold": supporting.count("holds"),
        "supporting_fail": supporting.count("fails"),
        "same_checks": len(both),
        "moved": moved,
        "reversed": len(changed) - moved,
    }


def _place(check: Mapping[str, Any]) -> tuple[int, str, str, str]:
    return check["of_statement"], check["experiment"], check["statement"], check["condition"]


def differences(published: Path, repeated: Path, experiments: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Standardise the difference of every number that has a Monte Carlo error in both studies.

    z is the difference over the root of the sum of the squared errors, of ratios and crossovers that of their
    logarithms: two independent studies with right errors have z with mean 0 and root mean square 1.
    """
    import pandas as pd  # takes a third of a second, which every start of the workflow would pay

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
                place = ",".join(f"{n}={_spelt(row[n])}" for n in names if row[n] == row[n])
                said = (table, place, measure, *map(_digits, (*values, z)))
                yield dict(zip(COLUMNS, said, strict=True))


def _standardised(one: float, error: float, other: float, another: float, *, logs: bool) -> float:
    """NaN where a number has no error, or neither has any."""
    if logs and one > 0 and other > 0:
        one, error, other, another = math.log(one), error / one, math.log(other), another / other
    spread = math.hypot(error, another)
    return (other - one) / spread if spread > 0 else math.nan


def _digits(value: float) -> float:
    """Enough of a number to see the difference: tens of thousands of them are kept."""
    return float(f"{value:.8g}")


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


RESAMPLES, CELLS, SEED = 200, 6, 20261127


@dataclass(frozen=True)
class Rows:
    """The rows of one method at one sample size, from which its numbers can be computed again.

    Attributes
    ----------
    estimates, reference : ndarray, shape (R,)
        Of the method, and of the experiment's first on the same samples; NaN where a fit failed.
    low, high : ndarray, shape (R,), or None
        Ends of the intervals; None for a method without.
    n : int
        Sample size.
    truth, limit, avar : float
        The true value, the limit, and the asymptotic variance.
    """

    estimates: FloatArray
    reference: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    n: int
    truth: float
    limit: float
    avar: float

    def measured(self, chosen: IntArray) -> dict[str, measures.Measure]:
        """Every number that has a Monte Carlo error, over the chosen replicates."""
        ends = (None if end is None else end[chosen] for end in (self.low, self.high))
        known = self.n, self.truth, self.limit, self.avar
        own = performance.Cell(_finite(self.estimates[chosen]), *known, *ends)
        one, other = _finite(np.array([self.estimates[chosen], self.reference[chosen]]))
        pair = performance.Pair(one, other, self.truth)
        return {
            **performance.estimated(performance.MEASURES, own),
            **performance.estimated(performance.PAIRED, pair),
        }


def _finite(values: FloatArray) -> FloatArray:
    """Without the replicates, the last axis, in which something is missing."""
    return values[..., np.isfinite(np.atleast_2d(values)).all(axis=0)]


def bands(parts: Iterable[Sequence[Rows]]) -> dict[str, tuple[float, float]]:
    """95 % intervals of the root mean square of z by measure, where the errors are right.

    Whole replicates are resampled across the cells of an experiment, which share their random numbers: both
    studies of a pair draw the same replicates in every cell, so that the cells of a pair are as dependent as
    those of the study are. Rates and crossovers, which join sample sizes, get none.

    Parameters
    ----------
    parts : iterable of sequences of Rows
        For each experiment some cells, with the same replicates.
    """
    squares: dict[str, list[list[float]]] = {}
    for cells in parts:
        rng = np.random.default_rng(SEED)
        replicates = len(cells[0].estimates)
        for index in range(RESAMPLES):
            pair = rng.integers(0, replicates, (2, replicates))
            for cell in cells:
                one, other = (cell.measured(chosen) for chosen in pair)
                for name in one:
                    z = _standardised(*one[name], *other[name], logs=name in LOGARITHMIC)
                    if math.isfinite(z):
                        squares.setdefault(name, [[] for _ in range(RESAMPLES)])[index].append(z**2)
    return {
        name: tuple(np.quantile([math.sqrt(np.mean(own)) for own in of], (0.025, 0.975)).tolist())
        for name, of in squares.items()
        if all(of)
    }


def samples(study: Study) -> Iterator[list[Rows]]:
    """Of each experiment the first quantity in some evenly spread cells."""
    for experiment in study.experiments.values():
        cells = list(_cells(study, experiment))
        chosen = np.unique(np.linspace(0, len(cells) - 1, min(CELLS, len(cells))).astype(int))
        if len(chosen):
            yield [cells[index] for index in chosen]


def _cells(study: Study, experiment: Experiment) -> Iterator[Rows]:
    quantity, named = experiment.quantities[0], tables.summary_keys(experiment)
    path = study.results / "summaries" / f"{experiment.name}.csv"
    known = {tables.key(row, named): row for row in tables.read(path)}
    for part in estimates(study, experiment):
        for group, columns in part.columns.items():
            first = part.columns[Group(group.n, *experiment.methods[0])]
            if quantity in columns:
                nothing = np.full(len(columns[quantity]), np.nan)
                row = known[tables.key(tables.names(experiment, part.scenario, group, quantity), named)]
                yield Rows(
                    columns[quantity],
                    # the first method is not compared with itself
                    first.get(quantity, nothing) if first is not columns else nothing,
                    columns.get(f"{quantity}_low"),
                    columns.get(f"{quantity}_high"),
                    group.n,
                    *(tables.value(row[name]) for name in ("truth", "limit", "avar")),
                )
