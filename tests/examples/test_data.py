import hashlib
import re

import numpy as np
import pytest
from sklearn.datasets import load_iris

from kmeans_inconsistency.examples import data

# from their publications and from other copies: n, mean, standard deviation (n - 1)
PUBLISHED = {
    "iris": (100, 4.906, 0.8256),
    "gentoo": (119, 5092.4, 501.5),
    "adelie": (146, 3706.2, 458.6),
    "chinstrap": (68, 3733.1, 384.3),
    "heights": (1050, 68.323, 4.079),
    "faithful": (272, 70.897, 13.595),
}


@pytest.mark.parametrize("name", data.NAMES)
def test_a_column_has_the_published_size_mean_and_deviation(name):
    values = data.load(name).column
    size, mean, sd = PUBLISHED[name]
    assert len(values) == size
    assert values.mean() == pytest.approx(mean, rel=1e-4)
    assert values.std(ddof=1) == pytest.approx(sd, rel=2e-4)


@pytest.mark.parametrize("name", data.NAMES)
def test_the_second_group_has_the_larger_mean(name):
    found = data.load(name)
    if found.upper is None:
        assert found.groups == ()
    else:
        assert len(found.groups) == 2
        assert found.column[found.upper].mean() > found.column[~found.upper].mean()


def test_irises_are_those_of_scikit_learn():
    found, whole = data.load("iris"), load_iris()
    wanted = whole.target > 0
    assert np.array_equal(found.column, whole.data[wanted, 2])
    assert np.array_equal(found.upper, whole.target[wanted] == 2)
    # R's copy and Fisher's table, not that of the UCI repository
    assert whole.data[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert whole.data[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_the_readme_has_the_digest_of_every_file():
    readme = (data.FOLDER / "README.md").read_text()
    rows = re.findall(r"^\| `(\w+\.csv)` .*`([0-9a-f]{64})` \|$", readme, flags=re.MULTILINE)
    files = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in data.FOLDER.glob("*.csv")}
    assert dict(rows) == files
    assert {data.load(name).digest for name in data.NAMES} - set(files.values()) == {data.load("iris").digest}
    assert data.load("iris").digest in readme


def test_damaged_data_are_refused_in_one_line(tmp_path, monkeypatch):
    content = (data.FOLDER / "faithful.csv").read_bytes()
    (tmp_path / "faithful.csv").write_bytes(content.replace(b"79", b"97", 1))
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with pytest.raises(
        data.DamagedDataError, match=r"^faithful\.csv has the SHA-256 .*install the package again$"
    ):
        data.load("faithful")


def test_unknown_data_are_refused():
    with pytest.raises(KeyError):
        data.load("setosa")
