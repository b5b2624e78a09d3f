"""The estimates of ``kmeans_naive`` are those of ``kmeans``; only it has intervals."""

from __future__ import annotations

from .kmeans import predict

__all__ = ["predict"]
