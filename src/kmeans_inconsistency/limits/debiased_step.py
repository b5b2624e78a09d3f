"""One Newton step of the mixture's log-likelihood from debiased k-means.

From any start whose error is of order n^(-1/2), one step makes an estimate with the first-order behaviour of
maximum likelihood (Le Cam 1956).
"""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, debiased, mixture


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``debiased_step``: the mixture's, where the start is consistent."""
    predictions = mixture.predict(model)
    if debiased.limit(model) is None:
        return dict.fromkeys(predictions, Prediction(None, None))
    return predictions
