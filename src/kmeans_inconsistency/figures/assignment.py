"""Soft, hard and posterior assignment under one model: Brier scores beyond those of the fitted mixture."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import LOOKS, Drawing
from kmeans_inconsistency.figures._summaries import by
from kmeans_inconsistency.text import listing, plain

INPUTS = {"scores": "summaries/assignment.csv", "contrasts": "summaries/assignment_contrasts.csv"}

CAPTION = (
    "Brier score of the probabilities of the upper component less that of the mixture fitted by maximum "
    "likelihood (dotted), for separations {deltas} and weights {weights} of the lower component. Three are "
    "shown: the mixture's own probabilities made hard, 1 for the likelier component and 0 for the other; "
    "posterior probabilities, which are averages over the draws of the Gibbs sampler; and the probabilities "
    "that k-means implies. Points: means over {replicates} replicates, on the same samples, with 95 % Monte "
    "Carlo intervals; lines: limits, of which that of the posterior coincides with the dotted line."
)

SOFT = "partition,rule=mixture"
LOOK = {
    "partition,rule=hard": "partition,rule=hard",
    "partition,rule=kmeans": "kmeans",
    "posterior_partition": "posterior",
}
_KEYS = ["delta", "weight", "n", "method", "quantity"]
_COLUMNS = [*_KEYS, "replicates", "used", "limit", "mean", "mean_mcse"]


def draw(tables: Mapping[str, pd.DataFrame]) -> Drawing:
    """Draw a panel for each separation and weight."""
    scores = tables["scores"].loc[tables["scores"]["quantity"] == "brier_score", _COLUMNS]
    soft = scores.loc[scores["method"] == SOFT, ["delta", "weight", "n", "limit"]]
    contrasts = tables["contrasts"].loc[
        tables["contrasts"]["against"] == SOFT, [*_KEYS, "difference", "difference_mcse"]
    ]
    data = scores.merge(soft.rename(columns={"limit": "soft_limit"}), on=["delta", "weight", "n"])
    data = data.merge(contrasts, on=_KEYS, how="left")
    places = data[["delta", "weight"]].drop_duplicates().sort_values(["delta", "weight"])
    figure, axes = style.panels(len(places), height=1.9, columns=4, share_y=True)
    truth = LOOKS["truth"]
    for panel, (_, place) in zip(axes, places.iterrows(), strict=True):
        rows = data[(data["delta"] == place["delta"]) & (data["weight"] == place["weight"])]
        panel.axhline(0.0, color=truth.colour, linestyle=truth.line, linewidth=0.9)
        for method, name in LOOK.items():
            of, look = rows[rows["method"] == method], LOOKS[name]
            style.points(panel, of["n"], of["difference"], of["difference_mcse"], name)
            if method != "posterior_partition":
                beyond = (of["limit"] - of["soft_limit"]).iloc[0]
                panel.axhline(beyond, color=look.colour, linestyle=look.line, linewidth=0.9)
        style.sample_size_axis(panel, sorted(rows["n"].unique()))
        panel.set_title(f"$δ = {plain(place['delta'])}$, weight {plain(place['weight'])}")
    axes[0].set_ylabel("Brier score, difference")
    texts = {"posterior": "posterior probabilities"}
    style.header(
        figure,
        [(name, texts.get(name, LOOKS[name].label), name not in texts) for name in LOOK.values()],
    )
    facts = {
        "deltas": listing([delta for delta, _ in by(data, "delta")]),
        "weights": listing([weight for weight, _ in by(data, "weight")]),
        "replicates": listing(sorted(data["replicates"].unique())),
    }
    return Drawing(figure, data, facts)
