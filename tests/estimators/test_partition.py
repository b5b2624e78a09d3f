"""Scores of partitions and probabilities against scikit-learn's, and the limits against a large sample."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, brier_score_loss, log_loss

from kmeans_inconsistency.algorithms.partition import score_partitions
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.partition import METHOD, OUTPUTS
from kmeans_inconsistency.limits import predict
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.study.streams import Batch, batches

RULES = ("bayes", "kmeans", "mixture")


def batch(n: int, delta: float = 2.0, weight: float = 0.3, replicates: int = 2) -> Batch:
    return next(batches(normal_pair(delta, weight), 11, 0, replicates, [n]))


def scored(x: np.ndarray, y: np.ndarray, a: float, b: float) -> dict[str, float]:
    rows = (np.ascontiguousarray(v[np.newaxis]) for v in (x, y.astype(np.int64), np.sort(x)))
    arrays = [*rows, np.array([a]), np.array([b])]
    for array in arrays:
        array.flags.writeable = False
    return dict(zip(OUTPUTS, score_partitions(*arrays)[0], strict=True))


@pytest.mark.parametrize("b", [1.3, -1.3])
@pytest.mark.parametrize("seed", range(3))
def test_against_scikit_learn(seed: int, b: float) -> None:
    rng = np.random.default_rng(seed)
    y = rng.random(300) < 0.4
    x = rng.normal(size=300) + np.where(y, 1.0, -1.0)
    found = scored(x, y, 0.4, b)
    p = 1 / (1 + np.exp(-(0.4 + b * x)))
    error = ((p > 0.5) != y).mean()
    if error > 0.5:
        p = 1 - p
    assert found["partition_error"] == pytest.approx(min(error, 1 - error), abs=1e-12)
    assert found["rand_index"] == pytest.approx(adjusted_rand_score(y, p > 0.5), abs=1e-12)
    assert found["brier_score"] == pytest.approx(brier_score_loss(y, p), rel=1e-12)
    assert found["log_score"] == pytest.approx(log_loss(y, p), rel=1e-12)
    regression = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit((0.4 + b * x)[:, None], y)
    assert found["calibration_slope"] == pytest.approx(float(regression.coef_[0, 0]), rel=1e-5)
    for k in range(10):
        inside = (p >= k / 10) & (p < (k + 1) / 10)
        if inside.any():
            assert found[f"forecast_{k + 1}"] == pytest.approx(p[inside].mean(), rel=1e-12)
            assert found[f"outcome_{k + 1}"] == pytest.approx(y[inside].mean(), rel=1e-12)
        else:
            assert np.isnan(found[f"outcome_{k + 1}"])


def test_the_methods_score_the_probabilities_of_their_fits() -> None:
    data = batch(500)
    x, y = data.x[1], data.components[1]
    clusters = kmeans(x)
    (low, high), v = clusters.centers, clusters.objective / 500
    fit = mixture(x)
    (m1, m2), w = fit.means, fit.weights[0]
    expected = {
        "kmeans": scored(x, y, -(high - low) / v * (low + high) / 2, (high - low) / v),
        "mixture": scored(
            x,
            y,
            np.log((1 - w) / w) - (m2 - m1) / fit.variance * (m1 + m2) / 2,
            (m2 - m1) / fit.variance,
        ),
        "bayes": scored(x, y, np.log(0.7 / 0.3), 2.0),
    }
    for rule in RULES:
        rows = METHOD.fit(data, rule=rule)
        for output in OUTPUTS:
            np.testing.assert_allclose(rows[output][1], expected[rule][output], rtol=1e-7, err_msg=output)


def test_components_that_do_not_overlap_have_no_slope() -> None:
    x = np.array([-2.0, -1.0, 1.0, 2.0])
    found = scored(x, x > 0, 0.0, 1.0)
    assert np.isnan(found["calibration_slope"])
    assert found["partition_error"] == 0
    assert found["rand_index"] == 1
    one = scored(x, np.ones(4, dtype=bool), 0.0, 1.0)
    assert np.isnan(one["calibration_slope"])
    assert one["partition_error"] == 0.5


@pytest.mark.parametrize("weight", [0.5, 0.3])
@pytest.mark.parametrize("rule", RULES)
def test_limits_of_the_scores(rule: str, weight: float) -> None:
    """A sample of 1,000,000: errors are below .001, but of small bins and of the slope about .01."""
    rows = METHOD.fit(batch(1_000_000, 2.0, weight, 1), rule=rule)
    limits = predict("partition", {"rule": rule}, normal_pair(2.0, weight))
    assert set(limits) == set(OUTPUTS)
    for output, prediction in limits.items():
        large = output.startswith(("outcome", "calibration"))
        assert rows[output][0] == pytest.approx(prediction.limit, abs=0.02 if large else 0.003), output


def test_the_scores_that_can_be_worked_out() -> None:
    """Balanced at delta = 2: Bayes' error is Phi(-1), and k-means' log odds are too large by h / W."""
    model = normal_pair(2.0)
    truth, clusters = (predict("partition", {"rule": rule}, model) for rule in ("bayes", "kmeans"))
    assert truth["partition_error"].limit == pytest.approx(0.15865525, abs=1e-8)
    assert clusters["partition_error"].limit == pytest.approx(0.15865525, abs=1e-8)
    assert truth["calibration_slope"].limit == pytest.approx(1)
    h = 1.1666309
    assert clusters["calibration_slope"].limit == pytest.approx((2 - h**2) / h, abs=1e-6)
    for k in range(1, 11):
        assert truth[f"outcome_{k}"].limit == pytest.approx(truth[f"forecast_{k}"].limit, abs=1e-9)
    # a proper score is best for the truth
    for score in ("brier_score", "log_score"):
        assert truth[score].limit < clusters[score].limit
