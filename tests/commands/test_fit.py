"""What the command says of a user's own numbers."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys

import numpy as np
import pytest

from kmeans_inconsistency import diagnose
from kmeans_inconsistency.commands import fit
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.mixture import mixture


@pytest.fixture
def sample():
    rng = np.random.default_rng(1)
    return rng.normal(size=4000) + 2.5 * (rng.random(4000) < 0.4)


def written(tmp_path, text, name="data.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_json_has_every_estimator_at_full_precision(tmp_path, sample, capsys):
    path = written(tmp_path, "x\n" + "\n".join(map(repr, sample.tolist())))
    assert fit.main([str(path), "--eps", "0.5", "1", "9", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    own = mixture(sample)
    assert found["mixture"]["weights"] == own.weights.tolist()
    assert found["mixture"]["means"] == own.means.tolist()
    assert found["mixture"]["status"] == "converged"
    assert found["mixture"]["gradient"] <= 1e-9
    kmeans = found["kmeans"]
    cut = sum(kmeans["centers"]) / 2
    parts = [sample[sample < cut], sample[sample > cut]]
    assert kmeans["centers"] == pytest.approx([p.mean() for p in parts], rel=1e-12)
    assert kmeans["within"] == pytest.approx(sum(((p - p.mean()) ** 2).sum() for p in parts), rel=1e-12)
    assert kmeans["unique"] is True
    assert found["debiased"]["distance"] == pytest.approx(found["mixture"]["distance"], abs=0.5)
    assert found["debiased"]["se_distance"] > found["mixture"]["se_distance"]
    assert found["classification"]["status"] in ("merged", "converged")
    assert [k["eps"] for k in found["known_variance"]] == [0.5, 1.0, 9.0]
    assert found["known_variance"][-1]["distance"] == 0
    assert found["known_variance"][-1]["status"] == "merged"


def test_standard_errors_are_those_of_repeated_samples():
    """The mean of 200 squared z-scores has standard deviation .1: .5 is five, a false alarm in 2 million."""
    rng = np.random.default_rng(2)
    scores = []
    for _ in range(200):
        found = fit.describe(rng.normal(size=2000) + 3 * (rng.random(2000) < 0.5))
        scores.append((found["mixture"]["distance"] - 3) / found["mixture"]["se_distance"])
    assert np.mean(np.square(scores)) == pytest.approx(1, abs=0.5)


def test_the_diagnosis_says_by_how_much_kmeans_is_off(tmp_path, sample, capsys):
    path = written(tmp_path, "x\n" + "\n".join(map(repr, sample.tolist())))
    picture = tmp_path / "data.svg"
    assert fit.main([str(path), "--json", "--plot", str(picture)]) == 0
    found = json.loads(capsys.readouterr().out)["diagnosis"]
    assert np.shape(found["centers"]) == np.shape(found["corrected"]) == np.shape(found["bias"]) == (2, 1)
    assert found["distances"][0]["bias"] > 0.1
    assert "% too far apart" in found["plain"]
    assert picture.read_text().startswith("<?xml")
    assert fit.main([str(path), "--plot", str(tmp_path / "data.doc")]) == 2
    assert ".svg, .png or .pdf" in capsys.readouterr().err


def test_numbers_without_clusters_are_said_to_have_none(tmp_path, capsys):
    numbers = np.random.default_rng(1).normal(size=500).tolist()
    assert fit.main([str(written(tmp_path, "\n".join(map(repr, numbers))))]) == 0
    shown = capsys.readouterr().out
    assert "no evidence of two components" in " ".join(shown.split())
    assert "off by" not in shown
    assert "% too" not in shown


def test_merged_components_have_no_weights():
    found = fit.describe(np.arange(20.0))
    if found["mixture"]["status"] == "merged":
        assert found["mixture"]["weights"] is None
        assert found["mixture"]["distance"] == 0
    assert json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("x", [[0, 1, 2], [0, 0, 1, 2, 2]])
def test_tied_cuts_are_not_unique(x):
    assert fit.describe(np.array(x, dtype=float))["kmeans"]["unique"] is False


@pytest.mark.parametrize("center", [0.0, 3.0])
def test_a_maximum_whose_mirror_image_is_one_too_is_not_unique(center):
    tail = np.array([0.1, 0.3, 0.4, 0.6, 0.9, 1.1, 1.4, 12.0, 12.5])
    found = fit.describe(np.concatenate([center - tail, center + tail]))
    assert found["mixture"]["status"] == "converged"
    assert found["mixture"]["weights"] != [0.5, 0.5]
    assert found["mixture"]["unique"] is False
    assert "mixture, common variance (converged, one of several optima)" in fit.text(found)


def test_a_symmetric_maximum_is_unique(sample):
    half = np.array([1.6, 1.8, 2.0, 2.1, 2.5])
    assert fit.describe(np.concatenate([-half, half]))["mixture"]["unique"] is True
    assert fit.describe(sample)["mixture"]["unique"] is True


def test_more_clusters_than_two():
    found = fit.describe(np.array([0.0, 1.0, 10.0, 11.0, 30.0, 33.0]), clusters=3)
    assert found["kmeans"]["centers"] == [0.5, 10.5, 31.5]
    assert found["kmeans"]["within"] == pytest.approx(5.5)
    assert found["kmeans"]["unique"] is True
    assert found["kmeans"]["distance"] == 31
    assert fit.text(found)


def test_two_values_are_an_unbounded_likelihood_and_a_row_all_the_same():
    found = fit.describe(np.array([1.0, 1.0, 4.0]), eps=[1])
    assert found["mixture"]["status"] == "degenerate"
    assert found["kmeans"]["centers"] == [1.0, 4.0]
    assert found["kmeans"]["within"] == pytest.approx(0, abs=1e-12)
    assert json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", [], "the file is empty"),
        ("x\n1\ntwo\n", [], "line 3: 'two' is not a number; correct the line or remove it"),
        ("a,b\n1,2\n3,\n", ["--column", "b"], "line 3: the value is missing"),
        ("a,b\n1,2\n", [], "there are 2 columns; choose one with --column: a, b"),
        ("a,b\n1,2\n", ["--column", "c"], "there is no column 'c'; there are: a, b"),
        ("1,2\n", ["--column", "3"], "there is no column '3'; there are: 1, 2"),
        ("1\n", [], "at least 2"),
        ("x\n1\nnan\n", [], "line 3: the value is missing"),
        ("1\n2\n3\n", ["--eps", "0"], "eps"),
        ("1\n2\n3\n", ["--eps", "many"], "invalid float value: 'many'"),
        ("1\n2\n3\n", ["--clusters", "5"], "at least 5 are needed"),
        ("1\n2\n3\n", ["--clusters", "0"], "clusters must be a whole number, at least 1, not 0"),
        ("1\n2\n3\n", ["--estimators", "kmeens"], "invalid choice: 'kmeens'"),
        ("1,5\n2\n3\n", ["--decimal", ";"], "invalid choice: ';'"),
        ("x,y\n1,2\n2,2\n3,2\n", ["--column", "x", "y", "--scale"], "column 'y' has no standard deviation"),
        ("1\n2\n3\n", ["--colum", "1"], "unrecognized arguments: --colum 1; fit --help lists the options"),
    ],
)
def test_bad_input_is_one_line_on_standard_error(tmp_path, capsys, text, arguments, said):
    assert fit.main([str(written(tmp_path, text)), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_a_missing_file_is_one_line(tmp_path, capsys):
    assert fit.main([str(tmp_path / "none.csv")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_text_is_readable(tmp_path, sample, capsys):
    path = written(tmp_path, "\n".join(map(str, sample)))
    assert fit.main([str(path), "--eps", "1"]) == 0
    out = capsys.readouterr().out
    assert "4000 observations" in out
    assert "known variance 1 (converged)" in out
    assert "nan" not in out
    assert not math.isnan(float(out.split("distance")[1].split()[0]))


def test_what_was_decided_is_said_apart_from_the_results(tmp_path, capsys):
    path = written(tmp_path, "height\n1,5\n\nNA\n2,5\n9\n")
    assert fit.main([str(path), "--decimal", ",", "--drop-missing", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["n"] == 3
    assert err.splitlines() == [
        f"{path}: blank and left out: line 3",
        f"{path}, line 1: taken for the header: height",
        f"{path}: a value is missing, and all of it is left out: line 4",
    ]


def test_standard_input_is_read(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a;b\n1;2\n3;4\n5;9\n")))
    assert fit.main(["-", "--column", "b", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kmeans"]["centers"] == [3, 9]


def test_several_columns_are_diagnosed_together(tmp_path, capsys):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(900, 2)) + np.array([[0, 0], [3.5, 0], [0, 3.5]])[np.arange(900) % 3]
    path = written(tmp_path, "a,b\n" + "\n".join(f"{u!r},{v!r}" for u, v in x.tolist()))
    words = [str(path), "--column", "a", "b", "--clusters", "3"]
    assert fit.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 900
    assert np.shape(found["diagnosis"]["corrected"]) == (3, 2)
    assert len(found["diagnosis"]["distances"]) == 3
    assert fit.main(words) == 0
    assert "distances between centres" in capsys.readouterr().out
    assert fit.main([*words[:-1], "11"]) == 2
    assert "2 to 10 clusters, not 11" in capsys.readouterr().err


def test_columns_are_divided_by_their_standard_deviations(tmp_path, capsys):
    x = np.random.default_rng(2).normal(size=(400, 2)) + 4.0 * (np.arange(400) % 2)[:, None]
    path = written(tmp_path, "a,b\n" + "\n".join(f"{u!r},{100 * v!r}" for u, v in x.tolist()))
    assert fit.main([str(path), "--column", "a", "b", "--json", "--scale"]) == 0
    out, err = capsys.readouterr()
    found = np.array(json.loads(out)["diagnosis"]["centers"])
    np.testing.assert_allclose(found, diagnose(x / x.std(axis=0)).centers)
    assert f"divided by their standard deviations: a {x[:, 0].std():.6g}, b {100 * x[:, 1].std():.6g}" in err


def _numbers(part, name=""):
    """All values of a report by dotted path."""
    if isinstance(part, dict):
        return {k: v for key, value in part.items() for k, v in _numbers(value, f"{name}.{key}").items()}
    if isinstance(part, list):
        return {k: v for i, value in enumerate(part) for k, v in _numbers(value, f"{name}.{i}").items()}
    return {name: part}


@pytest.mark.parametrize(
    ("unit", "origin"), [(1, 1e8), (1, -1.7e9), (2.0**-330, 0), (2.0**150, 0), (2.0**480, 0)]
)
def test_standard_errors_go_with_the_unit_and_stay_under_shifts(sample, unit, origin):
    """Rounding at the origin is all that may differ."""
    own = fit.describe(sample[:1000], eps=[0.5])
    other = _numbers(fit.describe(sample[:1000] * unit + origin, eps=[0.5 * unit**2]))
    rounding = 1e-9 + 1e-13 * abs(origin)
    for name, value in _numbers(own).items():
        if ".se_" in name or "limit" in name:
            power = 0 if name.endswith("weight") else 1
            assert (value is None) == (other[name] is None), name
            if value is not None:
                assert other[name] == pytest.approx(value * float(unit) ** power, rel=rounding), name
        elif name.endswith(".status"):
            assert other[name] == value


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--estimators", "known_variance"], "give them by --eps"),
        (["--estimators", "kmeans", "known_variance"], "give them by --eps"),
        (["--estimators", "kmeans", "--eps", "1"], "not among --estimators"),
        (["--weight", "0.3"], "give them by --eps"),
        (["--weight", "1", "--eps", "1"], "weight must be a number between 0 and 1"),
    ],
)
def test_a_known_variance_is_one_that_is_given(tmp_path, capsys, words, said):
    path = written(tmp_path, "1\n2\n9\n10\n")
    assert fit.main([str(path), *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert fit.main([str(path), "--estimators", "known_variance", "--eps", "1"]) == 0


def test_a_known_weight_is_that_of_the_first_component(tmp_path, sample, capsys):
    path = written(tmp_path, "\n".join(map(repr, sample.tolist())))
    assert fit.main([str(path), "--eps", "1", "--weight", "0.9", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["known_variance"]
    own = known_variance(sample, 1.0, weight=0.9)
    assert found["means"] == own.means.tolist()
    assert found["distance"] == abs(own.means[1] - own.means[0])
    assert fit.main([str(path), "--eps", "1", "--weight", "0.9"]) == 0
    assert "known variance 1, weight 0.9 (" in capsys.readouterr().out


def test_the_diagnosis_far_from_zero_is_shown_down_to_its_standard_errors(tmp_path, sample, capsys):
    shown = []
    for origin in (0, 1_700_000_000):
        path = written(tmp_path, "\n".join(map(repr, (np.round(sample, 4) + origin).tolist())))
        assert fit.main([str(path)]) == 0
        below = capsys.readouterr().out.split("for each centre of k-means")[1]
        shown.append(below)
    centers = [[float(line.split()[1]) for line in below.splitlines()[1:3]] for below in shown]
    assert np.subtract(*reversed(centers)) == pytest.approx([1_700_000_000] * 2, abs=1e-3)
    corrected = [[float(line.split()[3]) for line in below.splitlines()[1:3]] for below in shown]
    assert np.subtract(*reversed(corrected)) == pytest.approx([1_700_000_000] * 2, abs=0.02)


def test_a_column_of_numbers_is_fitted_without_what_loads_slowly(tmp_path):
    path = written(tmp_path, "x\n" + "\n".join(str(x / 7 + 3 * (x % 2)) for x in range(-50, 50)))
    code = (
        "import sys; from kmeans_inconsistency.commands import fit; assert fit.main(sys.argv[1:]) == 0; "
        "sys.exit(any(name in sys.modules for name in ('pandas', 'scipy.stats')))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0
