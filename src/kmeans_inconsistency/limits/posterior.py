"""The posterior mean has the limit and, to first order, the variance of maximum likelihood, whatever the prior.

By the theorem of Bernstein and von Mises (van der Vaart 1998, section 10.2): the prior has a density that is
positive at the truth. Of the components' names the distance knows nothing.
"""

from __future__ import annotations

from ..models import Mixture
from . import Prediction, mixture


def predict(
    model: Mixture, concentration: float, mean_sd: float, shape: float, rate: float, draws: int
) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``posterior``; none where the model is not that of the fit.

    Parameters
    ----------
    model : Mixture
    concentration, mean_sd, shape, rate, draws : float
        The prior's constants and the draws of a chain, which do not count in the limit.
    """
    return {} if mixture.well_specified(model) is None else mixture.predict(model)
