"""Scores in the limit of the mixture's responsibilities: those of the truth, for it is consistent."""

from __future__ import annotations

from .true_partition import predict

__all__ = ["predict"]
