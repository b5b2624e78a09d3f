"""What the compile step says while it is at work."""

from __future__ import annotations

import time

from kmeans_inconsistency.commands import workflow


def test_the_compile_step_counts_the_kernels_that_are_on_disk(tmp_path, monkeypatch, capsys):
    indices = [tmp_path / name for name in ("a", "b", "c")]
    indices[0].touch()
    waiting = iter(indices[1:])
    monkeypatch.setattr(time, "sleep", lambda _: next(waiting).touch())
    workflow._say_compiled(indices)
    assert capsys.readouterr().err.splitlines() == [
        "compiling 2 kernels, once",
        "kernels: 1 of 2 compiled",
        "kernels: 2 of 2 compiled",
    ]


def test_where_all_are_compiled_it_says_nothing(tmp_path, capsys):
    (tmp_path / "a").touch()
    workflow._say_compiled([tmp_path / "a"])
    assert capsys.readouterr().err == ""
