"""What is pinned, and what must not be said in the repository."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

TOP = Path(__file__).parents[1]
LOCK = (TOP / "requirements.lock").read_text()
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]


def locked() -> dict[str, Requirement]:
    lines = LOCK.replace("\\\n", " ").splitlines()
    wanted = [
        Requirement(line.split(" --hash")[0]) for line in lines if line and not line.startswith((" ", "#"))
    ]
    return {r.name.lower().replace("_", "-"): r for r in wanted}


def declared() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for group in (PROJECT["dependencies"], *extras) for text in group]


def test_every_package_is_pinned_with_hashes():
    lines = [line for line in LOCK.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    assert len(lines) > 50
    for line in lines:
        assert re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("requirement", declared(), ids=lambda r: r.name)
def test_what_the_project_declares_is_locked(requirement):
    pin = locked()[requirement.name.lower()]
    version = str(pin.specifier).removeprefix("==")
    assert requirement.specifier.contains(version)


def test_one_version_for_every_supported_python():
    names = re.findall(r"^([\w.-]+)==", LOCK, flags=re.MULTILINE)
    assert len(names) == len(set(names))


def test_conda_users_get_the_same_versions():
    """The conda environment takes every package from the lock file, on a Python that the project supports."""
    environment = yaml.safe_load((TOP / "environment.yml").read_text())
    pip = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert pip == [["-r requirements.lock"]]
    others = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    assert [entry.split("=")[0] for entry in others] == ["python", "pip"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(others[0].split("=")[1] + ".0")


def test_the_run_script_supports_what_the_project_does():
    text = (TOP / "run").read_text()
    supported = re.findall(r"\((3), (\d+)\)", text.split("SUPPORTED = ")[1].splitlines()[0])
    assert len(supported) == 4
    for major, minor in supported:
        assert SpecifierSet(PROJECT["requires-python"]).contains(f"{major}.{minor}.0")


def test_no_address_of_a_registry_and_no_path_of_a_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout
    forbidden = re.compile(
        rb"index"
        rb"-url|python"
        rb"hosted|/sim"
        rb"ple/|anaconda"
        rb"\.org/|(?<![\w.~])/(home|root|Users|work|tmp)/\w"
    )
    for name in filter(None, listed.decode().split("\0")):
        path = TOP / name
        if path.is_file() and path.suffix not in {".pdf", ".png", ".svg"}:
            found = forbidden.search(path.read_bytes())
            assert not found, f"{name}: {found}"
