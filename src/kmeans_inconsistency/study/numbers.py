"""Numbers: everything that the paper may quote, as it is to be printed.

Generic numbers have the key ``<scenario>/n=<n>/<method>[,<parameter>=<value>]/<quantity>/<measure>`` below
their experiment's name. Named ones say what they mean whatever the grid: ``headline.kmeans.limit``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kmeans_inconsistency.study import text
from kmeans_inconsistency.study.design import Experiment, Study, Value, spell
from kmeans_inconsistency.study.summaries import COUNTS, MEASURES
from kmeans_inconsistency.study.tables import value

Row = Mapping[str, str]
Number = dict[str, Any]
Tables = Mapping[str, Mapping[str, Sequence[Row]]]

FOUR_DECIMALS = {"limit", "truth", "predicted_se"}


def number(found: float, mcse: float = math.nan, decimals: int | None = None) -> Number:
    """A number with its error and both as text."""
    if math.isfinite(mcse):
        shown, error = text.with_error(found, mcse)
        return {"value": found, "mcse": mcse, "text": shown, "mcse_text": error}
    return {"value": found, "mcse": None, "text": text.plain(found, decimals)}


def said(words: str) -> Number:
    """Text that is quoted like a number."""
    return {"value": words, "mcse": None, "text": words}


def design_of(study: Study) -> dict[str, Any]:
    """The design as the paper prints it."""
    return {
        "study": {"title": study.title, "seed": study.seed, "date": study.date, "scale": _scale(study)},
        "experiments": {name: _experiment(e) for name, e in study.experiments.items()},
    }


def numbers_of(study: Study, tables: Tables) -> dict[str, Any]:
    """Collect all numbers.

    Parameters
    ----------
    study : Study
    tables : mapping
        For each experiment its tables ``"summary"``, ``"rates"``, ``"contrasts"`` and ``"limits"``.
    """
    found: dict[str, Any] = {
        name: dict(_generic(experiment, tables[name]["summary"]))
        for name, experiment in study.experiments.items()
    }
    found["named"] = dict(_named(study, tables))
    return found


def _scale(study: Study) -> str:
    return "full" if study.results.name == "results" else study.results.name


def _experiment(experiment: Experiment) -> dict[str, Any]:
    factors = {name: [text.show(v) for v in _grid_of(experiment, name)] for name in experiment.factors}
    return {
        **experiment.ademp,
        "replicates": experiment.replicates,
        "n": list(experiment.sizes),
        "n_text": text.listing([text.plain(n) for n in experiment.sizes]),
        "scenarios": [
            {"key": s.key, **{name: text.show(v) for name, v in s.factors}} for s in experiment.scenarios
        ],
        "factors": factors,
        "factors_text": {name: text.listing(values) for name, values in factors.items()},
        "fits": [
            {
                "key": ",".join(filter(None, [method, spell(values)])),
                "method": method,
                **{name: text.show(v) for name, v in values},
            }
            for method, values in sorted(experiment.methods)
        ],
    }


def _generic(experiment: Experiment, summary: Iterable[Row]) -> Iterator[tuple[str, Number]]:
    for row in summary:
        scenario = ",".join(f"{name}={row[name]}" for name in experiment.factors)
        parameters = [f"{name}={row[name]}" for name in experiment.parameters if row[name]]
        method = ",".join([row["method"], *parameters])
        base = f"{scenario}/n={row['n']}/{method}/{row['quantity']}"
        for name in (*COUNTS, *MEASURES):
            if math.isfinite(value(row[name])) and not name.endswith("_mcse"):
                yield f"{base}/{name}", _measured(row, name)


def _measured(row: Row, name: str) -> Number:
    """One measure of a row, with its error if it has one."""
    if name in COUNTS:
        return number(int(row[name]))
    error = value(row.get(f"{'mean' if name.startswith('bias') else name}_mcse", ""))
    return number(value(row[name]), error, 4 if name in FOUR_DECIMALS else 3)


# --- named numbers -----------------------------------------------------------------------------------


def _named(study: Study, tables: Tables) -> Iterator[tuple[str, Number]]:
    yield "study.seed", said(str(study.seed))
    yield "study.date", said(study.date)
    yield "study.scale", said(_scale(study))
    experiments = study.experiments.values()
    yield "study.fits", number(sum(e.replicates * len(e.scenarios) * len(e.groups) for e in experiments))
    yield "study.datasets", number(sum(e.replicates * len(e.scenarios) * len(e.sizes) for e in experiments))
    first = {e.name: e.quantities[0] for e in experiments}
    for status in ("merged", "degenerate", "not_converged", "stopped", "failed"):
        rows = (r for name, of in tables.items() for r in of["summary"] if r["quantity"] == first[name])
        yield f"study.{status}", number(sum(int(row[status]) for row in rows))
    for name, experiment in study.experiments.items():
        yield from _grid(name, experiment)
    if "consistency" in tables:
        yield from _consistency(study.experiments["consistency"], tables["consistency"])
    if "small_variance" in tables:
        yield from _path(study.experiments["small_variance"], tables["small_variance"])


def _grid(name: str, experiment: Experiment) -> Iterator[tuple[str, Number]]:
    yield f"{name}.replicates", number(experiment.replicates)
    yield f"{name}.n_smallest", number(experiment.sizes[0])
    yield f"{name}.n_largest", number(experiment.sizes[-1])
    yield f"{name}.n_count", number(len(experiment.sizes))
    for factor in experiment.factors:
        values = _grid_of(experiment, factor)
        yield f"{name}.{factor}s", said(text.listing([text.show(v) for v in values]))
        yield from _ends(f"{name}.{factor}", values)
    for parameter in experiment.parameters:
        given = [v for _, values in experiment.methods for k, v in values if k == parameter]
        yield from _ends(f"{name}.{parameter}", given)


def _grid_of(experiment: Experiment, factor: str) -> list[Value]:
    """The values of a factor, in the order of the scenarios."""
    return list(dict.fromkeys(dict(s.factors)[factor] for s in experiment.scenarios))


def _ends(name: str, values: Sequence[Value]) -> Iterator[tuple[str, Number]]:
    for end, found in (("smallest", values[0]), ("largest", values[-1])):
        yield f"{name}_{end}", said(found) if isinstance(found, str) else number(found)
    yield f"{name}_count", number(len(values))


def _pick(rows: Iterable[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(row[key] == str(text) for key, text in wanted.items())]


def _row_numbers(name: str, row: Row, measures: Iterable[str]) -> Iterator[tuple[str, Number]]:
    for measure in measures:
        if math.isfinite(value(row[measure])):
            yield f"{name}.{measure}", _measured(row, measure)


SHOWN = ("mean", "bias", "empse", "predicted_se", "se_ratio", "rmse", "limit", "q05", "q95")


def _consistency(experiment: Experiment, of: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Number]]:
    largest, smallest = experiment.sizes[-1], experiment.sizes[0]
    end = _pick(of["summary"], n=largest, quantity="distance")
    deltas = sorted({value(row["delta"]) for row in end})
    chosen = {
        "headline": min(deltas, key=lambda delta: abs(delta - 2)),
        "consistency.lowest": deltas[0],
        "consistency.highest": deltas[-1],
    }
    for name, delta in chosen.items():
        yield f"{name}.delta", number(delta)
        for row in end:
            if value(row["delta"]) == delta:
                yield from _row_numbers(f"{name}.{row['method']}", row, SHOWN)
                yield from _limit_bias(f"{name}.{row['method']}", row)
    delta = chosen["headline"]
    yield "headline.truth", number(delta)
    yield "headline.n", number(largest)
    yield "headline.replicates", number(experiment.replicates)
    for row in _pick(of["summary"], n=smallest, quantity="distance"):
        if value(row["delta"]) == delta:
            yield from _row_numbers(f"headline.{row['method']}.smallest_n", row, ("rmse", "bias"))
    for row in _pick(of["contrasts"], n=largest, quantity="distance", method="mixture"):
        if value(row["delta"]) == delta:
            quotient, error = value(row["rmse_ratio"]), value(row["rmse_ratio_mcse"])
            yield "headline.rmse_ratio", number(1 / quotient, error / quotient**2)
    avar = {
        r["method"]: r for r in of["limits"] if value(r["delta"]) == delta and r["quantity"] == "distance"
    }
    if {"kmeans", "mixture"} <= set(avar):
        kmeans, mixture = (value(avar[method]["avar"]) for method in ("kmeans", "mixture"))
        yield "headline.avar.kmeans", number(kmeans, decimals=3)
        yield "headline.avar.mixture", number(mixture, decimals=3)
        bias = value(avar["kmeans"]["limit"]) - delta
        yield "headline.crossover", number((mixture - kmeans) / bias**2, decimals=0)
    yield from _slopes(of["rates"], delta, experiment.sizes[(len(experiment.sizes) - 1) // 2])
    for method, least in (("kmeans", 0.0), ("mixture", 1.5)):
        z = [abs(value(r["z_limit"])) for r in _pick(end, method=method) if value(r["delta"]) >= least]
        yield f"consistency.{method}.z_max", number(max(z, default=math.nan), decimals=1)
        yield f"consistency.{method}.z_count", number(len(z))


def _limit_bias(name: str, row: Row) -> Iterator[tuple[str, Number]]:
    limit, truth, spread = (value(row[key]) for key in ("limit", "truth", "empse"))
    if math.isfinite(limit):
        yield f"{name}.limit_bias", number(limit - truth, decimals=4)
        yield f"{name}.limit_bias_percent", number(100 * (limit / truth - 1), decimals=1)
        yield f"{name}.bias_in_se", number((limit - truth) / spread, decimals=0)


def _slopes(rates: Iterable[Row], delta: float, from_n: int) -> Iterator[tuple[str, Number]]:
    wanted = {
        ("kmeans", "truth"): "kmeans.truth",
        ("kmeans", "limit"): "kmeans.limit",
        ("mixture", "truth"): "mixture",
    }
    for row in _pick(rates, from_n=from_n, quantity="distance"):
        name = wanted.get((row["method"], row["about"]))
        if name and value(row["delta"]) == delta:
            yield f"headline.slope.{name}", number(value(row["slope"]), value(row["slope_mcse"]))


def _path(experiment: Experiment, of: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Number]]:
    largest = experiment.sizes[-1]
    end = _pick(of["summary"], n=largest, quantity="distance")
    delta = min({value(row["delta"]) for row in end}, key=lambda found: abs(found - 2))
    critical = 1 + delta**2 / 4
    rows = {value(r["eps"]): r for r in _pick(end, method="known_variance") if value(r["delta"]) == delta}
    yield "path.delta", number(delta)
    yield "path.n", number(largest)
    yield "path.eps_critical", number(critical)
    yield "path.eps_smallest", number(min(rows))
    yield "path.eps_largest", number(max(rows))
    for row in _pick(end, method="kmeans"):
        if value(row["delta"]) == delta:
            limit = value(row["limit"])
            yield "path.kmeans_limit", number(limit, decimals=4)
            smallest = rows[min(rows)]
            gap = value(smallest["mean"]) - limit
            yield "path.smallest.gap", number(gap, value(smallest["mean_mcse"]))
    near = min(rows, key=lambda eps: abs(eps - critical))
    yield "path.critical.eps", number(near)
    for name, eps in {"smallest": min(rows), "one": 1.0, "critical": near, "largest": max(rows)}.items():
        if eps in rows:
            yield from _row_numbers(f"path.{name}", rows[eps], SHOWN)
            share = 100 * int(rows[eps]["merged"]) / int(rows[eps]["replicates"])
            yield f"path.{name}.merged_percent", number(share, decimals=1)
    z = [
        abs(value(r["z_limit"]))
        for r in _pick(end, method="known_variance")
        if value(r["eps"]) < 0.9 * (1 + value(r["delta"]) ** 2 / 4)
    ]
    yield "path.z_max", number(max(z), decimals=1)
    yield "path.z_count", number(len(z))
