"""Classification maximum likelihood with weights fixed at 1/2: the limits are those of k-means."""

from __future__ import annotations

from .kmeans import predict

__all__ = ["predict"]
