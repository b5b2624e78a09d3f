"""Components that the mixture does not suppose: biases of both estimators, and who errs less."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from kmeans_inconsistency.asymptotics import Z95
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.text import plain, with_error

INPUTS = {
    "t_pair": "summaries/t_components.csv",
    "laplace_pair": "summaries/laplace_components.csv",
    "uniform_pair": "summaries/uniform_components.csv",
    "unequal_pair": "summaries/unequal_components.csv",
    "t_pair_contrasts": "summaries/t_components_contrasts.csv",
    "laplace_pair_contrasts": "summaries/laplace_components_contrasts.csv",
    "uniform_pair_contrasts": "summaries/uniform_components_contrasts.csv",
    "unequal_pair_contrasts": "summaries/unequal_components_contrasts.csv",
    "curve": "limits/curves/misspecified.csv",
}

CAPTION = (
    "Balanced components that are not normal with a common variance: Student's t with {df} degrees of "
    "freedom, Laplace and uniform components, all of unit variance, and normal ones with standard "
    "deviations 1 and {ratio}. Above: estimated minus true distance. Lines are limits (thin: that of "
    "k-means for normal components of unit variance); symbols are medians over {replicates} replicates at n "
    "= {n}, moved sideways a little, and their bars span the middle 90 % of the estimates. Where the line "
    "of the mixture breaks, its limit jumps to a fit with one component in a tail. Before the break a few "
    "extreme observations decide the fit, so that the estimates are widely spread and, at this n, their "
    "mean has not reached the limit. Mean and limit are farthest apart for {family} components at δ = "
    "{delta}: {mean} ({mcse}) and {limit}, with the median at {median} and the middle 90 % from {low} to "
    "{high}. Below: root mean squared error of the mixture over that of k-means, on the same samples; blue "
    "where the mixture errs less, orange where k-means does, and white where the 95 % Monte Carlo interval "
    "of the ratio contains 1."
)

_TITLES = {
    "t_pair": "Student's t",
    "laplace_pair": "Laplace",
    "uniform_pair": "uniform",
    "unequal_pair": "unequal variances",
}
_APART = 0.07
_RATIO = ["delta", "n", "rmse_ratio", "rmse_ratio_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a column for each family: biases above, the ratio of errors below."""
    curve = tables["curve"]
    figure, axes = style.panels(8, height=1.75, columns=4)
    parts = []
    for i, (family, title) in enumerate(_TITLES.items()):
        summary = tables[family]
        summary = summary[summary["quantity"] == "distance"]
        end = summary[summary["n"] == summary["n"].max()]
        parts.append(end.assign(family=family))
        _bias(axes[i], curve, family, end)
        _ratio(axes[4 + i], tables[f"{family}_contrasts"])
        axes[i].set_title(title)
    axes[0].set_ylabel("estimate − $δ$")
    axes[4].set_ylabel("separation $δ$")
    style.header(figure, [(name, LOOKS[name].label, True) for name in ("kmeans", "mixture")])
    data = pd.concat(parts, ignore_index=True)
    return Drawing(figure, data, _facts(data, tables))


def _bias(panel: Axes, curve: pd.DataFrame, family: str, end: pd.DataFrame) -> None:
    truth, normal = LOOKS["truth"], LOOKS["kmeans"]
    panel.axhline(0.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
    panel.plot(
        curve["delta"], curve["normal_pair_kmeans"] - curve["delta"], color=normal.colour, linewidth=0.5
    )
    for method, side in (("kmeans", -1), ("mixture", 1)):
        look = LOOKS[method]
        bias = (curve[f"{family}_{method}"] - curve["delta"]).to_numpy(copy=True)
        # a jump of the limit is a gap in its line
        jumps = np.flatnonzero(np.abs(np.diff(bias)) > 1)
        x = np.insert(curve["delta"].to_numpy(), jumps + 1, np.nan)
        panel.plot(x, np.insert(bias, jumps + 1, np.nan), color=look.colour, linestyle=look.line, zorder=4)
        rows = end[end["method"] == method]
        middle, at = rows["median"], rows["delta"] + side * _APART
        reach = [middle - rows["q05"], rows["q95"] - middle]
        dots = style.dots(look)
        panel.errorbar(at, middle - rows["truth"], yerr=reach, linestyle="none", elinewidth=0.9, **dots)
    panel.set(xlim=(0.4, 5.3), xticks=range(1, 6), xlabel="separation $δ$")


def _ratio(panel: Axes, contrasts: pd.DataFrame) -> None:
    """Draw the map of the ratio: a cell for each separation and n, its number in it."""
    chosen = (contrasts["quantity"] == "distance") & (contrasts["method"] == "mixture")
    rows = contrasts.loc[chosen & (contrasts["against"] == "kmeans"), _RATIO]
    even = abs(rows["rmse_ratio"] - 1) <= Z95 * rows["rmse_ratio_mcse"]
    rows = rows.assign(log=np.log2(rows["rmse_ratio"]).where(~even, 0.0))
    ratio, log = (rows.pivot_table(value, "delta", "n") for value in ("rmse_ratio", "log"))
    hues = [LOOKS["mixture"].colour, "#ffffff", LOOKS["kmeans"].colour]
    # beyond a ratio of 8 or 1/8 the colour stays the same
    options = {"cmap": sns.blend_palette(hues, as_cmap=True), "vmin": -3, "vmax": 3, "cbar": False}
    words = ratio.map(lambda value: plain(value, 1 if value >= 1.95 else 2))
    sns.heatmap(log, ax=panel, annot=words, fmt="", annot_kws={"size": 7.5}, linewidths=0.6, **options)
    panel.invert_yaxis()
    panel.set(xlabel="$n$", ylabel="")
    panel.set_xticklabels([_size(int(n)) for n in ratio.columns], rotation=0)
    panel.set_yticklabels([plain(delta) for delta in ratio.index], rotation=0)
    panel.tick_params(length=0)


def _size(n: int) -> str:
    """Write a sample size as briefly as it can be."""
    power = round(np.log10(n))
    return f"$10^{power}$" if n == 10**power else plain(n)


def _facts(data: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Give the numbers of the caption, of the mixture's median that is farthest from its limit too."""
    mixture = data[data["method"] == "mixture"]
    far = mixture.iloc[int((mixture["mean"] - mixture["limit"]).abs().argmax())]
    mean, mcse = with_error(far["mean"], far["mean_mcse"])
    return {
        "df": plain(tables["t_pair"]["df"].iloc[0]),
        "ratio": plain(tables["unequal_pair"]["ratio"].iloc[0]),
        "n": plain(data["n"].max()),
        "replicates": plain(data["replicates"].max()),
        "family": _TITLES[far["family"]],
        "delta": plain(far["delta"]),
        "mean": mean,
        "mcse": mcse,
        "median": plain(far["median"], 2),
        "limit": plain(far["limit"], 2),
        "low": plain(far["q05"], 2),
        "high": plain(far["q95"], 2),
    }
