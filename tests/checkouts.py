"""Copies of the repository's files in which tests run the real workflow on toy studies."""

from __future__ import annotations

import copy
import fcntl
import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from kmeans_inconsistency.algorithms import compiling
from kmeans_inconsistency.study import bundles, config

TOP = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {compiling.CACHE_VARIABLE: str(compiling.cache_base())}
COPIED = (
    "CITATION.cff",
    "Snakefile",
    "config.yaml",
    "config",
    "profiles",
    "paper",
    "requirements.lock",
    "run",
    "src",
    "workflow",
)

MOMENT = "        timings.remember(wanted.name, blocks.complete("
BARRIER = """\
        import time

        gate, held = Path("gate"), Path("held")
        if gate.exists() and len(list(Path("results").rglob("*.parquet"))) >= int(gate.read_text()):
            held.touch()
            while gate.exists():
                time.sleep(0.01)
"""

FEWEST = f"FEWEST = {bundles.FEWEST}\n"

ONE_PROCESS = """
import shlex, sys
from kmeans_inconsistency.__main__ import main
for line in sys.stdin:
    if main(shlex.split(line)) != 0:
        sys.exit(line)
"""

QUICK = config.read(TOP / "config" / "quick.yaml")
FACTOR_VALUES, SIZES, REPLICATES = 2, (60, 200), 6
#: In place of the seed of the protocol, whose designs the tests' studies do not have.
SEED = 19780801


def toy(
    delta: Sequence[float] = (1, 2),
    n: Sequence[object] = (50, 200),
    replicates: int = 12,
    block: int = 8,
    eps: Sequence[float] = (0.5, 1, 2.5),
    **experiments: Any,
) -> config.Config:
    """Two experiments of the study on a small grid, and what is given beside them; no paper."""
    same = {"replicates": replicates, "block": block}
    consistency = QUICK["experiments"]["consistency"] | same | {"n": list(n)}
    consistency |= {"factors": {"delta": list(delta)}}
    path = QUICK["experiments"]["small_variance"] | same | {"n": [50, 200]}
    path |= {"factors": {"delta": [2]}, "methods": {"kmeans": None, "known_variance": {"eps": list(eps)}}}
    own = {"consistency": consistency, "small_variance": path} | experiments
    claims = {
        name: claim | {"statements": kept}
        for name, claim in QUICK["claims"].items()
        if (kept := [s for s in claim["statements"] if all(t["experiment"] in own for t in s["tests"])])
    }
    study = QUICK["study"] | {"results": "results", "seed": SEED}
    # a copy, since tests change what they get
    return copy.deepcopy({"study": study, "experiments": own, "claims": claims})


def smallest() -> config.Config:
    """Every experiment of the study, each on the smallest grid that has two of everything."""

    def few(grid: Any) -> Any:
        """Of each number two values; choices are what an experiment compares, and stay."""
        if isinstance(grid, list):
            return list(map(few, grid))
        return grid and {
            name: values if isinstance(values[0], str) else values[:FACTOR_VALUES]
            for name, values in grid.items()
        }

    experiments = {
        name: entry
        | {"factors": few(entry["factors"]), "n": sorted(set(map(min, entry["n"], SIZES)))}
        | {"replicates": REPLICATES, "block": REPLICATES}
        | {"methods": {method: few(grid) for method, grid in entry["methods"].items()}}
        for name, entry in QUICK["experiments"].items()
    }
    # the paper quotes the fit with the true variance
    experiments["small_variance"]["methods"]["known_variance"] = {"eps": [0.1, 1, 2.5]}
    # a curve that takes half a minute is as coarse as the rest
    study = QUICK["study"] | {"results": "results", "seed": SEED, "draws": 60}
    return QUICK | {"study": study, "experiments": experiments}


def workflow_module(name: str) -> ModuleType:
    """A fresh copy of a module of the folder ``workflow``, which is no package."""
    specification = importlib.util.spec_from_file_location(name, TOP / "workflow" / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository in which to run the workflow."""

    top: Path

    def configure(self, **changes: Any) -> None:
        """Write the configuration: that of :func:`toy` with changes."""
        self.write(toy(**changes))

    def write(self, configuration: config.Config) -> None:
        """Write a configuration."""
        (self.top / "toy.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False))

    def run(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run the workflow; the result has everything that it said in ``stderr``."""
        command = [sys.executable, "-m", "snakemake", "--configfile", "toy.yaml", "--cores", str(cores)]
        return subprocess.run(
            [*command, *arguments],
            cwd=self.top,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )

    def run_in_one_process(self) -> None:
        """Run the commands of all jobs in the order that the workflow gives, without a process for each."""
        planned = self.run("--dry-run", "--printshellcmds", "--workflow-profile", "none")
        commands = re.findall(
            r"^Shell command: .* (?:-m kmeans_inconsistency|\S*/start\.py'? \S+) (.*)$",
            planned.stdout,
            re.MULTILINE,
        )
        assert commands, planned.stderr
        done = subprocess.run(
            [sys.executable, "-c", ONE_PROCESS],
            cwd=self.top,
            env=ENVIRONMENT | {"PYTHONPATH": str(self.top / "src"), "MPLBACKEND": "Agg"},
            input="\n".join(commands),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def start(self, *arguments: str, plain: bool = False) -> subprocess.Popen[str]:
        """Start the study with ``./run`` or plain Snakemake; what it says goes to the file ``said``."""
        environment = self.top / ".venv"
        if not environment.exists():
            self._link(environment)
        starting = [sys.executable, "-m", "snakemake"] if plain else [sys.executable, "run", "--"]
        command = [*starting, "--configfile", "toy.yaml", *arguments]
        with (self.top / "said").open("w") as said:
            return subprocess.Popen(
                command,
                cwd=self.top,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                text=True,
            )

    def finish(self, *arguments: str, plain: bool = False) -> tuple[int, str]:
        """Run to the end: the exit code and all that was said."""
        code = self.start(*arguments, plain=plain).wait()
        return code, (self.top / "said").read_text()

    def bundle(self) -> None:
        """Let one process make several blocks, as in a study that has more of them."""
        source = self.top / "src" / "kmeans_inconsistency" / "study" / "bundles.py"
        text = source.read_text()
        assert FEWEST in text
        source.write_text(text.replace(FEWEST, "FEWEST = 1\n"))

    def close_gate(self, after: int = 0) -> None:
        """Let workers wait before they compute a block from the time on at which so many blocks are done."""
        workers = [path for path in (self.top / "src").rglob("*.py") if MOMENT in path.read_text()]
        assert workers, "no source has the moment before which a worker is held"
        for source in workers:
            before, moment, behind = source.read_text().partition(MOMENT)
            if not before.endswith(BARRIER):
                source.write_text(before + BARRIER + moment + behind)
        (self.top / "gate").write_text(str(after))

    def is_held(self) -> bool:
        """Whether a worker waits at the gate, so that the run cannot end."""
        return (self.top / "held").exists()

    def open_gate(self) -> None:
        """Let the workers that wait, and all others, go on."""
        (self.top / "gate").unlink()

    def _link(self, environment: Path) -> None:
        """Give the script the environment of this process, marked as made from the lock file."""
        environment.mkdir()
        for name in ("bin", "lib"):
            (environment / name).symlink_to(Path(sys.prefix) / name)
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", environment)
        script = runpy.run_path(str(self.top / "run"))
        (environment / "made-from").write_text(script["environment_wanted"]())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the package on the toy study."""
        return self.command_of(*arguments, "--config", "toy.yaml")

    def command_of(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the package."""
        command = [sys.executable, "-m", "kmeans_inconsistency", *arguments]
        environment = os.environ | {"PYTHONPATH": str(self.top / "src")}
        return subprocess.run(
            command, cwd=self.top, env=environment, capture_output=True, text=True, check=False
        )

    def copy(self, top: Path) -> Checkout:
        """Another checkout with the same files and results."""
        shutil.copytree(self.top, top)
        return Checkout(top)

    def results(self) -> dict[str, bytes]:
        """All files of the results with their content."""
        folder = self.top / "results"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def check_out(top: Path) -> Checkout:
    top.mkdir()
    for name in COPIED:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, top / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, top / name)
    checkout = Checkout(top)
    checkout.configure()
    return checkout


def made_once(base: Path, name: str, make: Callable[[Checkout], None]) -> Checkout:
    """A checkout in which something was made once for all processes that share the tests: the others wait.

    Parameters
    ----------
    base
        The folder of this process for temporary files; under xdist those of all stand in one folder.
    name
        What is made.
    make
        Makes it in a fresh checkout.
    """
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    top, made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(top, ignore_errors=True)  # what a process that failed has left
            make(check_out(top))
            made.touch()
    return Checkout(top)
