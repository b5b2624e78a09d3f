"""The estimates of ``mixture_information`` are those of ``mixture``; only it has intervals."""

from __future__ import annotations

from .mixture import predict

__all__ = ["predict"]
