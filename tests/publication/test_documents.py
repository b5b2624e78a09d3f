import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

import kmeans_inconsistency
from kmeans_inconsistency.publication import readme
from kmeans_inconsistency.study import timings

TOP = Path(__file__).parents[2]
README = readme.README.read_text(encoding="utf-8")


def _load(folder: Path, name: str):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_rendered_section_has_the_numbers_and_every_verdict(study: Path):
    section = readme.render(_load(study, "numbers.json"), _load(study, "claims.json"))
    assert "**2.3333**" in section
    claims = _load(study, "claims.json")
    assert all(
        f"| {claim['id']} | {claim['statement']} " in section
        and f" | {claim['expected']} | {claim['verdict_text']} |" in section
        for claim in claims
    )
    assert "{" not in section


def test_filling_is_idempotent_and_keeps_the_rest():
    for name in (readme.NUMBERS, readme.COSTS):
        begin, end = readme.markers(name)
        once = readme.fill(README, name, "new")
        assert readme.fill(once, name, "new") == once
        assert once.partition(begin)[0] == README.partition(begin)[0]
        assert once.partition(end)[2] == README.partition(end)[2]


BEGIN, END = readme.markers(readme.NUMBERS)


@pytest.mark.parametrize("text", ["", BEGIN, BEGIN + END + END])
def test_markers_must_be_there_once(text: str):
    with pytest.raises(ValueError, match="once each"):
        readme.fill(text, readme.NUMBERS, "new")


def test_results_of_an_earlier_version_leave_the_verdicts_as_they_stand(study: Path, tmp_path: Path):
    for name in ("numbers.json", "manifest.json"):
        (tmp_path / name).write_bytes((study / name).read_bytes())
    (tmp_path / "claims.json").write_text('[{"id": "C1", "verdict": "holds under conditions"}]')
    assert readme.refreshed(tmp_path).partition(END)[0] == README.partition(END)[0]


def test_costs_are_products_of_what_was_measured():
    cost = {"fits": 2_000_000, "blocks": 400, "bytes": 5e8, "seconds": 1800}
    section = " ".join(readme.costs({"machine": {"cores": 2}, "cost": cost}).split())
    assert "2,000,000 fits in 400 blocks, 30 minutes" in section
    assert f"about {(1800 + 400 * timings.START) / 2 / 60:.0f} minutes on 2 cores" in section
    assert "50 core-hours of fits" in section
    assert "4,000 starts" in section
    assert "50 GB" in section
    assert readme.costs({}) == readme.costs({"cost": cost | {"seconds": None}}) == ""


def test_the_command_refreshes_and_notices_what_is_stale(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    copy = tmp_path / "README.md"
    copy.write_text(README, encoding="utf-8")
    monkeypatch.setattr(readme, "README", copy)
    folder = ["--results", str(study)]
    assert readme.main([*folder, "--check"]) == 1
    assert "refresh" in capsys.readouterr().err
    assert readme.main(folder) == 0
    assert readme.main([*folder, "--check"]) == 0


def test_readme_says_what_the_published_results_say():
    if (readme.PUBLISHED / "numbers.json").exists():
        assert readme.main(["--check"]) == 0
    else:
        assert re.search(rf"{BEGIN}\s*{END}", README)


def heading_link(heading: str) -> str:
    """The link to a heading of the page, as code hosts make it."""
    return "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_links_of_the_readme_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    published = readme.PUBLISHED.exists()
    for link in links:
        name, _, place = link.partition("#")
        if published or "published" not in name:
            target = TOP / (name or "README.md")
            assert target.exists()
            if place:
                headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
                assert f"#{place}" in map(heading_link, headings)


def test_citation_is_complete_and_of_this_version():
    citation = yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == project["version"] == kmeans_inconsistency.__version__
    assert f"## {project['version']}" in (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
