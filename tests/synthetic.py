"""Result files as the study writes them, with made-up noise, for tests of figures and paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kmeans_inconsistency import limits
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
    for name, curve in curves.CURVES.items():
        pd.DataFrame(curve(deltas)).to_csv(directory / f"limits/curves/{name}.csv", index=False)
    return directory


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
