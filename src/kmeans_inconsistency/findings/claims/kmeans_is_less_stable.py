"""Fewer starts of k-means than of the mixture reach the best optimum, and each takes far fewer passes."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.findings.claims._check import Check, Margins, Only, at, cannot, exceeds, of
from kmeans_inconsistency.findings.claims.mixture_is_slower import ratio
from kmeans_inconsistency.findings.tables import Tables, pick

MARGINS = ("share", "fits")
ONLY: Only = {}

KMEANS, MIXTURE = "lloyd,start=uniform,refinement=none", "spherical_mixture,start=uniform,acceleration=none"
_SHARE = "from the same starts the mixture reaches its best optimum more often than k-means"
_FITS = "one fit of the mixture by EM takes the passes of many fits of k-means"


def checks(tables: Tables, margins: Margins) -> Iterator[Check]:
    """In every cell: both methods begin at the same observations, so that shares are compared in pairs."""
    pairs = pick(tables.contrasts, method=MIXTURE, against=KMEANS, quantity="share")
    for row in pairs:
        found = at(row, "delta", "clusters", "n"), of(row, "difference")
        yield exceeds("share", _SHARE, *found, 0, margins["share"])
    if not pairs:
        yield cannot("share", _SHARE, "pair", 0, margins["share"])
    for n in tables.sizes:
        slow, fast = (tables.at(method, n, "passes") for method in (MIXTURE, KMEANS))
        if not slow or len(slow) != len(fast):
            yield cannot("fits", _FITS, f"pair at n = {n}", margins["fits"], 0)
            continue
        for one, other in zip(slow, fast, strict=True):
            found = at(one, "delta", "clusters", "n"), ratio(one, other)
            yield exceeds("fits", _FITS, *found, margins["fits"], 0)
