"""Protocol: the frozen study, whose digest gives the root seed, so that nobody chose it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PATH = Path("protocol.json")
WORD = re.compile("protocol(?::([1-9][0-9]*))?")
_APART = ("digest", "seed", "date")
_DESIGN = ("model", "factors", "n", "replicates", "quantities", "methods")

Content = Mapping[str, Any]


class ProtocolError(Exception):
    """A protocol that is not there, or not as it was frozen."""


def digest(content: Content) -> str:
    """SHA-256 of the canonical JSON of a protocol, with sorted keys, without its digest, seed and date."""
    frozen = {key: value for key, value in content.items() if key not in _APART}
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def seed(of: str, repetition: int = 0) -> int:
    """The first 52 bits of a digest; for the k-th repetition of the SHA-256 of ``digest:k``."""
    text = hashlib.sha256(f"{of}:{repetition}".encode()).hexdigest() if repetition else of
    return int(text[:13], 16)


def read(path: Path = PATH) -> dict[str, Any]:
    """Read a protocol and check that it is as it was frozen.

    Raises
    ------
    ProtocolError
        If it is not there or has been edited.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProtocolError(f"there is no {path}; freeze the study with ./run freeze") from None
    except (OSError, ValueError):
        raise ProtocolError(f"{path} is no JSON; take it from git") from None
    if (
        not isinstance(content, dict)
        or content.get("digest") != digest(content)
        or content.get("seed") != seed(content["digest"])
    ):
        raise ProtocolError(f"{path} is not as it was frozen; take it from git")
    return content


def seed_of(word: str, content: Content) -> int:
    """The seed that a configuration means by ``protocol`` or ``protocol:k``."""
    found = WORD.fullmatch(word)
    if not found:
        raise ProtocolError(f"{word!r} is no seed; write a number, protocol, or protocol:k")
    return seed(content["digest"], int(found[1] or 0))


def design_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What counts of an experiment of a configuration: not its words, nor how its blocks are cut."""
    return {key: entry[key] for key in _DESIGN}


def beyond(experiments: Mapping[str, Mapping[str, Any]], content: Content) -> tuple[str, ...]:
    """The experiments whose design is neither that of the frozen study nor that of its new ground."""
    frozen = [part.get("designs", {}) for part in (content, content.get("new_ground", {}))]
    return tuple(
        name
        for name, entry in experiments.items()
        if all(design_of(entry) != designs.get(name) for designs in frozen)
    )
