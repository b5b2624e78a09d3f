"""What a fit costs, learned from past runs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from kmeans_inconsistency.study import timings
from kmeans_inconsistency.study.design import Block, Group, Scenario


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(timings, "FOLDER", tmp_path)
    monkeypatch.setattr(timings, "RUNS", tmp_path / "runs")
    return tmp_path


def test_costs_are_means_over_past_runs():
    timings.remember("a/x/0", {Group(100, "kmeans"): (10, 1.0)})
    timings.remember("a/x/1", {Group(100, "kmeans"): (30, 1.0)})
    costs = timings.Costs(None)
    assert costs.of("kmeans", 100) == pytest.approx(2 / 40)
    assert costs.of("kmeans", 1000) == pytest.approx(20 / 40)
    assert math.isnan(costs.of("mixture", 100))


def test_no_size_costs_more_than_a_larger_one():
    timings.remember("a/x/0", {Group(100, "kmeans"): (10, 5.0), Group(1000, "kmeans"): (10, 1.0)})
    costs = timings.Costs()
    assert costs.of("kmeans", 100) == costs.of("kmeans", 1000) == pytest.approx(0.1)


def test_what_blocks_took_is_known_if_each_was_computed_at_once():
    groups = (Group(100, "kmeans"), Group(1000, "kmeans"))
    first, second = (
        Block("a", Scenario("normal_pair", (("delta", 2.0),)), start, start + 10, start + 10, groups, 1)
        for start in (0, 10)
    )
    timings.remember(first.name, {groups[0]: (10, 5.0), groups[1]: (10, 1.0)})
    assert timings.fits_of(first) == 20
    assert timings.taken([first]) == 6.0
    assert math.isnan(timings.taken([first, second]))
    timings.remember(second.name, {groups[1]: (10, 2.0)})
    assert math.isnan(timings.taken([first, second]))
    timings.remember(second.name, {groups[0]: (10, 1.0), groups[1]: (10, 2.0)})
    assert timings.taken([first, second]) == 9.0


def test_what_is_made_again_later_replaces_its_own_part_and_no_other():
    groups = (Group(100, "kmeans"), Group(100, "known_variance", (("eps", 1.0),)))
    groups += (Group(100, "known_variance", (("eps", 2.0),)),)
    block = Block("a", Scenario("normal_pair", (("delta", 2.0),)), 0, 10, 10, groups, 1)
    timings.remember(block.name, dict.fromkeys(groups[:2], (10, 1.0)))
    assert math.isnan(timings.taken([block]))
    timings.remember(block.name, {groups[2]: (10, 4.0)})
    assert timings.taken([block]) == 6.0
    timings.remember(block.name, {groups[1]: (10, 3.0)})
    assert timings.taken([block]) == 8.0
    # of a group that the study no longer has nothing is counted, and half of one is not known
    timings.remember(block.name, {Group(100, "mixture"): (10, 100.0)})
    assert timings.taken([block]) == 8.0
    timings.remember(block.name, {groups[0]: (5, 1.0)})
    assert math.isnan(timings.taken([block]))


def test_a_damaged_file_tells_nothing(folder):
    (folder / "damaged.json").write_text("[{")
    assert math.isnan(timings.Costs(None).of("kmeans", 100))


def test_a_disk_that_cannot_be_written_is_no_reason_to_fail(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setattr(timings, "FOLDER", folder / "file")
    timings.remember("a/x/0", {Group(100, "kmeans"): (10, 1.0)})


def test_what_has_never_run_here_costs_what_it_did_elsewhere_in_proportion_to_the_machines(
    folder, monkeypatch
):
    timings.remember("a/x/0", {Group(100, "kmeans"): (10, 1.0), Group(100, "em"): (10, 2.0)})
    monkeypatch.setattr(timings, "calibrate", lambda: 3.0)
    published = folder / "manifest.json"
    published.write_text(json.dumps({"timings": timings.table()}))
    monkeypatch.setattr(timings, "FOLDER", folder / "fresh")
    monkeypatch.setattr(timings, "calibrate", lambda: 1.5)  # a machine that is twice as fast
    timings.remember("a/x/0", {Group(100, "em"): (10, 7.0)})
    costs = timings.Costs(published)
    assert costs.of("em", 100) == pytest.approx(0.7)
    assert not costs.borrowed
    assert costs.of("kmeans", 100) == pytest.approx(0.1 / 2)
    assert costs.borrowed
    assert math.isnan(costs.of("mixture", 100))
    for content in ("", "{}", "{"):
        published.write_text(content)
        assert math.isnan(timings.Costs(published).of("kmeans", 100))


def test_a_calibration_measures_processor_time():
    assert 0 < timings.calibrate(0.05) < 1


def test_runs_add_up_from_the_one_that_found_no_rows_and_each_counts_once(monkeypatch):
    taken = iter((2.0, 5.0, 7.0, 1.0))
    monkeypatch.setattr(timings, "_taken_so_far", lambda: next(taken))
    results = Path("results/quick")
    assert math.isnan(timings.of_runs(results))
    first = timings.Run(results, afresh=True)
    first.note()
    first.note()
    assert timings.of_runs(results) == 5.0
    timings.Run(results, afresh=False).note()
    assert timings.of_runs(results) == 12.0
    assert math.isnan(timings.of_runs(results.parent))
    timings.Run(results, afresh=False)  # one that has made nothing
    assert timings.of_runs(results) == 12.0
    timings.Run(results, afresh=True).note()
    assert timings.of_runs(results) == 1.0
    timings.Run(results, afresh=False).note(local=False)  # jobs of a cluster
    assert math.isnan(timings.of_runs(results))


def test_what_a_process_has_taken_holds_what_its_children_took():
    before = timings._taken_so_far()
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", busy], check=True)
    assert timings._taken_so_far() >= before + 0.3
