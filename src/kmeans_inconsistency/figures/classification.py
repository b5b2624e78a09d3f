"""Classification likelihood over the separation: its variance, and the share of fits with one cluster."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/classification_ml.csv", "curve": "limits/curves/emptying.csv"}

CAPTION = (
    "Classification likelihood for balanced components. Left: the estimated variance. Lines: limits with "
    "equal weights (solid; this is k-means) and with free weights (dashed); dotted, the truth. Points: "
    "means over {replicates} replicates at n = {n}, with 95 % Monte Carlo intervals, of k-means (circles) "
    "and with free weights (triangles). Right: share of the fits with free weights that leave a cluster "
    "empty, the paler the smaller n ({sizes}); the line is the limit, which jumps at δ = {critical}. At δ = "
    "{delta} the mean variance of k-means is {mean} (Monte Carlo standard error {mcse}), its limit {limit}."
)

_MEASURES = ["mean", "mean_mcse", "replicates", "merged", "limit"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the variance and the share of emptied fits side by side."""
    summary, curve = tables["summary"], tables["curve"]
    wanted = (summary["quantity"] == "variance") & summary["method"].isin(["kmeans", "classification"])
    data = summary.loc[wanted, ["delta", "n", "method", *_MEASURES]].sort_values(["method", "delta", "n"])
    figure, (left, right) = style.panels(2, height=1.9)
    _variances(left, data[data["n"] == data["n"].max()], curve)
    _emptied(right, data[data["method"] == "classification"], float(curve["critical"].iloc[0]))
    for axes in (left, right):
        axes.set(xlabel="separation $δ$", xlim=(0.5, 5.5))
    entries = [
        ("kmeans", "k-means", True),
        ("classification", "free weights", True),
        ("truth", "truth", True),
    ]
    style.header(figure, entries)
    return Drawing(figure, data.reset_index(drop=True), _facts(data, curve))


def _variances(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame) -> None:
    for method, column in (("kmeans", "fixed"), ("classification", "free")):
        look = LOOKS[method]
        critical = curve["critical"].iloc[0]
        # the line is broken at the jump
        for part in (curve[curve["delta"] < critical], curve[curve["delta"] > critical]):
            axes.plot(part["delta"], part[column], color=look.colour, linestyle=look.line, zorder=2)
        of = rows[rows["method"] == method]
        style.points(axes, of["delta"], of["mean"], of["mean_mcse"], method)
    axes.axhline(1.0, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=1.5)
    axes.set(ylim=(0.0, 3.6), ylabel="variance")


def _emptied(axes: Axes, rows: pd.DataFrame, critical: float) -> None:
    look = LOOKS["classification"]
    axes.plot([0.5, critical], [1.0, 1.0], color=look.colour, linestyle=look.line, zorder=2)
    axes.plot([critical, 5.5], [0.0, 0.0], color=look.colour, linestyle=look.line, zorder=2)
    axes.axvline(critical, color="0.8", linewidth=0.6, zorder=1)
    sizes = sorted(rows["n"].unique())
    for place, (_, of) in enumerate(by(rows, "n"), start=1):
        share = of["merged"] / of["replicates"]
        colour = style.tint(look.colour, 0.25 + 0.75 * place / len(sizes))
        style.points(
            axes, of["delta"], share, 0 * share, "classification", colour=colour, zorder=3 + place / 10
        )
    axes.set(ylim=(-0.05, 1.05), ylabel="share emptied")


def _facts(data: pd.DataFrame, curve: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption, at the separation nearest to 2."""
    last = data[(data["method"] == "kmeans") & (data["n"] == data["n"].max())]
    at = last.loc[(last["delta"] - 2).abs().idxmin()]
    mean, mcse = with_error(at["mean"], at["mean_mcse"])
    return {
        "replicates": listing(sorted(data["replicates"].unique())),
        "n": plain(data["n"].max()),
        "sizes": listing(sorted(data["n"].unique())),
        "critical": plain(curve["critical"].iloc[0], 3),
        "delta": plain(at["delta"]),
        "mean": mean,
        "mcse": mcse,
        "limit": plain(at["limit"], 4),
    }
