"""Result files as the study writes them, with made-up noise, for tests of figures and paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kmeans_inconsistency import limits, paper, readme
from kmeans_inconsistency.limits import curves
from kmeans_inconsistency.models import normal_pair

FULL: dict[str, dict[str, Any]] = {
    "consistency": {
        "delta": [0.5, 1.0, 1.5, 2.0, 3.0, 4.0],
        "n": [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 100_000],
        "replicates": 2000,
    },
    "small_variance": {
        "delta": [1.0, 2.0, 3.0],
        "n": [100, 1000, 10_000, 100_000],
        "eps": [
            0.01,
            0.02,
            0.05,
            0.1,
            0.2,
            0.3,
            0.5,
            0.7,
            0.85,
            1.0,
            1.2,
            1.25,
            1.5,
            1.75,
            2.0,
            2.5,
            3.25,
            4.0,
        ],
        "replicates": 1000,
    },
}
SMALLER = {name: experiment | {"delta": [1.0, 2.0]} for name, experiment in FULL.items()}
TOY: dict[str, dict[str, Any]] = {
    "consistency": {"delta": [2.0], "n": [50, 200], "replicates": 20},
    "small_variance": {"delta": [2.0], "n": [50, 200], "eps": [0.1, 1.0, 2.5], "replicates": 20},
}


def write_results(directory: Path, grid: Mapping[str, Mapping[str, Any]] = FULL) -> Path:
    """Write summaries and theory curves for ``grid`` in the study's layout."""
    (directory / "summaries").mkdir(parents=True, exist_ok=True)
    (directory / "limits/curves").mkdir(parents=True, exist_ok=True)
    for experiment in grid:
        rows = list(_rows(experiment, grid[experiment]))
        pd.DataFrame(rows).to_csv(directory / f"summaries/{experiment}.csv", index=False)
    deltas = sorted({delta for experiment in grid.values() for delta in experiment["delta"]})
    for name in curves.CURVES:
        pd.DataFrame(curve(name, deltas)).to_csv(directory / f"limits/curves/{name}.csv", index=False)
    return directory


def curve(name: str, deltas: Sequence[float]) -> curves.Columns:
    """A theory curve; those whose grid is fixed take seconds, and are computed once."""
    return _computed(name, tuple(deltas) if limits.uses_separations(name) else ())


@cache
def _computed(name: str, deltas: tuple[float, ...]) -> curves.Columns:
    return curves.curve(name, deltas)


def _rows(experiment: str, grid: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if experiment == "consistency":
        fits: Sequence[tuple[str, dict[str, float]]] = [("kmeans", {}), ("mixture", {})]
    else:
        fits = [("known_variance", {"eps": eps}) for eps in grid["eps"]]
    rng = np.random.default_rng(1978)
    for delta in grid["delta"]:
        for method, parameters in fits:
            limit, avar = limits.predict(method, parameters, normal_pair(delta))["distance"]
            for n in grid["n"]:
                shape = {"experiment": experiment, "delta": delta, "weight": 0.5, "n": n, "method": method}
                yield (
                    shape
                    | {"eps": parameters.get("eps")}
                    | _measures(rng, delta, limit, avar, n, grid["replicates"])
                )


def _measures(
    rng: np.random.Generator, truth: float, limit: float | None, avar: float | None, n: int, replicates: int
) -> dict[str, Any]:
    at = truth if limit is None else limit
    spread = min(np.sqrt((1.0 if avar is None else avar) / n), 0.6)
    draws = np.abs(at + spread * rng.standard_normal(replicates))
    error = draws - truth
    root = np.sqrt(replicates)
    return {
        "quantity": "distance",
        "replicates": replicates,
        "used": replicates,
        "converged": replicates,
        "truth": truth,
        "limit": limit,
        "avar": avar,
        "mean": draws.mean(),
        "mean_mcse": draws.std(ddof=1) / root,
        "empse": draws.std(ddof=1),
        "rmse": np.sqrt((error**2).mean()),
        "rmse_mcse": (error**2).std(ddof=1) / (2 * root * np.sqrt((error**2).mean())),
        "predicted_se": None if avar is None else np.sqrt(avar / n),
        "q05": np.quantile(draws, 0.05),
        "q95": np.quantile(draws, 0.95),
    }


def write_paper_inputs(directory: Path, grid: Mapping[str, Mapping[str, Any]] = FULL) -> None:
    """Write a design, the numbers that the paper asks for (invented) and claims, in the study's schema."""
    study = {"title": "A title", "seed": 1, "date": "2026-11-23", "scale": "full"}
    design = {"study": study, "experiments": {name: _design(name, grid[name]) for name in grid}}
    texts = "".join(path.read_text(encoding="utf-8") for path in paper.SOURCES)
    quoted = re.findall(r"(?:num|pm|value|compare|mcse)\(\"([^\"]+)\"(?:, \"([^\"]+)\")?", texts)
    quoted += re.findall(r"named\[\"([^\"]+)()\"\]", Path(readme.__file__).read_text(encoding="utf-8"))
    named = {key: _number(2.3333, 0.0009) for pair in quoted for key in pair if key}
    named |= {"path.delta": _number(2.0), "study.scale": {"value": "full", "mcse": None, "text": "full"}}
    numbers: dict[str, Any] = {"named": named} | {name: {} for name in grid}
    for name, experiment in design["experiments"].items():
        for scenario, fit, n in product(experiment["scenarios"], experiment["fits"], experiment["n"]):
            base = f"{scenario['key']}/n={n}/{fit['key']}"
            measures = {m: _number(2.3333, 0.0009) for m in ("mean", "empse", "se_ratio", "rmse")}
            measures |= {m: _number(2.5) for m in ("limit", "predicted_se", "truth", "avar")}
            measures |= {"limit": _number(2.6), "merged": _number(10), "replicates": _number(20)}
            numbers[name] |= {f"{base}/distance/{m}": found for m, found in measures.items()}
    for path, content in {"design": design, "numbers": numbers, "claims": _claims()}.items():
        (directory / f"{path}.json").write_text(json.dumps(content), encoding="utf-8")


def _number(value: float, mcse: float | None = None) -> dict[str, Any]:
    number = {"value": value, "mcse": mcse, "text": f"{value:g}"}
    return number if mcse is None else number | {"mcse_text": f"{mcse:g}"}


def _design(name: str, grid: Mapping[str, Any]) -> dict[str, Any]:
    fits = [{"key": method, "method": method} for method in ("kmeans", "mixture")]
    if "eps" in grid:
        methods = [{"key": f"known_variance,eps={e:g}", "eps": f"{e:g}"} for e in grid["eps"]]
        fits = [{"method": "known_variance"} | fit for fit in methods]
    lines = ("aims", "data", "estimands", "methods", "performance")
    return {line: f"The {line} of {name} are told in a sentence or two." for line in lines} | {
        "replicates": grid["replicates"],
        "n": grid["n"],
        "n_text": "some",
        "scenarios": [
            {"key": f"delta={d:g},weight=0.5", "delta": f"{d:g}", "weight": "0.5"} for d in grid["delta"]
        ],
        "factors_text": {"delta": "some", "weight": "0.5"},
        "fits": fits,
    }


def _claims() -> list[dict[str, Any]]:
    check = {"statement": "the mean equals the limit", "condition": "delta = 2, n = 100", "verdict": "holds"}
    check |= {"estimate_text": "2.33", "mcse_text": "0.01", "target_text": "2.33", "margin_text": "0.1"}
    tested = {
        "verdict": "holds under conditions",
        "conditions": "it fails at delta = 1",
        "checks": [check] * 6,
    }
    untested = {"verdict": "not yet tested", "conditions": "", "checks": []}
    return [
        {"id": f"C{i}", "statement": "k-means does something."} | (tested if i in (1, 3, 4) else untested)
        for i in range(1, 15)
    ]
