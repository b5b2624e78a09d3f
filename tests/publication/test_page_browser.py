"""The explorable page in a real browser: moved sliders, read values, a silent console, no request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
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

NUMBERS = [1.5, -2.25, 0.75, 3, 2.875, -1.5, -3.125, 2.5, -2, 3.5, -2.75, 2.25]
AXE = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="needs axe-core: npm install --no-save axe-core, or its file in AXE"
)
PHONE, DESKTOP = (360, 740), (1280, 900)
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "explore.html"
    predicted = [{"delta": delta, "n": n} for delta, n in ((1, 400), (2.25, 90), (3, 80))]
    path.write_text(explore.page([{"delta": 2, "n": 100, "ratio": 1.2}], predicted), encoding="utf-8")
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
    story = ["story-do", "story-back", "story-next", "SUMMARY"]
    sliders = ["delta", "weight", "noise", "eps", "n"]
    buttons = ["step", "run", "end", "restart", "new-start", "new-sample", "known", "grow", "many"]
    own = ["own", "own-fit", "own-example", "own-iris", "own-faithful", "own-file"]
    save = ["save-what", "save-picture", "save-data", "copy-address"]
    for _ in range(examples + len(story + sliders + buttons + own + save)):
        shown.press("Tab")
        reached.append(shown.value("document.activeElement.id || document.activeElement.tagName"))
    assert reached == ["A"] * examples + story + sliders + buttons + own + save
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


@pytest.mark.parametrize("known", ["free", "equal", "known"])
def test_both_algorithms_improve_at_each_step(shown: Browser, address: str, known: str):
    shown.open(f"{address}#n=200&known={known}", *DESKTOP)
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
    assert shown.value("document.querySelectorAll('.plot svg').length") == 9  # the reader's own is empty
    # a finger needs 44 pixels
    sides = "Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)"
    targets = (
        f"[...document.querySelectorAll('a, button, input, select, textarea, summary')].map((e) => {sides})"
    )
    assert min(shown.value(targets)) >= 44
    said = [e for e in shown.events if e["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown")]
    said += [e for e in shown.events if e["method"] == "Log.entryAdded"]
    assert said == []
    asked = {
        e["params"]["request"]["url"] for e in shown.events if e["method"] == "Network.requestWillBeSent"
    }
    assert {urlsplit(url).scheme for url in asked} <= {"file", "data", "about"}
    assert {url for url in asked if url.startswith("file")} == {address}


def fit(page: Browser, text: str) -> dict[str, Any]:
    """Paste text and press the button."""
    page.value(f"document.getElementById('own').value = {json.dumps(text)}")
    click(page, "own-fit")
    return json.loads(page.value("document.getElementById('own-result').dataset.values"))


def test_the_command_repeats_the_fits_of_own_numbers(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    found = fit(shown, "\n".join(map(str, NUMBERS)))
    command = shown.value("document.getElementById('own-command').textContent")
    program = f"{sys.executable} -m kmeans_inconsistency fit"
    done = subprocess.run(
        ["bash", "-c", command.replace("./run fit", program)], capture_output=True, text=True, check=True
    )
    wanted = json.loads(done.stdout)
    assert found["n"] == wanted["n"] == len(NUMBERS)
    assert found["kmeans"]["centers"] == pytest.approx(wanted["kmeans"]["centers"], rel=1e-9)
    assert found["mixture"]["means"] == pytest.approx(wanted["mixture"]["means"], rel=1e-9)
    assert found["mixture"]["sd"] == pytest.approx(wanted["mixture"]["sd"], rel=1e-9)
    if found["limit_distance"] is not None:
        assert found["limit_distance"] == pytest.approx(wanted["kmeans"]["limit_distance"], rel=1e-6)


def test_an_address_shares_own_numbers_and_the_story(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    found = fit(shown, "\n".join(map(str, NUMBERS)))
    click(shown, "story-next")
    shared = shown.value("location.href")
    shown.open(shared, *PHONE)
    assert json.loads(shown.value("document.getElementById('own-result').dataset.values")) == found
    assert shown.value("document.getElementById('story-told').textContent").startswith("2 of 5.")


def test_a_problem_with_own_numbers_is_said_and_hides_the_last_result(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    fit(shown, "1\n2\n5")
    shown.value("document.getElementById('own').value = '1,5\\n2,5'")
    click(shown, "own-fit")
    assert "decimal comma" in shown.value("document.getElementById('own-problem').textContent")
    assert shown.value("document.getElementById('own-result').hidden")
    assert "own=" not in shown.value("location.hash")


def test_both_estimates_settle_one_beside_the_truth(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    click(shown, "grow")
    click(shown, "many")  # stops the growth
    click(shown, "grow")
    for _ in range(600):
        rows = shown.value("Save.data('growth')").splitlines()[1:]
        if len(rows) == 57:
            break
        time.sleep(0.1)
    n, hard, soft = map(float, rows[-1].split(","))
    # five standard errors of one sample: a false alarm in two million, and the seed is fixed
    model = normal_pair(2)
    for value, prediction in ((hard, kmeans.predict(model)), (soft, mixture.predict(model))):
        error = (prediction["distance"].avar / n) ** 0.5
        assert abs(value - prediction["distance"].limit) < 5 * error


def test_every_step_of_the_story_works(shown: Browser, address: str):
    shown.events.clear()
    shown.open(address, *DESKTOP)
    told = set()
    for _ in range(5):
        told.add(shown.value("document.getElementById('story-question').textContent"))
        click(shown, "story-do")
        shown.value(SETTLED)
        click(shown, "story-next")
    assert len(told) == 5
    assert shown.value("document.getElementById('story-next').getAttribute('aria-disabled')") == "true"
    assert not shown.value("document.getElementById('own-result').hidden")
    assert [e for e in shown.events if e["method"] == "Runtime.exceptionThrown"] == []


def test_figures_can_be_saved(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    fit(shown, "1\n2\n5\n6")
    names = shown.value("[...document.querySelectorAll('#save-what option')].map((o) => o.value)")
    for name in names:
        parsed = "new DOMParser().parseFromString(Save.picture(name), 'image/svg+xml')"
        root = shown.value(f"{{ const name = '{name}'; {parsed}.documentElement.nodeName; }}")
        assert root == "svg"
        assert "--ground: #" in shown.value(f"Save.picture('{name}')")
        assert shown.value(f"Save.data('{name}')").endswith("\n")
    assert shown.value("Save.data('own-plot')") == "value\n1\n2\n5\n6\n"


def test_the_data_of_the_map_have_both_lines(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    head, *rows = shown.value("Save.data('map')").splitlines()
    assert head.split(",")[-2:] == ["n_of_equal_errors", "n_of_equal_errors_in_finite_samples"]
    last = {float(row.split(",")[0]): row.split(",")[-1] for row in rows}
    assert [last[1], last[2.25], last[3]] == ["400", "90", "80"]
    assert float(last[2]) == pytest.approx(400 * (90 / 400) ** 0.8)
    assert not any(n for delta, n in last.items() if not 1 <= delta <= 3)
    move(shown, "weight", 0.3)
    assert not any(row.split(",")[-1] for row in shown.value("Save.data('map')").splitlines()[1:])


def test_what_no_longer_applies_is_greyed_out(shown: Browser, address: str):
    shown.open(address, *DESKTOP)
    assert shown.value("document.querySelectorAll('.off').length") == 0
    move(shown, "noise", 1.6)
    assert shown.value("document.querySelectorAll('figure.off').length") == 2
    assert "does not cut here" in shown.value("document.getElementById('density-off').textContent")
    assert shown.value("document.querySelectorAll('tr.off').length") == 3


def test_dark_mode_prints_dark_ink_on_white(shown: Browser, address: str):
    shown.open(address, *DESKTOP, dark=True)
    shown.call(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    try:
        look = "getComputedStyle(document.documentElement).getPropertyValue"
        assert shown.value(f"{look}('--ground')").strip() == "#fff"
        assert shown.value(f"{look}('--kmeans')").strip() == explore.colours()["light"]["kmeans"]
        assert shown.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        shown.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (640, 450)], ids=["desktop", "phone", "enlarged"])
def test_sliders_stay_in_sight_and_leave_room(shown: Browser, address: str, size: tuple[int, int]):
    shown.open(address, *size)
    shown.value("window.scrollTo(0, document.documentElement.scrollHeight / 2)")
    shown.value(SETTLED)
    box = "document.getElementById('controls').getBoundingClientRect()"
    assert abs(shown.value(f"{box}.top")) < 1
    assert shown.value(f"{box}.height") < 0.3 * size[1]


@needs_axe
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_violation(shown: Browser, address: str, size: tuple[int, int], dark: bool):
    shown.open(f"{address}#noise=1.6", *size, dark=dark)  # some of it greyed out
    fit(shown, "\n".join(map(str, NUMBERS)))
    shown.value(AXE.read_text(encoding="utf-8"))
    found = shown.value("axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].target}`))")
    assert found == []
