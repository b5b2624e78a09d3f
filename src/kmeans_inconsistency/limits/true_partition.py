"""Scores in the limit of the true conditional probabilities: the best that can be had."""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, partition
from .mixture import well_specified


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits of ``true_partition``: the error is that of Bayes' rule."""
    pair = well_specified(model)
    return {} if pair is None else partition.predict(model, pair)
