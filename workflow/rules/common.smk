# What all rules share: the environment of the jobs, the configuration, and the authority on what is done.

import gc
import os
import re
import shlex
import sys
from pathlib import Path

# Planning creates millions of objects that stay alive; collecting at the default rate would take a fifth of the start-up.
gc.set_threshold(100_000)

WORKFLOW = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent
SOURCE = WORKFLOW.parent / "src"
# Packages that the caller's PYTHONPATH names are not those of the lock file.
FOREIGN = os.environ.get("PYTHONPATH", "").split(os.pathsep)
sys.path[:] = [path for path in sys.path if path not in FOREIGN]
sys.path.insert(0, str(SOURCE))
sys.path.insert(0, str(WORKFLOW))

# Everything about the environment that could change a byte is set for each job, however the workflow is started.
ENVIRONMENT = {
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

import captions
import forks
import guards
import patches
import progress
from kmeans_inconsistency import figures, limits
from kmeans_inconsistency.publication import citation
from kmeans_inconsistency.publication import page as exploring
from kmeans_inconsistency.publication import paper as setting
from kmeans_inconsistency.publication import study_page
from kmeans_inconsistency.publication import tables as tabling
from kmeans_inconsistency.publication import webpage
from kmeans_inconsistency.study import (
    blocks as authority,
    bundles as bundling,
    config as configuration,
    protocol,
    provenance,
    plan as planning,
    remarks,
    timings,
)
from kmeans_inconsistency.findings import (
    certified,
    claims,
    confirmation,
    freezing,
    numbers,
)
from kmeans_inconsistency.study.design import design as lay_out

# Within another workflow, the module's own `config:` is the configuration.
MODULE = guards.is_module(workflow)
CONFIG = (
    guards.config_of_module(workflow, config)
    if MODULE
    else guards.config_file(workflow)
)
try:
    STUDY = lay_out(configuration.load(CONFIG, claims.problems))
except configuration.ConfigError as error:
    guards.refuse(error.problems)
BUNDLES = bundling.bundles(STUDY)
RESULTS = STUDY.results.as_posix()
LOGS = f"logs/{RESULTS}"
# A study of one's own may lack experiments of the paper. It has what its own experiments allow, and in the place of
# the paper a page with a figure of each. What rests on theory alone is made for the paper, or when asked for by name.
LACKING = setting.experiments() - set(STUDY.experiments)
PAPER = (
    []
    if LACKING
    else [f"{RESULTS}/{name}" for name in ("paper.pdf", "paper.html", "receipts.json")]
)
TABLES = [] if LACKING else [f"{RESULTS}/tables.html"]
THEORY = (
    [] if LACKING else [f"{RESULTS}/explore.html", f"{RESULTS}/limits/certificates.csv"]
)
REAL_DATA = [] if LACKING else [f"{RESULTS}/real_data.csv"]
OWN_PAGE = [f"{RESULTS}/study.html"] if LACKING else []
OVERVIEWS = list(STUDY.experiments) if LACKING else []
FIGURES = [
    name
    for name in figures.names()
    if figures.experiments(name) <= set(STUDY.experiments)
    and (figures.experiments(name) or not LACKING)
]
# An interrupt is ignored until the package handles it: a Python that is interrupted while it starts prints a traceback.
SETTINGS = " ".join(
    f"{name}={shlex.quote(value)}" for name, value in ENVIRONMENT.items()
)
# On a cluster its jobs make the blocks and what rests on theory alone; all that follows is made where the run was started.
# Within a job of the cluster all rules are local, and what they make starts without a Snakemake of its own.
IN_JOB = not guards.is_main(workflow)
# Where a run was started, jobs are forks of one process, so that not each of them loads what all need.
FORKS = forks.Forks(wanted=guards.is_main(workflow) and not MODULE)
COMMAND = f"trap '' INT; {SETTINGS} {shlex.quote(sys.executable)} {FORKS.options()}"
STUDY_ARGUMENTS = f"--config {shlex.quote(str(CONFIG))} --design {STUDY.digest}"


# What is frozen, and the verdicts that confirmed it, stand at the top of the repository.
FROZEN = [str(path) for path in (protocol.PATH, confirmation.VERDICTS)]
CONFIRMED = list(confirmation.TABLES)
TESTS = sorted(
    {test["test"] for claim in STUDY.claims.values() for test in claims.tests(claim)}
)


def command(words):
    """A shell command; within another workflow, which fills in its own names, with those of this one filled in.

    Elsewhere they are filled in when a job runs, so that a new digest of the configuration is no new command.
    """
    for name in ("COMMAND", "STUDY_ARGUMENTS", "RESULTS") if MODULE else ():
        value = str(globals()[name])
        plain = value.replace("{", "{{").replace("}", "}}")
        words = words.replace(f"{{{name}}}", plain)
        words = words.replace(f"{{{name}:q}}", shlex.quote(plain))
    return words


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


if guards.is_main(workflow):
    guards.require_writable(STUDY.results)
    # The files' own metadata say what must be made again, whatever Snakemake remembers.
    STATES = {
        name: authority.state(block, STUDY.block_file(block))
        for name, block in STUDY.blocks.items()
    }
    patches.force(block_file(name) for name, state in STATES.items() if not state.done)
    guards.say(remarks.lines(STUDY))
    guards.say(
        planning.news(
            STUDY, {block: STATES[name] for name, block in STUDY.blocks.items()}
        )
    )
    guards.say_lacking(sorted(LACKING))

if guards.is_main(workflow) and not MODULE:
    guards.say_interruptions()
    guards.hold()
    patches.do_not_limit(workflow)
    progress.show(
        workflow,
        "block",
        {
            STUDY.block_file(block).as_posix(): seconds
            for block, seconds in planning.expected(
                {block: STATES[name] for name, block in STUDY.blocks.items()}
            ).items()
        },
        timings.START,
        timings.OTHER,
    )
    progress.keep_what_it_takes(
        workflow,
        timings.Run(
            STUDY.results, afresh=not any(state.kept for state in STATES.values())
        ),
        FORKS,
    )
