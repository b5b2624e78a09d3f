"""The design: scenarios, groups and blocks by value, whatever the order in which they are written."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from kmeans_inconsistency.study import config
from kmeans_inconsistency.study.design import Group, design, variant

GOOD = config.read(Path(__file__).parents[2] / "config.yaml")


def laid_out(**changes):
    entry = copy.deepcopy(GOOD)
    entry["experiments"]["consistency"] |= changes
    return design(entry).experiments["consistency"]


def test_scenarios_are_spelt_by_value():
    one = laid_out(factors={"delta": [2, 0.5], "weight": [0.5]})
    assert [s.key for s in one.scenarios] == ["delta=0.5,weight=0.5", "delta=2,weight=0.5"]


def test_a_factor_left_out_has_its_default():
    assert (
        laid_out(factors={"delta": [2]}).scenarios
        == laid_out(factors={"delta": [2.0], "weight": [0.5]}).scenarios
    )


def test_order_does_not_matter():
    one = laid_out(n=[50, 100], methods={"kmeans": None, "mixture": None})
    other = laid_out(n=[100, 50], methods={"mixture": None, "kmeans": {}})
    assert one.groups == other.groups
    assert [b.name for b in one.blocks] == [b.name for b in other.blocks]


def test_blocks_cover_every_replicate_once_and_keep_their_names_as_they_grow():
    short, long = (laid_out(replicates=r, block=1000, factors={"delta": [2]}).blocks for r in (1500, 2500))
    assert [(b.first, b.last) for b in short] == [(0, 1000), (1000, 1500)]
    assert [(b.first, b.last) for b in long] == [(0, 1000), (1000, 2000), (2000, 2500)]
    assert [b.name for b in short] == [b.name for b in long][:2]
    assert short[0].name == "consistency/delta=2/weight=0.5/0000000-0000999"


def test_groups_name_methods_with_their_parameters():
    groups = laid_out(n=[50], methods={"kmeans": None, "known_variance": {"eps": [1, 0.5]}}).groups
    assert groups == (
        Group(50, "kmeans"),
        Group(50, "known_variance", (("eps", 0.5),)),
        Group(50, "known_variance", (("eps", 1.0),)),
    )
    assert groups[1].key == "n=50/known_variance,eps=0.5"


def test_a_variant_has_one_spelling():
    """A default is left out however it is written, and choices stand as their method has them."""
    plain = laid_out(n=[50], methods={"mixture": None})
    assert laid_out(n=[50], methods={"mixture": {"search": ["global"]}}).methods == plain.methods
    grid = {"step": ["newton", "none"], "weights": ["equal", "free"]}
    spelt = [
        "debiased",
        "debiased,step=newton",
        "debiased,weights=equal",
        "debiased,weights=equal,step=newton",
    ]
    one = laid_out(n=[50], methods={"debiased": grid})
    other = laid_out(n=[50], methods={"debiased": [dict(reversed(grid.items()))]})
    assert [group.name for group in one.groups] == spelt == [group.name for group in other.groups]
    assert one.parameters == ()


def test_a_variant_names_its_choices_and_then_its_numbers():
    grid = {"starts": [20], "start": ["uniform"]}
    (group,) = laid_out(n=[50], methods={"lloyd": grid}).groups
    assert group.parameters == (("start", "uniform"), ("starts", 20.0))
    assert (group.variant, group.name) == ("lloyd,start=uniform", "lloyd,start=uniform,starts=20")
    assert laid_out(n=[50], methods={"lloyd": grid}).parameters == ("starts",)


def test_methods_stay_in_the_order_in_which_they_are_written():
    """The first is what the others are compared with."""
    named = {"mixture": {"search": ["local"]}, "kmeans": [{"interval": ["naive"]}, {}]}
    found = [variant(*fit) for fit in laid_out(methods=named).methods]
    assert found == ["mixture,search=local", "kmeans,interval=naive", "kmeans"]


@pytest.mark.parametrize("change", [{"replicates": 7}, {"n": [50]}])
def test_the_digest_tells_configurations_apart(change):
    entry = copy.deepcopy(GOOD)
    entry["experiments"]["consistency"] |= change
    assert design(entry).digest != design(GOOD).digest
