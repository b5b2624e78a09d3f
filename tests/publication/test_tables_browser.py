"""The page of tables in a real browser: on a phone, by keyboard, sorted, and as axe-core sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import AXE, CHROMIUM, Browser, browser

from kmeans_inconsistency.publication import tables

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]

PHONE, DESKTOP = (390, 844), (1280, 900)


@pytest.fixture(scope="module")
def address(study: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tables") / "tables.html"
    path.write_text(tables.tables(study), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nothing_but_a_wide_table_is_wider_than_the_window(shown, address, size):
    shown.open(address, *size)
    assert shown.value("document.documentElement.scrollWidth") <= size[0]
    assert shown.value("document.querySelector('meta[name=viewport]') !== null")


@pytest.mark.skipif(AXE is None, reason="needs axe-core: npm install axe-core, or AXE_CORE names its script")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_axe_core_finds_nothing(shown, address, size, dark):
    shown.open(address, *size, dark=dark)
    assert shown.violations() == []


def test_every_line_of_the_contents_leads_to_a_table(shown, address):
    shown.open(address, *DESKTOP)
    assert shown.value("document.querySelectorAll('nav a').length") > 5
    assert shown.value(
        "[...document.querySelectorAll('a[href^=\"#\"]')]"
        ".every((a) => document.getElementById(a.hash.slice(1)) !== null)"
    )


COLUMN = "[...document.querySelectorAll('#tab-claims tbody tr')].map((row) => row.cells[{}].textContent)"
CLICK = "document.querySelectorAll('#tab-claims thead tr:last-child button')[{}].click()"


def test_a_click_on_a_heading_sorts_by_its_column_and_a_second_turns_it_round(shown, address):
    shown.open(address, *DESKTOP)
    before = shown.value(COLUMN.format(2))
    shown.value(CLICK.format(1))
    rising = shown.value(COLUMN.format(2))
    assert rising == sorted(before)
    shown.value(CLICK.format(1))
    assert sorted(shown.value(COLUMN.format(2)), reverse=True) == shown.value(COLUMN.format(2))
    assert shown.value("document.querySelectorAll('th[aria-sort=descending]').length") == 1
