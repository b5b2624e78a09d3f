"""The real workflow on a toy study, each run in a copy of the repository's files."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"KMEANS_INCONSISTENCY_CACHE": str(TOP / ".cache" / "kernels")}
COPIED = (
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

TOY = """
extends: config/quick.yaml
study: {{results: results}}
experiments:
  consistency:
    factors: {{delta: {delta}}}
    n: {n}
    replicates: {replicates}
    block: {block}
  small_variance:
    factors: {{delta: [2]}}
    n: [50, 200]
    replicates: {replicates}
    block: {block}
    methods: {{known_variance: {{eps: {eps}}}}}
claims:
  C1: {{expected: holds under conditions}}
  C3: {{expected: undecided}}
  C4: {{expected: holds under conditions}}
"""
LONG = {"delta": [1, 2], "n": [50, 200], "replicates": 12, "block": 8, "eps": [0.5, 1, 2.5]}


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository in which to run the workflow."""

    top: Path

    def configure(self, **changes: object) -> None:
        (self.top / "toy.yaml").write_text(TOY.format(**(LONG | changes)))

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

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the study as a user does, with ``./run``; what it says goes to the file ``said``."""
        environment = self.top / ".venv"
        if not environment.exists():
            self._link(environment)
        command = [sys.executable, "run", "--", "--configfile", "toy.yaml", *arguments]
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

    def finish(self, *arguments: str) -> tuple[int, str]:
        """``./run`` to its end: its exit code and all that it said."""
        code = self.start(*arguments).wait()
        return code, (self.top / "said").read_text()

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
        command = [sys.executable, "-m", "kmeans_inconsistency", *arguments, "--config", "toy.yaml"]
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


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy."""
    return check_out(tmp_path / "checkout")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The toy study, finished on two cores. Tests leave it as they find it."""
    checkout = check_out(tmp_path_factory.mktemp("finished") / "checkout")
    done = checkout.run(cores=2)
    assert done.returncode == 0, done.stderr
    return checkout
