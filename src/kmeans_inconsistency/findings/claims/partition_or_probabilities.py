"""Balanced, k-means' partition is as good as that of Bayes' rule; its probabilities never are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, below, equals, exceeds, where
from kmeans_inconsistency.findings.tables import Row, Tables, pick, value

MARGINS = ("error", "slope", "brier", "same", "from_delta")


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    n = tables.sizes[-1]

    def against_truth(method: str, quantity: str) -> list[Row]:
        """Contrasts with the true probabilities, the experiment's first method, on the same samples."""
        return pick(tables.contrasts, method=method, n=n, quantity=quantity, against="partition")

    for row in against_truth("partition,rule=kmeans", "partition_error"):
        balanced = value(row["weight"]) == 0.5
        yield (equals if balanced else exceeds)(
            "balanced, the partition error of k-means is that of Bayes' rule"
            if balanced
            else "unbalanced, the partition error of k-means exceeds that of Bayes' rule",
            where(row, "delta", "weight", "n"),
            value(row["difference"]),
            value(row["difference_mcse"]),
            0,
            margins["error"],
        )
    for row in tables.at("partition,rule=kmeans", n, "calibration_slope"):
        yield below(
            "the calibration slope of k-means' probabilities is below 1",
            where(row, "delta", "weight", "n"),
            value(row["mean"]),
            value(row["mean_mcse"]),
            1,
            margins["slope"],
        )
    for row in against_truth("partition,rule=kmeans", "brier_score"):
        yield exceeds(
            "the Brier score of k-means' probabilities exceeds that of the true ones",
            where(row, "delta", "weight", "n"),
            value(row["difference"]),
            value(row["difference_mcse"]),
            0,
            margins["brier"],
        )
    for row in tables.at("partition,rule=mixture", n, "calibration_slope"):
        if value(row["delta"]) >= margins["from_delta"]:
            yield equals(
                "the calibration slope of the mixture's probabilities is 1",
                where(row, "delta", "weight", "n"),
                value(row["mean"]),
                value(row["mean_mcse"]),
                1,
                margins["slope"],
            )
    for row in against_truth("partition,rule=mixture", "brier_score"):
        if value(row["delta"]) >= margins["from_delta"]:
            yield equals(
                "the Brier score of the mixture's probabilities is that of the true ones",
                where(row, "delta", "weight", "n"),
                value(row["difference"]),
                value(row["difference_mcse"]),
                0,
                margins["same"],
            )
