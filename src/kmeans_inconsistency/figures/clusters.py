"""The relative bias of k-means for more clusters: in a row, and at the corners of a simplex."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {
    "row": "summaries/clusters.csv",
    "simplex": "summaries/simplex.csv",
    "curve": "limits/curves/clusters.csv",
}

CAPTION = (
    "Relative bias of the mean distance over all pairs of centres for K equally likely components of unit "
    "variance, with K clusters. Left: components in a row, neighbours δ apart; right: at the corners of a "
    "regular simplex of side δ in {dimension} dimensions. Lines: limits of k-means for K = {clusters}, "
    "darker for more clusters. Circles: simulated means at n = {n_row} (left) and {n_simplex} (right) over "
    "{replicates_row} and {replicates_simplex} replicates with 95 % Monte Carlo intervals, hollow for the "
    "best of several runs of Lloyd's algorithm followed by {exchanges}; blue diamonds: maximum likelihood "
    "of the spherical mixture."
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the row on the left and the simplex on the right."""
    curve = tables["curve"]
    figure, axes = style.panels(2, height=1.9, share_y=True)
    parts = [_end(tables[name]).assign(panel=name) for name in ("row", "simplex")]
    count = curve["clusters"].nunique()
    shades = {
        name: style.shades(LOOKS[name].colour, count) for name in ("kmeans", "lloyd", "spherical_mixture")
    }
    truth = LOOKS["truth"]
    for panel, data, name in zip(axes, parts, ("row", "simplex"), strict=True):
        panel.axhline(0.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
        for place, (clusters, theory) in enumerate(by(curve, "clusters")):
            colour = shades["kmeans"][place]
            panel.plot(theory["delta"], 100 * theory[name], color=colour, label=f"$K = {plain(clusters)}$")
            for method in shades:
                rows = data[(data["method"] == method) & (data["clusters"] == clusters)]
                scale = 100 / rows["truth"]
                tone = shades[method][place]
                style.points(
                    panel, rows["delta"], scale * rows["bias"], scale * rows["mean_mcse"], method, colour=tone
                )
        panel.set(xlabel="separation $δ$", xlim=(0.5, 5.0), ylim=(-5, 120))
    axes[0].set(title="in a row", ylabel="relative bias, %")
    axes[1].set(title="at the corners of a simplex")
    axes[0].legend(frameon=False, fontsize=8.5)
    row, corners = parts
    facts = {
        "exchanges": style.EXCHANGES,
        "dimension": listing(sorted(corners["dimension"].unique())),
        "clusters": listing(sorted(curve["clusters"].unique())),
        "n_row": plain(row["n"].max()),
        "n_simplex": plain(corners["n"].max()),
        "replicates_row": plain(row["replicates"].max()),
        "replicates_simplex": plain(corners["replicates"].max()),
    }
    return Drawing(figure, pd.concat(parts), facts)


def _end(summary: pd.DataFrame) -> pd.DataFrame:
    end: pd.DataFrame = summary[(summary["n"] == summary["n"].max()) & (summary["quantity"] == "distance")]
    return end
