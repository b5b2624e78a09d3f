"""The mixture with free covariances: under its own model its largest interior maximum is consistent."""

from __future__ import annotations

from ..models import Mixture, Model
from . import Prediction


def predict(model: Model, starts: int = 1, covariance: str = "full") -> dict[str, Prediction]:
    """Limits of ``normal_mixture`` in space: distance and, for a pair, angle, whatever the covariance."""
    del starts, covariance
    if model.family != "normal" or isinstance(model, Mixture):
        return {}
    found = {"distance": Prediction(model.distance, None)}
    on_axis = model.clusters == 2 and all(a == b for a, b in zip(*(m[1:] for m in model.means), strict=True))
    return found | ({"angle": Prediction(0.0, None)} if on_axis else {})
