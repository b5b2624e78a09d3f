"""The explorable page: one file that needs nothing else and shows the study's own limits."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from kmeans_inconsistency.limits import anisotropic, kmeans, known_variance, mixture, transitions
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.publication import page as explore

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs node to run the page's JavaScript")


@pytest.fixture(scope="module")
def page() -> str:
    return explore.page()


@pytest.fixture(scope="module")
def data(page: str):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*)</script>', page)[1])


def run(module: str, expression: str, given: object):
    """Evaluate JavaScript on ``M``, a module of the page, and ``given``."""
    source = explore.TEXT / module
    script = (
        f"const M = require({json.dumps(str(source))});"
        'const given = JSON.parse(require("fs").readFileSync(0));'
        f"console.log(JSON.stringify({expression}));"
    )
    done = subprocess.run([NODE, "-e", script], input=json.dumps(given), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_same_sources_give_the_same_bytes(page: str):
    assert page == explore.page()


def test_it_refers_to_nothing_else(page: str):
    assert re.findall(r"https?:|//\w+\.\w+/|@import|url\((?!#)|\bsrc=", page) == []
    icon, *examples = re.findall(r'href="([^"]*)"', page)
    assert icon == "data:,"
    assert all(re.fullmatch(r"#[\w.&;=]+", example) for example in examples)
    assert "{{" not in page
    assert page.count("</script>") == 2


def test_its_numbers_are_the_limits(data):
    row = data["mixture_avar"]["values"][0][-1]  # at the largest separation, balanced
    assert row * (4 + 1.5 * (2 / 8) ** 6) == pytest.approx(
        mixture.predict(normal_pair(8))["distance"].avar, rel=1e-9
    )
    for at in data["reference"]["line"][:3]:
        model = normal_pair(at["delta"], at["weight"])
        assert at["kmeans"] == pytest.approx(kmeans.predict(model)["distance"].limit, rel=1e-9)
        assert at["known_variance"] == pytest.approx(
            known_variance.limit(model, at["eps"]).distance, rel=1e-9
        )


def test_measured_ratios_are_those_of_balanced_pairs_that_have_both(tmp_path: Path):
    (tmp_path / "summary.csv").write_text(
        "delta,weight,n,method,quantity,rmse\n"
        "2,0.5,100,kmeans,distance,0.4\n2,0.5,100,mixture,distance,0.5\n2,0.5,100,mixture,weight,9\n"
        "2,0.3,100,kmeans,distance,7\n4,0.5,100,kmeans,distance,0.1\n4,0.5,100,mixture,distance,\n"
    )
    assert list(explore.measured(tmp_path / "summary.csv")) == [{"delta": 2, "n": 100, "ratio": 0.8}]


def points(count: int) -> list[tuple[float, ...]]:
    """Random separations, weights, variances: within the sliders, off the grid, half at small weights."""
    rng = np.random.default_rng(7)
    weights = np.where(rng.random(count) < 0.5, rng.uniform(0.01, 0.5, count), rng.uniform(0.01, 0.06, count))
    columns = rng.uniform(0.5, 8, count), weights, np.exp(rng.uniform(np.log(0.02), np.log(4), count))
    return [tuple(map(float, row)) for row in zip(*columns, strict=True)]


@needs_node
def test_limits_of_the_page_are_those_of_the_study(data):
    given = points(40)
    # both sides of the jump, and on its cusp; a variance just below the critical one
    for delta in (4.7, 5.5, 8.0):
        critical = transitions.critical_weight(delta)
        given += [(delta, critical * (1 - 1e-6), 0.5), (delta, critical * (1 + 1e-6), 0.5)]
    given += [(2.0, 0.5, 2 * (1 - 1e-6)), (3.0, 0.2, normal_pair(3, 0.2).variance * (1 - 1e-6))]
    given += [(2.0, 0.5, 2.0), (0.5, 0.01, 0.02), (8.0, 0.5, 0.02)]
    found = run(
        "limits.js",
        "given.points.map(([d, w, e]) => [M.kmeans(d, w), M.knownVariance(d, w, e), "
        "M.mixtureAvar(given.mixture_avar, d, w), M.criticalWeight(given.critical_weight, d)])",
        data | {"points": given},
    )
    bounds = explore.BOUNDS
    for (delta, weight, eps), (hard, soft, avar, critical) in zip(given, found, strict=True):
        model = normal_pair(delta, weight)
        wanted = kmeans.predict(model)
        for key, name in (("distance", "distance"), ("lower", "lower"), ("within", "variance")):
            assert hard[key] == pytest.approx(wanted[name].limit, abs=bounds["distance"])
        assert hard["avar"] == pytest.approx(wanted["distance"].avar, rel=bounds["distance"])
        fitted = known_variance.limit(model, eps)
        assert soft["distance"] == pytest.approx(fitted.distance, abs=bounds["known_variance"])
        assert avar == pytest.approx(mixture.predict(model)["distance"].avar, rel=bounds["mixture_avar"])
        if delta >= explore.CUSP:
            assert critical == pytest.approx(
                transitions.critical_weight(delta), rel=bounds["critical_weight"]
            )
        else:
            assert critical is None


@needs_node
def test_the_jump_across_the_line_of_means_is_not_smeared():
    given = []
    for delta, weight in ((2.0, 0.5), (1.0, 0.4)):
        critical = anisotropic.critical(normal_pair(delta, weight))
        given += [(delta, weight, critical * (1 + side)) for side in (-1e-6, 1e-6)]
    given.append((2.0, 0.1, 1.145))  # oblique
    found = run("limits.js", "given.map((at) => [M.plane(...at), M.criticalNoise(at[0], at[1])])", given)
    for i, ((delta, weight, noise), (plane, critical)) in enumerate(zip(given, found, strict=True)):
        wanted = anisotropic.limit(normal_pair(delta, weight), noise)
        assert plane["distance"] == pytest.approx(wanted.distance, abs=explore.BOUNDS["plane"])
        # scipy finds an oblique angle to about 1e-5
        assert plane["angle"] == pytest.approx(wanted.angle, abs=1e-4)
        if i < 4:
            assert (plane["way"], critical) == (("along", "across")[i % 2], pytest.approx(noise, rel=2e-6))
    assert found[-1][0]["way"] == "oblique"
    assert found[-1][0]["avar"] is None


@needs_node
def test_where_k_means_begins_to_turn_is_as_near_as_the_page_says():
    given = [(2.0, 0.1), (3.0, 0.1), (4.0, 0.05), (1.0, 0.02)]
    found = run("limits.js", "given.map((at) => M.criticalNoise(...at))", given)
    wanted = [anisotropic.critical(normal_pair(*at)) for at in given]
    assert found == pytest.approx(wanted, rel=1e-4)


@needs_node
def test_lloyd_never_raises_its_objective_and_em_never_lowers_its_own():
    given = [
        {"seed": seed, "n": 200, "delta": delta, "weight": weight, "noise": noise, "known": known}
        for seed, delta, weight, noise, known in [
            (1, 2, 0.5, 1, None),
            (2, 4, 0.1, 0.3, None),
            (3, 0.5, 0.5, 2, None),
            (4, 2, 0.5, 1, 0.02),
            (5, 2, 0.3, 1, 3),
        ]
    ]
    courses = run(
        "sample.js",
        """given.map((at) => {
          const points = M.draw(at), start = M.start(points, at.seed);
          const course = (state, step) => {
            const states = [state];
            for (let i = 0; i < 60; i++) states.push(step(points, states.at(-1)));
            return states.map((s) => s.objective);
          };
          const begun = M.begin(points, start, at.known);
          return [course(M.kmeans(points, start), M.lloyd), course(begun, M.em), points];
        })""",
        given,
    )
    for (hard, soft, drawn), at in zip(courses, given, strict=True):
        assert np.all(np.diff(hard) <= 1e-12)
        assert np.all(np.diff(soft) >= -1e-12)
        assert hard[-1] < hard[0]
        assert soft[-1] > soft[0]
        # five standard errors: a false alarm in two million, and the seeds are fixed
        x, y = np.array([[p["x"], p["y"]] for p in drawn]).T
        assert abs(x.mean() - (0.5 - at["weight"]) * at["delta"]) < 5 * x.std() / math.sqrt(at["n"])
        assert abs(y.std() / at["noise"] - 1) < 5 / math.sqrt(2 * at["n"])
