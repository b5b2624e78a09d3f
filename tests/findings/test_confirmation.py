"""A second study beside the first: differences over their errors, and how large they ought to be."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kmeans_inconsistency.findings import confirmation, tables
from kmeans_inconsistency.study import config, verify
from kmeans_inconsistency.study.design import design

HEAD = "experiment,delta,n,method,quantity,used,mean,mean_mcse,median,median_mcse\n"


def test_every_number_with_an_error_is_compared_with_its_own_row(tmp_path):
    for folder, rows in (
        ("one", "toy,1,50,kmeans,distance,9,1.5,0.3,2,0\ntoy,2,50,kmeans,distance,9,2,0.3,,\n"),
        ("other", "toy,2,50,kmeans,distance,9,3,0.4,1,1\ntoy,1,50,kmeans,distance,9,1,0.4,2,0\n"),
    ):
        path = tmp_path / folder / "summaries" / "toy.csv"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + rows)
    found = list(confirmation.differences(tmp_path / "one", tmp_path / "other", ["toy", "none"]))
    assert [(row["measure"], row["row"], round(row["z"], 12)) for row in found] == [
        ("mean", "delta=1,n=50,method=kmeans,quantity=distance", -1),
        ("mean", "delta=2,n=50,method=kmeans,quantity=distance", 2),
    ]
    (spread,) = confirmation.spreads(found, {"mean": (0.5, 1.5)})
    assert spread["rms"] == pytest.approx(math.sqrt(2.5))
    assert (spread["numbers"], spread["low"], spread["high"]) == (2, 0.5, 1.5)


def test_ratios_are_compared_by_their_logarithms(tmp_path):
    head = "experiment,delta,n,method,quantity,against,used,efficiency,efficiency_mcse\n"
    for folder, numbers in (("one", "2,0.4"), ("other", "4,0.4")):
        path = tmp_path / folder / "summaries" / "toy_contrasts.csv"
        path.parent.mkdir(parents=True)
        path.write_text(f"{head}toy,1,50,kmeans,distance,mixture,9,{numbers}\n")
    (row,) = confirmation.differences(tmp_path / "one", tmp_path / "other", ["toy"])
    assert row["z"] == pytest.approx(math.log(2) / math.hypot(0.2, 0.1))


def cell(estimates, reference=None, low=None, high=None):
    reference = np.full(len(estimates), np.nan) if reference is None else reference
    return confirmation.Rows(estimates, reference, low, high, n=1, truth=0.0, limit=0.1, avar=1.0)


@pytest.fixture
def few_resamples(monkeypatch):
    monkeypatch.setattr(confirmation, "RESAMPLES", 80)


@pytest.mark.usefixtures("few_resamples")
def test_right_errors_leave_a_root_mean_square_of_one():
    """Cells that share their replicates leave it a wide interval, since they are hardly more than one."""
    rng = np.random.default_rng(3)
    apart = rng.normal(size=(8, 300))
    together = rng.normal(size=300) + 0.01 * apart
    for values, least, most in ((apart, 0.6, 1.3), (together, 1.5, 3.5)):
        found = confirmation.bands([[cell(x) for x in values]])
        for low, high in found.values():
            assert low < 1 < high
        low, high = found["mean"]
        assert least < high - low < most


@pytest.mark.usefixtures("few_resamples")
def test_a_band_is_known_for_what_the_cells_have():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(2, 100))
    alone = {"mean", "empse", "median", "mse", "rmse", "mse_limit", "rmse_limit", "se_ratio", "kolmogorov"}
    paired = {"difference", "rmse_ratio", "median_ratio", "closer", "efficiency"}
    intervals = {"coverage", "coverage_limit", "width"}
    for given, expected in (
        ([cell(x)], alone),
        ([cell(x, y)], alone | paired),
        ([cell(x, None, x - 2, x + 3 + y**2)], alone | intervals),
        ([cell(np.where(x > 2, np.nan, x), y)], alone | paired),
    ):
        assert set(confirmation.bands([given])) == expected


def test_over_all_replicates_a_cell_has_the_numbers_of_the_summaries(study, monkeypatch):
    monkeypatch.chdir(study.parent)
    made = design(config.load(Path("toy.yaml")))
    pairs = 0
    for name in ("coverage", "consistency", "dimension"):
        experiment = made.experiments[name]
        cells = list(confirmation._cells(made, experiment))
        rows, contrasts = (
            pd.read_csv(study / "summaries" / f"{name}{kind}.csv") for kind in ("", "_contrasts")
        )
        rows = rows[rows["quantity"] == experiment.quantities[0]]
        named = tables.summary_keys(experiment)
        joined = rows.merge(contrasts, on=named, how="left", suffixes=("", " of both"))
        for cell_, (_, row) in zip(cells, joined.iterrows(), strict=True):
            found = cell_.measured(np.arange(len(cell_.estimates)))
            for measure, (value, error) in found.items():
                np.testing.assert_allclose(
                    [value, error], [row[measure], row[f"{measure}_mcse"]], rtol=1e-12, err_msg=measure
                )
                pairs += math.isfinite(error)
    assert pairs > 500


def test_the_tables_of_a_comparison_made_here_go_before_the_published_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert confirmation.tables_found() == {}
    for folder in (verify.PUBLISHED, confirmation.COMPARED):
        folder.mkdir(parents=True)
        (folder / confirmation.SPREADS).write_text("")
        assert confirmation.tables_found() == {confirmation.SPREADS: folder / confirmation.SPREADS}


def claim(*checks):
    """A claim with checks of one statement: (condition, asserted, verdict)."""
    made = [
        {"of_statement": 1, "experiment": "e", "statement": "s"}
        | dict(zip(("condition", "asserted", "verdict"), check, strict=True))
        for check in checks
    ]
    counted = {"expected": "holds", "holds": 1, "fails": 0, "of": 1, "statements": [{"as_expected": 1}]}
    return {"id": "C1", "verdict": "holds", "checks": made, **counted}


def test_what_confirmed_a_claim_is_remembered_with_its_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frozen, claims = {"digest": "d"}, [claim()]
    assert confirmation.confirmed(frozen) == {}
    for kind, seed in (("repeated", 1), ("new ground", 2), ("repeated", 1)):
        found = confirmation.remembered(kind, seed, frozen, claims, [])
        confirmation.VERDICTS.write_text(json.dumps(found))
    said = confirmation.confirmed(frozen)["C1"]
    assert [(entry["kind"], entry["seed"]) for entry in said] == [("new ground", 2), ("repeated", 1)]
    assert {entry["verdict"] for entry in said} == {entry["expected"] for entry in said} == {"holds"}
    assert confirmation.confirmed({"digest": "another"}) == confirmation.confirmed(None) == {}


def test_checks_that_change_are_counted_where_both_studies_make_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = claim(
        ("n = 1", True, "holds"),
        ("n = 2", True, "fails"),
        ("n = 3", False, "holds"),
        ("n = 4", False, "fails"),
    )
    after = claim(
        ("n = 2", True, "undecided"),
        ("n = 1", True, "holds"),
        ("n = 3", False, "fails"),
        ("n = 5", False, "holds"),
    )
    (entry,) = confirmation.remembered("repeated", 1, {"digest": "d"}, [after], [before])
    said = entry["claims"]["C1"]
    assert {key: said[key] for key in ("same_checks", "moved", "reversed")} == {
        "same_checks": 3,
        "moved": 1,
        "reversed": 1,
    }
    assert (said["supporting"], said["supporting_hold"], said["supporting_fail"]) == (2, 1, 1)
