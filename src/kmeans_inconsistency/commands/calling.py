"""Calling: the words by which the user has called a command, for its help and its remedies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "KMEANS_INCONSISTENCY_CALLED"
"""Where ``run`` says how it was called, before it goes on as this package."""


def called(command: str = "") -> str:
    """Say how a command is called: ``./run fit``, ``python -m kmeans_inconsistency fit``."""
    script = Path(sys.argv[0]).name
    own = "python -m kmeans_inconsistency" if script in ("__main__.py", "-m", "-c", "") else script
    return f"{os.environ.get(VARIABLE) or own} {command}".rstrip()
