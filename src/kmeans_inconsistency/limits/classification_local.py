"""Classification maximum likelihood from k-means' start: the local optimum that its iterations reach."""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, classification


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits of ``classification_local``: distance, lower, upper, weight, variance."""
    return classification.of_fit(classification.limit(model).local)
