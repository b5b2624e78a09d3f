"""Every table of the summaries computed again from the parquet rows, in plain pandas, to twelve digits.

Twice: for the whole study on its smallest grid, and for an experiment that has what the smallest grid lacks:
a variance that is not one, means in descending order, fits that fail, several blocks and crossovers.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import yaml
from oracles import performance

from kmeans_inconsistency import models
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.findings import summaries
from kmeans_inconsistency.study import blocks, files
from kmeans_inconsistency.study.design import design

#: Relative errors of columns that hold ten digits, that subtract a replicate from a sum, or that hold a root.
COARSER = {"median_mcse": 1e-9, "median_ratio_mcse": 1e-8}
COARSER |= dict.fromkeys(
    ("slope_mcse", "rmse_ratio_mcse", "efficiency_mcse", "empse_mcse", "se_ratio_mcse", "kolmogorov_mcse"),
    1e-10,
)
COARSER |= {f"{loss}_crossover{end}": 1e-8 for loss in performance.LOSSES for end in ("", "_mcse")}
TABLES = ("", "_rates", "_contrasts", "_intervals")
Names = dict[str, Any]
Columns = dict[int, dict[str, Any]]


class Rows(NamedTuple):
    """One experiment: its rows, the methods and quantities in their order, and what it is to be."""

    frame: pd.DataFrame
    limits: pd.DataFrame
    family: str
    factors: list[str]
    parameters: list[str]
    methods: dict[str, tuple[str, ...]]  # as tables spell them, each with its outputs
    quantities: list[str]


def read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def read_rows(results: Path, name: str, entry: dict[str, Any]) -> Rows:
    parts = []
    for path in sorted((results / "estimates" / name).rglob("*.parquet")):
        factors = dict(
            folder.split("=") for folder in path.relative_to(results / "estimates" / name).parts[:-1]
        )
        frame = pd.read_parquet(io.BytesIO(path.read_bytes()))
        # an estimate may have the name of a factor: the weight
        parts.append(frame.assign(**{f"factor_{name}": float(value) for name, value in factors.items()}))
    frame = pd.concat(parts).rename(columns=lambda column: column.removeprefix("parameter_"))
    limits = read_table(results / "limits" / f"{name}.csv")
    given = {name for grids in entry["methods"].values() for grid in listed(grids) for name in grid}
    numbers = sorted(given & set(limits))
    named = dict(outputs(entry["methods"]))
    return Rows(frame, limits, entry["model"], list(factors), numbers, named, entry["quantities"])


def listed(grids: Any) -> list[dict[str, list[Any]]]:
    return grids if isinstance(grids, list) else [grids or {}]


def outputs(given: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The methods in their order: all combinations of choices as each method has them, defaults left out."""
    for method, grids in given.items():
        for grid in listed(grids):
            kinds = {name: kind for name, kind in methods.parameters(method).items() if name in grid}
            choices = {name: kind for name, kind in kinds.items() if isinstance(kind, tuple)}
            wanted = ([v for v in kind if v in grid[name]] for name, kind in choices.items())
            for values in itertools.product(*wanted):
                chosen = {n: v for n, v in zip(choices, values, strict=True) if v != choices[n][0]}
                name = ",".join([method, *(f"{name}={value}" for name, value in chosen.items())])
                yield name, methods.load(method, chosen).outputs


def truth(family: str, factors: dict[str, float], quantity: str) -> float:
    """What the model has in the place of an estimate, by hand for each family of the study."""
    delta, weight = factors["delta"], factors.get("weight", np.nan)
    if family == "wide_pair":  # in this file alone: weights (1 - w, w), means (delta + 1, 1), deviations 3
        known = {"distance": delta, "variance": 9.0, "lower": 1.0, "upper": delta + 1, "weight": weight}
        return known.get(quantity, np.nan)
    clusters = factors.get("clusters", 2)
    in_a_row = family == "normal_row"
    on_the_line = family not in {"simplex", "unequal_simplex", "spherical_pair", "anisotropic_pair"}
    common = family != "unequal_pair" and (family != "anisotropic_pair" or factors["noise"] == 1)
    side = delta * (clusters - 1) / 2
    known = {
        "distance": delta * (clusters + 1) / 3 if in_a_row else delta,
        "variance": 1.0 if common else np.nan,
        "lower": -side if on_the_line else np.nan,
        "upper": side if on_the_line else np.nan,
        "weight": weight if on_the_line else np.nan,
        "center_error": 0.0,
    }
    return known.get(quantity, np.nan)


def fits(rows: Rows) -> Iterator[tuple[Names, list[tuple[Names, Columns]]]]:
    """For each scenario the methods with their parameters, each with its columns by sample size."""
    for place, scenario in rows.frame.groupby([f"factor_{name}" for name in rows.factors]):
        factors = dict(zip(rows.factors, place, strict=True))
        found = []
        for method, given in rows.methods.items():
            own = scenario[scenario["method"] == method].sort_values("replicate")
            used = [name for name in rows.parameters if own[name].notna().any()]
            # a method that is given with and without a parameter has none of it in some rows
            for values, part in own.groupby(used, dropna=False) if used else [((), own)]:
                given_values = {k: v for k, v in zip(used, values, strict=True) if not pd.isna(v)}
                names = factors | {"method": method} | given_values
                columns = ["replicate", "status", *given]
                found.append((names, {n: dict(of_n[columns].items()) for n, of_n in part.groupby("n")}))
        yield factors, found


def again(rows: Rows) -> dict[str, list[Names]]:
    """All four tables of an experiment."""
    found: dict[str, list[Names]] = {table: [] for table in TABLES}
    keys = [*rows.factors, "method", *rows.parameters, "quantity"]
    limits = {
        tuple(row[key] for key in keys if not pd.isna(row[key])): (row["limit"], row["avar"])
        for row in rows.limits.to_dict("records")
    }
    for factors, cases in fits(rows):
        for quantity in rows.quantities:
            target = truth(rows.family, factors, quantity)
            estimates = []
            for method, columns in cases:
                names = method | {"quantity": quantity}
                if quantity not in next(iter(columns.values())):
                    continue
                limit, avar = limits.get(tuple(names[key] for key in keys if key in names), (np.nan, np.nan))
                for n, of_n in columns.items():
                    measured = measures(of_n, quantity, n, target, limit, avar)
                    found[""].append(names | {"n": n} | measured)
                    if quantity == rows.quantities[0] and f"{quantity}_low" in of_n:
                        found["_intervals"] += [names | {"n": n} | r for r in ranked(of_n, quantity, target)]
                by_n = {n: of_n[quantity].to_numpy() for n, of_n in columns.items()}
                estimates.append((names, by_n))
                for about, centre in {"truth": target, "limit": limit}.items():
                    found["_rates"] += [names | {"about": about} | r for r in rates(by_n, centre)]
            found["_contrasts"] += against_the_first(rows, estimates, target)
        if {"lower", "upper"} <= set(rows.quantities):
            of_both = list(both_centres(rows, factors, cases))
            found["_contrasts"] += [
                row | {"efficiency": np.nan, "efficiency_mcse": np.nan}
                for row in against_the_first(rows, of_both, 0.0)
            ]
    return found


def against_the_first(
    rows: Rows, estimates: list[tuple[Names, dict[int, Any]]], target: float
) -> list[Names]:
    """The contrasts of all methods with the first, if it has the quantity."""
    first = next(iter(rows.methods))
    if not estimates or estimates[0][0]["method"] != first:
        return []
    (_, reference), *others = estimates
    return [
        names | {"against": first} | row
        for names, by_n in others
        for row in contrasts(by_n, reference, target)
    ]


def both_centres(
    rows: Rows, factors: Names, cases: list[tuple[Names, Columns]]
) -> Iterator[tuple[Names, dict[int, Any]]]:
    """Root mean square error of the two centres in each replicate, of the methods that have both."""
    truths = {name: truth(rows.family, factors, name) for name in ("lower", "upper")}
    for method, columns in cases:
        if truths.keys() <= set(next(iter(columns.values()))):
            by_n = {
                n: np.sqrt(sum((of_n[name] - at) ** 2 for name, at in truths.items()).to_numpy() / 2)
                for n, of_n in columns.items()
            }
            yield method | {"quantity": "centres"}, by_n


def measures(of_n: dict[str, Any], quantity: str, n: int, target: float, limit: float, avar: float) -> Names:
    status, values = list(of_n["status"]), of_n[quantity].to_numpy()
    found: Names = {"replicates": len(values), "used": np.isfinite(values).sum()}
    found |= {s.name.lower(): status.count(s.name.lower()) for s in Status}
    found |= performance.of_estimates(values, n, target, limit, avar)
    if f"{quantity}_low" in of_n:
        low, high = of_n[f"{quantity}_low"].to_numpy(), of_n[f"{quantity}_high"].to_numpy()
        found |= performance.of_intervals(low, high, target, limit)
    return found


def finite(*arrays: Any) -> Any:
    """The replicates that have a number everywhere."""
    stacked = np.array(arrays)
    return stacked[:, np.isfinite(stacked).all(axis=0)]


def rates(by_n: dict[int, Any], target: float) -> Iterator[Names]:
    sizes = list(by_n)
    errors = finite(*by_n.values()) - target
    for start in range(len(sizes) - 1):
        slope, error = performance.slope(errors[start:], sizes[start:])
        yield {
            "from_n": sizes[start],
            "to_n": max(sizes),
            "sizes": len(sizes) - start,
            "used": errors.shape[1],
            "slope": slope,
            "slope_mcse": error,
        }


def contrasts(by_n: dict[int, Any], reference: dict[int, Any], target: float) -> Iterator[Names]:
    sizes = list(by_n)
    errors = finite(*by_n.values(), *reference.values()) - target
    one, other = errors[: len(sizes)], errors[len(sizes) :]
    crossovers = performance.with_errors(
        {f"{loss}_crossover": performance.crossover(one, other, sizes, loss) for loss in performance.LOSSES}
    )
    for n in sizes:
        yield {"n": n} | performance.of_pairs(*finite(by_n[n], reference[n]), target) | crossovers


def ranked(of_n: dict[str, Any], quantity: str, target: float) -> Iterator[Names]:
    """Fifty intervals, from the one whose estimate is nearest to the truth, in units of its own width."""
    ends = finite(of_n[quantity], of_n[f"{quantity}_low"], of_n[f"{quantity}_high"]).T
    ends = sorted(
        (row for row in ends.tolist() if row[2] > row[1]),
        key=lambda row: abs(row[0] - target) / (row[2] - row[1]),
    )
    for k in range(50 if ends else 0):
        rank = (k + 0.5) / 50
        yield {"rank": rank} | dict(
            zip(("estimate", "low", "high"), ends[int(rank * len(ends))], strict=True)
        )


def assert_same(table: str, found: pd.DataFrame, expected: list[dict[str, Any]], rows: Rows) -> None:
    """The same rows, whatever their order, and the same numbers in all columns."""
    keys = [*rows.factors, "n", "method", *rows.parameters, "quantity", "about", "from_n", "rank"]
    # NaN where no row has anything, as for coverage in an experiment without intervals
    wanted = pd.DataFrame(expected, columns=[c for c in found.columns if c != "experiment"])
    assert {column for row in expected for column in row} <= set(found.columns), table
    assert len(found) == len(wanted), table
    keys = [key for key in keys if key in found]
    found, wanted = (frame.sort_values(keys, ignore_index=True) for frame in (found, wanted))
    for column in wanted:
        if column in {"method", "quantity", "about", "against"}:
            assert list(found[column]) == list(wanted[column]), f"{table}: {column}"
        else:
            np.testing.assert_allclose(
                found[column].astype(float),
                wanted[column].astype(float),
                rtol=COARSER.get(column, 1e-12),
                atol=1e-13,
                err_msg=f"{table}: {column}",
            )


def test_the_tables_of_the_whole_study(study):
    configuration = yaml.safe_load((study.parent / "toy.yaml").read_text())
    for name, entry in configuration["experiments"].items():
        rows = read_rows(study, name, entry)
        for table, expected in again(rows).items():
            found = read_table(study / "summaries" / f"{name}{table}.csv")
            assert set(found.get("experiment", [])) <= {name}
            assert_same(f"{name}{table}", found, expected, rows)


# --- an experiment that has everything ---------------------------------------------------------------


def wide_pair(delta: float, weight: float = 0.4) -> models.Mixture:
    """The upper component first, and a standard deviation whose square is another number."""
    return models.Mixture((1 - weight, weight), (delta + 1, 1.0), (3.0, 3.0))


ENTRY = {
    "model": "wide_pair",
    "factors": {"delta": [6, 9]},
    "n": [10, 30, 100, 400],
    "replicates": 60,
    "block": 25,
    "quantities": ["distance", "variance", "lower", "upper", "weight", "passes"],
    "methods": {
        "kmeans": [{"interval": ["sandwich"]}, {}],
        "mixture": None,
        "debiased": None,
        "known_variance": {"eps": [4, 9]},
    },
}
LIMITS = {"distance": (7.1, 90.0), "lower": (0.7, 40.0), "variance": (8.0, 20.0)}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Path]:
    """The rows of the experiment above, and the folder of its tables."""
    results = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "FAMILIES", {"wide_pair": wide_pair})
        study = {"title": "", "date": "", "seed": 5, "decisive": 5, "expect": False, "results": str(results)}
        laid_out = design({"study": study, "experiments": {"all": ENTRY | {"ademp": {}}}, "claims": {}})
        experiment = laid_out.experiments["all"]
        for block in experiment.blocks:
            blocks.complete(block, laid_out.block_file(block))
        names = [
            {"delta": delta, "weight": 0.4, "method": method, **({"eps": eps} if eps else {})}
            for delta in (6, 9)
            for method, eps in [("kmeans,interval=sandwich", None), ("mixture", None), ("known_variance", 9)]
        ]
        files.write_csv(
            results / "limits" / "all.csv",
            ["experiment", "delta", "weight", "method", "eps", "quantity", "limit", "avar"],
            [
                {
                    "experiment": "all",
                    **row,
                    "quantity": quantity,
                    "limit": limit + row["delta"] / 8,
                    "avar": avar,
                }
                for row in names
                for quantity, (limit, avar) in LIMITS.items()
            ],
        )
        found = summaries.summarise(laid_out, experiment, results / "limits" / "all.csv")
        columns = (
            summaries.summary_columns,
            summaries.rate_columns,
            summaries.contrast_columns,
            summaries.interval_columns,
        )
        for table, of, content in zip(TABLES, columns, found, strict=True):
            files.write_csv(results / "summaries" / f"all{table}.csv", of(experiment), content)
    return read_rows(results, "all", ENTRY), results / "summaries"


def test_the_tables_of_an_experiment_that_has_everything(everything):
    rows, folder = everything
    for table, expected in again(rows).items():
        assert_same(f"all{table}", read_table(folder / f"all{table}.csv"), expected, rows)


def test_that_experiment_has_everything(everything):
    """No column is compared for nothing: each has numbers, and the rows have gaps and failures."""
    rows, folder = everything
    for table in TABLES:
        empty = read_table(folder / f"all{table}.csv").drop(columns="eps").isna().all()
        # of so few replicates a crossover has no error
        assert set(empty[empty].index) <= {f"{loss}_crossover_mcse" for loss in performance.LOSSES}
    summary = read_table(folder / "all.csv")
    assert (summary["used"] < summary["replicates"]).any()
    assert (summary["failed"] > 0).any()
    assert (summary["merged"] > 0).any()
    assert set(rows.frame["replicate"]) == set(range(60))
