import re
import shutil
from importlib import import_module
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from kmeans_inconsistency import figures
from kmeans_inconsistency.figures import _citable
from kmeans_inconsistency.figures._style import Drawing

NO_LIMITS = {"confirmation", "real_data"}
# figures without a simulated point
THEORY = {"mechanism", "bias_map", "transitions", "efficiency"}


def _module(name):
    return import_module(f"kmeans_inconsistency.figures.{name}")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Drawing]:
    """What is drawn. The study has the figures in all formats, which take longer than to draw them."""
    found: list[Drawing] = []
    save = _citable.save

    def kept(drawing: Drawing, *args: object) -> object:
        found.append(drawing)
        return save(drawing, *args)

    monkeypatch.setattr(_citable, "save", kept)
    monkeypatch.setattr(_citable, "_drawn", lambda *_: b"<metadata></metadata>")
    return found


@pytest.mark.parametrize("name", figures.names())
def test_a_figure_needs_its_declared_inputs_only_and_writes_what_it_says(
    name, study: Path, tmp_path: Path, drawn: list[Drawing]
):
    for path in figures.inputs(name):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(study / path, tmp_path / path)
    figures.make(name, tmp_path)
    for folder in (tmp_path, study):
        there = {path.relative_to(folder).as_posix() for path in (folder / "figures").glob(f"{name}.*")}
        assert there == set(figures.outputs(name))
    for kind in ("csv", "txt"):
        path = f"figures/{name}.{kind}"
        assert (tmp_path / path).read_bytes() == (study / path).read_bytes()

    caption = (tmp_path / f"figures/{name}.txt").read_text()
    assert "{" not in caption
    assert "nan" not in caption
    data = pd.read_csv(tmp_path / f"figures/{name}.csv")
    assert name in THEORY | NO_LIMITS or {"mean", "mean_mcse", "replicates", "limit"} <= set(data.columns)

    # every number of the caption comes from the results
    template = _module(name).CAPTION
    fields = {field for _, field, _, _ in Formatter().parse(template) if field}
    assert fields == set(drawn[0].facts)
    # What remains are the constants of definitions: levels of intervals, "1 + δ²/4", "δ = 0".
    typed = re.findall(r"\d+(?:\.\d+)?", re.sub(r"\{\w+\}", "", template))
    assert set(typed) <= {"0", "1", "4", "90", "95"}


def test_the_theory_is_the_same_for_every_grid(study: Path):
    """Spot values by hand: the balanced pair at delta = 2, with the limit 2.3333 and E X^2 = 2."""
    facts = {}
    for name in THEORY - {"mechanism"}:
        module = _module(name)
        tables = {key: pd.read_csv(study / path) for key, path in module.INPUTS.items()}
        facts[name] = module.draw(tables).facts
    assert facts["transitions"]["eps"] == "2"
    assert facts["transitions"]["noise"] == "1.4622"
    assert facts["transitions"]["cusp"] == facts["bias_map"]["cusp"] == "4.634"
    assert facts["transitions"]["cusp_weight"] == facts["bias_map"]["cusp_weight"] == "0.0508"
    assert facts["efficiency"]["ratio"] == "3.63"
    assert facts["efficiency"]["crossover"] == "61"


def test_a_confirmation_is_drawn_by_measure(tmp_path: Path):
    table = tmp_path / "confirmation_spread.csv"
    table.write_text("measure,numbers,rms,low,high\nmean,40,0.96,0.8,1.2\nmedian_ratio,7,1.31,,\n")
    figures.make("confirmation", tmp_path)
    caption = (tmp_path / "figures/confirmation.txt").read_text()
    assert "of 47 numbers, for each of 2 measures" in " ".join(caption.split())
    assert "that of the ratio of median errors, 1.31" in " ".join(caption.split())
    table.write_text("measure,numbers,rms,low,high\n")
    figures.make("confirmation", tmp_path)
    assert "not been repeated yet" in " ".join((tmp_path / "figures/confirmation.txt").read_text().split())


def test_an_unknown_figure_is_refused(tmp_path: Path):
    with pytest.raises(KeyError):
        figures.make("style", tmp_path)
