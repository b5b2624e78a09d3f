"""The LaTeX bundle, the site and the deposit; ``./run`` installs their tools, and slow tests use them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from kmeans_inconsistency.publication import citation, deposit, paper, webpage

TOP = citation.TOP
TOOLS, VALIDATORS = TOP / ".cache" / "tools", TOP / ".cache" / "validators"
PERSON = {"family-names": "Doe", "given-names": "Jane", "orcid": "https://orcid.org/0000-0002-1825-0097"}
RELEASED = {"authors": [PERSON], "repository-code": "https://example.org/code"}

slow = pytest.mark.slow


def pip(*words: str | Path) -> None:
    quiet = ("-m", "pip", "-qq", "--disable-pip-version-check", "install")
    subprocess.run([sys.executable, *quiet, *map(str, words)], check=True)


def make(command: str, results: Path, folder: Path, *further: str) -> None:
    """Run a command with its tools, as ./run does."""
    if not (TOOLS / "made-from").exists() and not (TOOLS / "pypandoc").exists():
        pip("--no-deps", "--require-hashes", "--target", TOOLS, "-r", TOP / "publishing" / "tools.lock")
    words = ["--results", str(results), "--into", str(folder), *further]
    subprocess.run(
        [sys.executable, "-m", "kmeans_inconsistency", command, *words],
        env=os.environ | {"PYTHONPATH": f"{TOP / 'src'}{os.pathsep}{TOOLS}"},
        check=True,
        cwd=TOP,
    )


# --- LaTeX ---


@pytest.fixture(scope="module")
def latex(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "latex"
    make("latex", study, folder)
    return folder


@slow
def test_the_bundle_is_complete_and_names_no_folder_of_this_machine(latex, study):
    main = (latex / "main.tex").read_text(encoding="utf-8")
    sections = re.findall(r"\\input\{(sections/[\w-]+)\}", main)
    texts = [(latex / f"{name}.tex").read_text(encoding="utf-8") for name in sections]
    assert len(sections) > 5
    assert {p.stem for p in (latex / "sections").iterdir()} == {s.rpartition("/")[2] for s in sections}
    shown = re.findall(r"\\includegraphics(?:\[[^]]*\])?\{([^}]+)\}", "".join(texts))
    assert sorted(shown) == sorted(p.relative_to(latex).as_posix() for p in (latex / "figures").iterdir())
    everything = main + "".join(texts)
    assert "{{" not in main.split("\\begin{document}")[1]
    for place in (str(latex), str(study), str(TOP), "/tmp", "/home"):  # noqa: S108
        assert place not in everything
    cited = set(re.findall(r"@(\w+\d{4})", "".join(p.read_text(encoding="utf-8") for p in paper.SOURCES[:3])))
    keys = {k for group in re.findall(r"\\cite[pt]\{([^}]+)\}", everything) for k in group.split(",")}
    bibliography = (latex / "references.bib").read_text(encoding="utf-8")
    assert keys >= {key for key in cited if f"{{{key}," in bibliography}
    labels = set(re.findall(r"\\label\{([^}]+)\}", everything))
    assert set(re.findall(r"\\(?:eq)?ref\{([^}]+)\}", everything)) <= labels


@slow
@pytest.mark.skipif(
    shutil.which("latexmk") is None or shutil.which("pdftotext") is None, reason="needs TeX and poppler"
)
def test_the_bundle_compiles_and_prints_the_same_numbers(latex, study):
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
    done = subprocess.run(command, cwd=latex, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    log = (latex / "main.log").read_text(encoding="utf-8", errors="replace")
    assert "Missing character" not in log
    # no page is longer than the paper
    assert "Overfull \\vbox" not in log
    assert not re.findall(r"(?:Citation|Reference) `[^']*' .*undefined", log.split("rerun")[-1])
    subprocess.run(["pdftotext", "-layout", "main.pdf"], cwd=latex, check=True)
    text = re.sub(r"\s", "", (latex / "main.txt").read_text(encoding="utf-8"))
    page, _ = webpage.page(study)
    printed = re.findall(r'<data data-receipt="[^"/]+"[^>]*>([^<(]*\.[^<(]*)', page)
    numbers = {re.sub(r"\s", "", text) for text in printed}
    assert len(numbers) > 50
    missing = [number for number in numbers if number.lstrip("−-") not in text]
    assert missing == []


# --- site ---


@pytest.fixture(scope="module")
def site(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    make("site", study, folder)
    return folder


@slow
def test_every_link_of_the_site_leads_somewhere(site):
    pages = sorted(site.rglob("*.html"))
    assert {"index.html", "paper.html", "explore.html", "claims.html", "gallery.html"} <= {
        p.name for p in pages
    }
    marks = {p: set(re.findall(r'\bid="([^"]+)"', p.read_text(encoding="utf-8"))) for p in pages}
    links = 0
    for page in pages:
        text = re.sub(r"<script\b.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for to in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            place, _, mark = unescape(to).partition("#")
            if place.startswith(("http:", "https:", "data:", "mailto:")):
                continue
            target = (page.parent / unquote(place)).resolve() if place else page
            assert target.is_file(), (page, to)
            # a state of the page is no place in it
            if mark and "=" not in mark and target in marks:
                assert mark in marks[target], (page, to)
            links += 1
    assert links > 500


@slow
def test_the_site_asks_for_nothing_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'<(?:script|img|link|iframe)\b[^>]*(?:src|href)="https?:', text) == [], page


# --- deposit ---


def cited(**changes: Any) -> dict[str, Any]:
    return yaml.safe_load(deposit.CITATION.read_text(encoding="utf-8")) | changes


def test_a_release_must_name_its_authors_and_its_repository(tmp_path, study):
    with pytest.raises(deposit.NotReadyError) as refused:
        deposit.deposit(study, tmp_path)
    lines = str(refused.value).splitlines()
    assert [line.split(":")[1].strip() for line in lines][-2:] == ["authors", "repository-code"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("changes", [{}, RELEASED])
def test_metadata_says_what_the_citation_file_says(changes):
    told = cited(**changes)
    meta, zenodo = deposit.codemeta(told, "swh:1:dir:0"), deposit.zenodo(told, "swh:1:dir:0")
    assert meta["version"] == zenodo["version"] == told["version"]
    assert len(meta["author"]) == len(zenodo["creators"]) == len(told["authors"])
    if changes:
        assert zenodo["creators"] == [{"name": "Doe, Jane", "orcid": "0000-0002-1825-0097"}]
        assert meta["author"][0] == {
            "@type": "Person",
            "givenName": "Jane",
            "familyName": "Doe",
            "@id": PERSON["orcid"],
        }
        assert meta["codeRepository"] == changes["repository-code"]


@pytest.fixture(scope="module")
def deposited(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deposited") / "deposit"
    make("deposit", study, folder, "--draft")
    return folder


@slow
def test_the_archive_has_everything(deposited):
    (archive,) = deposited.glob("*.zip")
    with zipfile.ZipFile(archive) as packed:
        names = set(packed.namelist())
    assert {"CITATION.cff", "codemeta.json", ".zenodo.json", "ro-crate-metadata.json", "LICENSE"} <= names
    assert {"code/Snakefile", "code/config.yaml", "code/requirements.lock"} <= names
    assert {"results/paper.pdf", "results/paper.html", "results/claims.json", "results/numbers.json"} <= names
    described = json.loads((deposited / "crate" / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    files = {e["@id"] for e in described["@graph"] if "File" in str(e["@type"])}
    assert files == names - {"ro-crate-metadata.json"}


@pytest.fixture(scope="module")
def validators() -> Path:
    """The validators, in an environment of their own."""
    if not (VALIDATORS / "bin" / "rocrate-validator").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VALIDATORS)], check=True)
        lock = TOP / "publishing" / "validators.lock"
        command = [
            VALIDATORS / "bin" / "python",
            "-m",
            "pip",
            "-qq",
            "install",
            "--require-hashes",
            "-r",
            lock,
        ]
        subprocess.run(command, check=True)
    return VALIDATORS / "bin"


@slow
def test_the_citation_file_is_valid(deposited, validators):
    command = [validators / "cffconvert", "--validate", "-i", deposited / "crate" / "CITATION.cff"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@slow
def test_the_crate_is_valid(deposited, validators, tmp_path):
    said = tmp_path / "said.json"
    words = ["-y", "validate", "--no-paging", "-p", "workflow-run-crate", "-f", "json", "-o", said]
    command = [validators / "rocrate-validator", *words]
    for further in ([], ["--offline"]):
        if not said.exists():  # without a network the validator ends before it has said anything
            subprocess.run([*command, *further, "crate"], cwd=deposited, capture_output=True, check=False)
    issues = [issue["message"] for issue in json.loads(said.read_text(encoding="utf-8"))["issues"]]
    wrong = [issue for issue in issues if "Unable to retrieve the JSON-LD context" not in issue]
    assert wrong == []
    if issues:
        pytest.skip("the validator has no network from which to read what the terms of RO-Crate mean")


def terms(of: Any) -> set[str]:
    """The properties and the types that JSON-LD uses, at any depth."""
    if isinstance(of, list):
        return set().union(*map(terms, of))
    if not isinstance(of, dict):
        return set()
    types = of.get("@type", [])
    own = {key for key in of if not key.startswith("@")}
    return own | set([types] if isinstance(types, str) else types) | terms(list(of.values()))


@slow
def test_crate_and_codemeta_use_no_term_that_their_vocabularies_do_not_have(deposited):
    known = TOOLS / "rocrate" / "data"
    crates = json.loads((known / "ro-crate.jsonld").read_text(encoding="utf-8"))["@context"]
    schema = json.loads((known / "schema.jsonld").read_text(encoding="utf-8"))["@graph"]
    described = json.loads((deposited / "crate" / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert terms(described["@graph"]) <= set(crates)
    meta = json.loads((deposited / "crate" / "codemeta.json").read_text(encoding="utf-8"))
    added = {"developmentStatus"}  # by CodeMeta to the terms of schema.org
    assert terms(meta) <= {entry["@id"].removeprefix("schema:") for entry in schema} | added


@slow
def test_the_identifier_is_that_of_software_heritage(validators, tmp_path):
    deposit.snapshot(tmp_path / "code")
    command = [validators / "swh.identify", "--no-filename", tmp_path / "code"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert said == citation.swhid()
