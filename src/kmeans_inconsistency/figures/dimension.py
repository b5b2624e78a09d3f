"""The bias that coordinates of noise add: against their number over n."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/dimension.csv", "curve": "limits/curves/noise.csv"}

CAPTION = (
    "Bias of the distance between two balanced spherical components in d = {dimensions} dimensions, for n = "
    "{sizes}, against (d − 1)/n. Lines: the limit plus the first-order bias that coordinates of noise add, "
    "{slopes}; for the mixture this is the value at d = {most}. Symbols: simulated means over {replicates} "
    "replicates with 95 % Monte Carlo intervals, circles for k-means, by Lloyd's algorithm and {exchanges}, "
    "and diamonds for the spherical mixture. The vertical axes differ."
)

_METHODS = {"lloyd": "kmeans", "spherical_mixture": "mixture"}


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel for each separation."""
    summary, curve = tables["summary"], tables["curve"]
    data = summary[summary["quantity"] == "distance"].assign(noise=lambda t: (t["dimension"] - 1) / t["n"])
    deltas = sorted(data["delta"].unique())
    figure, axes = style.panels(len(deltas), height=2.4)
    x = np.geomspace(data["noise"].min() / 2, data["noise"].max() * 2, 121)
    phrases = []
    for panel, (delta, rows) in zip(axes, by(data, "delta"), strict=True):
        theory = curve[np.isclose(curve["delta"], delta)]
        slopes = theory[theory["dimension"] == theory["dimension"].max()].iloc[0]
        panel.axhline(0.0, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, linewidth=0.9)
        for method, theory_of in _METHODS.items():
            look, of_method = LOOKS[method], rows[rows["method"] == method]
            limit = (of_method["limit"] - of_method["truth"]).iloc[0]
            panel.plot(x, limit + slopes[theory_of] * x, color=look.colour, linestyle=LOOKS[theory_of].line)
            style.points(panel, of_method["noise"], of_method["bias"], of_method["mean_mcse"], method)
        top = 1.15 * float((rows["bias"] + Z95 * rows["mean_mcse"]).max())
        low = min(0.0, float((rows["bias"] - Z95 * rows["mean_mcse"]).min()))
        panel.set(
            title=f"$δ = {plain(delta)}$", xscale="log", xlabel="$(d - 1)/n$", ylim=(low - 0.05 * top, top)
        )
        rates = f"{plain(slopes['kmeans'], 3)} and {plain(slopes['mixture'], 3)}"
        phrases.append(f"{rates} times (d − 1)/n for k-means and the mixture at δ = {plain(delta)}")
    axes[0].set_ylabel("distance − $δ$")
    style.header(figure, [(method, LOOKS[method].label, False) for method in _METHODS])
    facts = {
        "exchanges": style.EXCHANGES,
        "dimensions": listing(sorted(data["dimension"].unique())),
        "sizes": listing(sorted(data["n"].unique())),
        "slopes": "; ".join(phrases),
        "most": plain(curve["dimension"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
    }
    return Drawing(figure, data, facts)
