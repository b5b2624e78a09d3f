"""The explorable page in a real browser: moved sliders, read values, a silent console, no request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from browser import CHROMIUM, Browser, browser

from kmeans_inconsistency.limits import anisotropic, kmeans, known_variance, mixture
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.publication import page as explore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]

PHONE, DESKTOP = (360, 740), (1280, 900)
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "explore.html"
    path.write_text(explore.page([{"delta": 2, "n": 100, "ratio": 1.2}]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


def move(page: Browser, name: str, value: float) -> None:
    """Move a slider as a user does."""
    page.value(
        f"{{ const s = document.getElementById('{name}'); s.value = {value};"
        "s.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.value(SETTLED)


def values(page: Browser) -> dict[str, float]:
    return json.loads(page.value("document.getElementById('numbers').dataset.values"))


def click(page: Browser, name: str) -> None:
    page.value(f"document.getElementById('{name}').click()")


def objectives(page: Browser, name: str) -> list[float]:
    return json.loads(page.value(f"document.getElementById('{name}').dataset.objectives"))


def test_moved_sliders_show_the_limits(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    for delta, weight, noise, log_eps in [
        (2, 0.5, 1, -0.3),
        (2, 0.5, 1.5, 0),
        (3.35, 0.215, 0.6, 0.2),
        (6, 0.015, 1, -1),
        (6, 0.02, 1, -1),
    ]:
        for name, value in (("delta", delta), ("weight", weight), ("noise", noise), ("eps", log_eps)):
            move(shown, name, value)
        told = values(shown)
        assert (told["delta"], told["weight"], told["noise"]) == (delta, weight, noise)
        model = normal_pair(delta, weight)
        assert told["kmeans"] == pytest.approx(anisotropic.limit(model, noise).distance, abs=1e-6)
        assert told["line"] == pytest.approx(kmeans.limit(model).best.distance, abs=1e-6)
        assert told["known_variance"] == pytest.approx(
            known_variance.limit(model, told["eps"]).distance, abs=1e-6
        )
        assert told["mixture_avar"] == pytest.approx(mixture.predict(model)["distance"].avar, rel=1e-6)
        text = shown.value("document.getElementById('numbers').textContent")
        assert f"{anisotropic.limit(model, noise).distance:.4f} sd" in text
    assert shown.value("Number(document.getElementById('accuracy').dataset.worst)") < max(
        explore.BOUNDS.values()
    )


def test_a_keyboard_reaches_and_moves_everything(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    examples = shown.value("document.querySelectorAll('nav a').length")
    reached = []
    for _ in range(examples + 12):
        shown.press("Tab")
        reached.append(shown.value("document.activeElement.id || document.activeElement.tagName"))
    sliders = ["delta", "weight", "noise", "eps", "n"]
    buttons = ["step", "run", "end", "restart", "new-start", "new-sample", "known"]
    assert reached == ["A"] * examples + sliders + buttons
    for name in sliders:
        shown.value(f"document.getElementById('{name}').focus()")
        before = values(shown)[name]
        shown.press("ArrowLeft")
        shown.value(SETTLED)
        assert values(shown)[name] < before
        assert shown.value(f"document.getElementById('{name}-value').textContent")


def test_the_end_of_the_steps_is_told_and_takes_no_focus(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    shown.value("document.getElementById('end').focus()")
    click(shown, "end")
    assert shown.value("document.activeElement.id") == "end"
    assert shown.value("document.getElementById('step').getAttribute('aria-disabled')") == "true"
    shown.value("new Promise((done) => setTimeout(done, 1000))")
    assert "at rest" in shown.value("document.getElementById('readout').textContent")


def test_every_example_shows_what_it_says(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    told = {}
    for i in range(shown.value("document.querySelectorAll('nav a').length")):
        name = shown.value(f"document.querySelectorAll('nav a')[{i}].textContent")
        shown.value(f"document.querySelectorAll('nav a')[{i}].click()")
        shown.value(SETTLED)
        told[name] = values(shown)
    assert told["means pulled apart"]["kmeans"] > 1.1 * told["means pulled apart"]["delta"]
    assert told["k-means wins"]["ratio"] < 0.8
    ignored = told["small component ignored"]
    assert ignored["weight"] < ignored["critical"]["weight"]
    assert told["noise turns k-means"]["noise"] > told["noise turns k-means"]["critical"]["noise"]
    merging = told["means about to merge"]
    assert 0.9 * merging["critical"]["eps"] < merging["eps"] < merging["critical"]["eps"]
    lucky = told["right by accident"]
    assert lucky["kmeans"] == pytest.approx(lucky["delta"], abs=0.01)
    assert len(told) == 6


@pytest.mark.parametrize("name", ["map", "path"])
def test_a_click_in_a_plot_goes_there(shown: Browser, address: str, name: str):
    shown.open(address, *DESKTOP)
    shown.value(f"document.getElementById('{name}').scrollIntoView({{ block: 'center' }})")
    box = json.loads(
        shown.value(f"JSON.stringify(document.querySelector('#{name} .axis').getBoundingClientRect())")
    )
    x, y = box["left"] + box["width"] / 2, box["top"] + box["height"] / 2
    for kind, buttons in (("mousePressed", 1), ("mouseReleased", 0)):
        shown.call(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1
        )
    shown.value(SETTLED)
    told = values(shown)
    if name == "map":  # half way from 0.5 to 8, and from 10 to a million
        assert told["delta"] == pytest.approx(4.25, abs=0.06)
        assert told["n"] == pytest.approx(10**3.5, rel=0.1)
    else:  # half way to 1.3 times the critical one
        assert told["eps"] == pytest.approx(0.65 * told["critical"]["eps"], rel=0.05)


def test_the_address_keeps_the_state(shown: Browser, address: str):
    shown.open(f"{address}#delta=3.5&weight=0.2&n=50&seed=4&known=known", *DESKTOP)
    told = values(shown)
    assert (told["delta"], told["weight"], told["n"], told["seed"]) == (3.5, 0.2, 50, 4)
    move(shown, "delta", 4)
    assert "delta=4&" in shown.value("location.hash")
    shown.open(f"{address}#delta=1e9&weight=-3&n=nonsense&eps=0", *DESKTOP)
    told = values(shown)
    assert (told["delta"], told["weight"], told["n"]) == (8, 0.01, 1000)
    shown.open(f"{address}#weight=0.9", *DESKTOP)
    assert values(shown)["weight"] == 0.1


@pytest.mark.parametrize("known", ["free", "known"])
def test_both_algorithms_improve_at_each_step_from_the_same_start(shown: Browser, address: str, known: str):
    shown.open(f"{address}#n=200&known={known}", *DESKTOP)
    same = "document.getElementById('trace-state').textContent.match(/[0-9.]+(?=,)|[0-9.]+(?=\\. D)/g)"
    first, second = shown.value(same)[:2]
    assert first == second
    for _ in range(3):
        click(shown, "step")
    click(shown, "end")
    hard, soft = objectives(shown, "hard"), objectives(shown, "soft")
    assert len(hard) > 2
    assert len(soft) > 4
    assert np.all(np.diff(hard) <= 1e-12)
    assert np.all(np.diff(soft) >= -1e-12)
    click(shown, "step")
    assert len(objectives(shown, "hard")) == len(hard)
    click(shown, "new-sample")
    assert len(objectives(shown, "hard")) == 1


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_the_screen_and_says_and_asks_nothing(
    shown: Browser, address: str, tmp_path: Path, size: tuple[int, int], dark: bool
):
    shown.events.clear()
    shown.open(address, *size, dark=dark)
    click(shown, "end")
    shown.shoot(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 50_000
    assert shown.value("document.documentElement.scrollWidth") <= size[0]
    assert shown.value("document.querySelectorAll('.plot svg').length") == 7
    # a finger needs 44 pixels
    sides = "Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)"
    targets = f"[...document.querySelectorAll('a, button, input, select')].map((e) => {sides})"
    assert min(shown.value(targets)) >= 44
    said = [e for e in shown.events if e["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown")]
    said += [e for e in shown.events if e["method"] == "Log.entryAdded"]
    assert said == []
    asked = {
        e["params"]["request"]["url"] for e in shown.events if e["method"] == "Network.requestWillBeSent"
    }
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "about"}
    assert {url for url in asked if url.startswith("file")} == {address}
