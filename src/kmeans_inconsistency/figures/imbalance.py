"""The bias of the distance over the weight of the smaller component, a panel for each separation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/imbalance.csv", "curve": "limits/curves/imbalance.csv"}

CAPTION = (
    "Bias of the estimated distance over the weight of the smaller component, for separations δ = {deltas}. "
    "Lines: limit of k-means (solid), which falls vertically where k-means gives up the small component, "
    "and the truth (dotted). Symbols: simulated means at n = {n} over {replicates} replicates with 95 % "
    "Monte Carlo intervals. The vertical axes differ."
)

_METHODS = ("mixture", "kmeans")


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel for each separation of the study."""
    summary, curve = tables["summary"], tables["curve"]
    data = summary[(summary["n"] == summary["n"].max()) & (summary["quantity"] == "distance")]
    deltas = sorted(data["delta"].unique())
    figure, axes = style.panels(len(deltas), height=1.55)
    look, truth = LOOKS["kmeans"], LOOKS["truth"]
    for panel, (delta, rows) in zip(axes, by(data, "delta"), strict=True):
        theory = curve[np.isclose(curve["delta"], delta)]
        panel.axhline(0.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
        bias = theory["kmeans"] - theory["delta"]
        panel.plot(1 - theory["weight"], bias, color=look.colour, linestyle=look.line)
        for method in _METHODS:
            of_method = rows[rows["method"] == method]
            style.points(panel, 1 - of_method["weight"], of_method["bias"], of_method["mean_mcse"], method)
        panel.set(title=f"$δ = {plain(delta)}$", xlim=(-0.01, 0.53), xticks=[0.1, 0.3, 0.5])
    for panel in axes[::3]:
        panel.set_ylabel("distance − $δ$")
    for panel in axes[-3:]:
        panel.set_xlabel("weight of the smaller component")
    style.header(
        figure, [("kmeans", LOOKS["kmeans"].label, True), ("mixture", LOOKS["mixture"].label, False)]
    )
    facts = {
        "deltas": listing(deltas),
        "n": plain(data["n"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
    }
    return Drawing(figure, data, facts)
