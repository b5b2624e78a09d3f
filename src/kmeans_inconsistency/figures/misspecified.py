"""Components that the mixture does not suppose: biases of both estimators, and who errs less."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import plain

INPUTS = {
    "t_pair": "summaries/t_components.csv",
    "laplace_pair": "summaries/laplace_components.csv",
    "uniform_pair": "summaries/uniform_components.csv",
    "unequal_pair": "summaries/unequal_components.csv",
    "curve": "limits/curves/misspecified.csv",
}

CAPTION = (
    "Balanced components that are not normal with a common variance: Student's t with {df} degrees of "
    "freedom, Laplace and uniform components, all of unit variance, and normal ones with standard "
    "deviations 1 and {ratio}. Above: bias of the distance; lines are limits (thin: those of k-means for "
    "normal components of unit variance), symbols simulated means at n = {n} over {replicates} replicates "
    "with 95 % Monte Carlo intervals. Where the line of the mixture breaks, its limit jumps to a fit with "
    "one component in a tail. Below: root mean squared error of the mixture over that of k-means; above 1 "
    "k-means errs less. Separations δ are named at the lines."
)

_TITLES = {
    "t_pair": "Student's t",
    "laplace_pair": "Laplace",
    "uniform_pair": "uniform",
    "unequal_pair": "unequal variances",
}


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a column for each family: biases above, the ratio of errors below."""
    curve = tables["curve"]
    figure, axes = style.panels(8, height=1.55, columns=4)
    parts = []
    for i, (family, title) in enumerate(_TITLES.items()):
        summary = tables[family]
        summary = summary[summary["quantity"] == "distance"]
        end = summary[summary["n"] == summary["n"].max()]
        parts.append(end.assign(family=family))
        _bias(axes[i], curve, family, end)
        _ratio(axes[4 + i], summary)
        axes[i].set_title(title)
    axes[0].set_ylabel("distance − $δ$")
    axes[4].set_ylabel("RMSE, mixture / k-means")
    style.header(figure, [(name, LOOKS[name].label, True) for name in ("kmeans", "mixture")])
    data = pd.concat(parts)
    facts = {
        "df": plain(tables["t_pair"]["df"].iloc[0]),
        "ratio": plain(tables["unequal_pair"]["ratio"].iloc[0]),
        "n": plain(data["n"].max()),
        "replicates": plain(data["replicates"].max()),
    }
    return Drawing(figure, data, facts)


def _bias(panel: Axes, curve: pd.DataFrame, family: str, end: pd.DataFrame) -> None:
    truth, normal = LOOKS["truth"], LOOKS["kmeans"]
    panel.axhline(0.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
    panel.plot(
        curve["delta"], curve["normal_pair_kmeans"] - curve["delta"], color=normal.colour, linewidth=0.5
    )
    for method in ("kmeans", "mixture"):
        look = LOOKS[method]
        bias = (curve[f"{family}_{method}"] - curve["delta"]).to_numpy(copy=True)
        # a jump of the limit is a gap in its line
        jumps = np.flatnonzero(np.abs(np.diff(bias)) > 1)
        x = np.insert(curve["delta"].to_numpy(), jumps + 1, np.nan)
        panel.plot(x, np.insert(bias, jumps + 1, np.nan), color=look.colour, linestyle=look.line)
        rows = end[end["method"] == method]
        style.points(panel, rows["delta"], rows["bias"], rows["mean_mcse"], method)
    panel.set(xlim=(0.4, 5.1), xticks=[1, 3, 5], xlabel="separation $δ$")


def _ratio(panel: Axes, summary: pd.DataFrame) -> None:
    look, truth = LOOKS["mixture"], LOOKS["truth"]
    panel.axhline(1.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
    deltas = sorted(summary["delta"].unique())
    shades = np.linspace(0.35, 1.0, len(deltas))
    for shade, (delta, rows) in zip(shades, by(summary, "delta"), strict=True):
        error = rows.pivot_table(index="n", columns="method", values="rmse")
        ratio = error["mixture"] / error["kmeans"]
        colour = style.tint(look.colour, float(shade))
        panel.plot(ratio.index, ratio, color=colour, marker=look.marker, linewidth=0.8)
        style.write(panel, plain(delta), (float(ratio.index[-1]), float(ratio.iloc[-1])), (4, -3), colour)
    style.sample_size_axis(panel, sorted(summary["n"].unique()))
    panel.set(yscale="log", xlim=(summary["n"].min() / 1.6, summary["n"].max() * 3))
    low, high = panel.get_ylim()
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= tick <= high]
    panel.set_yticks(ticks, [plain(tick) for tick in ticks])
    panel.minorticks_off()
