"""Who is nearer to the truth: k-means or the mixture, over separation and sample size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import distances, nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {
    "summary": "summaries/crossover.csv",
    "contrasts": "summaries/crossover_contrasts.csv",
    "curve": "limits/curves/efficiency.csv",
    "finite": "limits/curves/finite_samples.csv",
}

CAPTION = (
    "k-means against maximum likelihood of the mixture, balanced components, {replicates} replicates. "
    "Left: root mean squared error of the mixture over that of k-means; above the thick line (blue, dashed "
    "contours) the mixture is nearer to the truth, below it (orange) k-means is, nowhere by more than a "
    "factor of {most}. Dotted: the sample size at which first-order theory predicts the change; "
    "dash-dotted: the one predicted for finite samples (blue, on the right: with equal weights). Right: "
    "the sample size from which on the mixture is ahead, with 95 % Monte Carlo intervals, by mean squared "
    "error at the global maximum (filled squares) and at the local one next to k-means (hollow), by median "
    "absolute error (diamonds), and by mean squared error for the mixture with equal weights (crosses), "
    "moved sideways a little; a point is missing where no change is seen. At δ = {delta} the prediction is "
    "{predicted}, for finite samples {finite}, and the changes are at {measured}, {local}, {median} and "
    "{equal}."
)

_LEVELS = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0)
# the first orange is darker than the last blue, so that the side can be told in grey
_COLOURS = ("#0b3c7a", "#4a72a8", "#9db6d3", "#e4ecf5", "#f7c48d", "#f0a04e", "#dd7a1f")
_DELTA = 2.0
_APART = 0.04  # in the separation, between the points of two series
# by which loss, of which method, with which look
_SERIES = (
    ("rmse", "mixture", "mixture"),
    ("rmse", "mixture,search=local", "mixture,search=local"),
    ("median", "mixture", "em"),
    ("rmse", "mixture,weights=equal", "mixture,weights=equal"),
)


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the map of the ratio of errors, and the sample sizes at which it crosses one."""
    data = distances(tables["summary"])
    contrasts = tables["contrasts"]
    contrasts = contrasts[contrasts["quantity"] == "distance"]
    curve = tables["curve"]
    theory = curve[(curve["weight"] == 0.5) & curve["crossover"].notna()]
    finite = tables["finite"].drop_duplicates("delta").dropna(subset=["crossover"])
    figure, (left, right) = style.panels(2, height=2.35, share_y=True)
    _map(left, data)
    _changes(right, contrasts)
    sizes = data["n"]
    for axes in (left, right):
        axes.plot(theory["delta"], theory["crossover"], color="black", linestyle=LOOKS["truth"].line)
        axes.plot(finite["delta"], finite["crossover"], color="black", linestyle="-.")
        axes.set(xlabel="separation $δ$", xlim=(data["delta"].min(), data["delta"].max()))
    rival, look = tables["finite"].drop_duplicates("delta"), LOOKS["mixture,weights=equal"]
    right.plot(rival["delta"], rival["crossover_equal"], color=look.colour, linestyle=look.line)
    right.set_xlim(data["delta"].min() - 0.15, data["delta"].max() + 0.15)
    left.set(yscale="log", ylim=(sizes.min(), sizes.max()), ylabel="$n$")
    left.minorticks_off()
    style.header(
        figure,
        [
            ("mixture", "by mean squared error", False),
            ("mixture,search=local", "local maximum", False),
            ("em", "by median error", False),
            ("mixture,weights=equal", "equal weights", False),
        ],
    )
    return Drawing(figure, data, _facts(data, contrasts, theory, finite))


def _map(axes: Axes, data: pd.DataFrame) -> None:
    of = {
        name: rows.pivot_table(index="n", columns="delta", values="rmse")
        for name, rows in data.groupby("method")
    }
    ratio = of["mixture"] / of["kmeans"]
    place = ratio.columns.to_numpy(float), ratio.index.to_numpy(float), np.log(ratio.to_numpy(float))
    levels = [-20.0, *np.log(_LEVELS), 20.0]
    options: Any = {"cmap": ListedColormap(_COLOURS), "norm": BoundaryNorm(levels, len(_COLOURS))}
    axes.contourf(*place, levels=levels, **options)
    axes.contour(
        *place,
        levels=np.log(_LEVELS),
        colors=["black" if level == 1 else "0.25" for level in _LEVELS],
        linewidths=[1.8 if level == 1 else 0.5 for level in _LEVELS],
        linestyles=["--" if level < 1 else "-" for level in _LEVELS],
    )
    _name_contours(axes, ratio)


def _name_contours(axes: Axes, ratio: pd.DataFrame) -> None:
    """Write the levels below one into the bands that they begin, at the separation nearest to 2."""
    delta = nearest(ratio.columns.to_series(), _DELTA)
    column = np.log(ratio[delta].to_numpy())[::-1]
    sizes = np.log(ratio.index.to_numpy(float))[::-1]
    for level in (level for level in _LEVELS if level < 1):
        if column[0] < np.log(level) < column.max():
            n = float(np.exp(np.interp(np.log(level), column, sizes)))
            colour = "black" if level > 0.5 else "white"
            options: Any = {"textcoords": "offset points", "ha": "center", "va": "bottom"}
            axes.annotate(f"{level:g}", (delta, n), (0, 2), color=colour, fontsize=7.5, **options)


def _changes(axes: Axes, contrasts: pd.DataFrame) -> None:
    for place, (loss, method, look) in enumerate(_SERIES):
        rows = _found(contrasts, loss, method)
        moved = rows["delta"] + _APART * (place - 1.5)
        value, mcse = rows[f"{loss}_crossover"], rows[f"{loss}_crossover_mcse"]
        style.points(axes, moved, value, mcse, look, positive=True)


def _found(contrasts: pd.DataFrame, loss: str, method: str) -> pd.DataFrame:
    """One row for each separation at which a change was seen."""
    rows = contrasts[(contrasts["method"] == method) & (contrasts["n"] == contrasts["n"].min())]
    seen: pd.DataFrame = rows[rows[f"{loss}_crossover"].notna() & rows[f"{loss}_crossover_mcse"].notna()]
    return seen


def _facts(
    data: pd.DataFrame, contrasts: pd.DataFrame, theory: pd.DataFrame, finite: pd.DataFrame
) -> dict[str, str]:
    delta = nearest(data["delta"], _DELTA)
    found = []
    for loss, method, _ in _SERIES:
        rows = _found(contrasts, loss, method)
        rows = rows[rows["delta"] == delta]
        found.append(plain(rows[f"{loss}_crossover"].iloc[0], 0) if len(rows) else "no n of the grid")
    predicted = np.interp(delta, theory["delta"], theory["crossover"])
    errors = data.pivot_table(index=["n", "delta"], columns="method", values="rmse")
    return {
        "most": plain(float((errors["mixture"] / errors["kmeans"]).max()), 2),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "predicted": plain(float(predicted), 0),
        "finite": plain(float(np.interp(delta, finite["delta"], finite["crossover"])), 0),
        "measured": found[0],
        "local": found[1],
        "median": found[2],
        "equal": found[3],
    }
