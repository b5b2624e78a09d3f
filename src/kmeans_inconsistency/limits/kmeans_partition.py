"""Scores in the limit of k-means' clusters and of the probabilities that its likelihood would give them."""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, kmeans, partition
from .likelihood import Pair


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits of ``kmeans_partition``; none where the limit of k-means is not unique."""
    found = kmeans.limit(model)
    if not found.unique:
        return {}
    best = found.best
    return partition.predict(model, Pair(best.boundaries[0], best.distance / 2, 0.0, best.within))
