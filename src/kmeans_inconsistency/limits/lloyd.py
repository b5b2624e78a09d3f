"""k-means in any dimension: the limit of its global optimum, where it reduces to the line or to a simplex.

Lloyd's algorithm need not find that optimum; from enough starts it does.

For two clusters of a spherical normal pair the limit is that on the line of means. Seen along a direction at
an angle a to that line the data are a pair at distance delta cos(a), and the variance that the best cut
explains does not fall with the distance: for each cut its derivative is twice the covariance of the cell
means of X and of the label, and both are larger in the upper cell. The other coordinates of both centres
agree, and each adds its variance.
"""

from __future__ import annotations

from math import pi

import numpy as np

from ..models import Mixture, Model
from . import Prediction, anisotropic, kmeans, simplex, spatial, unequal_simplex


def predict(
    model: Model, starts: int = 1, start: str = "greedy", refinement: str = "exchanges"
) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``lloyd``: distance, angle, within-cluster variance per coordinate.

    Of unequal weights also the error of the centres.

    Parameters
    ----------
    model : Mixture or SpatialMixture
        On the line, a pair in space, or a regular simplex, of equal weights or of up to four in a geometric
        progression; of others there is no theory.
    starts, start, refinement
        Of uniform starts, or without exchanges, there is no theory: the limit is that of the global optimum.
    """
    del starts
    if start != "greedy" or refinement != "exchanges":
        return {}
    if isinstance(model, Mixture):
        found = kmeans.predict(model)
        return {name: found[name] for name in ("distance", "variance")}
    d = model.dimension
    line = spatial.line_of_means(model)
    if line is not None:
        # noise across the line of means adds its variance, and does not move the distance to first order
        found, noise = kmeans.predict(line), line.sds[0] ** 2
        within, avar = found["variance"]
        return {
            "distance": found["distance"],
            "variance": Prediction(
                None if within is None else (within + (d - 1) * noise) / d,
                None if avar is None else (avar + 2 * (d - 1) * noise**2) / d**2,
            ),
        }
    pair = spatial.anisotropic_pair(model)
    if pair is not None:
        found_there = anisotropic.limit(*pair)
        sure = found_there.unique
        return {
            "distance": Prediction(found_there.distance if sure else None, None),
            "angle": Prediction(found_there.angle * 180 / pi if sure else None, None),
            "variance": Prediction(found_there.within / d, None),
        }
    side = spatial.side_of_simplex(model)
    if side is not None:
        sd = model.sds[0]
        limit = simplex.limit(side, model.clusters)
        total = d + side**2 * (model.clusters - 1) / (2 * model.clusters)
        return {
            "distance": Prediction(sd * limit.distance, None),
            "variance": Prediction(sd**2 * (total - limit.between) / d, None),
        }
    factors = unequal_simplex.factors(model)
    if factors is not None:
        best, sd = unequal_simplex.limit(*factors), model.sds[0]
        weights, means = np.array(model.weights), np.array(model.means) / sd
        scatter = float(weights @ ((means - weights @ means) ** 2).sum(axis=1))
        return {
            "distance": Prediction(sd * best.distance, None),
            "center_error": Prediction(sd * best.center_error, None),
            "variance": Prediction(sd**2 * (d + scatter - best.between) / d, None),
        }
    return {}
