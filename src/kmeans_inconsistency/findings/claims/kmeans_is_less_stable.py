"""Fewer starts of k-means than of the mixture reach the best optimum, and each takes far fewer passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmeans_inconsistency.findings.claims._check import Check, cannot, exceeds, where
from kmeans_inconsistency.findings.claims.mixture_is_slower import ratio
from kmeans_inconsistency.findings.tables import Tables, pick, value

MARGINS = ("share", "fits")

KMEANS, MIXTURE = "lloyd,start=uniform,refinement=none", "spherical_mixture,start=uniform,acceleration=none"


def checks(tables: Tables, margins: Mapping[str, float]) -> Iterator[Check]:
    """In every cell: both methods begin at the same observations, so that shares are compared in pairs."""
    share = "from the same starts the mixture reaches its best optimum more often than k-means"
    fits = "one fit of the mixture by EM takes the passes of many fits of k-means"
    pairs = pick(tables.contrasts, method=MIXTURE, against=KMEANS, quantity="share")
    for row in pairs:
        found = value(row["difference"]), value(row["difference_mcse"])
        yield exceeds(share, where(row, "delta", "clusters", "n"), *found, 0, margins["share"])
    if not pairs:
        yield cannot(share, "no pairs", 0, margins["share"])
    for n in tables.sizes:
        slow, fast = (tables.at(method, n, "passes") for method in (MIXTURE, KMEANS))
        if not slow or len(slow) != len(fast):
            yield cannot(fits, f"n = {n}", margins["fits"], 0)
            continue
        for one, other in zip(slow, fast, strict=True):
            yield exceeds(fits, where(one, "delta", "clusters", "n"), *ratio(one, other), margins["fits"], 0)
