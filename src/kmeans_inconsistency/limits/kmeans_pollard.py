"""The estimates of ``kmeans_pollard`` are those of ``kmeans``; only it has intervals."""

from __future__ import annotations

from .kmeans import predict

__all__ = ["predict"]
