"""Hard and posterior assignment: scores by numpy and scikit-learn, averages over the sampler's draws."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, log_loss

from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.gibbs import Prior
from kmeans_inconsistency.algorithms.partition import score_partitions
from kmeans_inconsistency.algorithms.probabilities import score_probabilities
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.partition import METHOD, OUTPUTS
from kmeans_inconsistency.estimators.posterior import posterior
from kmeans_inconsistency.estimators.posterior_partition import METHOD as POSTERIOR
from kmeans_inconsistency.estimators.posterior_partition import ordered
from kmeans_inconsistency.limits import predict
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.study.streams import Batch, batches

CONSTANTS = {"concentration": 2.0, "mean_sd": 3.0, "shape": 2.0, "rate": 1.0}


def batch(n: int, replicates: int = 3) -> Batch:
    return next(batches(normal_pair(2.0, 0.3), 11, 0, replicates, [n]))


def scored(y: np.ndarray, p: np.ndarray, q: np.ndarray) -> dict[str, float]:
    rows = (read_only(np.ascontiguousarray(v[np.newaxis])) for v in (y.astype(np.int64), p, q))
    return dict(zip(OUTPUTS, score_probabilities(*rows)[0], strict=True))


def test_hard_scores_are_those_of_the_partition_alone() -> None:
    data = batch(400)
    rows = METHOD.fit(data, rule="hard")
    for i in range(3):
        x, y = data.x[i], data.components[i]
        fit = mixture(x)
        (low, high), (w, _) = fit.means, fit.weights
        upper = (1 - w) * np.exp(-((x - high) ** 2) / (2 * fit.variance))
        hard = (upper > w * np.exp(-((x - low) ** 2) / (2 * fit.variance))).astype(float)
        if (hard != y).mean() > 0.5:
            hard = 1 - hard
        assert rows["brier_score"][i] == pytest.approx(((hard - y) ** 2).mean(), rel=1e-12)
        assert rows["partition_error"][i] == rows["brier_score"][i]
        assert rows["rand_index"][i] == pytest.approx(adjusted_rand_score(y, hard), rel=1e-12)
        assert rows["forecast_1"][i] == 0.0
        assert rows["forecast_10"][i] == 1.0
        assert rows["outcome_10"][i] == pytest.approx(y[hard == 1].mean(), rel=1e-12)
    soft = METHOD.fit(data, rule="mixture")
    assert (rows["partition_error"] == soft["partition_error"]).all()
    assert np.isnan(rows["log_score"]).all()
    assert np.isnan(rows["calibration_slope"]).all()


def test_a_hard_rule_has_no_log_score_even_where_nothing_is_wrong() -> None:
    y = np.array([0, 0, 1, 1])
    found = scored(y, y.astype(float), 1.0 - y)
    assert found["brier_score"] == 0.0
    assert np.isnan(found["log_score"])


def test_posterior_probabilities_are_averages_over_the_draws_of_the_sampler() -> None:
    data = batch(150)
    rows = POSTERIOR.fit(data, draws=60, **CONSTANTS)
    for i, rng in enumerate(data.generators("posterior")):
        x, y = data.x[i], data.components[i]
        draws = posterior(x, Prior(*CONSTANTS.values()), 60, rng).draws.reshape(-1, 4)
        p = np.zeros(150)
        for weight, first, second, variance in draws:
            if first > second:  # whatever the components are called, the upper has the larger mean
                weight, first, second = 1 - weight, second, first
            down = weight * np.exp(-((x - first) ** 2) / (2 * variance))
            up = (1 - weight) * np.exp(-((x - second) ** 2) / (2 * variance))
            p += up / (up + down) / len(draws)
        if ((p > 0.5) != y).mean() > 0.5:
            p = 1 - p
        assert rows["partition_error"][i] == pytest.approx(((p > 0.5) != y).mean(), abs=1e-12)
        assert rows["brier_score"][i] == pytest.approx(((p - y) ** 2).mean(), rel=1e-10)
        assert rows["log_score"][i] == pytest.approx(log_loss(y, p), rel=1e-10)
        odds = np.log(p / (1 - p))
        regression = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(odds[:, None], y)
        assert rows["calibration_slope"][i] == pytest.approx(float(regression.coef_[0, 0]), rel=1e-4)


def test_names_of_the_components_do_not_count() -> None:
    draws = np.array([[0.2, -1.0, 1.0, 0.5], [0.8, 1.0, -1.0, 0.5]])
    for of in ordered(draws):
        assert of[0] == pytest.approx(of[1], rel=1e-15)
    y = np.array([0, 1, 0, 1, 1, 0])
    p = np.array([0.1, 0.9, 0.3, 0.4, 0.8, 0.6])
    one, other = scored(y, p, 1 - p), scored(y, 1 - p, p)
    for name in OUTPUTS:
        assert one[name] == pytest.approx(other[name], rel=1e-12, nan_ok=True)


def test_probabilities_that_are_logistic_have_the_scores_of_the_logistic_ones() -> None:
    data = batch(300, 1)
    x, y = data.x[0], data.components[0]
    e = np.exp(-(0.4 + 1.3 * x))
    found = scored(y, 1 / (1 + e), e / (1 + e))
    arrays = (data.x, data.components, data.sorted, np.array([0.4]), np.array([1.3]))
    expected = dict(zip(OUTPUTS, score_partitions(*map(read_only, arrays))[0], strict=True))
    for name in OUTPUTS:
        assert found[name] == pytest.approx(expected[name], rel=1e-7, nan_ok=True)


def test_limits() -> None:
    model = normal_pair(2.0, 0.3)
    soft, hard = (predict("partition", {"rule": rule}, model) for rule in ("mixture", "hard"))
    assert hard["brier_score"] == hard["partition_error"] == soft["partition_error"]
    assert "log_score" not in hard
    assert predict("posterior_partition", CONSTANTS, model) == soft
