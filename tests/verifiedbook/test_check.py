"""``check`` re-checks a record with the standard library alone, and answers bad input in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from verifiedbook import check as module
from verifiedbook.check import CheckError, binding, check

X, Y, Y_MINUS_X = [["1", [1, 0]]], [["1", [0, 1]]], [["1", [0, 1]], ["-1", [1, 0]]]
STATEMENT = {"variables": ["x", "y"], "given": [[">", X], [">=", Y_MINUS_X]], "then": [">", Y]}
PROOF = {"signs": [], "refutation": {"sum": [{"factor": "1", "facts": [n]} for n in range(3)]}}


def record() -> dict[str, Any]:
    """Two certificates, a statement without one, and evidence of another kind."""
    evidence = []
    for conclusion in ("y > 0", "0 < y"):
        of = binding(["x > 0", r"y \ge x"], conclusion, STATEMENT)
        certificate = {"statement": STATEMENT, "proof": PROOF, "terms": 3, "of": of}
        evidence.append({"assumptions": ["x > 0", r"y \ge x"], "conclusion": conclusion, "certificate": certificate})
    evidence += [{"assumptions": [], "conclusion": "", "certificate": None}, {"kind": "identity"}]
    return json.loads(json.dumps({"version": 2, "claims": [{"label": "thm-a", "evidence": evidence}]}))


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "claims.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_it_says_how_many_proofs_hold_and_which_have_none(tmp_path):
    said = check(written(tmp_path, record()))
    assert said.startswith("2 proofs with 6 terms were multiplied out in 0.")
    assert said.endswith(" s, and all of them hold; 1 universal statement has none")


def refused(tmp_path: Path, content: Any) -> str:
    with pytest.raises(CheckError) as caught:
        check(written(tmp_path, content))
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(str(tmp_path / "claims.json"), "FILE")


def test_the_first_proof_that_fails_is_named_with_its_term_and_amount(tmp_path):
    content = record()
    terms = content["claims"][0]["evidence"][1]["certificate"]["proof"]["refutation"]["sum"]
    terms[0]["factor"] = "3"
    assert refused(tmp_path, content) == ("thm-a, evidence 1: refutation: the terms do not add up to 0, but to 2 x")
    terms[0]["factor"] = "-3"
    assert refused(tmp_path, content) == "thm-a, evidence 1: refutation, term 0: the factor is not positive"


def test_steps_of_rules_of_inference_are_checked_too(tmp_path):
    content = record()
    certified = content["claims"][0]["evidence"].pop(0)
    step = {"name": "step from n to n + 1", "kind": "universal", **certified}
    others = [{**step, "certificate": None}, {**step, "kind": "identity", "certificate": None}]
    content["claims"][0]["evidence"].append({"kind": "inference", "steps": [step, *others]})
    assert check(written(tmp_path, content)).endswith("; 2 universal statements have none")
    step["certificate"]["proof"]["refutation"]["sum"][1]["factor"] = "2"
    assert refused(tmp_path, content) == (
        "thm-a, evidence 3, step from n to n + 1: refutation: the terms do not add up to 0, but to -x + y"
    )


def test_a_certificate_of_another_statement_is_refused(tmp_path):
    content = record()
    content["claims"][0]["evidence"][0]["conclusion"] = "y > 1"
    reason = "thm-a, evidence 0: the certificate is of another statement than the one that is printed"
    assert refused(tmp_path, content) == reason
    content = record()
    content["claims"][0]["evidence"][0]["certificate"]["statement"]["given"][1] = [">=", Y]
    assert refused(tmp_path, content) == reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(record())[:-40], "FILE is damaged or cut short, it is not JSON; make it again with verify"),
        ("[" * 100_000, "FILE is damaged or cut short, it is not JSON; make it again with verify"),
        ("[]", "FILE is no record of claims; make it again with verify"),
        ({**record(), "version": 1}, "FILE is of version 1, this reads version 2; make it again with verify"),
        ({"version": 2, "claims": [3]}, "a claim is not written as verify writes it; make the file again with verify"),
        (
            {"version": 2, "claims": [{"label": "thm-a", "evidence": [{"certificate": {"of": ""}}]}]},
            "thm-a, evidence 0: this is not written as a certificate",
        ),
        ("9" * 10_000, "FILE is damaged or cut short, it is not JSON; make it again with verify"),
        ("", "FILE is damaged or cut short, it is not JSON; make it again with verify"),
        ('{"version": NaN, "claims": []}', "FILE is of version nan, this reads version 2; make it again with verify"),
        ('{"version": 2, "claims": {}}', "FILE is no record of claims; make it again with verify"),
        (
            {"version": 2, "claims": [{"label": "thm-a", "evidence": ["text"]}]},
            "a claim is not written as verify writes it; make the file again with verify",
        ),
        (
            {"version": 2, "claims": [{"label": "thm-a", "evidence": [{"steps": None}]}]},
            "a claim is not written as verify writes it; make the file again with verify",
        ),
        (
            {"version": 2, "claims": [{"label": "a\x1b[2J\n\ud800" + "b" * 10**6, "evidence": [{"certificate": 3}]}]},
            f"a?[2J??{'b' * 73}, evidence 0: this is not written as a certificate",
        ),
    ],
)
def test_bad_input_gets_one_sentence(tmp_path, content, said):
    assert refused(tmp_path, content) == said


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**4000, -1, 1.0, True, None, "0", [], {}])
@pytest.mark.parametrize("place", ["exponent", "fact", "factor", "variables"])
def test_strange_numbers_are_refused(tmp_path, number, place):
    content = record()
    evidence = content["claims"][0]["evidence"][0]
    certificate = evidence["certificate"]
    if place == "exponent":
        certificate["statement"]["given"][0][1][0][1][0] = number
    elif place == "variables":
        certificate["statement"]["variables"] = number
    else:
        certificate["proof"]["refutation"]["sum"][0][place if place == "factor" else "facts"] = number
    certificate["of"] = binding(evidence["assumptions"], evidence["conclusion"], certificate["statement"])
    assert refused(tmp_path, content).startswith("thm-a, evidence 0: ")


def test_deep_formulas_are_refused_however_deep(tmp_path):
    for depth in (200, 400, 900, 5000):
        content = record()
        evidence = content["claims"][0]["evidence"][0]
        text = json.dumps(content).replace(json.dumps(evidence["certificate"]["statement"]["then"]), "HERE", 1)
        deep = '["not",' * (2 * depth) + '[">",[["1",[0,0]]]]' + "]" * (2 * depth)
        said = refused(tmp_path, text.replace("HERE", deep))
        assert said.startswith(("thm-a, evidence 0: ", "FILE is damaged"))


def test_what_is_no_file_of_text_is_refused_at_once(tmp_path):
    path = tmp_path / "claims.json"
    path.write_bytes(b"\xff\xfe" + json.dumps(record()).encode("utf-16-le"))
    with pytest.raises(CheckError, match="it is not JSON"):
        check(path)
    os.mkfifo(tmp_path / "pipe")
    for strange in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(CheckError, match=r"is no file; name a claims\.json"):
            check(strange)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(CheckError, match="cannot be read: Too many levels"):
        check(loop)


def test_many_proofs_take_no_longer_than_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", -1)
    assert refused(tmp_path, record()).startswith(
        "the proofs before thm-a, evidence 0 took -1 s, as those of no book do"
    )


def test_absurd_sizes_are_refused_at_once(tmp_path, monkeypatch):
    content = record()
    wide = [["1", [a, b]] for a in range(40) for b in range(40)]
    evidence = content["claims"][0]["evidence"][0]
    evidence["certificate"]["statement"]["given"][0] = [">", wide]
    evidence["certificate"]["proof"]["refutation"]["sum"][0]["facts"] = [0] * 1000
    evidence["certificate"]["of"] = binding(
        evidence["assumptions"], evidence["conclusion"], evidence["certificate"]["statement"]
    )
    assert refused(tmp_path, content) == "thm-a, evidence 0: too long to be multiplied out"
    monkeypatch.setattr(module, "MOST", 2**20)
    assert refused(tmp_path, " " * 2**21) == "FILE is larger than 1 MB, which no record of claims is"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CheckError, match=r"nowhere\.json does not exist; name a claims\.json, or make one with verify"):
        check(tmp_path / "nowhere.json")


def test_it_needs_nothing_that_has_to_be_installed(tmp_path):
    """With neither site-packages nor the environment: the file run as it stands, in isolated mode."""
    path = written(tmp_path, record())
    command = [sys.executable, "-I", "-S", str(module.__file__), str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("2 proofs with 6 terms")
    ran = subprocess.run([*command[:-1], str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
