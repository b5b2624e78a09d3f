"""Performance measures against a bootstrap.

The bootstrap's own error with B resamples is about 1 / sqrt(2 B) of a standard error: 1.1 % at B = 4,000. The
formulas are asymptotic in R, so the comparison allows 10 %, far beyond both: a factor of two, the usual
mistake, is found, and with the fixed seeds there is no false alarm.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from kmeans_inconsistency.findings import measures

SAMPLES = {
    "normal": lambda rng: rng.normal(2.3, 0.4, 1500),
    "skewed": lambda rng: rng.gamma(2.0, 1.0, 1500),
    "heavy-tailed": lambda rng: rng.standard_t(9, 1500),
}


def resamples(x: NDArray[np.float64], count: int = 4000) -> NDArray[np.float64]:
    return x[np.random.default_rng(7).integers(0, len(x), (count, len(x)))]


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    return SAMPLES[request.param](np.random.default_rng(3))


def test_error_of_the_mean(sample):
    found = measures.mean(sample)
    assert found.value == pytest.approx(sample.mean(), rel=1e-14)
    assert found.mcse == pytest.approx(resamples(sample).mean(axis=1).std(), rel=0.1)


def test_error_of_the_empirical_standard_error(sample):
    found = measures.empirical_se(sample)
    assert found.value == pytest.approx(sample.std(ddof=1), rel=1e-14)
    assert found.mcse == pytest.approx(resamples(sample).std(axis=1, ddof=1).std(), rel=0.1)


@pytest.mark.parametrize("target", [0.0, 2.0])
def test_errors_of_mse_and_rmse(sample, target):
    again = ((resamples(sample) - target) ** 2).mean(axis=1)
    mse = measures.mean_squared_error(sample, target)
    rmse = measures.root_mean_squared_error(sample, target)
    assert mse.value == pytest.approx(((sample - target) ** 2).mean(), rel=1e-14)
    assert rmse.value == pytest.approx(mse.value**0.5, rel=1e-14)
    assert mse.mcse == pytest.approx(again.std(), rel=0.1)
    assert rmse.mcse == pytest.approx(np.sqrt(again).std(), rel=0.1)


@pytest.mark.parametrize("probability", [0.05, 0.25, 0.5, 0.95])
def test_error_of_quantiles(sample, probability):
    found = measures.quantile(sample, probability)
    assert found.value == pytest.approx(np.quantile(sample, probability), rel=1e-14)
    # The exact bootstrap distribution of the quantile is what Maritz & Jarrett compute.
    assert found.mcse == pytest.approx(np.quantile(resamples(sample), probability, axis=1).std(), rel=0.1)


def test_error_of_the_rate_of_convergence():
    rng = np.random.default_rng(11)
    sizes = np.array([100.0, 1000.0, 10000.0])
    # Nested samples: the errors of a replicate at different sizes are dependent.
    steps = rng.normal(size=(3, 800))
    errors = np.cumsum(steps, axis=0) / np.sqrt(sizes)[:, None]
    found = measures.rate(errors, sizes)
    chosen = np.random.default_rng(5).integers(0, 800, (2000, 800))
    again = 0.5 * np.log((errors[:, chosen] ** 2).mean(axis=2))
    slopes = np.polyfit(np.log(sizes), again, 1)[0]
    own = np.polyfit(np.log(sizes), 0.5 * np.log((errors**2).mean(axis=1)), 1)[0]
    assert found.value == pytest.approx(own, rel=1e-12)
    assert found.mcse == pytest.approx(slopes.std(), rel=0.1)


def test_error_of_the_ratio_of_rmses_is_paired():
    rng = np.random.default_rng(13)
    common = rng.normal(size=1500)
    one, other = common + 0.3 * rng.normal(size=1500), 1.5 * common
    found = measures.rmse_ratio(one, other)
    chosen = np.random.default_rng(5).integers(0, 1500, (4000, 1500))
    again = np.sqrt((one[chosen] ** 2).mean(axis=1) / (other[chosen] ** 2).mean(axis=1))
    assert found.value == pytest.approx(np.sqrt((one**2).mean() / (other**2).mean()), rel=1e-14)
    assert found.mcse == pytest.approx(again.std(), rel=0.1)


@pytest.mark.parametrize("measure", [measures.mean, measures.empirical_se])
def test_too_few_replicates_have_no_measure(measure):
    assert np.isnan(measure(np.array([1.0]))).all()


def test_without_a_target_there_is_no_error_about_it():
    assert np.isnan(measures.root_mean_squared_error(np.arange(4.0), float("nan"))).all()


def test_a_variance_that_one_replicate_makes_has_no_efficiency():
    """Not even where the sums of squares leave a rounding error."""
    one, other = np.full(5, 0.5), np.array([0.1, 0.7, 0.3, 0.4, 0.6])
    one[2] = 1 / 3
    assert np.isnan(measures.efficiency(one, other)).all()
    assert np.isnan(measures.efficiency(other, one)).all()


def test_equal_estimates_have_no_error():
    same = np.full(10, 2.5)
    assert measures.empirical_se(same) == (0.0, 0.0)
    assert measures.root_mean_squared_error(same, 2.5) == (0.0, 0.0)
    assert measures.quantile(same, 0.5) == (2.5, 0.0)


def test_a_ratio_to_nothing_is_nothing():
    assert np.isnan(measures.ratio(measures.Measure(1.0, 0.1), float("nan"))).all()
    assert np.isnan(measures.ratio(measures.Measure(1.0, 0.1), 0.0)).all()


@pytest.mark.parametrize(("shift", "scale"), [(0.3, 1.0), (1.0, 1.0), (3.0, 0.5), (0.5, 0.2)])
def test_error_of_kolmogorovs_distance(shift, scale):
    """Where the distributions differ by more than the noise."""
    z = np.random.default_rng(4).normal(shift, scale, 1500)
    found = measures.kolmogorov(z)
    assert found.value == pytest.approx(stats.kstest(z, "norm").statistic, rel=1e-12)
    again = [stats.kstest(row, "norm").statistic for row in resamples(z, 500)]
    assert found.mcse == pytest.approx(np.std(again), rel=0.15)


def test_kolmogorovs_distance_of_normal_errors_is_within_its_error():
    z = np.random.default_rng(5).normal(size=1500)
    found = measures.kolmogorov(z)
    again = [measures.kolmogorov(row).value for row in resamples(z, 500)]
    assert np.std(again) <= 1.15 * found.mcse
    assert found.value < 5 * found.mcse
    assert np.isnan(measures.kolmogorov(z * np.nan)).all()


def paired() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Two estimators' errors at three nested sizes, one biased, and resamples of their replicates."""
    rng = np.random.default_rng(17)
    noise = np.cumsum(rng.standard_t(9, (3, 2500)), axis=0) / np.array([[4.0], [16.0], [64.0]])
    errors = noise * 2.0 + 0.3 * rng.normal(size=2500) / np.array([[2.0], [4.0], [8.0]])
    return errors, noise + 0.2, np.random.default_rng(5).integers(0, 2500, (600, 2500))


def test_error_of_the_efficiency_is_paired():
    (one, *_), (other, *_), chosen = paired()
    found = measures.efficiency(one, other)
    assert found.value == pytest.approx(other.var() / one.var(), rel=1e-12)
    assert found.mcse == pytest.approx((other[chosen].var(axis=1) / one[chosen].var(axis=1)).std(), rel=0.1)


def test_error_of_the_closeness():
    (one, *_), (other, *_), chosen = paired()
    found = measures.closer(one, other)
    nearer = np.abs(one) < np.abs(other)
    assert found.value == nearer.mean()
    assert found.mcse == pytest.approx(nearer[chosen].mean(axis=1).std(), rel=0.1)
    assert measures.closer(one, one).value == 0.5


def test_error_of_the_ratio_of_medians_is_paired():
    """Some 50 groups leave the jackknife an error of its own of a tenth: three times that are allowed."""
    (one, *_), (other, *_), chosen = paired()
    found = measures.median_ratio(one, other)
    again = np.median(np.abs(one[chosen]), axis=1) / np.median(np.abs(other[chosen]), axis=1)
    assert found.value == pytest.approx(np.median(np.abs(one)) / np.median(np.abs(other)), rel=1e-12)
    assert found.mcse == pytest.approx(again.std(), rel=0.3)


@pytest.mark.parametrize("loss", measures.BEHIND)
def test_error_of_the_crossover(loss):
    one, other, chosen = paired()
    sizes = np.array([4.0, 16.0, 64.0])
    found = measures.crossover(one, other, sizes, loss)
    curves = [measures.BEHIND[loss](one[:, c], other[:, c]) for c in chosen[:300]]
    again = [measures._last_root(curve, np.log(sizes)) for curve in curves]
    assert sizes[0] < found.value < sizes[-1]
    assert np.log(found.value) == pytest.approx(np.mean(again), abs=0.1)
    # 200 resamples leave the width of the interval an error of some 7 %: three times that are allowed
    assert found.mcse / found.value == pytest.approx(np.std(again), rel=0.25)


def test_a_crossover_at_the_end_of_the_grid_has_no_error():
    """Where a sixth of the resamples and more do not cross before the last size, the interval has no end."""
    sizes = np.array([4.0, 16.0, 64.0])
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 3, 60)) * np.array([[2.0], [1.2], [1.0]])
    other *= np.sqrt((one**2).mean(axis=1) / (other**2).mean(axis=1))[:, None]
    other *= np.array([[0.5], [0.7], [1.01]])  # ahead at the last size by one percent, far from certain
    found = measures.crossover(one, other, sizes, "rmse")
    assert 16 < found.value < 64
    assert np.isnan(found.mcse)
    other[2] *= 3
    assert np.isfinite(measures.crossover(one, other, sizes, "rmse").mcse)


def test_no_crossover_where_nobody_is_overtaken():
    one, other, _ = paired()
    sizes = np.array([4.0, 16.0, 64.0])
    assert np.isnan(measures.crossover(one, 100 * one, sizes, "rmse")).all()
    assert np.isnan(measures.crossover(100 * other, other, sizes, "median")).all()


def test_the_crossover_of_exact_errors():
    """Mean squared errors 4/n and 0.01 + 1/n are equal at n = 300."""
    sizes = np.geomspace(20, 20_000, 11)
    unit = np.random.default_rng(2).choice([-1.0, 1.0], 400)
    one, other = np.outer(2 / np.sqrt(sizes), unit), np.outer(np.sqrt(0.01 + 1 / sizes), unit)
    assert measures.crossover(one, other, sizes, "rmse").value == pytest.approx(300, rel=0.01)
