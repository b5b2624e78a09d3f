"""The report on a mixture that the user names: its keys, the degenerate questions, and what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from numpy.testing import assert_allclose

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import report, stopped_em
from kmeans_inconsistency.limits.report import describe
from kmeans_inconsistency.models import Mixture, normal_pair


def answer(capsys: pytest.CaptureFixture[str], arguments: str) -> dict[str, Any]:
    assert report.main([*arguments.split(), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_the_balanced_pair(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--weights .5 .5 --means -1 1 --sd 1 --eps .25 1 3")
    assert set(found["kmeans"]) >= {"centers", "boundaries", "distance", "within", "unique", "avar_distance"}
    assert_allclose(found["kmeans"]["distance"], 2.3332618823507, rtol=1e-13)
    assert_allclose(found["kmeans"]["avar_distance"], 4 * found["kmeans"]["within"], rtol=1e-12)
    assert [fit["eps"] for fit in found["known_variance"]] == [0.25, 1, 3]
    assert found["known_variance"][1]["distance"] == pytest.approx(2, rel=1e-12)
    assert found["known_variance"][2]["distance"] == 0
    assert found["known_variance"][2]["avar_distance"] is None
    assert found["mixture"]["avar_distance"] == pytest.approx(9.27599682625, rel=1e-10)
    assert found["crossover_n"] == pytest.approx(60.5069, rel=1e-5)
    assert found == limits.describe(normal_pair(2), eps=(0.25, 1, 3)) | {"notes": []}


@pytest.mark.parametrize(
    "arguments",
    [
        "--means -1 1 --weights 1 0",  # a weight of 0
        "--means 0 0",  # coincident components
        "--means -20 20",
        "--means 0 1e6",
        "--means -1 1 --sd 1e-6",
        "--means -1e-3 1e-3",
        "--means 0 0 --sd 1 6",  # two mirrored optima
        "--means 0 100 --weights .001 .999",
        "--means -1 1 --sd 1 1e-6",
        "--means -5 0 5 --clusters 4",
        "--means 0 --clusters 1",
        "--means 0 0 --family laplace",
        "--means -1 1 --family t5 --weights .1 .9",
        "--means 3 1 --weights .3 .7 --family uniform",
    ],
)
def test_degenerate_questions_get_answers(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, arguments)
    assert found["kmeans"]["centers"] == sorted(found["kmeans"]["centers"])
    assert report.main(arguments.split()) == 0
    assert "none" in capsys.readouterr().out


def test_what_does_not_exist_is_null_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--means -1 1 --weights 1 0")
    assert found["mixture"]["avar_distance"] is None
    assert found["crossover_n"] is None
    assert len(found["notes"]) == 2
    found = answer(capsys, "--means 0 0 --sd 1 6")
    assert found["kmeans"]["unique"] is False
    assert found["kmeans"]["avar_distance"] is None
    assert len(found["kmeans"]["rivals"]) == 1


def test_wide_separation_keeps_its_digits() -> None:
    found = report.describe(Mixture((0.5, 0.5), (-1.0, 1.0), (1e-6, 1e-6)))
    for part in ("kmeans", "mixture", "debiased"):
        assert_allclose(found[part]["avar_distance"], 4e-12, rtol=1e-9)
    assert found["mixture"]["em_rate"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "--means"),
        ("--means a", "invalid float"),
        ("--means -1 1 --weights .3", "one length"),
        ("--means -1 1 --weights .3 .3", "sum 1"),
        ("--means -1 1 --sd 0", "standard deviations"),
        ("--means -1 inf", "finite"),
        ("--means -1 1 --clusters 7", "clusters"),
        ("--means -1 1 --eps 0", "eps"),
        ("--means -1 1 --family cauchy", "family"),
        ("--means -1 1 --other", "unrecognized"),
    ],
)
def test_bad_input_is_one_line(arguments: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: Any = report.main(arguments.split())
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert message in error


def test_limits_are_cheap_to_import_and_found_by_name() -> None:
    code = (
        "import sys\n"
        "from kmeans_inconsistency import limits, models\n"
        "assert 'scipy.optimize' not in sys.modules\n"
        "assert limits.kmeans.limit(models.normal_pair(2)).unique\n"
        "assert not hasattr(limits, 'nothing')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("origin", [1e8, -1e12])
def test_far_from_zero_no_digit_is_lost(origin: float) -> None:
    near = describe(Mixture((0.3, 0.7), (-1.0, 1.0), (1.0, 1.0)), eps=[0.5, 3.0])
    far = describe(Mixture((0.3, 0.7), (origin - 1, origin + 1), (1.0, 1.0)), eps=[0.5, 3.0])
    assert far["model"]["means"] == [origin - 1, origin + 1]
    for name in ("distance", "within", "avar_distance", "lloyd_rate"):
        assert far["kmeans"][name] == pytest.approx(near["kmeans"][name], rel=1e-12)
    moved = [center + origin for center in near["kmeans"]["centers"]]
    assert far["kmeans"]["centers"] == pytest.approx(moved, rel=1e-15)
    for one, other in zip(far["known_variance"], near["known_variance"], strict=True):
        assert one["distance"] == pytest.approx(other["distance"], rel=1e-12)
    for name in ("crossover_n", "critical_anisotropy", "iterations_ratio"):
        assert far[name] == pytest.approx(near[name], rel=1e-9)


@pytest.mark.parametrize("sd", [1e-3, 1e-8, 1e-11])
def test_a_variance_near_zero_gives_the_components(sd: float) -> None:
    found = describe(Mixture((0.5, 0.5), (-1.0, 1.0), (sd, sd)))
    assert found["kmeans"]["distance"] == pytest.approx(2, rel=1e-12)
    assert found["kmeans"]["avar_distance"] == pytest.approx(4 * sd * sd, rel=1e-9)
    assert found["debiased"]["distance"] == pytest.approx(2, rel=1e-12)
    assert found["mixture"]["avar_distance"] == pytest.approx(4 * sd * sd, rel=1e-9)


@pytest.mark.parametrize(
    ("means", "sd"), [((-1.0, 1.0), 1e-100), ((-1e-70, 1e-70), 1e-70), ((0.0, 0.0), 1e80)]
)
def test_components_beyond_double_precision_are_refused(means: tuple[float, float], sd: float) -> None:
    with pytest.raises(ValueError, match="beyond double precision"):
        describe(Mixture((0.5, 0.5), means, (sd, sd)))


def _numbers(part: Any, name: str = "") -> dict[str, Any]:
    """All values of a report by dotted path."""
    if isinstance(part, dict):
        return {k: v for key, value in part.items() for k, v in _numbers(value, f"{name}.{key}").items()}
    if isinstance(part, list):
        return {k: v for i, value in enumerate(part) for k, v in _numbers(value, f"{name}.{i}").items()}
    return {name: part}


@pytest.mark.parametrize("unit", [2.0**-130, 2.0**-20, 2.0**150, 2.0**190])
def test_every_limit_goes_with_the_unit_of_the_data(unit: float) -> None:
    """Powers of the unit are measured in units in which nothing is scaled inside."""

    def described(scale: float) -> dict[str, Any]:
        means = (-scale, 1.5 * scale)
        found = describe(Mixture((0.3, 0.7), means, (scale, scale)), eps=[0.5 * scale**2, 1e-14 * scale**2])
        return _numbers({key: value for key, value in found.items() if key not in ("model", "stopped_em")})

    one, two, scaled = described(1.0), described(2.0), described(unit)
    assert list(one) == list(two) == list(scaled)
    for name, value in one.items():
        if isinstance(value, float) and value != 0:
            power = round(math.log2(two[name] / value))
            assert scaled[name] == pytest.approx(value * unit**power, rel=1e-9), name
        else:
            assert scaled[name] == value, name


@pytest.mark.parametrize("scale", ["1e-60", "1e-39", "1e45", "1e60"])
def test_extreme_units_are_answered_and_nothing_is_warned_of(
    scale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = f"--means -{scale} {scale} --sd {scale} --eps 1e-300 1e300 {scale}"
    found = answer(capsys, arguments)
    assert found["kmeans"]["distance"] == pytest.approx(2.3332618823507 * float(scale), rel=1e-12)
    assert [fit["eps"] for fit in found["known_variance"]] == [1e-300, 1e300, float(scale)]
    assert found["known_variance"][0]["distance"] == pytest.approx(found["kmeans"]["distance"], rel=1e-9)
    assert found["known_variance"][1]["merged"]
    assert report.main(arguments.split()) == 0
    rows = capsys.readouterr().out.splitlines()
    (distance,) = (row.split()[3] for row in rows if row.startswith("  eps 1e-300: distance "))
    assert float(distance) == pytest.approx(found["kmeans"]["distance"], rel=1e-5)


def test_scikit_learns_added_variance_has_no_unit() -> None:
    """Added to the variances of small data it draws the means together; beside large ones it is nothing."""

    def stopped(scale: float) -> float:
        model = Mixture((0.3, 0.7), (-scale, 1.5 * scale), (scale, scale))
        distance: float = describe(model)["stopped_em"]["distance"]
        return distance / scale

    assert stopped(2.0**-12) == pytest.approx(
        stopped_em.limit(Mixture((0.3, 0.7), (-1.0, 1.5), (1.0, 1.0)), added_variance=2.0**24 * 1e-6).distance
    )
    assert stopped(2.0**-12) < 0.1
    assert stopped(1e-39) == pytest.approx(0, abs=1e-9)
    assert stopped(1e45) == pytest.approx(stopped(1e3), rel=1e-9)


def test_a_boundary_far_from_zero_is_shown_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main(["--means", "1700000000", "1700000003", "--sd", "1"]) == 0
    (row,) = (row for row in capsys.readouterr().out.splitlines() if row.startswith("  boundaries"))
    assert float(row.split()[1]) == 1700000001.5
