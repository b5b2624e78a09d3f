"""The mixture of scikit-learn: EM from k-means, stopped by a tolerance, see :mod:`.stopped_em`."""

from __future__ import annotations

from ..models import Mixture, Model
from . import Prediction, stopped_em


def predict(model: Model, tol: float = stopped_em.TOLERANCE) -> dict[str, Prediction]:
    """Limits of ``sklearn_mixture`` on the line: distance, lower, upper, weight, variance."""
    return stopped_em.predict(model, tol) if isinstance(model, Mixture) else {}
