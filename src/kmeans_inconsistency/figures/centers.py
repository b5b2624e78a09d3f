"""Three and four components of unequal weights: errors of all centres, of the mixture over k-means."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

_NAMES = ("three_components", "four_components")
INPUTS = {
    "three_components": "summaries/three_components.csv",
    "three_components_contrasts": "summaries/three_components_contrasts.csv",
    "four_components": "summaries/four_components.csv",
    "four_components_contrasts": "summaries/four_components_contrasts.csv",
}

CAPTION = (
    "Root mean squared error of all centres together: that of the spherical mixture over that of k-means, "
    "for components of unit variance at the corners of a regular simplex of side δ, the weight of each "
    "{ratio} times that of the one before: a row of panels for each number K of components ({clusters}), "
    "darker for more dimensions d. Below the dotted line the mixture is nearer to the truth. Symbols: "
    "ratios over {replicates} replicates, on the same samples, with 95 % Monte Carlo intervals. No theory "
    "is drawn. The smallest ratio is {least}, and the largest is {largest}."
)

_KEYS = ["clusters", "dimension", "ratio", "delta", "n"]
_COLUMNS = [*_KEYS, "replicates", "used", "limit", "mean", "mean_mcse", "rmse", "rmse_mcse"]
_METHOD = "spherical_mixture"


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a row for each number of components, a panel for each separation."""
    data = pd.concat([_ratios(tables[name], tables[f"{name}_contrasts"]) for name in _NAMES])
    deltas = sorted(data["delta"].unique())
    dimensions = sorted(data["dimension"].unique())
    shades = dict(zip(dimensions, style.shades(LOOKS[_METHOD].colour, len(dimensions)), strict=True))
    figure, axes = style.panels(2 * len(deltas), height=1.7, columns=len(deltas), share_y=True)
    truth = LOOKS["truth"]
    rows_of = [(clusters, delta) for clusters, _ in by(data, "clusters") for delta in deltas]
    for panel, (clusters, delta) in zip(axes, rows_of, strict=True):
        rows = data[(data["clusters"] == clusters) & (data["delta"] == delta)]
        panel.axhline(1.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
        sizes = sorted(rows["n"].unique())
        for place, (dimension, of) in enumerate(by(rows, "dimension")):
            # a little aside, so that intervals do not cover each other
            x = of["n"] * 1.08 ** (place - (rows["dimension"].nunique() - 1) / 2)
            style.points(panel, x, of["rmse_ratio"], of["rmse_ratio_mcse"], _METHOD, colour=shades[dimension])
        style.sample_size_axis(panel, sizes)
        panel.set_xticks(sizes, [plain(n) for n in sizes])
        panel.set_ylim(0.0, 1.08 * (data["rmse_ratio"] + Z95 * data["rmse_ratio_mcse"]).max())
        if delta == deltas[0]:
            panel.set_ylabel(f"$K = {plain(clusters)}$: ratio")
        if clusters == min(data["clusters"]):
            panel.set(title=f"$δ = {plain(delta)}$", xlabel="")
    dots = LOOKS[_METHOD]
    handles = [
        axes[0].plot([], [], linestyle="none", label=f"$d = {plain(d)}$", **style.dots(dots, colour))[0]
        for d, colour in shades.items()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles), frameon=False)
    facts = {
        "ratio": listing(sorted(data["ratio"].unique())),
        "clusters": listing(sorted(data["clusters"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "least": plain(data["rmse_ratio"].min(), 2),
        "largest": plain(data["rmse_ratio"].max(), 2),
    }
    return Drawing(figure, data, facts)


def _ratios(summary: pd.DataFrame, contrasts: pd.DataFrame) -> pd.DataFrame:
    """The mixture's errors with their ratios to those of k-means, on the same samples."""
    own, pairs = (
        table[(table["method"] == _METHOD) & (table["quantity"] == "center_error")]
        for table in (summary, contrasts)
    )
    return own[_COLUMNS].merge(pairs[[*_KEYS, "rmse_ratio", "rmse_ratio_mcse"]], on=_KEYS)
