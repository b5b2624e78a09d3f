"""The posterior mean has the limit and, to first order, the variance of maximum likelihood.

By the theorem of Bernstein and von Mises (van der Vaart 1998, section 10.2): the prior has a density that is
positive at the truth. Of the components' names the distance knows nothing.
"""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, mixture


def predict(model: Mixture, **_constants: float) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``posterior``, whatever the prior; none for another model."""
    return {} if mixture.well_specified(model) is None else mixture.predict(model)
