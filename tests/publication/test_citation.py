"""Records of figures, ``./run cite``, and CITATION.cff."""

import datetime
import hashlib
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml
from PIL import Image

from kmeans_inconsistency import figures
from kmeans_inconsistency.figures import _citable as citable
from kmeans_inconsistency.figures import _style as style
from kmeans_inconsistency.figures._style import Drawing
from kmeans_inconsistency.publication import citation
from kmeans_inconsistency.study import config
from kmeans_inconsistency.study.design import design

TOP = Path(__file__).parents[2]
MADE_BY = {"script": "figures/name.py abc", "sources": "def", "configuration": "012", "seed": 7, "inputs": {}}
FILES = [f"name.{kind}" for kind in (*citable.FORMATS, "json")]


def _save(folder: Path, value: float = 0.1, caption: str = "At δ = 1 {braces} & 5 %.") -> dict:
    with style.applied():
        figure, (axes,) = style.panels(1, height=2.0)
        axes.fill_between([0, 1], [1, 2 + value], alpha=0.3)
        data = pd.DataFrame({"mean": [value, 1.0], "mean_mcse": [0.25, None], "replicates": [50, 50]})
        return citable.save(Drawing(figure, data, {}), "name", "A & B", caption, folder, made_by=MADE_BY)


def test_a_figure_is_saved_with_the_same_bytes_and_no_other_files(tmp_path: Path):
    for folder in ("a", "b"):
        _save(tmp_path / folder)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("a", "b")
    )
    assert first == second
    assert sorted(first) == sorted(FILES)


def test_a_record_says_what_was_drawn_and_what_made_it(tmp_path: Path):
    _save(tmp_path)
    record = json.loads((tmp_path / "name.json").read_text())
    assert record["identifier"] == "kmeans-inconsistency/figure/name"
    assert record["made_by"] == MADE_BY
    assert record["simulation"] == {
        "replicates": [50],
        "largest_monte_carlo_standard_error": {"mean": 0.25},
    }
    for name, digest in record["files"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert sorted([*record["files"], "name.json"]) == sorted(FILES)


def test_the_version_changes_with_what_is_drawn_and_with_nothing_else(tmp_path: Path):
    version = _save(tmp_path)["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", version)
    assert _save(tmp_path, value=0.2)["version"] != version
    assert _save(tmp_path, caption="Other.")["version"] != version


def test_the_main_facts_are_inside_the_files(tmp_path: Path):
    record = _save(tmp_path)
    name = f"{record['identifier']} {record['version']}"

    told = Image.open(tmp_path / "name.png").text
    assert told["Title"] == "A & B"
    assert told["Description"] == record["caption"]
    assert told["Identifier"] == name
    assert "seed 7" in told["Source"]

    svg = ElementTree.parse(tmp_path / "name.svg").getroot()  # noqa: S314
    texts = [text.strip() for text in svg.find(".//{*}metadata").itertext() if text.strip()]
    assert {"A & B", record["caption"], name, record["licence"]} <= set(texts)

    pdf = (tmp_path / "name.pdf").read_bytes()
    assert name.encode() in pdf
    assert b"/Title (A & B)" in pdf
    assert b"CreationDate" not in pdf


def test_bibtex_is_an_entry_that_tex_can_read(tmp_path: Path):
    bibtex = _save(tmp_path)["bibtex"]
    assert bibtex.startswith("@misc{kmeans-inconsistency:name,")
    assert "{{A \\& B}}" in bibtex
    assert bibtex.count("{") == bibtex.count("}")
    assert not re.search(r"(?<!\\)[&%#_]", bibtex)
    assert all(field in bibtex for field in ("author", "title", "year", "howpublished", "version"))


def test_every_figure_has_a_title_that_stands_alone():
    titles = [figures.title(name) for name in figures.names()]
    assert len(set(titles)) == len(titles)
    assert all(20 < len(title) < 120 and not title.endswith(".") for title in titles)


def test_records_of_the_study_are_complete(study: Path):
    records = citation.records(study)
    assert sorted(records) == figures.names()
    for name, record in records.items():
        made_by = record["made_by"]
        assert set(made_by["inputs"]) == set(figures.inputs(name))
        script = (TOP / "src/kmeans_inconsistency/figures" / f"{name}.py").read_bytes()
        assert made_by["script"].endswith(hashlib.sha256(script).hexdigest())
        simulated = bool(figures.experiments(name))
        assert (made_by["seed"] is not None) == simulated == bool(made_by["experiments"])
        # a commit has 40 digits, a clock has colons
        assert not re.search(r"\b[0-9a-f]{40}\b|\d\d:\d\d", json.dumps(made_by))


def test_configuration_of_a_figure_is_that_of_its_experiments():
    read = config.read(TOP / "config.yaml")
    before = citation.made_by(design(read), "rmse")
    read["experiments"]["small_variance"]["replicates"] += 1
    assert citation.made_by(design(read), "rmse") == before
    read["experiments"]["consistency"]["replicates"] += 1
    assert citation.made_by(design(read), "rmse")["configuration"] != before["configuration"]


def test_cite_prints_caption_bibtex_and_provenance(study: Path, capsys: pytest.CaptureFixture[str]):
    record = citation.records(study)["rmse"]
    for name in ("rmse", record["identifier"]):
        assert citation.main([name, "--results", str(study)]) == 0
        told = capsys.readouterr()
        assert record["bibtex"] in told.out
        assert " ".join(record["caption"].split()) in " ".join(told.out.split())
        assert record["made_by"]["sources"] in told.out
        assert told.err == ""
    assert citation.main(["rmse", "--results", str(study), "--bibtex"]) == 0
    assert capsys.readouterr().out == record["bibtex"] + "\n"


def test_cite_lists_the_identifiers(study: Path, capsys: pytest.CaptureFixture[str]):
    assert citation.main(["--results", str(study)]) == 0
    lines = capsys.readouterr().out.splitlines()
    code = citation.swhid()
    expected = [citable.identifier(name) for name in figures.names()]
    assert [line.split()[0] for line in lines] == expected + (["code"] if code else [])
    assert code is None or lines[-1].split()[1] == code


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("RMSE", "rmse"),
        ("Bias-Map", "bias_map"),
        ("epspath", "eps_path"),
        ("coverge", "coverage"),
        ("zzz", None),
    ],
)
def test_the_near_name_is_offered(word, near):
    remedy = citation._remedy(word, figures.names(), "./run cite")
    assert remedy == (f"did you mean {near}? " if near else "") + "./run cite lists all"


def test_cite_says_in_a_line_what_it_cannot_do(study: Path, tmp_path: Path, capsys):
    assert citation.main(["rsme", "--results", str(study)]) == 1
    assert capsys.readouterr().err.strip().splitlines() == [
        "there is no figure 'rsme'; did you mean rmse? cite lists all"
    ]
    assert citation.main(["--results", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    shutil.copytree(study / "figures", tmp_path / "figures")
    with (tmp_path / "figures" / "rmse.csv").open("a") as file:
        file.write("\n")
    assert citation.main(["rmse", "--results", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("rmse.csv: not as the record says")


# Citation File Format 1.2.0: what a file and an author may have, and what a file must have.
CFF_MUST = {"cff-version", "message", "title", "authors"}
CFF_MAY = CFF_MUST | {
    "abstract",
    "commit",
    "contact",
    "date-released",
    "doi",
    "identifiers",
    "keywords",
    "license",
    "license-url",
    "preferred-citation",
    "references",
    "repository",
    "repository-artifact",
    "repository-code",
    "type",
    "url",
    "version",
}
PLACE = {
    "address",
    "alias",
    "city",
    "country",
    "email",
    "fax",
    "orcid",
    "post-code",
    "region",
    "tel",
    "website",
}
PERSON = PLACE | {"affiliation", "family-names", "given-names", "name-particle", "name-suffix"}
ENTITY = PLACE | {"name", "date-end", "date-start", "location"}


def test_citation_file_is_valid_and_knows_no_repository():
    told = yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))
    assert set(told) >= CFF_MUST | {"version", "date-released", "license", "keywords", "abstract"}
    assert set(told) <= CFF_MAY
    assert told["cff-version"] == "1.2.0"
    assert told["type"] in ("software", "dataset")
    for key in ("message", "title", "abstract", "version"):
        assert isinstance(told[key], str)
        assert told[key]
    assert isinstance(told["date-released"], datetime.date)
    for author in told["authors"]:
        assert author
        assert set(author) <= (ENTITY if "name" in author else PERSON)
        assert all(isinstance(value, str) and value for value in author.values())
    assert set(told["license"]) == {"MIT", "CC-BY-4.0"}
    assert len(set(told["keywords"])) == len(told["keywords"])
    assert not {"repository", "repository-code", "repository-artifact", "url", "commit"} & set(told)


def test_citation_file_paper_and_study_agree():
    work = citable.work()
    assert work["date"] == config.read(TOP / "config.yaml")["study"]["date"]
    template = (TOP / "paper" / "template.typ").read_text(encoding="utf-8")
    (authors,) = re.findall(r'#let authors = "([^"]+)"', template)
    assert authors == " and ".join(work["authors"])
