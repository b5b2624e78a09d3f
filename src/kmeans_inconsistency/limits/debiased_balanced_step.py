"""One Newton step in the distance from debiased k-means, weights being taken to be equal."""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, mixture


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limit and asymptotic variance of ``debiased_balanced_step``'s distance, where the weights are equal.

    They are those of maximum likelihood with known weights, and by parity those with free weights.
    """
    pair = mixture.well_specified(model)
    if pair is None or pair.log_odds != 0 or pair.half == 0:
        return {"distance": Prediction(None, None)}
    return {"distance": mixture.predict(model)["distance"]}
