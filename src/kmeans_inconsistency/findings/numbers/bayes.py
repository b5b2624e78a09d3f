"""What the paper quotes of the posterior."""

from __future__ import annotations

from collections.abc import Mapping

from kmeans_inconsistency.findings.cells import every
from kmeans_inconsistency.findings.numbers._quoting import Named, measured, number
from kmeans_inconsistency.findings.tables import Tables, pick, value
from kmeans_inconsistency.study.design import Study

EXPERIMENTS = ("bayes", "calibration")

METHODS = {"posterior": "posterior", "mixture,interval=information": "mixture"}
MEASURES = ("mean", "bias", "empse", "rmse", "width")


def named(study: Study, tables: Mapping[str, Tables]) -> Named:
    """The smallest separation at the smallest and the largest n; how the chains have mixed."""
    del study
    of = tables["bayes"].summary
    sizes = tables["bayes"].sizes
    delta = min(value(row["delta"]) for row in of)
    yield "bayes.delta", number(delta)
    yield "bayes.n", number(sizes[-1])
    yield "bayes.n_small", number(sizes[0])
    for place, n in (("", sizes[-1]), (".small", sizes[0])):
        for row in pick(of, delta=delta, n=n, quantity="distance"):
            name = f"bayes{place}.{METHODS[row['method']]}"
            for measure in MEASURES:
                yield f"{name}.{measure}", measured(row, measure)
            percent = 100 * value(row["coverage"]), 100 * value(row["coverage_mcse"])
            yield f"{name}.coverage", number(*percent)
    r_hat = [value(row["mean"]) for row in pick(of, quantity="r_hat")]
    sizes_found = [value(row["mean"]) for row in pick(of, quantity="effective_size")]
    yield "bayes.r_hat_largest", number(max(r_hat), decimals=3)
    yield "bayes.effective_least", number(min(sizes_found), decimals=0)
    ranks = tables["calibration"].summary
    off = [abs(value(row["bias_limit"])) / value(row["mean_mcse"]) for row in ranks]
    yield "calibration.z_max", number(max(off), decimals=1)
    yield "calibration.features", number(len(ranks), of=every(ranks, "mean"))
