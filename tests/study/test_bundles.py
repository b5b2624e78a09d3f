"""Bundles hold every block once, are no larger than they may be, and leave work for many cores."""

from __future__ import annotations

import dataclasses

import pytest
from checkouts import SEED, TOP, toy

from kmeans_inconsistency.study import bundles, config
from kmeans_inconsistency.study.design import Study, design


def paper() -> Study:
    entry = config.read(TOP / "config.yaml", checked=True)
    return design(entry | {"study": entry["study"] | {"seed": SEED}})


@pytest.mark.parametrize("study", [design(toy()), paper()], ids=["small", "paper"])
def test_every_block_is_in_one_bundle_of_its_experiment(study):
    found = bundles.bundles(study)
    assert sorted(block.name for bundle in found for block in bundle) == sorted(study.blocks)
    assert all(len({block.experiment for block in bundle}) == 1 for bundle in found)
    assert max(map(len, found)) <= bundles.MOST
    assert len(found) >= min(bundles.FEWEST, len(study.blocks))


def test_bundles_of_an_experiment_are_even_and_do_not_depend_on_the_order_of_experiments():
    study = paper()
    sizes: dict[str, set[int]] = {}
    for bundle in bundles.bundles(study):
        sizes.setdefault(bundle[0].experiment, set()).add(len(bundle))
    assert all(max(found) - min(found) <= 1 for found in sizes.values())
    again = dataclasses.replace(study, experiments=dict(reversed(study.experiments.items())))

    def names(study: Study) -> set[tuple[str, ...]]:
        return {tuple(block.name for block in bundle) for bundle in bundles.bundles(study)}

    assert names(study) == names(again)
