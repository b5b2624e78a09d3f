"""Notice: says once, to a person who waits, that kernels are being compiled."""

from __future__ import annotations

import sys
from importlib import import_module

TEXT = (
    "kmeans-inconsistency: compiling its kernels, once for this machine; the first fits take up to a minute "
    "longer"
)

_given = False


def interactive() -> bool:
    """Whether a person types at a prompt: Python's own or IPython's."""
    return hasattr(sys, "ps1") or bool(sys.flags.interactive)


def give(asked: bool = False) -> None:
    """Write the notice to standard error if no kernel has been compiled yet.

    Parameters
    ----------
    asked : bool
        Whether a command does, whose user waits; else it is written in an interactive session only.
    """
    global _given
    if _given or not (asked or interactive()):
        return
    _given = True
    folder = import_module("kmeans_inconsistency.algorithms.compiling").cache_base()
    if not any(folder.glob("*/*.nbc")):
        print(TEXT, file=sys.stderr, flush=True)
