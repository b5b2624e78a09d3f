"""The protocol: its digest, the seeds from it, and what is no longer as it was frozen."""

from __future__ import annotations

import copy
import csv
import hashlib
import json
from pathlib import Path

import pytest
from checkouts import toy

from kmeans_inconsistency.findings import freezing
from kmeans_inconsistency.study import config, protocol

FOUND = {"claims": {"C1": {"margin": 0.1}}, "designs": {}, "code": {}, "earlier": []}


def frozen() -> dict:
    digest = protocol.digest(FOUND)
    return {"digest": digest, "seed": protocol.seed(digest), "date": "2026-11-27", **FOUND}


def test_the_digest_is_of_canonical_json_without_what_follows_from_it():
    text = json.dumps(FOUND, sort_keys=True, separators=(",", ":"))
    assert protocol.digest(frozen()) == hashlib.sha256(text.encode()).hexdigest()
    assert protocol.digest(dict(reversed(frozen().items()))) == protocol.digest(FOUND)
    assert protocol.digest(FOUND | {"decisive": 4}) != protocol.digest(FOUND)


def test_the_seed_is_the_first_52_bits_and_repetitions_have_their_own():
    digest = protocol.digest(FOUND)
    assert protocol.seed(digest) == int(digest, 16) >> (256 - 52)
    again = hashlib.sha256(f"{digest}:3".encode()).digest()
    assert protocol.seed(digest, 3) == int.from_bytes(again, "big") >> (256 - 52)
    assert protocol.seed_of("protocol", frozen()) == protocol.seed(digest)
    assert protocol.seed_of("protocol:3", frozen()) == protocol.seed(digest, 3)


def test_a_protocol_that_was_edited_is_refused(tmp_path):
    path = tmp_path / "protocol.json"
    with pytest.raises(protocol.ProtocolError, match="freeze the study with"):
        protocol.read(path)
    path.write_text(json.dumps(frozen()))
    assert protocol.read(path) == frozen()
    for change in ({"seed": 1}, {"decisive": 4}, {"digest": "0" * 64}):
        path.write_text(json.dumps(frozen() | change))
        with pytest.raises(protocol.ProtocolError, match="is not as it was frozen"):
            protocol.read(path)
    path.write_text("[")
    with pytest.raises(protocol.ProtocolError, match="is no JSON"):
        protocol.read(path)


def test_a_configuration_takes_its_seed_from_the_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    entry = toy()
    entry["study"]["seed"] = "protocol:1"
    (tmp_path / "c.yaml").write_text(json.dumps(entry))
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path / "c.yaml")
    assert caught.value.problems == [
        f"{tmp_path / 'c.yaml'}: study.seed: there is no protocol.json; freeze the study with ./run freeze,"
        " or write a number"
    ]
    (tmp_path / "protocol.json").write_text(json.dumps(frozen()))
    assert config.load(tmp_path / "c.yaml")["study"]["seed"] == protocol.seed(frozen()["digest"], 1)


def test_another_design_is_beyond_the_protocol_and_every_change_is_listed():
    now = toy()
    designs = {name: protocol.design_of(entry) for name, entry in now["experiments"].items()}
    then = frozen() | {"designs": designs, "claims": copy.deepcopy(now["claims"]), "code": freezing.code()}
    assert protocol.beyond(now["experiments"], then) == ()
    assert freezing.deviations(now, then) == []
    now["experiments"]["consistency"]["block"] = 4
    now["experiments"]["consistency"]["ademp"] = {}
    assert freezing.deviations(now, then) == []
    now["experiments"]["consistency"]["replicates"] += 1
    now["claims"]["C1"]["expected"] = "fails"
    then["code"]["models/gone.py"] = "0"
    assert protocol.beyond(now["experiments"], then) == ("consistency",)
    assert freezing.deviations(now, then) == [
        "the design of consistency",
        "the claim C1",
        "the code of models/gone.py",
    ]
    ground = {"designs": {"consistency": protocol.design_of(now["experiments"]["consistency"])}}
    assert protocol.beyond(now["experiments"], then | {"new_ground": ground}) == ()


def test_an_earlier_protocol_is_kept():
    kept = freezing.superseded(frozen(), "a margin was wrong")
    own = {"digest": frozen()["digest"], "date": "2026-11-27"}
    assert kept == [own | {"reason": "a margin was wrong"}]
    new = freezing.freeze({"designs": {}}, {}, "2026-12-01", kept)
    assert new["earlier"] == kept
    assert new["digest"] == protocol.digest(new) != frozen()["digest"]


def test_the_code_that_can_change_a_number():
    found = freezing.code()
    assert {"limits/kmeans.py", "findings/measures.py", "findings/claims/_check.py"} <= set(found)
    assert not any(name.startswith(("figures", "publication", "findings/numbers")) for name in found)


def test_the_paper_has_a_reason_for_every_deviation():
    top = Path(__file__).parents[2]
    found = freezing.deviations(config.read(top / "config.yaml"), protocol.read(top / "protocol.json"))
    with (top / "paper" / "deviations.csv").open(newline="", encoding="utf-8") as file:
        reasons = {row["what"]: row["why"] for row in csv.DictReader(file)}
    assert set(reasons) == set(found)
    assert all(reasons.values())
