"""Which files can change a number."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from kmeans_inconsistency.estimators import _method as methods
from kmeans_inconsistency.study import files, provenance


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package whose imports take every form."""
    files = {
        "__init__.py": "",
        "a.py": "from pack.b import thing\nimport numpy",
        "b.py": "from . import c\n",
        "c.py": "def late():\n    from .sub.d import x\n    return x",
        "sub/__init__.py": "from .e import y",
        "sub/d.py": "import pack.f",
        "sub/e.py": "",
        "f.py": "from .a import again",
        "unused.py": "",
    }
    top = tmp_path / "pack"
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(provenance, "PACKAGE", top)
    return top


def names(package: Path, *modules: str) -> set[str]:
    return {path.relative_to(package).as_posix() for path in provenance.sources(*modules)}


def test_sources_follow_every_form_of_import(package):
    everything = {"__init__.py", "a.py", "b.py", "c.py", "sub/__init__.py", "sub/d.py", "sub/e.py", "f.py"}
    assert names(package, "a") == everything
    assert names(package, "sub.e") == {"__init__.py", "sub/__init__.py", "sub/e.py"}
    assert names(package, "unused") == {"__init__.py", "unused.py"}


def test_the_fingerprint_changes_with_what_is_imported_and_with_nothing_else(package):
    before = provenance.fingerprint(["a"])
    (package / "unused.py").write_text("x = 1")
    assert provenance.fingerprint(["a"]) == before
    (package / "sub" / "e.py").write_text("y = 2")
    assert provenance.fingerprint(["a"]) != before


def test_a_method_does_not_depend_on_another_nor_on_what_only_reads_its_results():
    own = {
        p.relative_to(provenance.PACKAGE).as_posix()
        for p in provenance.sources("estimators.kmeans", "study.simulate")
    }
    assert {"estimators/kmeans.py", "study/streams.py", "models/mixture.py"} <= own
    assert not any(name.startswith(("limits/", "figures/")) for name in own)
    others = {
        "estimators/mixture.py",
        "findings/summaries.py",
        "study/blocks.py",
        "study/config.py",
        "__main__.py",
    }
    assert not own & others


@pytest.mark.parametrize(
    ("name", "value", "own"),
    [
        ("kmeans", "naive", {"estimators/_kmeans_intervals.py", "algorithms/cluster_errors.py"}),
        (
            "mixture",
            "information",
            {"estimators/_mixture_intervals.py", "algorithms/observed_information.py"},
        ),
    ],
)
def test_only_a_variant_depends_on_what_only_it_uses(name, value, own):
    def used(values):
        paths = provenance.sources(f"estimators.{methods.module(name, values)}")
        return {p.relative_to(provenance.PACKAGE).as_posix() for p in paths}

    assert own <= used({"interval": value})
    assert not own & used({})
    assert used({"interval": "none"}) == used({})


def test_two_choices_lead_to_the_sources_of_both():
    module = methods.module("mixture", {"weights": "equal", "interval": "information"})
    paths = {
        path.relative_to(provenance.PACKAGE).as_posix() for path in provenance.sources(f"estimators.{module}")
    }
    assert {"algorithms/equal_weights_newton.py", "algorithms/observed_information.py"} <= paths


def test_what_is_loaded_and_then_edited_is_noticed_and_nothing_else_is(package, monkeypatch):
    """Also when it is changed back: it may have been loaded in between."""
    monkeypatch.setattr(provenance, "_at_start", {})
    monkeypatch.setitem(sys.modules, "pack.a", ModuleType("pack.a"))
    monkeypatch.setattr(sys.modules["pack.a"], "__file__", str(package / "a.py"), raising=False)
    provenance.check()
    provenance.begin()
    (package / "unused.py").write_text("x = 1")
    provenance.check()
    content = (package / "a.py").read_text()
    for edited in (content + "# edited", content):
        (package / "a.py").write_text(edited)
        with pytest.raises(provenance.SourcesChangedError, match=r"pack/a\.py has changed since this began"):
            provenance.check()


def test_nothing_is_written_by_code_that_has_changed(tmp_path, monkeypatch):
    path = Path(provenance.__file__)
    monkeypatch.setattr(provenance, "_at_start", {path: (0, 0)})
    with pytest.raises(provenance.SourcesChangedError, match=r"study/provenance\.py has changed"):
        files.write_bytes(tmp_path / "x", b"")
    assert not list(tmp_path.iterdir())
