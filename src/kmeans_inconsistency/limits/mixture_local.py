"""The mixture's maximum that EM reaches from k-means' split.

In the limit k-means' split of a balanced pair leads EM to the truth, so that both maxima have the same theory
there; for other models nothing is claimed.
"""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, mixture


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``mixture_local`` for balanced pairs: those of ``mixture``."""
    pair = mixture.well_specified(model)
    predictions = mixture.predict(model)
    if pair is None or pair.log_odds != 0:
        return dict.fromkeys(predictions, Prediction(None, None))
    return predictions
