"""Predictions are the same in any unit of length and about any origin."""

import math

import pytest

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import _units
from kmeans_inconsistency.models import Mixture, normal_pair

METHODS = [
    ("kmeans", {}),
    ("lloyd", {}),
    ("mixture", {}),
    ("mixture", {"weights": "equal"}),
    ("known_variance", {"eps": 0.75}),
    ("classification", {}),
    ("debiased", {}),
    ("debiased", {"weights": "equal"}),
    ("moments", {}),
    ("em", {"tol": 1e-5}),
    ("spherical_mixture", {}),
    ("partition", {}),
]
MODELS = [
    Mixture((0.5, 0.5), (-1, 1), (1, 1)),
    Mixture((0.4, 0.6), (-1, 3), (1, 2)),
    Mixture((0.3, 0.7), (-1, 2), (1, 1), "t5"),
]
POWERS = {"distance": 1, "lower": 1, "upper": 1, "variance": 2}


@pytest.mark.parametrize("unit", [1e-60, 1e-39, 1e45, 1e60])
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_predictions_are_the_same_in_any_unit(model, unit):
    scaled = Mixture(
        model.weights, [m * unit for m in model.means], [s * unit for s in model.sds], model.family
    )
    for method, parameters in METHODS:
        here = limits.predict(method, parameters, model)
        there = limits.predict(
            method, {k: v * unit**2 if k == "eps" else v for k, v in parameters.items()}, scaled
        )
        assert here.keys() == there.keys(), method
        for output, expected in here.items():
            power = POWERS.get(output, 0)
            for found, value, k in zip(there[output], expected, (power, 2 * power), strict=True):
                assert (found is None) == (value is None), (method, output)
                if value is not None:
                    assert math.isclose(found, value * unit**k, rel_tol=1e-9, abs_tol=1e-12 * unit**k), (
                        method,
                        output,
                    )


def test_predictions_far_from_zero_keep_their_digits():
    far = Mixture((0.4, 0.6), (1e8, 1e8 + 3), (1, 1))
    near = Mixture((0.4, 0.6), (0, 3), (1, 1))
    for method in ("kmeans", "mixture", "debiased"):
        here, there = limits.predict(method, {}, near), limits.predict(method, {}, far)
        assert there["distance"] == pytest.approx(here["distance"], rel=1e-9)
        assert there["lower"].limit == pytest.approx(1e8 + here["lower"].limit, rel=1e-15)


def test_a_model_in_ordinary_units_is_left_as_it_is():
    model = normal_pair(3.0)
    assert _units.standardised(model)[0] is model
