"""What the ranks of a calibrated sampler do: their mean is one half at every n."""

from __future__ import annotations

from ..models import Mixture
from . import Prediction

_RANKS = ("rank_distance", "rank_variance", "rank_mean", "rank_upper", "rank_weights")


def predict(_model: Mixture, **_constants: float) -> dict[str, Prediction]:
    """Means of the ranks of ``posterior_calibration``, which depend on nothing."""
    return dict.fromkeys(_RANKS, Prediction(0.5, None))
