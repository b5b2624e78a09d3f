"""A second study beside the first: differences over their errors, and how large they ought to be."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from kmeans_inconsistency.findings import confirmation

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


def test_right_errors_leave_a_root_mean_square_of_one():
    """Cells that share their replicates leave it a wide interval, since they are hardly more than one."""
    rng = np.random.default_rng(3)
    apart = rng.normal(size=(8, 300))
    together = rng.normal(size=300) + 0.01 * apart
    for cells, least, most in ((apart, 0.6, 1.3), (together, 1.5, 3.5)):
        for low, high in confirmation.bands([cells]).values():
            assert low < 1 < high
        low, high = confirmation.bands([cells])["mean"]
        assert least < high - low < most


def test_what_confirmed_a_claim_is_remembered_with_its_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frozen, claims = {"digest": "d"}, [{"id": "C1", "verdict": "holds"}]
    assert confirmation.confirmed(frozen) == {}
    for kind, seed in (("repeated", 1), ("new ground", 2), ("repeated", 1)):
        found = confirmation.remembered(kind, seed, frozen, claims)
        confirmation.VERDICTS.write_text(json.dumps(found))
    said = [{"kind": kind, "seed": s, "verdict": "holds"} for kind, s in (("new ground", 2), ("repeated", 1))]
    assert confirmation.confirmed(frozen) == {"C1": said}
    assert confirmation.confirmed({"digest": "another"}) == confirmation.confirmed(None) == {}
