"""Remarks: lines that name the optional parts which a study leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from kmeans_inconsistency.study.design import ADEMP, Study


def lines(study: Study) -> Iterator[str]:
    """One line each for what the configuration does not state and what is not concluded."""
    silent = [name for name, experiment in study.experiments.items() if not experiment.ademp]
    if silent:
        yield f"no ADEMP lines ({', '.join(ADEMP)}): {', '.join(silent)}"
    for name, experiment in study.experiments.items():
        missing = [part for part in ADEMP if part not in experiment.ademp]
        if experiment.ademp and missing:
            yield f"ADEMP lines that are missing: {name}: {', '.join(missing)}"
    if study.unjudged:
        yield f"claims that are not judged, for an experiment is taken away: {', '.join(study.unjudged)}"
    if not study.claims:
        yield "no claims: nothing is concluded"
