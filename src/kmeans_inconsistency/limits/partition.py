"""Scores in the limit of two normal components' probabilities, by quadrature: of a pair for data from a pair.

Bayes' rule has those of the truth, the best that can be had, and so has the mixture, which is consistent. The
pair that makes the probabilities need not be that of the data; see :mod:`..algorithms.partition` for the
scores. The calibration slope is the ratio of the slopes of the two log odds, for both are linear in x.
"""

from __future__ import annotations

from math import inf

import numpy as np

from ..models import Mixture
from . import Prediction, kmeans
from .likelihood import Pair
from .mixture import well_specified
from .quadrature import nodes

BINS = 10


def predict(model: Mixture, rule: str = "bayes") -> dict[str, Prediction]:
    """Limits of all scores of ``partition``; none where the limit of k-means is not unique."""
    pair = well_specified(model)
    if rule != "kmeans":
        found_there = {} if pair is None else scores(model, pair)
        return _made_hard(found_there) if rule == "hard" and found_there else found_there
    found = kmeans.limit(model)
    best = found.best
    clusters = Pair(best.boundaries[0], best.distance / 2, 0.0, best.within)
    return scores(model, clusters) if found.unique else {}


def _made_hard(soft: dict[str, Prediction]) -> dict[str, Prediction]:
    """Limits of the partition that probabilities make, as probabilities 0 and 1."""
    hard = {name: soft[name] for name in ("partition_error", "rand_index")}
    return hard | {"brier_score": soft["partition_error"]}


def scores(model: Mixture, forecaster: Pair) -> dict[str, Prediction]:
    """Limits of all scores of a forecaster.

    Parameters
    ----------
    model : Mixture
        What the data come from: two normal components with a common variance.
    forecaster : Pair
        Its probabilities are scored; lower mean first.

    Returns
    -------
    dict from str to Prediction
        Empty for another model, for which there is no truth to score against.
    """
    pair = well_specified(model)
    if pair is None:
        return {}
    c, h, b, v = forecaster
    cut, width = c - b * v / h, v / h
    edges = cut + width / 2 * np.log(np.arange(1, BINS) / np.arange(BINS - 1, 0, -1))
    edges = np.concatenate([[-inf], edges, [inf]])
    weights = np.array([pair.weight, 1 - pair.weight])
    # per component, lower first: share above the cut, Brier and log score, and by bin mass and mean forecast
    above, brier, logs = np.empty(2), np.empty(2), np.empty(2)
    mass, forecast = np.empty((2, BINS)), np.empty((2, BINS))
    for i, mean in enumerate(pair.means):
        component = Mixture((1.0,), (mean,), (pair.variance**0.5,))
        above[i] = 1 - float(component.cdf(cut))
        x, w = nodes(component, breaks=edges[1:-1], transitions=[(cut, width)])
        z = (x - cut) / width
        p = (1 + np.tanh(z)) / 2
        wrong = -2 * z if i == 1 else 2 * z
        brier[i] = w @ (p - i) ** 2
        logs[i] = w @ np.logaddexp(0, wrong)
        mass[i] = np.diff(component.cdf(edges))
        place = np.searchsorted(edges[1:-1], x)
        forecast[i] = np.bincount(place, w * p, BINS)
    joint = np.array([1 - above, above]).T * weights[:, None]
    pooled = weights @ mass
    found = {
        "partition_error": float(joint[0, 1] + joint[1, 0]),
        "rand_index": _rand_index(joint),
        "brier_score": float(weights @ brier),
        "log_score": float(weights @ logs),
        "calibration_slope": (pair.half / pair.variance) / (h / v),
    }
    for k in range(BINS):
        if pooled[k] > 0:
            found[f"forecast_{k + 1}"] = float(weights @ forecast[:, k] / pooled[k])
            found[f"outcome_{k + 1}"] = float(weights[1] * mass[1, k] / pooled[k])
    return {name: Prediction(value, None) for name, value in found.items()}


def _rand_index(joint: np.ndarray) -> float:
    """Adjusted Rand index of a joint distribution of component and cluster, shape (2, 2)."""
    together, rows, columns = (float((p**2).sum()) for p in (joint, joint.sum(axis=1), joint.sum(axis=0)))
    return (together - rows * columns) / ((rows + columns) / 2 - rows * columns)
