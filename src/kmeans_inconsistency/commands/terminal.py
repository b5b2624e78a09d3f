"""Terminal: what is printed is text that the reader's terminal can show, and a closed pipe is no error."""

from __future__ import annotations

import codecs
import os
import signal
import sys
import traceback
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, cast

PLAIN = "kmeans_inconsistency.plain"

_WORDS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "…": "...",
    "×": "x",
    "·": "*",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "→": "->",
}
_WORDS |= {"‘": "'", "’": "'", "“": '"', "”": '"', "√": "sqrt", "∞": "inf", "∈": "in", "ß": "ss", "ø": "o"}


def prepare() -> None:
    """Write output in characters that its encoding has, and end quietly at a closed pipe, as ``cat`` does."""
    codecs.register_error(PLAIN, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="ascii" if _ascii_wanted() else None, errors=PLAIN)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


class _Both:
    """Writes to two streams what is written to it."""

    def __init__(self, one: TextIO, other: TextIO) -> None:
        self._one, self._other = one, other

    def write(self, text: str) -> int:
        self._other.write(text)
        return self._one.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._one, name)


@contextmanager
def logged(path: Path | None) -> Iterator[None]:
    """Keep in a file, too, what is said on standard error, tracebacks included."""
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        before = sys.stderr
        sys.stderr = cast(TextIO, _Both(before, file))
        try:
            yield
        except Exception:
            traceback.print_exc(file=file)
            raise
        finally:
            sys.stderr = before


def _ascii_wanted() -> bool:
    """Whether the user has asked for the C locale, whose characters are ASCII.

    Python takes it for UTF-8, and notes that in LC_CTYPE.
    """
    if os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") == "1":
        return False
    coerced = os.environ.get("LC_CTYPE") == "C.UTF-8"
    names = ("LC_ALL", "LANG") if coerced else ("LC_ALL", "LC_CTYPE", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), None)
    return chosen in ("C", "POSIX")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(plain, error.object[error.start : error.end])), error.end


def plain(character: str) -> str:
    """Spell a character in ASCII: signs by what they mean, Greek letters by name, others without accents."""
    if character in _WORDS:
        return _WORDS[character]
    name = unicodedata.name(character, "")
    if name.startswith("GREEK"):
        letter = name.split(" LETTER ")[-1].split(" WITH ")[0].lower()
        return letter.capitalize() if " CAPITAL " in name else letter
    if character.isspace():
        return " "
    return unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode() or "?"
