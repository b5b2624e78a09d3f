# What all rules share: the environment of the jobs, the configuration, and the authority on what is done.

import os
import re
import shlex
import sys
from pathlib import Path

TOP = Path(workflow.basedir)
SOURCE = TOP / "src"
# Packages that the caller's PYTHONPATH names are not those of the lock file.
FOREIGN = os.environ.get("PYTHONPATH", "").split(os.pathsep)
sys.path[:] = [path for path in sys.path if path not in FOREIGN]
sys.path.insert(0, str(SOURCE))
sys.path.insert(0, str(TOP / "workflow"))

# Everything about the environment that could change a byte is set here, for however the workflow is started.
os.environ |= {
    "PYTHONPATH": str(SOURCE),
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}

import progress
from kmeans_inconsistency import figures, limits
from kmeans_inconsistency.publication import citation
from kmeans_inconsistency.publication import page as exploring
from kmeans_inconsistency.publication import paper as setting
from kmeans_inconsistency.study import (
    blocks as authority,
    config as configuration,
    protocol,
    provenance,
)
from kmeans_inconsistency.findings import (
    certified,
    claims,
    confirmation,
    freezing,
    numbers,
)
from kmeans_inconsistency.study.design import design as lay_out

CONFIG = progress.config_file(workflow)
try:
    STUDY = lay_out(configuration.load(CONFIG))
except configuration.ConfigError as error:
    progress.refuse(error.problems)
RESULTS = STUDY.results.as_posix()
# A study of one's own may lack experiments: it has the figures that it can have, and the paper if it has them all.
FIGURES = [
    name
    for name in figures.names()
    if figures.experiments(name) <= set(STUDY.experiments)
]
LACKING = numbers.experiments().union(*map(figures.experiments, figures.names())) - set(
    STUDY.experiments
)
PAPER = [] if LACKING else [f"{RESULTS}/paper.pdf"]
TABLES = [] if LACKING else [f"{RESULTS}/tables.html"]
# Ctrl-C is deaf until the package listens to it: a Python that is interrupted while it starts prints a traceback.
COMMAND = f"trap '' INT; {shlex.quote(sys.executable)} -m kmeans_inconsistency"
STUDY_ARGUMENTS = f"--config {shlex.quote(str(CONFIG))} --design {STUDY.digest}"


# What is frozen, and what confirmed it, stand at the top of the repository.
FROZEN = [str(path) for path in (protocol.PATH, confirmation.VERDICTS)]
CONFIRMED = [str(path) for path in (confirmation.DIFFERENCES, confirmation.SPREADS)]
TESTS = sorted(
    {test["test"] for claim in STUDY.claims.values() for test in claims.tests(claim)}
)


def block_file(name):
    return STUDY.block_file(STUDY.blocks[name]).as_posix()


def sources(*modules):
    """The source files that can change what these modules make, by their imports."""
    return [os.path.relpath(path) for path in provenance.sources(*modules)]


def experiment(wildcards):
    return STUDY.experiments[wildcards.experiment]


def evidence(*kinds):
    """Tables of every experiment that claims and numbers read."""
    return [
        f"{RESULTS}/{kind.format(name)}.csv"
        for name in STUDY.experiments
        for kind in kinds
    ]


wildcard_constraints:
    experiment="|".join(STUDY.experiments),


if progress.is_main(workflow):
    progress.say_interruptions()
    progress.hold()
    progress.say_lacking(sorted(LACKING))
    progress.require_writable(STUDY.results)
    # The files' own metadata say what must be made again, whatever Snakemake remembers.
    STATES = {
        name: authority.state(block, STUDY.block_file(block))
        for name, block in STUDY.blocks.items()
    }
    progress.force(block_file(name) for name, state in STATES.items() if not state.done)
    progress.report("block")
