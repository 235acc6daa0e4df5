"""A certificate is found once, kept, checked every time, and found again only when the statement has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy as sp

from verifiedbook.claims import Enclosure, ForAll, NearMiss
from verifiedbook.claims.certificate import checker, kept
from verifiedbook.claims.certificate.search import refutation

x, y = sp.symbols("x y", real=True)
CLAIM = "thm-a"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(kept.FOLDER, str(tmp_path))
    kept._known.cache_clear()
    yield tmp_path
    kept._known.cache_clear()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The statements that were searched for."""
    seen: list[object] = []
    real = refutation.proof

    def noted(statement: dict[str, object], *others: object) -> object:
        seen.append(statement)
        return real(statement, *others)

    monkeypatch.setattr(refutation, "proof", noted)
    return seen


def keep(folder: Path, *found: object) -> None:
    claim = {"label": CLAIM, "status": "proved", "evidence": [{"certificate": each} for each in found]}
    kept.write([claim], folder, [CLAIM])
    kept._known.cache_clear()


def test_what_was_found_is_not_searched_for_again(folder, searches):
    found = kept.certificate([x > 1, y > x], x * y > 1)
    assert found is not None
    assert found["terms"] == checker.check(found["statement"], found["proof"])
    keep(folder, found)
    text = (folder / f"{CLAIM}.json").read_text(encoding="utf-8")
    assert kept.certificate([x > 1, y > x], x * y > 1) == found
    assert len(searches) == 1
    keep(folder, found)
    assert (folder / f"{CLAIM}.json").read_text(encoding="utf-8") == text
    assert kept.certificate([x > 1, y > x], x * y > sp.Rational(1, 2)) != found
    assert len(searches) == 2


def test_what_was_tampered_with_is_found_again(folder, searches):
    found = kept.certificate([x > 0, y > 0], x + y > 0)
    keep(folder, found)
    path = folder / f"{CLAIM}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    (entry,) = content.values()
    entry["proof"]["refutation"]["sum"][0]["factor"] = "5"
    path.write_text(json.dumps(content), encoding="utf-8")
    kept._known.cache_clear()
    assert kept.certificate([x > 0, y > 0], x + y > 0) == found
    assert len(searches) == 2


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b'{"a": {}}', b""])
def test_a_damaged_file_is_named_searched_for_again_and_written_whole(folder, searches, content):
    found = kept.certificate([x > 0, y > 0], x + y > 0)
    keep(folder, found)
    path = folder / f"{CLAIM}.json"
    whole = path.read_bytes()
    assert kept.damaged(folder) == []
    path.write_bytes(content)
    kept._known.cache_clear()
    assert kept.damaged(folder) == [path]
    assert kept.certificate([x > 0, y > 0], x + y > 0) == found
    assert len(searches) == 2
    keep(folder, found)
    assert path.read_bytes() == whole


def test_files_of_claims_that_are_no_more_are_removed_and_those_of_failed_ones_stay(folder):
    found = kept.certificate([x > 0], x > -1)
    keep(folder, found)
    kept.write([{"label": CLAIM, "status": "failed", "evidence": [{}]}], folder, [CLAIM])
    assert (folder / f"{CLAIM}.json").is_file()
    kept.write([{"label": CLAIM, "status": "proved", "evidence": [{}]}], folder, [CLAIM])
    assert not (folder / f"{CLAIM}.json").exists()
    keep(folder, found)
    kept.write([], folder, ["thm-other"])
    assert not (folder / f"{CLAIM}.json").exists()


def test_without_a_folder_nothing_is_looked_for(monkeypatch, searches):
    monkeypatch.delenv(kept.FOLDER, raising=False)
    assert kept.certificate([x > 0], x > -1) is None
    assert not searches


def test_evidence_carries_its_certificate_and_near_misses_look_for_none(folder, searches):
    evidence = ForAll([x > 1], x**2 > 1, near_misses=[NearMiss("from 0 on", given=[x > 0])])
    outcome = evidence.run()
    assert outcome.status == "holds"
    assert outcome.certifiable
    assert checker.check(outcome.certificate["statement"], outcome.certificate["proof"]) == 3
    assert len(searches) == 1


def test_what_does_not_hold_has_no_certificate(folder, searches):
    outcome = ForAll([x > 0], x**2 > 1, near_misses=[NearMiss("closed", given=[x >= 0])]).run()
    assert outcome.status == "fails"
    assert outcome.certificate is None
    assert not searches


def test_a_false_statement_is_not_proved(folder):
    assert kept.certificate([x > 0], x**2 > 1) is None
    assert kept.certificate([], x**2 > 0) is None


def test_an_enclosure_is_not_of_the_kind_that_has_one():
    outcome = Enclosure(x, x, (1, 2), 0, 3, near_misses=[NearMiss("lower", upper=1)]).run()
    assert outcome.status == "holds"
    assert not outcome.certifiable
