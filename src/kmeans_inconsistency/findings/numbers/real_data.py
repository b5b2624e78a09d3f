"""What the paper quotes of real data, in their own units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kmeans_inconsistency.findings.cells import with_addresses
from kmeans_inconsistency.findings.numbers._quoting import Named, number
from kmeans_inconsistency.findings.tables import Row, Tables, count, pick, read, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ()  # they are no part of the study
_TABLE = "real_data"
_ENDS = ("estimate", "se", "low", "high")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """Every distance, and how far k-means is off; nothing for a study that has no paper and so no table."""
    del tables
    path = study.results / f"{_TABLE}.csv"
    rows = with_addresses(_TABLE, read(path)) if path.exists() else []
    for data in dict.fromkeys(str(row["data"]) for row in rows):
        yield from _of(f"real.{data}", pick(rows, data=data))


def _of(name: str, rows: Sequence[Row]) -> Named:
    decimals = _decimals(rows)
    for row in rows:
        method = str(row["method"]).replace(",weights=", "_")
        place = f"{name}.{method}"
        match str(row["quantity"]):
            case "n" | "n_lower" | "n_upper" as quantity:
                yield f"{place}.{quantity}", number(count(row["estimate"]))
            case "distance" | "lower" | "upper" | "kmeans_bias" | "bias" as quantity:
                for end in _ENDS:
                    if row[end]:
                        key = f"{place}.{quantity}" + ("" if end == "estimate" else f"_{end}")
                        yield key, number(value(row[end]), decimals=decimals)
            case "separation" | "gain" as quantity:
                yield f"{place}.{quantity}", number(value(row["estimate"]), decimals=1)
            case "wrong" | "weight" as quantity:
                yield f"{place}.{quantity}_percent", number(100 * value(row["estimate"]), decimals=0)
    bases = {row["method"]: value(row["estimate"]) for row in pick(rows, quantity="distance")}
    for row in pick(rows, method="labels", quantity="kmeans_bias"):
        share = value(row["estimate"]) / bases["labels"]
        yield f"{name}.labels.kmeans_bias_percent", number(100 * share, decimals=0)
        yield f"{name}.excess", number(bases["kmeans"] - bases["labels"], decimals=decimals)


def _decimals(rows: Sequence[Row]) -> int:
    """To the second digit of the labelled distance's standard error, or of that of k-means."""
    labels, kmeans = (pick(rows, method=method, quantity="distance") for method in ("labels", "kmeans"))
    error = float(labels[0]["se"]) if labels else (float(kmeans[0]["high"]) - float(kmeans[0]["low"])) / 4
    return max(1 - math.floor(math.log10(error)), 0)
