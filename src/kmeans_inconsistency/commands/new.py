"""A study of one's own: the small configuration that ``./run new NAME`` writes."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from kmeans_inconsistency.commands._common import OK, KnownError

FOLDER = Path("studies")

TEMPLATE = """\
# A study of your own; docs/own-study.md explains every line.
#
#   {run} --config {path} plan      what a run would compute, and how long it would take
#   {run} --config {path}           compute it; the results begin with {results}/study.html
#   {run} --config {path} verify    whether every file is what it should be
#
# Add values to a list and run again: only what is new is computed.
# Numbers are plain: 0.001, not 1e-3, which YAML takes for text.

study:
  title: "{name}"
  date: "2000-01-01" # the fixed date that everything made from this study bears
  seed: {seed} # the root of all random numbers
  results: {results} # a folder of its own

experiments:
  first: # any name; more experiments follow under names of their own
    # ademp: aims, data, estimands, methods and performance in words belong here (config.yaml has examples)
    model: normal_pair # weight N(-delta/2, 1) + (1 - weight) N(delta/2, 1)
    factors: # all combinations are scenarios
      delta: [1, 2] # separation of the two means
      weight: [0.5] # of the lower component
    n: [50, 200, 1000] # sample sizes; the smaller sample is the beginning of the larger one
    replicates: 200 # samples of each size
    block: 200 # replicates per block
    quantities: [distance] # what is summarised: outputs of the methods
    methods: # method: its parameters, each a list of values
      kmeans:
      mixture:

# code: . # folder, seen from this file, with estimators/NAME.py and figures/NAME.py of your own
"""


def new(args: argparse.Namespace) -> int:
    """Write a small configuration, with comments, for a study of your own."""
    from kmeans_inconsistency.commands import calling

    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,59}", args.name):
        raise KnownError(
            f"{args.name!r} is no name for a study; write a small letter, then small letters, digits, - and _"
        )
    path = FOLDER / args.name / "config.yaml"
    if path.exists():
        raise KnownError(f"{path} is there already and is left as it is; give the new study another name")
    seed = int.from_bytes(args.name.encode(), "big") % 1_000_000_007
    results = f"results/{args.name}"
    run = calling.called().split(" ")[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.format(name=args.name, path=path, results=results, seed=seed, run="./run")
    path.write_text(text, encoding="utf-8")
    print(f"{path} is written; edit it, then: {run} --config {path} plan")
    return OK
