"""Every estimator's module holds to the contract: it fits a batch, row by row the same as alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from variants import variants

from kmeans_inconsistency.estimators._method import FloatArray, Status, load, module, names, parameters
from kmeans_inconsistency.limits import predict
from kmeans_inconsistency.models import Mixture, normal_pair
from kmeans_inconsistency.study.design import variant

PARAMETERS = {
    "eps": 0.5,
    "known_weight": 0.3,
    "tol": 1e-3,
    "starts": 2,
    "steps": 2,
    "draws": 20,
    "thin": 2,
} | dict.fromkeys(("concentration", "mean_sd", "shape", "rate"), 2.0)


@dataclass
class Rows:
    """A batch of samples."""

    x: FloatArray
    clusters: int = 2
    dimension: int = 1

    @property
    def n(self) -> int:
        return self.x.shape[1]

    @property
    def replicates(self) -> np.ndarray:
        return np.arange(len(self.x))

    @property
    def sorted(self) -> FloatArray:
        return np.sort(self.x, axis=1)

    @property
    def components(self) -> np.ndarray:
        return (self.x > 1.5).astype(np.int64)

    @property
    def truth(self) -> Mixture:
        return Mixture((0.6, 0.4), (0.0, 3.0), (1.0, 1.0))

    def generators(self, _method: str) -> list[np.random.Generator]:
        return [np.random.default_rng(round(1e6 * float(x[0]) ** 2)) for x in self.x]


@pytest.fixture(scope="module")
def x() -> FloatArray:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(4, 300)) + 3 * (rng.random((4, 300)) < 0.4)
    rows.flags.writeable = False
    return rows


VARIANTS = list(variants())
EACH = pytest.mark.parametrize(
    ("name", "choices"), VARIANTS, ids=[variant(name, tuple(choices.items())) for name, choices in VARIANTS]
)


@pytest.mark.parametrize(
    ("name", "choices"), VARIANTS, ids=[variant(n, tuple(c.items())) for n, c in VARIANTS]
)
def test_contract(name: str, choices: dict[str, str], x: FloatArray) -> None:
    method = load(name, choices)
    numbers = {key: PARAMETERS[key] for key, kind in method.parameters.items() if isinstance(kind, str)}
    parameters = numbers | choices
    together = method.fit(Rows(x), **parameters)
    assert set(together) == {*method.outputs, "status"}
    for values in together.values():
        assert values.shape == (4,)
    assert set(together["status"].tolist()) <= {int(s) for s in Status}
    alone = method.fit(Rows(x[2:3]), **parameters)
    for key, values in together.items():
        assert alone[key][0] == values[2] or np.isnan(values[2]), key


@pytest.mark.parametrize("name", names())
def test_the_parameters_that_are_read_are_those_of_the_method(name: str) -> None:
    method = load(name)
    assert parameters(name) == method.parameters
    assert set(method.optional) <= {key for key, kind in method.parameters.items() if isinstance(kind, str)}
    for choice, helper in method.elsewhere.items():
        for value in method.parameters[choice][1:]:
            assert module(name, {choice: value}) == helper
            assert load(name, {choice: value}).parameters[choice] == method.parameters[choice]


@pytest.mark.parametrize(
    ("name", "choices"), VARIANTS, ids=[variant(n, tuple(c.items())) for n, c in VARIANTS]
)
def test_theory_takes_the_parameters_of_the_method(name: str, choices: dict[str, str]) -> None:
    method = load(name, choices)
    numbers = {key: PARAMETERS[key] for key, kind in method.parameters.items() if isinstance(kind, str)}
    predicted = predict(name, numbers | choices, normal_pair(2))
    assert set(predicted) <= {*method.outputs, *load(name).outputs}
