"""k-means' limit against the separation, with simulated means at the largest sample size."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import distances
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/consistency.csv", "curve": "limits/curves/distance.csv"}

CAPTION = (
    "What k-means estimates at each separation δ. Left: the limit of its distance (solid) against the truth "
    "(dotted); right: the limit minus the truth. Symbols: simulated means at n = {n} over {replicates} "
    "replicates with 95 % Monte Carlo intervals, circles for k-means and squares for maximum likelihood of "
    "the mixture. The bias of k-means is {zero} at δ = 0, where there is nothing to find, and fades as the "
    "components part: {low} at δ = {lowest}, {high} at δ = {highest}."
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the limit on the left and the bias on the right."""
    rows = distances(tables["summary"])
    shown = (rows["n"] == rows["n"].max()) & rows["method"].isin(["kmeans", "mixture"])
    data = rows[shown].reset_index(drop=True)
    # beyond the last symbol both lines are the truth
    top = float(data["delta"].max()) + 2
    curve = tables["curve"][tables["curve"]["delta"] <= top]
    kmeans, mixture, truth = (LOOKS[name] for name in ("kmeans", "mixture", "truth"))
    figure, (left, right) = style.panels(2, height=2.35)
    left.plot(curve["delta"], curve["delta"], color=truth.colour, linestyle=truth.line)
    left.plot(curve["delta"], curve["kmeans"], color=kmeans.colour, linestyle=kmeans.line)
    right.axhline(0.0, color=truth.colour, linestyle=truth.line)
    right.plot(curve["delta"], curve["kmeans"] - curve["delta"], color=kmeans.colour, linestyle=kmeans.line)
    for method in ("kmeans", "mixture"):
        of_method = data[data["method"] == method]
        style.points(left, of_method["delta"], of_method["mean"], of_method["mean_mcse"], method)
        bias = of_method["mean"] - of_method["truth"]
        style.points(right, of_method["delta"], bias, of_method["mean_mcse"], method)
    start = float(curve["kmeans"].iloc[0])
    left.set(xlabel="separation $δ$", ylabel="distance", xlim=(0, top), ylim=(0, top))
    right.set(xlabel="separation $δ$", ylabel="distance − $δ$", xlim=(0, top))
    style.write(left, kmeans.label, (0.0, start), (5, 13), kmeans.colour)
    style.write(left, truth.label, (1.0, 1.0), (6, -11), truth.colour)
    style.write(right, kmeans.label, (0.0, start), (9, -4), kmeans.colour)
    style.write(right, mixture.label, (0.7 * top, 0.0), (0, 7), mixture.colour)
    return Drawing(figure, data, _facts(data, curve))


def _facts(data: pd.DataFrame, curve: pd.DataFrame) -> dict[str, str]:
    kmeans = data[data["method"] == "kmeans"].sort_values("delta")
    bias = kmeans["limit"] - kmeans["truth"]
    return {
        "n": plain(data["n"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
        "zero": plain(float(curve["kmeans"].iloc[0]), 4),
        "low": plain(bias.iloc[0], 4),
        "lowest": plain(kmeans["delta"].iloc[0]),
        "high": plain(bias.iloc[-1], 4),
        "highest": plain(kmeans["delta"].iloc[-1]),
    }
