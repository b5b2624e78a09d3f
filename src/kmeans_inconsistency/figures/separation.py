"""From which separation on the centres of k-means are close to the means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by, nearest
from kmeans_inconsistency.text import plain

INPUTS = {
    "summary": "summaries/separation.csv",
    "curve": "limits/curves/separation.csv",
    "close": "limits/curves/close.csv",
    "critical": "limits/curves/critical_weight.csv",
}

CAPTION = (
    "How far the centres of k-means are from the means. Left: distance of the worse centre from its mean in "
    "per cent of δ, with the weight of the smaller component beside each line. Lines are limits, and "
    "circles are simulated means at n = {n} over {replicates} replicates with 95 % Monte Carlo intervals "
    "(those below the axis are not shown); dotted, 1 %. Right: the separation beyond which the worse centre "
    "is within 1 % (solid), {balanced} for balanced components and {unbalanced} at weight {small}, and the "
    "critical separation below which k-means gives up the small component (dashed). Where the two lines "
    "meet, the error of the centres falls from large to below 1 % at a single separation."
)

_FLOOR = 0.01


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the error against the separation, and where it becomes small over the weight."""
    data, curve, close, critical = (
        worse(tables["summary"]),
        tables["curve"],
        tables["close"],
        tables["critical"],
    )
    figure, (left, right) = style.panels(2, height=2.15)
    look, truth = LOOKS["kmeans"], LOOKS["truth"]
    shades = np.linspace(0.35, 1.0, curve["weight"].nunique())
    for shade, (weight, theory) in zip(shades, by(curve, "weight"), strict=True):
        colour = style.tint(look.colour, float(shade))
        left.plot(
            theory["delta"], 100 * theory["centre"], color=colour, label=plain(round(1 - float(weight), 10))
        )
        rows = data[np.isclose(data["weight"], weight)]
        rows = rows[100 * rows["error"] > _FLOOR]
        mcse = 100 * rows["mean_mcse"] / rows["delta"]
        style.points(left, rows["delta"], 100 * rows["error"], mcse, "kmeans", colour=colour, positive=True)
    left.axhline(1.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
    left.set(
        yscale="log",
        ylim=(_FLOOR, 200),
        xlim=(1.5, 10.3),
        xlabel="separation $δ$",
        ylabel="error of the worse centre, %",
    )
    left.legend(
        frameon=False,
        fontsize=8,
        title="weight",
        title_fontsize=8,
        handlelength=1.4,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )
    right.plot(close["weight"], close["delta"], color=look.colour, linestyle=look.line)
    right.plot(
        critical["weight"], critical["delta"], color=truth.colour, linestyle=(0.0, (5.0, 1.6)), linewidth=0.9
    )
    right.set(
        xscale="log",
        xlim=(0.006, 0.5),
        ylim=(3, 12),
        xlabel="weight of the smaller component",
        ylabel="separation $δ$",
    )
    right.set_xticks([0.01, 0.03, 0.1, 0.3], ["0.01", "0.03", "0.1", "0.3"])
    right.minorticks_off()
    style.write(right, "centres within 1 %", (0.05, 8.6), (0, 0), look.colour)
    style.write(right, "small one\ngiven up", (0.0075, 4.2), (0, 0), truth.colour)
    small = nearest(close["weight"], 0.1)
    facts = {
        "n": plain(data["n"].max()),
        "replicates": plain(data["replicates"].max()),
        "balanced": plain(float(close.loc[close["weight"] == 0.5, "delta"].iloc[0]), 2),
        "unbalanced": plain(float(close.loc[close["weight"] == small, "delta"].iloc[0]), 2),
        "small": plain(small, 3),
    }
    return Drawing(figure, data, facts)


def worse(summary: pd.DataFrame) -> pd.DataFrame:
    """The worse of the two centres at the largest n, with its ``error`` as a share of the separation."""
    chosen = (summary["n"] == summary["n"].max()) & summary["quantity"].isin(["lower", "upper"])
    rows = summary[chosen].assign(error=lambda t: t["bias"].abs() / t["delta"])
    rows = rows.sort_values(["weight", "delta", "error"], ignore_index=True)
    one_each: pd.DataFrame = rows.drop_duplicates(["weight", "delta"], keep="last", ignore_index=True)
    return one_each
