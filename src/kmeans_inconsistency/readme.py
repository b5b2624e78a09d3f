"""The numbers of the README: written between two markers from the published results, never by hand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["fill", "main", "render"]

README = Path(__file__).parents[2] / "README.md"
PUBLISHED = README.parent / "results" / "published"
BEGIN, END = "<!-- numbers:begin -->", "<!-- numbers:end -->"

FINDING = """\
With two balanced normal components {delta} standard deviations apart, the distance between the centres of
k-means converges to **{kmeans_limit}** instead of {delta}: over {replicates} samples of {n} observations
its mean is {kmeans} (Monte Carlo standard error {kmeans_mcse}), while maximum likelihood of the mixture
gives {mixture} ({mixture_mcse}). The bias is {percent} % of the distance and {in_se} standard errors of
k-means itself, so that more data make k-means surer of a wrong value.
"""


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
    rows = [f"| {claim['id']} | {claim['statement']} | {claim['verdict']} |" for claim in claims]
    return "\n".join([finding, "| | claim | verdict |", "|---|---|---|", *rows])


def fill(text: str, section: str) -> str:
    """Replace what stands between the markers of ``text``.

    Raises
    ------
    ValueError
        If the markers are not there exactly once.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the text must have {BEGIN} and {END} once each")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{section}\n{END}{rest.partition(END)[2]}"


def main(argv: Sequence[str]) -> int:
    """Refresh the README from the published results, or say whether it is fresh."""
    parser = argparse.ArgumentParser(prog="kmeans_inconsistency readme", description=main.__doc__)
    parser.add_argument(
        "--results", type=Path, default=PUBLISHED, help="folder with numbers.json and claims.json"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a refresh would")
    args = parser.parse_args(argv)
    numbers, claims = (
        json.loads((args.results / name).read_text(encoding="utf-8"))
        for name in ("numbers.json", "claims.json")
    )
    present = README.read_text(encoding="utf-8")
    wanted = fill(present, render(numbers, claims))
    if args.check:
        if present != wanted:
            print(f"{README.name} does not say what {args.results} says; refresh it", file=sys.stderr)
        return int(present != wanted)
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
