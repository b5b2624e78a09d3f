"""What the README says of the results: written between markers from the published ones, never by hand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kmeans_inconsistency.publication import citation
from kmeans_inconsistency.study import timings

__all__ = ["costs", "fill", "main", "refreshed", "render"]

README = citation.TOP / "README.md"
PUBLISHED = citation.PUBLISHED
NUMBERS, COSTS = "numbers", "costs"
"""Names of the sections that are written between markers."""

FINDING = """\
With two balanced normal components {delta} standard deviations apart, the distance between the centres of
k-means converges to **{kmeans_limit}** instead of {delta}: over {replicates} samples of {n} observations
its mean is {kmeans} (Monte Carlo standard error {kmeans_mcse}), while maximum likelihood of the mixture
gives {mixture} ({mixture_mcse}). The bias is {percent} % of the distance and {in_se} standard errors of
k-means itself, so that more data make k-means surer of a wrong value.
"""

COST = """\
The study of the paper is {fits:,} fits in {blocks} blocks, {minutes:.0f} minutes of processor time for
the fits and {megabytes:.0f} MB of estimates; with {start:.1f} s for the start of each process, about
{wall:.0f} minutes on {cores} cores like those of the published results, before what is made from the
estimates.

**A study a hundred times larger** (the replicates of every experiment times a hundred, in blocks ten times
as long) is, by multiplication, {hours:.0f} core-hours of fits, {lost:.1f} core-hours for {starts:,} starts
on Slurm at {slurm:.1f} s each, and {gigabytes:.0f} GB in {files:,} files.
"""
SLURM_START = 3.7
"""Processor seconds of a bundle beside its fits in a Slurm job of four (see docs/cluster.md)."""


def costs(manifest: Mapping[str, Any]) -> str:
    """Write what a study took, and what a hundred times as much would take; nothing if it is not known.

    Parameters
    ----------
    manifest
        The contents of a published ``manifest.json``.
    """
    cost = manifest.get("cost", {})
    if cost.get("seconds") is None:
        return ""
    blocks, seconds, cores = cost["blocks"], cost["seconds"], manifest["machine"]["cores"]
    starts = cost.get("processes", blocks)
    return COST.format(
        fits=cost["fits"],
        blocks=blocks,
        minutes=seconds / 60,
        megabytes=cost["bytes"] / 1e6,
        start=timings.START,
        wall=(seconds + timings.START * starts) / cores / 60,
        cores=cores,
        hours=100 * seconds / 3600,
        files=10 * blocks,
        starts=10 * starts,
        lost=10 * starts * SLURM_START / 3600,
        slurm=SLURM_START,
        gigabytes=100 * cost["bytes"] / 1e9,
    )


def render(numbers: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> str:
    """Write the finding and the verdicts.

    Parameters
    ----------
    numbers, claims
        The contents of ``numbers.json`` and ``claims.json``.
    """
    named = numbers["named"]
    kmeans, mixture = named["headline.kmeans.mean"], named["headline.mixture.mean"]
    finding = FINDING.format(
        delta=named["headline.delta"]["text"],
        kmeans_limit=named["headline.kmeans.limit"]["text"],
        replicates=named["headline.replicates"]["text"],
        n=named["headline.n"]["text"],
        kmeans=kmeans["text"],
        kmeans_mcse=kmeans["mcse_text"],
        mixture=mixture["text"],
        mixture_mcse=mixture["mcse_text"],
        percent=named["headline.kmeans.limit_bias_percent"]["text"],
        in_se=named["headline.kmeans.bias_in_se"]["text"],
    )
    rows = [
        f"| {claim['id']} | {_claimed(claim)} | {claim['expected']} | {claim['verdict_text']} |"
        for claim in claims
    ]
    head = "| | claim | by theory | found |"
    return "\n".join([finding, head, "|---|---|---|---|", *rows])


def _claimed(claim: Mapping[str, Any]) -> str:
    """The claim as it was made, and as it is tested if that is not the same."""
    return (
        f"{claim['statement']} *Restated:* {claim['restated']}" if claim["restated"] else claim["statement"]
    )


def fill(text: str, name: str, section: str) -> str:
    """Replace what stands in ``text`` between the markers of a section.

    Raises
    ------
    ValueError
        If the markers are not there exactly once.
    """
    begin, end = markers(name)
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the text must have {begin} and {end} once each")
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{section}\n{end}{rest.partition(end)[2]}"


def markers(name: str) -> tuple[str, str]:
    """The lines between which a section stands."""
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"


def refreshed(results: Path) -> str:
    """The README with every section as ``results`` have it.

    Raises
    ------
    KeyError, ValueError
        If the results lack something that it quotes, or it lacks the place for a section.
    """
    numbers, claims, manifest = (
        json.loads((results / name).read_text(encoding="utf-8"))
        for name in ("numbers.json", "claims.json", "manifest.json")
    )
    text = README.read_text(encoding="utf-8")
    if all("verdict_text" in claim for claim in claims):  # results that an earlier version made have none
        text = fill(text, NUMBERS, render(numbers, claims))
    return fill(text, COSTS, costs(manifest))


def main(argv: Sequence[str]) -> int:
    """Refresh the README from the published results, or say whether it is fresh."""
    parser = argparse.ArgumentParser(prog="kmeans_inconsistency readme", description=main.__doc__)
    parser.add_argument(
        "--results", type=Path, default=PUBLISHED, help="folder with numbers, claims and figures"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a refresh would")
    args = parser.parse_args(argv)
    wanted = refreshed(args.results)
    if args.check:
        present = README.read_text(encoding="utf-8")
        if present != wanted:
            print(f"{README.name} does not say what {args.results} says; refresh it", file=sys.stderr)
        return int(present != wanted)
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
