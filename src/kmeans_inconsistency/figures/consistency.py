"""Estimated distance against sample size: k-means settles beside the truth, the mixture on it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, distances, nearest
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/consistency.csv"}

CAPTION = (
    "Estimated distance between the two means against the sample size n, for separations δ = {deltas}. "
    "Points: means over {replicates} replicates with 95 % Monte Carlo intervals (often smaller than the "
    "symbol), those of the mixture with equal weights moved to the right a little; bands: the central 90 % "
    "of the estimates of k-means and of the mixture with free weights. Solid lines: k-means' limit; dotted "
    "lines: the true distance. At δ = {delta} and n = {n} the mean is {kmeans} (Monte Carlo standard error "
    "{kmeans_mcse}) for k-means, whose limit is {limit}, and {mixture} ({mixture_mcse}) for the mixture, "
    "whose limit is {delta}; with equal weights it is {equal} ({equal_mcse})."
)


EQUAL = "mixture,weights=equal"


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per separation."""
    data = distances(tables["summary"])
    figure, panels = style.panels(data["delta"].nunique(), height=1.65)
    for axes, (delta, rows) in zip(panels, by(data, "delta"), strict=True):
        _panel(axes, delta, rows)
    for axes in panels[::3]:
        axes.set_ylabel("distance")
    style.header(
        figure,
        [
            ("kmeans", "k-means and its limit", True),
            ("mixture", "mixture ML", False),
            (EQUAL, "equal weights", False),
            ("truth", "truth", True),
        ],
    )
    return Drawing(figure, data, _facts(data))


def _panel(axes: Axes, delta: float, rows: pd.DataFrame) -> None:
    truth, kmeans = LOOKS["truth"], LOOKS["kmeans"]
    limit = float(rows.loc[rows["method"] == "kmeans", "limit"].iloc[0])
    # a band of its own depth for each, so that the two can be told apart in grey, too
    for method, depth in (("mixture", 0.13), ("kmeans", 0.34)):
        look, of_method = LOOKS[method], rows[rows["method"] == method]
        low, high = of_method["q05"], of_method["q95"]
        axes.fill_between(of_method["n"], low, high, color=look.colour, alpha=depth, linewidth=0)
        for edge in (low, high):
            axes.plot(of_method["n"], edge, color=look.colour, linestyle=look.line, linewidth=0.5)
        style.points(axes, of_method["n"], of_method["mean"], of_method["mean_mcse"], method)
    of_equal = rows[rows["method"] == EQUAL]
    style.points(axes, of_equal["n"] * style.ASIDE, of_equal["mean"], of_equal["mean_mcse"], EQUAL)
    axes.axhline(limit, color=kmeans.colour, linestyle=kmeans.line, zorder=2)
    axes.axhline(delta, color=truth.colour, linestyle=truth.line, zorder=2)
    style.sample_size_axis(axes, sorted(rows["n"].unique()))
    axes.set_title(f"$δ$ = {plain(delta)}")
    style.label_right(axes, [(delta, plain(delta), truth.colour), (limit, plain(limit, 3), kmeans.colour)])


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the separation nearest to 2, at the largest n."""
    at = data[(data["delta"] == nearest(data["delta"], 2.0)) & (data["n"] == data["n"].max())].set_index(
        "method"
    )
    facts = {
        "deltas": listing(sorted(data["delta"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(at.loc["kmeans", "delta"]),
        "n": plain(data["n"].max()),
        "limit": plain(at.loc["kmeans", "limit"], 4),
    }
    for name, method in (("kmeans", "kmeans"), ("mixture", "mixture"), ("equal", EQUAL)):
        facts[name], facts[f"{name}_mcse"] = with_error(*at.loc[method, ["mean", "mean_mcse"]])
    return facts
