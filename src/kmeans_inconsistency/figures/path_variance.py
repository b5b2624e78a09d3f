"""Sampling variance along the path of the known variance: what a wrong one costs and the right one buys."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import DISTANCE, by, nearest
from kmeans_inconsistency.text import listing, plain

INPUTS = {"summary": "summaries/path_variance.csv", "curve": "limits/curves/eps_path.csv"}

CAPTION = (
    "n times the variance of the fitted distance against the assumed variance ε, balanced components, n = "
    "{n}, {replicates} replicates. Triangles: simulation with 95 % Monte Carlo intervals. Curve: the "
    "variance by the limit theorem for a misspecified likelihood; it diverges where the components merge "
    "(second grey line; the first is at ε = 1, the truth). Horizontal lines: the asymptotic values for "
    "k-means, for the mixture with free variance and weights, and for the difference of the two group means "
    "when the component of each observation is known. At δ = {delta} and ε = {eps} the simulated value is "
    "{known}, against {kmeans} for k-means and {mixture} for the mixture."
)

_COLUMNS = [*DISTANCE, "eps", "avar", "empse", "empse_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw one panel per separation."""
    summary, curves = tables["summary"], tables["curve"]
    chosen = (summary["quantity"] == "distance") & (summary["weight"] == 0.5)
    data = summary.loc[chosen, _COLUMNS].sort_values(["delta", "method", "eps", "n"], ignore_index=True)
    data = data[data["n"] == data["n"].max()].reset_index(drop=True)
    data["scaled"] = data["n"] * data["empse"] ** 2
    data["scaled_mcse"] = 2 * data["n"] * data["empse"] * data["empse_mcse"]
    figure, panels = style.panels(data["delta"].nunique(), height=1.95)
    for axes, (delta, rows) in zip(panels, by(data, "delta"), strict=True):
        _panel(axes, rows, curves[curves["delta"] == delta])
        axes.set(xlabel="assumed variance $ε$", title=f"$δ$ = {plain(delta)}")
        low, high = axes.get_ylim()
        decade = (1, 2, 5) if high < 200 * low else (1,)
        ticks = [t * 10**p for p in range(5) for t in decade if low <= t * 10**p <= high]
        axes.set_yticks(ticks, [plain(tick) for tick in ticks])
        axes.minorticks_off()
    for axes in panels[::3]:
        axes.set_ylabel(r"$n \times$ variance")
    entries = [
        ("known_variance", "known variance", True),
        ("kmeans", "k-means", True),
        ("mixture", "mixture", True),
        ("truth", "components known", True),
    ]
    style.header(figure, entries)
    return Drawing(figure, data, _facts(data))


def _panel(axes: Axes, rows: pd.DataFrame, curve: pd.DataFrame) -> None:
    critical = float(curve["critical"].iloc[0])
    # near its end the path has merged in many samples, and no limit theorem holds
    shown = rows[(rows["method"] == "known_variance") & (rows["eps"] < 0.9 * critical)]
    style.points(axes, shown["eps"], shown["scaled"], shown["scaled_mcse"], "known_variance")
    for method in ("kmeans", "mixture"):
        other = LOOKS[method]
        level = float(rows.loc[rows["method"] == method, "avar"].iloc[0])
        axes.axhline(level, color=other.colour, linestyle=other.line, zorder=1.5)
    axes.axhline(4.0, color=LOOKS["truth"].colour, linestyle=LOOKS["truth"].line, zorder=1.5)
    for place in (1.0, critical):
        axes.axvline(place, color="0.8", linewidth=0.6, zorder=1)
    axes.set(xlim=(0, 1.08 * critical), yscale="log")
    # the line of the theory has no end: it leaves the frame
    axes.set_ylim(axes.get_ylim()[0], 5 * axes.get_ylim()[1])
    look = LOOKS["known_variance"]
    axes.plot(curve["eps"], curve["avar"], color=look.colour, linestyle=look.line, scaley=False)


def _facts(data: pd.DataFrame) -> dict[str, str]:
    delta = nearest(data["delta"], 2.0)
    at = data[data["delta"] == delta]
    path = at[at["method"] == "known_variance"]
    eps = nearest(path["eps"], 1.0)
    values = {name: rows["scaled"].iloc[0] for name, rows in at.groupby("method")}
    known = path.loc[path["eps"] == eps, "scaled"].iloc[0]
    return {
        "n": plain(data["n"].max()),
        "replicates": listing(sorted(data["replicates"].unique())),
        "delta": plain(delta),
        "eps": plain(eps),
        "known": plain(known, 2),
        "kmeans": plain(values["kmeans"], 2),
        "mixture": plain(values["mixture"], 2),
    }
