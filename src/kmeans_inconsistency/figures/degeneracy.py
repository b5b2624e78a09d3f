"""How often fits with free variances degenerate: by sample size, separation and number of starts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/degeneracy.csv", "starts": "summaries/more_starts.csv"}

CAPTION = (
    "Share of the samples of balanced components in which the fit degenerates. Left: against n, for δ = "
    "{deltas} (the paler the smaller), for the mixture with free variances from two starts (crosses) and "
    "the one with equal variances (squares), over {replicates} replicates. Right: with free variances at δ "
    "= {delta} and n = {n}, against the number of starts, which are drawn by k-means++. Bars are 95 % Monte "
    "Carlo intervals. With {most} starts {percent} % of the fits degenerate."
)

_COLUMNS = ["delta", "n", "method", "starts", "mean", "mean_mcse", "replicates", "limit", "degenerate"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw the shares over n and over the number of starts."""
    one, more = (_shares(tables[name]) for name in ("summary", "starts"))
    figure, (left, right) = style.panels(2, height=2.5)
    free = LOOKS["normal_mixture"]
    deltas = sorted(one["delta"].unique())
    for place, (delta, rows) in enumerate(by(one, "delta"), start=1):
        # side by side, for many shares are zero
        for method, shift in (("mixture", 0.94), ("normal_mixture", 1.06)):
            of = rows[rows["method"] == method]
            colour = style.tint(LOOKS[method].colour, 0.3 + 0.7 * place / len(deltas))
            left.plot(shift * of["n"], of["share"], color=colour, linewidth=0.6, zorder=2)
            style.points(left, shift * of["n"], of["share"], of["share_mcse"], method, colour=colour)
            if method == "normal_mixture" and of["share"].iloc[0] > 0.01:  # below it the lines meet
                at = float(shift * of["n"].iloc[0]), float(of["share"].iloc[0])
                style.write(left, f"$δ$ = {plain(delta)}", at, (6, 2), free.colour)
    style.sample_size_axis(left, sorted(one["n"].unique()))
    _starts(right, more[more["delta"] == more["delta"].min()], free.colour)
    for axes in (left, right):
        axes.set_ylabel("share of samples")
        axes.set_ylim(bottom=-0.01)
    entries = [("mixture", "equal variances", False), ("normal_mixture", "free variances", False)]
    style.header(figure, entries)
    data = pd.concat([one, more], ignore_index=True)
    return Drawing(figure, data, _facts(one, more))


def _starts(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    axes.plot(rows["starts"], rows["share"], color=colour, linewidth=0.6, zorder=2)
    style.points(axes, rows["starts"], rows["share"], rows["share_mcse"], "normal_mixture")
    starts = sorted(rows["starts"].unique())
    axes.set(xscale="log", xlabel="k-means++ draws")
    axes.set_xticks(starts, [plain(s) for s in starts])
    axes.minorticks_off()


def _shares(summary: pd.DataFrame) -> pd.DataFrame:
    rows = summary.loc[summary["quantity"] == "distance", _COLUMNS].sort_values(["delta", "starts", "n"])
    share = rows["degenerate"] / rows["replicates"]
    # Laplace's rule, as in the checks: no error is zero
    shrunk = (rows["degenerate"] + 1) / (rows["replicates"] + 2)
    return rows.assign(share=share, share_mcse=(shrunk * (1 - shrunk) / rows["replicates"]) ** 0.5)


def _facts(one: pd.DataFrame, more: pd.DataFrame) -> dict[str, str]:
    last = more.sort_values("starts").iloc[-1]
    return {
        "deltas": listing(sorted(one["delta"].unique())),
        "replicates": listing(sorted(one["replicates"].unique())),
        "delta": plain(last["delta"]),
        "n": plain(last["n"]),
        "most": plain(last["starts"]),
        "percent": plain(100 * last["share"], 1),
    }
