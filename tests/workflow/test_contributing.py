"""The worked example of CONTRIBUTING, followed to the letter."""

from __future__ import annotations

import re
import textwrap

import numpy as np
import pandas as pd
from checkouts import TOP, toy

TEXT = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(kind: str) -> str:
    """The one block of code of a kind."""
    (found,) = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found)


def test_a_new_estimator_is_one_file_and_one_line(checkout):
    (name,) = re.findall(r"`src/kmeans_inconsistency/estimators/(\w+)\.py`", TEXT)
    source = checkout.top / "src" / "kmeans_inconsistency" / "estimators" / f"{name}.py"
    source.write_text(example("python"))
    entry = toy(replicates=8, delta=[2])
    line = example("yaml").strip().removesuffix(":")
    entry["experiments"]["consistency"]["methods"] |= {line: None}
    checkout.write(entry)
    planned = checkout.command("plan")
    assert planned.returncode == 0, planned.stderr
    block = "consistency/delta=2/weight=0.5/0000000-0000007"
    made = checkout.command("block", block)
    assert made.returncode == 0, made.stderr
    rows = pd.read_parquet(checkout.top / "results" / "estimates" / f"{block}.parquet")
    own = rows["method"] == name
    assert own.sum() == 2 * 8
    # the best cut is elsewhere in most samples
    distance = rows["distance"]
    assert np.isfinite(distance[own]).all()
    assert (distance[own].to_numpy() != distance[rows["method"] == "kmeans"].to_numpy()).any()
    np.testing.assert_allclose(distance[own], (rows["upper"] - rows["lower"])[own])
