"""Two estimators as scikit-learn classes, for use in its pipelines and searches.

The study's workers never import this module, for it imports scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    DensityMixin,
    TransformerMixin,
)
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from .algorithms.compiling import read_only
from .algorithms.lloyd import nearest
from .estimators._validation import checked_weights, positive_count, refuse_masked
from .estimators.kmeans import kmeans
from .estimators.lloyd import lloyd
from .estimators.mixture import mixture
from .estimators.spherical_mixture import spherical_mixture

FloatArray = NDArray[np.float64]


class OptimalKMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """k-means: the exact global optimum for one column, the best of several Lloyd runs for more.

    Parameters
    ----------
    n_clusters : int
    n_init : int
        Starts where there is more than one column.
    random_state : int, RandomState or None
        Of the starts.

    Attributes
    ----------
    cluster_centers_ : ndarray, shape (n_clusters, n_features)
        In ascending order of the first column.
    labels_ : ndarray of int, shape (n_samples,)
    inertia_ : float
        Within-cluster sum of squares, weighted if there are weights.
    n_iter_ : int
        Passes over the data.
    status_ : Status
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (n_features,)
        Where ``X`` has column names.

    Notes
    -----
    As an estimator of the means of a mixture k-means is biased however large the sample: see
    :func:`kmeans_inconsistency.diagnose`.

    Examples
    --------
    >>> OptimalKMeans().fit([[1.0], [2.0], [9.0]]).cluster_centers_.ravel()
    array([1.5, 9. ])
    >>> OptimalKMeans().fit([[1.0], [2.0], [9.0]], sample_weight=[3, 1, 1]).cluster_centers_.ravel()
    array([1.25, 9.  ])
    """

    def __init__(self, n_clusters: int = 2, *, n_init: int = 10, random_state: Any = None) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> OptimalKMeans:  # noqa: ARG002
        """Find the clusters of ``X``.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
        y : None
            Not looked at.
        sample_weight : array_like, shape (n_samples,), optional
            Weights of the rows: a whole number is as good as repeating the row, and 0 as leaving it out, but
            for its label. Only ratios count. In several dimensions a row changes its cluster with all its
            weight.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If ``X`` is not finite or has too few rows with a weight, or weights are negative, not finite or
            all zero.
        """
        clusters = positive_count("n_clusters", self.n_clusters)
        refuse_masked(X)
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=clusters)
        weights = _checked(sample_weight, len(X))
        if X.shape[1] == 1:
            exact = kmeans(X[:, 0], self.n_clusters, sample_weight=weights)
            self.cluster_centers_, self._cuts = exact.centers[:, np.newaxis], exact.cuts
            self.inertia_, self.n_iter_, self.status_ = exact.objective, exact.passes, exact.status
        else:
            how = self.n_clusters, self.n_init, _seed(self.random_state)
            best = lloyd(X, *how, sample_weight=weights)
            self.cluster_centers_ = best.centers
            self.inertia_, self.n_iter_, self.status_ = best.objective, best.passes, best.status
        self.labels_ = self._nearest(X)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Index of the nearest centre of each row of ``X``."""
        check_is_fitted(self)
        refuse_masked(X)
        return self._nearest(validate_data(self, X, dtype=np.float64, reset=False))

    def transform(self, X: Any) -> FloatArray:
        """Distance of each row of ``X`` to each centre, shape (n_samples, n_clusters)."""
        check_is_fitted(self)
        refuse_masked(X)
        return self._distances(validate_data(self, X, dtype=np.float64, reset=False))

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:  # noqa: ARG002
        """Minus the (weighted) sum of squared distances of the rows of ``X`` from their nearest centres."""
        check_is_fitted(self)
        refuse_masked(X)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        squares = (X - self.cluster_centers_[self._nearest(X)]) ** 2
        weights = _checked(sample_weight, len(X))
        return -float(squares.sum() if weights is None else weights @ squares.sum(axis=1))

    @property
    def _n_features_out(self) -> int:
        return len(self.cluster_centers_)

    def _distances(self, X: FloatArray) -> FloatArray:
        return np.asarray(cdist(X, self.cluster_centers_))

    def _nearest(self, X: FloatArray) -> NDArray[np.int64]:
        if X.shape[1] == 1:
            return np.asarray(np.searchsorted(self._cuts, X[:, 0]))
        # about a centre, so that an offset costs no accuracy
        origin = self.cluster_centers_[0]
        return np.asarray(
            nearest(read_only(np.ascontiguousarray(X - origin)), read_only(self.cluster_centers_ - origin))
        )


class SphericalGaussianMixture(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, DensityMixin, BaseEstimator
):
    """Normal mixture with one variance for all components and directions, free weights and means.

    The global maximum of the likelihood for two components in one column; else the best of those that EM
    reaches from several k-means starts.

    Parameters
    ----------
    n_components : int
    n_init : int
        Starts.
    random_state : int, RandomState or None
        Of the starts.

    Attributes
    ----------
    weights_ : ndarray, shape (n_components,)
        NaN if the components merge.
    means_ : ndarray, shape (n_components, n_features)
        In ascending order of the first column.
    variance_ : float
    log_likelihood_ : float
        Weighted if there are weights.
    n_iter_ : int
        Passes over the data.
    status_ : Status
    labels_ : ndarray of int, shape (n_samples,)
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (n_features,)
        Where ``X`` has column names.

    Examples
    --------
    >>> fit = SphericalGaussianMixture().fit([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
    >>> fit.means_.ravel().round(6)
    array([ 1., 11.])
    >>> fit.predict([[3.0]])
    array([0])
    """

    def __init__(self, n_components: int = 2, *, n_init: int = 10, random_state: Any = None) -> None:
        self.n_components = n_components
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> SphericalGaussianMixture:  # noqa: ARG002
        """Fit to ``X``.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
        y : None
            Not looked at.
        sample_weight : array_like, shape (n_samples,), optional
            Weights of the rows: a whole number is as good as repeating the row, and 0 as leaving it out, but
            for its label. Only ratios count.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If ``X`` is not finite or has too few rows with a weight, or weights are negative, not finite or
            all zero.
        """
        components = positive_count("n_components", self.n_components)
        refuse_masked(X)
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=max(2, components))
        weights = _checked(sample_weight, len(X))
        if X.shape[1] == 1 and self.n_components == 2:
            newton = mixture(X[:, 0], sample_weight=weights)
            fitted: Any = newton._replace(means=newton.means[:, np.newaxis])
        else:
            how = self.n_components, self.n_init, _seed(self.random_state)
            fitted = spherical_mixture(X, *how, sample_weight=weights)
        self.weights_, self.means_, self.variance_ = fitted.weights, fitted.means, fitted.variance
        self.log_likelihood_, self.n_iter_ = fitted.objective, fitted.passes
        self.status_ = fitted.status
        self.labels_ = self._log_joint(X).argmax(axis=1)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """The component with the largest responsibility for each row of ``X``."""
        return np.asarray(self._joint_of(X).argmax(axis=1))

    def predict_proba(self, X: Any) -> FloatArray:
        """Responsibilities, shape (n_samples, n_components)."""
        return np.asarray(softmax(self._joint_of(X), axis=1))

    def transform(self, X: Any) -> FloatArray:
        """The same as :meth:`predict_proba`."""
        return self.predict_proba(X)

    def score_samples(self, X: Any) -> FloatArray:
        """Log-density of the mixture at each row of ``X``."""
        return np.asarray(logsumexp(self._joint_of(X), axis=1))

    def score(self, X: Any, y: Any = None) -> float:  # noqa: ARG002
        """Mean log-density over the rows of ``X``."""
        return float(self.score_samples(X).mean())

    def bic(self, X: Any) -> float:
        """Bayesian information criterion on ``X``; less is better."""
        values = self.score_samples(X)
        return float(self._n_parameters() * np.log(len(values)) - 2 * values.sum())

    def aic(self, X: Any) -> float:
        """Akaike's information criterion on ``X``; less is better."""
        return float(2 * self._n_parameters() - 2 * self.score_samples(X).sum())

    def sample(self, n_samples: int = 1) -> tuple[FloatArray, NDArray[np.int64]]:
        """Draw from the fitted mixture.

        Parameters
        ----------
        n_samples : int
            Number of draws, at least 1; they are made with ``random_state``.

        Returns
        -------
        X : ndarray, shape (n_samples, n_features)
        labels : ndarray of int, shape (n_samples,)
            The component of each, in ascending order.

        Raises
        ------
        ValueError
            If ``n_samples`` is below 1.
        """
        check_is_fitted(self)
        n_samples = positive_count("n_samples", n_samples)
        rng = check_random_state(self.random_state)
        labels = np.repeat(np.arange(self.n_components), rng.multinomial(n_samples, self._proper_weights()))
        noise = rng.standard_normal((n_samples, self.means_.shape[1]))
        return self.means_[labels] + np.sqrt(self.variance_) * noise, labels

    def _n_parameters(self) -> int:
        return int(self.n_components * (self.means_.shape[1] + 1))

    @property
    def _n_features_out(self) -> int:
        return len(self.means_)

    def _proper_weights(self) -> FloatArray:
        """Components that merge share the data equally."""
        return np.where(np.isnan(self.weights_), 1.0 / self.n_components, self.weights_)

    def _joint_of(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        refuse_masked(X)
        return self._log_joint(validate_data(self, X, dtype=np.float64, reset=False))

    def _log_joint(self, X: FloatArray) -> FloatArray:
        # a variance of zero is a point's
        weights = self._proper_weights()
        variance = max(self.variance_, np.finfo(np.float64).tiny)
        squares = ((X[:, np.newaxis] - self.means_) ** 2).sum(axis=2)
        with np.errstate(divide="ignore"):
            constant = np.log(weights) - 0.5 * X.shape[1] * np.log(2 * np.pi * variance)
        return np.asarray(constant - 0.5 * squares / variance)


def _seed(random_state: Any) -> int:
    return int(check_random_state(random_state).randint(2**31 - 1))


def _checked(sample_weight: Any, n: int) -> FloatArray | None:
    """Weights of n rows, if there are any; that all are zero is said as scikit-learn's checks expect it."""
    if sample_weight is None:
        return None
    given = np.asarray(sample_weight)
    if given.dtype.kind in "biuf" and given.size and not given.any():
        raise ValueError("sample_weight is zero for every observation: give a positive weight to some.")
    return checked_weights(sample_weight, n)
