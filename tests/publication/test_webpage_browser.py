"""The paper as a web page in a real browser: receipts by mouse and keyboard, and as axe-core sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import AXE, CHROMIUM, Browser, browser

from kmeans_inconsistency.publication import webpage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]

PHONE, DESKTOP = (390, 844), (1440, 900)
NUMBER = 'document.querySelector("[data-receipt=\\"headline.kmeans.mean\\"]")'


@pytest.fixture(scope="module")
def address(study: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "paper.html"
    path.write_text(webpage.page(study)[0], encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


def requests(page: Browser) -> set[str]:
    sent = (e["params"] for e in page.events if e["method"] == "Network.requestWillBeSent")
    return {p["request"]["url"].partition(":")[0] for p in sent}


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_window_and_nothing_is_asked_for(shown, address, size):
    shown.events.clear()
    shown.open(address, *size)
    assert shown.value("document.documentElement.scrollWidth") <= size[0]
    assert requests(shown) <= {"file", "data", "about"}
    assert not [e for e in shown.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


@pytest.mark.parametrize("how", ["click()", "dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}))"])
def test_a_number_shows_its_receipt(shown, address, how):
    shown.open(address, *PHONE)
    shown.value(f"{NUMBER}.{how}, null")
    told = shown.value("document.getElementById('receipt').innerText")
    assert shown.value("document.getElementById('receipt').open")
    for word in ("headline.kmeans.mean", "consistency", "kmeans", "./run replay", "seed", "replicates"):
        assert word in told
    shown.value("document.querySelector('#receipt button').click()")
    assert not shown.value("document.getElementById('receipt').open")


def test_every_number_can_be_reached_by_keyboard_and_shows_something(shown, address):
    shown.open(address, *DESKTOP)
    assert (
        shown.value(
            "[...document.querySelectorAll('[data-receipt]')]"
            ".filter((number) => !number.closest('[role=button][tabindex=\"0\"]')).length"
        )
        == 0
    )
    count = shown.value("""
        [...document.querySelectorAll('[role=button]')].filter((button) => {
          button.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}));
          const dialog = document.getElementById('receipt');
          const told = dialog.open && dialog.querySelectorAll('dd').length > 3;
          dialog.close();
          return !told;
        }).length
    """)
    assert count == 0


def test_a_figure_is_enlarged(shown, address):
    shown.open(address, *DESKTOP)
    width = shown.value("document.querySelector('.enlarge img').getBoundingClientRect().width")
    shown.value("document.querySelector('.enlarge').click()")
    assert shown.value("document.querySelector('#enlarged img').getBoundingClientRect().width") > 1.5 * width


def test_references_stand_beside_the_text_where_there_is_room(shown, address):
    note = "document.querySelector('.margin')"
    shown.open(address, *DESKTOP)
    assert shown.value(f"{note}.getBoundingClientRect().left") > shown.value(
        "document.querySelector('main').getBoundingClientRect().right"
    )
    shown.open(address, *PHONE)
    assert shown.value(f"getComputedStyle({note}).display") == "none"


@pytest.mark.skipif(AXE is None, reason="needs axe-core: npm install --prefix .cache axe-core")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_axe_finds_no_violation(shown, address, size, dark):
    shown.open(address, *size, dark=dark)
    assert shown.violations() == []
    shown.value(f"{NUMBER}.click()")
    assert shown.violations() == []
