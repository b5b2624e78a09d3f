"""What a plan says of the time that a run would take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from checkouts import toy

from kmeans_inconsistency.study import plan, timings
from kmeans_inconsistency.study.design import Group, design

KMEANS, MIXTURE = Group(200, "kmeans"), Group(200, "mixture")
EQUAL = Group(200, "mixture", (("weights", "equal"),))


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    monkeypatch.chdir(tmp_path)
    configuration = toy()
    del configuration["experiments"]["small_variance"]
    study = design(configuration | {"claims": {}})
    return lambda: "\n".join(plan.lines(study, 2))


def test_a_fresh_checkout_has_no_estimate_where_nothing_is_known(planned):
    said = planned()
    assert "time: no estimate" in said
    assert "about" not in said.partition("time:")[2].partition("\n")[0]


def test_what_is_not_counted_is_named(planned):
    timings.remember("a", {KMEANS: (1, 500.0)})
    said = planned()
    # two separations and 12 replicates of a fit of 500 s, and of one whose n is a quarter of that
    assert "time: more than 2.1 h on 2 cores, from what fits took here before\n" in said
    uncounted = said.partition("not counted, for they have run neither here nor for the published results: ")[
        2
    ]
    assert uncounted.startswith("mixture, mixture,weights=equal\n")


def test_an_estimate_of_everything_has_no_reservation(planned):
    timings.remember("a", {KMEANS: (1, 500.0), MIXTURE: (1, 500.0), EQUAL: (1, 500.0)})
    said = planned()
    assert "time: about 6.3 h on 2 cores" in said
    assert "not counted" not in said


@pytest.mark.usefixtures("planned")
def test_a_study_that_begins_is_new_in_one_line():
    study = design(toy())
    missing = {block: plan.blocks.state(block, study.block_file(block)) for block in study.blocks.values()}
    count = len(study.experiments)
    assert list(plan.news(study, missing)) == [
        f"all is new: {len(missing)} blocks of {count} experiments; plan lists them"
    ]


@pytest.mark.usefixtures("planned")
def test_blocks_are_expected_to_take_what_their_fits_do():
    study = design(toy())
    missing = {block: plan.blocks.state(block, study.block_file(block)) for block in study.blocks.values()}
    assert set(plan.expected(missing).values()) == {0.0}  # nothing is known
    timings.remember("a", {KMEANS: (2, 1.0)})
    for block, seconds in plan.expected(missing).items():
        fits = sum(group.method == "kmeans" and group.n == 200 for group in block.groups)
        assert seconds >= 0.5 * fits * (block.last - block.first)
        assert (seconds > 0) == any(group.method == "kmeans" for group in block.groups)
