"""A fit done again: its path leads to the bits of the compiled fit, and is compared with its row."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from checkouts import toy

from kmeans_inconsistency import traces
from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.study import blocks, failures, files, replay
from kmeans_inconsistency.study.design import Study, design

NAMES = ("consistency", "delta=2,weight=0.5", "50", "3", "mixture")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    configuration = toy(replicates=6, block=4)
    configuration["study"]["results"] = str(tmp_path)
    for experiment in configuration["experiments"].values():
        experiment["factors"]["delta"] = [2]
    return design(configuration)


def told(study: Study, *names: str) -> list[str]:
    return replay.replay(study, replay.find(study, *names))[0]


def done(study: Study) -> None:
    for block in study.blocks.values():
        blocks.complete(block, study.block_file(block))


@pytest.mark.parametrize(
    ("place", "word", "line"),
    [
        (0, "consistancy", "there is no experiment 'consistancy'; did you mean 'consistency'?"),
        (
            1,
            "delta=2,weight=.5",
            "there is no scenario 'delta=2,weight=.5'; did you mean 'delta=2,weight=0.5'?",
        ),
        (2, "500", "there is no sample size '500'; did you mean '50'?"),
        (3, "6", "there is no replicate '6'; the experiment has replicates 0 to 5"),
        (3, "-1", "there is no replicate '-1'; the experiment has replicates 0 to 5"),
        (4, "mixtur", "there is no method 'mixtur'; did you mean 'mixture'?"),
    ],
)
def test_a_name_that_is_not_there_is_said_with_the_nearest(study, place, word, line):
    names = [*NAMES[:place], word, *NAMES[place + 1 :]]
    with pytest.raises(replay.UnknownNameError) as error:
        replay.find(study, *names)
    assert str(error.value) == line


def test_every_row_of_the_study_is_found_by_its_command(study):
    block = study.experiments["small_variance"].blocks[1]
    for group in block.groups:
        row = replay.Row(block, group, 5)
        words = replay.command(row, Path("config/quick.yaml")).split()
        assert words[:2] == ["./run", "replay"]
        assert words[-2:] == ["--config", "config/quick.yaml"]
        assert replay.find(study, *words[2:-2]) == row
        assert replay.command(row, Path("config.yaml")).split() == words[:-2]


def test_the_row_is_the_same_to_the_bit_for_every_method(study):
    assert "there is no file" in told(study, *NAMES)[-1]
    done(study)
    for experiment in study.experiments.values():
        for group in experiment.groups:
            lines = told(study, experiment.name, "delta=2,weight=0.5", str(group.n), "5", group.name)
            assert lines[-1].endswith("is the same to the bit"), lines[-1]
            assert not [line for line in lines if "elsewhere" in line]
            assert "path" in lines
            assert re.fullmatch("  status +[a-z_]+", lines[-2])


def words(column: files.Words) -> np.ndarray:
    return np.array(column.words)[column.codes]


def test_a_row_that_differs_in_one_bit_is_told(study):
    done(study)
    (block, _) = study.experiments["consistency"].blocks
    path = study.block_file(block)
    metadata = files.read_metadata(path)
    columns = files.read_columns(path)
    place = np.flatnonzero(
        (columns["n"] == 50) & (words(columns["method"]) == "mixture") & (columns["replicate"] == 3)
    )[0]
    weight = columns["weight"].copy()
    weight[place] = np.nextafter(weight[place], 1)
    files.write_parquet(path, files.arrow_table(columns | {"weight": weight}), metadata)
    line = told(study, *NAMES)[-1]
    assert line.startswith("DIFFERENT")
    shown = re.search(r"weight: (\S+) and (\S+) here", line)
    assert shown is not None
    assert float(shown[1]) == np.nextafter(float(shown[2]), 1)


def test_the_data_are_those_of_the_stream(study):
    lines = told(study, *NAMES)
    counts = re.match(r"  50 observations: (\d+) \+ (\d+) ", lines[3])
    assert counts is not None
    assert int(counts[1]) + int(counts[2]) == 50
    larger = told(study, *NAMES[:2], "200", *NAMES[3:])
    assert larger[5] == lines[5] != told(study, *NAMES[:3], "4", "mixture")[5]


SAMPLES = {
    "apart": np.r_[np.linspace(-9, -8, 20), np.linspace(8, 9, 30)],
    "one value": np.full(30, 3.0),
    "two values": np.r_[np.zeros(10), np.ones(20)],
    "one far away": np.r_[np.linspace(-1, 1, 40), 1e6],
    "overlapping": np.random.default_rng(5).normal(size=300),
}


class Given:
    """A batch of one sample."""

    clusters, dimension = 2, 1

    def __init__(self, x: np.ndarray) -> None:
        self.n = x.size
        self.x, self.sorted = x[np.newaxis], np.sort(x)[np.newaxis]
        self.replicates = np.array([0])
        self.components = np.zeros((1, x.size), np.int64)

    def generators(self, method: str) -> list[np.random.Generator]:
        return [np.random.default_rng(len(method))]


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("name", ["kmeans", "mixture", "known_variance"])
def test_watching_changes_no_bit_and_leaves_everything_as_it_was(name, kind):
    method = methods.load(name)
    given = {"eps": 0.8} if name == "known_variance" else {}
    batch, lines = Given(SAMPLES[kind]), []
    before = method.fit(batch, **given)
    with traces.watching(traces.names(), lines.append):
        watched = method.fit(batch, **given)
    count = len(lines)
    after = method.fit(batch, **given)
    assert len(lines) == count
    for column in before:
        np.testing.assert_array_equal(before[column], after[column])
        assert np.asarray(before[column]).tobytes() == np.asarray(watched[column]).tobytes(), column
    assert lines or kind in ("one value", "two values")


def test_a_long_path_is_told_in_part_and_to_its_end():
    lines: list[str] = []
    steps = traces.Steps(lines.append)
    for k in range(1, 2001):
        steps.step(f"at {k}")
    steps.end()
    steps.end()
    numbers = [int(line.split()[0]) for line in lines]
    assert numbers[:13] == [*range(1, 13), 19]
    assert numbers[-1] == 2000
    assert len(numbers) < 30
    assert numbers == [int(line.split()[-1]) for line in lines]


def test_failures_are_listed_with_their_commands_and_none_is_said(study, monkeypatch):
    done(study)
    fits = sum(len(block.groups) * (block.last - block.first) for block in study.blocks.values())
    assert list(failures.lines(study, Path("config.yaml"))) == [
        f"none of {fits} fits failed or did not converge"
    ]
    monkeypatch.setattr(failures, "FAILURES", (Status.MERGED,))
    lines = list(failures.lines(study, Path("other.yaml")))
    merged = {
        (experiment.name, group, replicate)
        for experiment in study.experiments.values()
        for block in experiment.blocks
        for group, columns in blocks.rows(study.block_file(block), list(block.groups))
        for replicate in columns["replicate"][columns["status"] == Status.MERGED].tolist()
    }
    found = set()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("  ./run replay"):
            words = line.split()
            assert words[-2:] == ["--config", "other.yaml"]
            row = replay.find(study, *words[2:-2])
            others = following.split()[2:] if following.startswith("  and replicates") else []
            found |= {(row.block.experiment, row.group, r) for r in [row.replicate, *map(int, others)]}
    assert found == merged
    assert len(found) > 6
    assert lines[-1] == f"{len(found)} of {fits} fits failed or did not converge"
