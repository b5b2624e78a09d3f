import contextlib
import json
import re
import shutil
import zlib
from pathlib import Path

import pytest

from kmeans_inconsistency import figures
from kmeans_inconsistency.__main__ import main
from kmeans_inconsistency.publication import paper, tables
from kmeans_inconsistency.study import provenance

BODY = "".join(
    path.read_text(encoding="utf-8").removeprefix('#import "../template.typ": *\n')
    for path in (paper.TEXT / "body.typ", *paper.SECTIONS)
)
REFERENCES = (paper.TEXT / "references.bib").read_text(encoding="utf-8")
PROSE = re.sub(r"\"[^\"]*\"|\$[^$]*\$|@[\w-]+|<[\w-]+>", "", BODY)


@pytest.fixture
def results(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the paper reads, to be changed."""
    folder = tmp_path_factory.mktemp("results")
    for path in paper.inputs():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(study / path, folder / path)
    return folder


def test_the_same_results_give_the_same_bytes_and_pdf_a(study: Path, results: Path, tmp_path: Path):
    paper.compile_paper(results, tmp_path / "again.pdf")
    first = (study / "paper.pdf").read_bytes()
    assert first == (tmp_path / "again.pdf").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.pdf"]
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in first
    assert b"The kmeans-inconsistency authors" in first
    assert str(results).encode() not in first


def _content(document: bytes) -> bytes:
    """A PDF with its compressed objects in clear."""
    parts = [document]
    for start in re.finditer(rb"stream\r?\n", document):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(document[start.end() :]))
    return b"\n".join(parts)


def test_the_pdf_can_be_read_by_machines_and_by_ear(study: Path):
    content = _content((study / "paper.pdf").read_bytes())

    def count(pattern: bytes) -> int:
        return len(re.findall(pattern, content))

    described = json.loads((study / "design.json").read_text(encoding="utf-8"))["study"]
    # tagged, in a language, with bookmarks
    assert count(rb"/Marked true")
    assert count(rb"/StructTreeRoot")
    assert count(rb"/Lang ?\(en-GB\)")
    assert count(rb"/S ?/H1") >= 5
    assert count(rb"/S ?/TH") > count(rb"/S ?/Table\b") > 5
    assert count(rb"/Type ?/Outlines")
    assert count(rb"/OutputIntents")
    # each figure by ear
    texts = re.findall(r"#fig\(\"\w+\", \"([^\"]+)\"\)", BODY)
    assert count(rb"/S ?/Figure\b") == len(texts)
    assert all(text[:40].encode() in content for text in texts)
    # every font is in the file
    assert count(rb"/Type ?/FontDescriptor\b") == count(rb"/FontFile[23]?\b") > 0
    # title, authors, keywords, date
    assert f">{described['title']}<".encode() in content
    assert count(rb"<pdf:Keywords>k-means, ")
    assert f"<xmp:CreateDate>{described['date']}T00:00:00Z<".encode() in content


def test_the_tables_are_a_page_of_their_own(study: Path, results: Path):
    page = tables.tables(results)
    # but for what only a study has that was frozen, and that was also run on new ground
    labels = set(re.findall(r"<(tab-[\w-]+)>", BODY)) - {"tab-deviations", "tab-new-ground"}
    assert set(re.findall(r'<figure id="(tab-[\w-]+)">', page)) >= labels
    assert page.count("<figcaption") == page.count("<table") == page.count("<figure ") >= len(labels)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert labels <= targets <= set(re.findall(r'id="([^"]+)"', page))
    headings = re.findall(r"<th\b[^>]*>(.*?)</th>", page, re.DOTALL)
    assert headings
    assert all(re.sub(r"<[^>]*>|\s", "", heading) for heading in headings)
    assert 'name="viewport"' in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page == (study / "tables.html").read_text(encoding="utf-8")


def test_a_missing_number_stops_the_paper_and_leaves_no_file(results: Path, tmp_path: Path):
    numbers = json.loads((results / "numbers.json").read_text(encoding="utf-8"))
    del numbers["named"]["headline.kmeans.mean"]
    (results / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    with pytest.raises(ValueError, match=r"no number headline\.kmeans\.mean"):
        paper.compile_paper(results, tmp_path / "paper.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["figure", "paper"])
def test_an_edit_in_mid_work_is_noticed_before_anything_is_written(
    study, results, tmp_path, monkeypatch, capsys, command
):
    folder = tmp_path / "results"
    shutil.copytree(results, folder)
    for path in figures.inputs("mechanism"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(study / path, folder / path)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    monkeypatch.setattr(provenance, "begin", lambda: None)
    monkeypatch.setattr(provenance, "_at_start", {Path(provenance.__file__): (0, 0)})
    monkeypatch.chdir(tmp_path)
    shutil.copy(study.parent / "toy.yaml", tmp_path)
    arguments = {
        "figure": ["mechanism", "--config", "toy.yaml"],
        "paper": ["--results", "results", "--output", "results/paper.pdf"],
    }[command]
    assert main([command, *arguments]) == 1
    assert "nothing is written" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_no_number_of_the_results_is_typed():
    assert re.findall(r"\d+\.\d+|\d{3,}", PROSE) == []


def test_the_text_has_no_layout_of_its_own():
    layout = r"#(?:set|v|h|align|block|box|pad|grid|table|text|image|page|place|columns|stack|pagebreak)\b"
    assert re.findall(layout, BODY) == []
    assert re.findall(r"#show.*", BODY) == ["#show: appendix", "#show: supplement"]


def test_labels_can_be_used_in_other_formats():
    labels = re.findall(r"<([\w-]+)>(?!\s*,\s*form)", BODY)
    cited = set(re.findall(r"cite\(<(\w+)>", BODY))
    own = [label for label in labels if label not in cited]
    assert all(re.fullmatch(r"(?:eq|fig|tab|sec|prop)-[a-z0-9-]+", label) for label in own)
    assert len(own) == len(set(own))


def test_every_reference_is_cited_and_says_whether_it_was_checked():
    entries = re.findall(r"^(checked|not checked)\n@\w+\{(\w+),$", REFERENCES, re.MULTILINE)
    keys = re.findall(r"^@\w+\{(\w+),$", REFERENCES, re.MULTILINE)
    cited = set(re.findall(r"@([a-z]+\d{4})", BODY)) | set(re.findall(r"cite\(<(\w+)>", BODY))
    assert [key for _, key in entries] == keys
    text, waiting = REFERENCES.split("%%%")
    in_text, may_wait = (set(re.findall(r"^@\w+\{(\w+),$", part, re.MULTILINE)) for part in (text, waiting))
    assert in_text <= cited <= in_text | may_wait
    assert len(keys) == len(set(keys))


def test_every_figure_is_in_the_paper_with_an_alternative_text_or_named_as_one_of_the_gallery():
    shown = re.findall(r"#fig\(\"(\w+)\", \"([^\"]{60,})\"\)", BODY)
    named = re.findall(r"#gallery\(\"(\w+)\"\)", BODY)
    assert sorted([name for name, _ in shown] + named) == figures.names()


def test_no_semicolon_of_the_text_is_taken_for_the_end_of_a_call():
    assert re.findall(r"#\w+\([^()]*\);", re.sub(r"\$[^$]*\$", "", BODY)) == []
