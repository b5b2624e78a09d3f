"""The paper as a web page: every printed number has a receipt that leads to what it says."""

from __future__ import annotations

import csv
import json
import re
import shlex
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kmeans_inconsistency.publication import paper, webpage
from kmeans_inconsistency.publication.receipts import Printed, Receipts, printed
from kmeans_inconsistency.study import config, replay
from kmeans_inconsistency.study.design import design

TEXT = "".join(path.read_text(encoding="utf-8") for path in paper.SOURCES)


@pytest.fixture(scope="module")
def made(study: Path) -> tuple[str, dict[str, Any]]:
    return webpage.page(study)


class Reading(HTMLParser):
    """The printed numbers of a page as (key, text), and the text outside of them."""

    VOID = frozenset({"br", "img", "meta", "link", "hr", "col", "mspace"})
    PASSED = frozenset({"style", "script", "title", "nav", "pre", "summary"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str | None]] = []
        self.numbers: list[tuple[str, str]] = []
        self.rest: list[str] = []
        self.references: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "data-receipt" in given:
            self.numbers.append((given["data-receipt"] or "", ""))
        if tag not in self.VOID:
            self._open.append((tag, given.get("data-receipt") or given.get("role") or given.get("class")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self._open}
        marks = {mark for _, mark in self._open}
        if self.numbers and self.numbers[-1][0] in marks:
            self.numbers[-1] = (self.numbers[-1][0], self.numbers[-1][1] + data)
        elif tags & {"a", "cite"} or marks & {"doc-bibliography", "prefix", "number", "head"}:
            self.references.append(data)
        elif not tags & self.PASSED:
            # headings have numbers
            heading = bool(tags & {"h2", "h3"})
            self.rest.append(re.sub(r"^(\d+|[A-Z])(\.\d+)*\s", "", data) if heading else data)


def digits(text: str) -> str:
    return re.sub(r"[^\d.]", "", text)


def test_every_printed_number_has_a_receipt(made):
    page, receipts = made
    numbers = Reading(page).numbers
    assert len(numbers) > 800
    assert {key for key, _ in numbers} == set(receipts)
    for key, text in numbers:
        receipt = receipts[key]
        words = key.startswith("claims/") or isinstance(receipt.get("value"), str)
        assert words or any(character.isdigit() for character in text), key
        assert receipt["addresses"], key
        assert receipt["commands"], key
        assert isinstance(receipt["seed"], int), key


def test_what_is_printed_is_what_the_receipt_says(made):
    page, receipts = made
    compared = 0
    for key, text in Reading(page).numbers:
        receipt = receipts[key]
        if receipt.get("text") is None:
            continue
        whole = receipt["text"] + (f"({receipt['mcse_text']})" if receipt["mcse_text"] else "")
        if digits(text) not in (digits(receipt["text"]), digits(whole)):
            # rounded to three significant digits, or a power of ten
            power = re.fullmatch(r"10[−-](\d+)", text)
            shown = 10.0 ** -int(power[1]) if power else float(text.replace("−", "-"))
            assert shown == pytest.approx(float(receipt["value"]), rel=0.005, abs=1e-9), key
        compared += 1
    assert compared > 400


def test_no_number_of_the_results_is_without_a_receipt(made):
    reading = Reading(made[0])
    typed = set(re.findall(r"\d[\d.]*", TEXT))
    captions = {"Figure", "Table"}
    configured = (Path(paper.TEXT).parent / "config.yaml").read_text(encoding="utf-8")
    typed |= set(re.findall(r"\d[\d.]*", configured))
    for words in reading.rest:
        for number in re.findall(r"(?<![A-Za-z])\d[\d\u2009\u202f]*(?:\.\d+)*", words):
            plain = re.sub(r"\s", "", number)
            if not any(words.startswith(caption) for caption in captions):
                assert plain in typed, (number, words)


def test_the_addresses_lead_to_cells(study, made):
    tables: dict[str, list[dict[str, str]]] = {}
    seen = 0
    for key, receipt in made[1].items():
        for address in receipt["addresses"]:
            table = address["table"]
            if not table.startswith(("summaries/", "limits/")):
                continue
            if table not in tables:
                with (study / f"{table}.csv").open(newline="", encoding="utf-8") as file:
                    tables[table] = list(csv.DictReader(file))
            rows = [row for row in tables[table] if address["keys"].items() <= row.items()]
            assert rows, key
            assert address["column"] in rows[0], key
            if "/" in key and receipt.get("text"):
                # the row's own number
                (row,) = rows
                assert float(row[address["column"]]) == receipt["value"], key
            seen += 1
    assert seen > 300


def test_the_commands_are_those_that_the_study_takes(study, made):
    laid_out = design(config.read(study.parent / "toy.yaml", checked=True))
    replayed = 0
    for key, receipt in made[1].items():
        for command in receipt["commands"]:
            run, name, *words = shlex.split(command)
            assert run == "./run", key
            if name == "replay":
                row = replay.find(laid_out, *words[:5])
                assert row.block.experiment == receipt.get("experiment", row.block.experiment), key
                replayed += 1
            elif "--force" in words:
                assert (study.parent / words[-1]).exists(), command
            else:
                assert name in ("bench", "check", "cite"), command
    assert replayed > 200


def test_a_check_is_named_where_a_number_is_its_estimate_or_its_target(study, made):
    claims = json.loads((study / "claims.json").read_text(encoding="utf-8"))
    checks = {check["id"]: check for claim in claims for check in claim["checks"]}
    named = 0
    for key, receipt in made[1].items():
        if receipt.get("value") is None:
            continue
        for one in receipt["checks"]:
            check = checks[one["id"]]
            assert one["verdict"] == check["verdict"]
            assert one["margin_text"] == check["margin_text"]
            values = [check["estimate"], check["target"]]
            # a percentage or an inverse is made from the one cell
            number = receipt["value"]
            scaled = [number, number / 100, 1 - number, *([1 / number] if number else [])]
            assert any(v == pytest.approx(s, rel=1e-9) for v in values for s in scaled), key
            named += 1
    assert named > 20


def test_a_number_that_leads_nowhere_is_an_error(study):
    receipts = Receipts(study, paper.TEXT / "times.csv")
    for key in ("no.such.number", "design/nothing", "claims/Z9", "times/kmeans/n=7", "figures/none"):
        with pytest.raises(ValueError, match="leads nowhere"):
            receipts.of([Printed(key, "", ())])


def test_marks_are_read_with_what_they_are_computed_from():
    page = '<data data-receipt="a/b" data-how="x &lt; y" data-of="c d">1</data><mn data-receipt="e">2</mn>'
    assert printed(page) == [Printed("a/b", "x < y", ("c", "d")), Printed("e", "", ())]


def test_the_page_is_one_file_and_asks_for_no_other(made, study):
    page, _ = made
    assert re.findall(r"<link (?!rel=\"icon\" href=\"data:,\")", page) == []
    assert re.findall(r"(?:src|srcset|poster)=\"(?!data:)[^\"]*", page) == []
    assert re.findall(r"url\((?!data:)|@import|fetch\(|XMLHttp|import\(", page) == []
    for path in re.findall(r'href="([^"#][^"]*)"', page):
        if not path.startswith(("http", "data:")):
            assert (study / unescape(path)).is_file(), path


def test_title_contents_and_formulas_are_there(made, study):
    page, _ = made
    title = json.loads((study / "design.json").read_text(encoding="utf-8"))["study"]["title"]
    assert f"<title>{title}</title>" in page
    assert page.count("<h1>") == 1
    targets = set(re.findall(r' id="([^"]+)"', page))
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 50
    assert set(links) <= targets
    assert page.count("<math") > 500
    assert re.findall(r"<math\b(?:(?!</math>).)*<data", page, re.DOTALL) == []
    assert page.count('class="enlarge"') == TEXT.count('#fig("')


def test_the_same_results_give_the_same_page(made, study):
    page, receipts = made
    assert page == (study / "paper.html").read_text(encoding="utf-8")
    assert json.loads(json.dumps(receipts)) == json.loads(
        (study / "receipts.json").read_text(encoding="utf-8")
    )


def test_the_text_compares_no_marked_number():
    body = "".join(p.read_text(encoding="utf-8") for p in (paper.TEXT / "body.typ", *paper.SECTIONS))
    assert re.findall(r"#if [^\[]*\b(?:num|pm|sig|cell|tally)\(", body) == []
