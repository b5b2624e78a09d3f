"""How wrong a fit is on one's own data: evidence of components, the bias of k-means and its correction.

Beside debiased k-means this is the one place where estimators and limits meet. The study does not use it.
"""

from .diagnose import diagnose
from .result import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
