"""The posterior of the distance beside maximum likelihood: where it is, and what its interval covers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import DISTANCE, by
from kmeans_inconsistency.text import listing, plain, with_error

INPUTS = {"summary": "summaries/bayes.csv"}

CAPTION = (
    "Bayesian estimation beside maximum likelihood, for balanced components at separations δ = {deltas}. "
    "Above: means of the estimated distance over {replicates} replicates, and the central 90 % of the "
    "estimates, against n; the dotted line is the truth. Below: share of the samples in which a 95 % "
    "interval contains the truth, with 95 % Monte Carlo intervals; the grey line is 95 %. Pentagons: "
    "posterior mean and credible interval; squares: maximum likelihood and the interval from the observed "
    "information. At δ = {delta} and n = {n} the posterior mean is {mean} (Monte Carlo standard error "
    "{mcse}) on average and the credible interval contains the truth in {coverage} % of the samples."
)

# method, look, place beside its n
METHODS = (("mixture,interval=information", "mixture", 0.96), ("posterior", "posterior", 1.04))


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the estimates above and the coverage below, one column per separation."""
    summary = tables["summary"]
    columns = [*DISTANCE, "coverage", "coverage_mcse"]
    data = summary.loc[(summary["quantity"] == "distance") & (summary["weight"] == 0.5), columns]
    across = data["delta"].nunique()
    figure, panels = style.panels(2 * across, height=2.05, columns=across)
    for column, (delta, rows) in enumerate(by(data, "delta")):
        _estimates(panels[column], rows, delta)
        _coverage(panels[across + column], rows)
        panels[column].set_title(f"$δ$ = {plain(delta)}")
    panels[0].set_ylabel("distance")
    panels[across].set_ylabel("share of samples")
    entries = [("mixture", "mixture ML", False), ("posterior", "posterior", False), ("truth", "truth", True)]
    style.header(figure, entries)
    return Drawing(figure, data.reset_index(drop=True), _facts(data))


def _estimates(axes: Axes, rows: pd.DataFrame, delta: float) -> None:
    axes.axhline(delta, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=2)
    for method, look, shift in METHODS:
        of = rows[rows["method"] == method]
        axes.vlines(shift * of["n"], of["q05"], of["q95"], color=LOOKS[look].colour, linewidth=0.7, alpha=0.6)
        style.points(axes, shift * of["n"], of["mean"], of["mean_mcse"], look)
    style.sample_size_axis(axes, sorted(rows["n"].unique()))


def _coverage(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axhline(0.95, color="0.7", linewidth=0.8, zorder=1)
    for method, look, shift in METHODS:
        of = rows[rows["method"] == method]
        style.points(axes, shift * of["n"], of["coverage"], of["coverage_mcse"], look)
    axes.set_ylim(min(0.8, rows["coverage"].min() - 0.05), 1.01)
    style.sample_size_axis(axes, sorted(rows["n"].unique()))


def _facts(data: pd.DataFrame) -> dict[str, str]:
    """Give the numbers of the caption: at the smallest separation, at the largest n."""
    at = data[(data["method"] == "posterior") & (data["n"] == data["n"].max())].sort_values("delta").iloc[0]
    mean, mcse = with_error(at["mean"], at["mean_mcse"])
    return {
        "deltas": listing(sorted(data["delta"].unique())),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(at["delta"]),
        "n": plain(at["n"]),
        "mean": mean,
        "mcse": mcse,
        "coverage": plain(100 * at["coverage"], 1),
    }
