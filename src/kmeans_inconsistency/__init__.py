"""k-means against Gaussian-mixture maximum likelihood: estimators, their limits, and a simulation study."""

__version__ = "0.1.0"
