"""Wording: how a place in a configuration, a value and a remedy are said in a line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

_NAME = re.compile("[A-Za-z0-9_-]{1,60}")


def place(path: Sequence[str | int]) -> str:
    """Say a place in the configuration: ``experiments.consistency.n[3]``."""
    text = ""
    for part in path:
        key = f"[{part}]" if isinstance(part, int) else part if _NAME.fullmatch(part) else show(part)
        text += f".{key}" if text and not isinstance(part, int) else key
    return text or "the top level"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The known word that is near, or all of them."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"use one of: {', '.join(known)}"


def unknown(word: str, known: Iterable[str]) -> str:
    """That a word is none of those which are known, and which is meant."""
    return f"{show(word)} is unknown; {did_you_mean(word, sorted(known))}"


def show(value: Any) -> str:
    """A value as it is shown in a line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
