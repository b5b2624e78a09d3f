"""Root mean squared error against sample size: who is nearer to the truth, and from which n on."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, distances, nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/consistency.csv", "curve": "limits/curves/rmse.csv"}

CAPTION = (
    "Root mean squared error of the estimated distance against the sample size n, for separations δ = "
    "{deltas}. Points: {replicates} replicates with 95 % Monte Carlo intervals, those of the mixture with "
    "equal weights moved to the right a little. Lines: the asymptotic prediction, the square root of "
    "squared limiting bias plus asymptotic variance over n, which is the same for free and for equal "
    "weights. At δ = {delta} the errors of k-means and of the mixture are {kmeans_small} and "
    "{mixture_small} at n = {small}, {kmeans_large} and {mixture_large} at n = {large}."
)

EQUAL = "mixture,weights=equal"


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per separation, on common axes."""
    data = distances(tables["summary"])
    curves = tables["curve"]
    figure, panels = style.panels(data["delta"].nunique(), height=1.65, share_y=True)
    for axes, (delta, rows) in zip(panels, by(data, "delta"), strict=True):
        _panel(axes, rows, curves[curves["delta"] == delta])
        axes.set_title(f"$δ$ = {plain(delta)}")
    panels[0].set(yscale="log", ylim=(data["rmse"].min() / 1.5, data["rmse"].max() * 1.5))
    panels[0].yaxis.set_major_locator(LogLocator(subs=(1.0,) if len(panels) > 1 else (1.0, 2.0, 5.0)))
    panels[0].yaxis.set_major_formatter("{x:g}")
    panels[0].yaxis.set_minor_locator(NullLocator())
    for axes in panels[::3]:
        axes.set_ylabel("RMSE")
    entries = [("kmeans", "k-means", True), ("mixture", "mixture ML", True), (EQUAL, "equal weights", False)]
    style.header(figure, entries)
    return Drawing(figure, data, _facts(data))


def _panel(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame) -> None:
    style.sample_size_axis(axes, sorted(rows["n"].unique()))
    for method in ("kmeans", "mixture"):
        look, of_method = LOOKS[method], rows[rows["method"] == method]
        axes.plot(curve["n"], curve[method], color=look.colour, linestyle=look.line)
        style.points(axes, of_method["n"], of_method["rmse"], of_method["rmse_mcse"], method)
    # to first order the line of the mixture is theirs, too
    of_equal = rows[rows["method"] == EQUAL]
    style.points(axes, of_equal["n"] * style.ASIDE, of_equal["rmse"], of_equal["rmse_mcse"], EQUAL)


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the separation nearest to 2, at the smallest and the largest n."""
    delta, small, large = nearest(data["delta"], 2.0), data["n"].min(), data["n"].max()
    at = data[data["delta"] == delta].set_index(["n", "method"])["rmse"]
    return {
        "deltas": listing(sorted(data["delta"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "small": plain(small),
        "large": plain(large),
        "kmeans_small": plain(at[small, "kmeans"], 3),
        "mixture_small": plain(at[small, "mixture"], 3),
        "kmeans_large": plain(at[large, "kmeans"], 4),
        "mixture_large": plain(at[large, "mixture"], 4),
    }
