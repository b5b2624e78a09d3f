"""Estimators: functionals of the data, one module each."""
