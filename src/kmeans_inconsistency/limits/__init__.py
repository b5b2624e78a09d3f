"""Limits: what every estimator converges to, and how fast, from the model alone."""
