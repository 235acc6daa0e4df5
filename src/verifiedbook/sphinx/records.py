"""What the last `verify` recorded: `_build/claims.json`, read so that no damage to it can stop the build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..check import checksum
from .lanes import closure

#: Defaults of what a claim and a piece of evidence may leave out.
_CLAIM: dict[str, Any] = {
    "chapter": "",
    "title": "",
    "assumptions": [],
    "statement": "",
    "uses": [],
    "source": "",
    "problem": "",
    "code": None,
    "clauses": [],
    "relations": {"bound": 0, "declared": [], "read": False},
    "evidence": [],
}
_CLAUSE: dict[str, Any] = {"text": "", "evidence": [], "rules": [], "reason": "", "cited": False}
_EVIDENCE: dict[str, Any] = {
    "detail": "",
    "scope": "",
    "witness": None,
    "near_misses": [],
    "assumptions": [],
    "conclusion": "",
    "complete": False,
    "rule": "",
    "cites": [],
    "certificate": None,
    "changed": "",
    "steps": [],
}
_STEP: dict[str, Any] = {"name": "", "assumptions": [], "conclusion": "", "certificate": None}
_NEAR_MISS: dict[str, Any] = {"description": "", "witness": None, "erratum": None}


@dataclass(frozen=True)
class Records:
    """Claims by label, what they ran on, and ``problem``: one sentence if the file is missing or damaged."""

    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def digest(self, labels: Iterable[str]) -> str:
        """A digest of what is recorded about ``labels``, and of all that rests on them."""
        chosen = {label: (self.claims.get(label), sorted(closure(label, self.users))) for label in sorted(labels)}
        direct = {label: sorted(self.users.get(label, ())) for label in chosen}
        return checksum([chosen, direct])

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """What rests directly on each label that is used, in the order of the record."""
        found: dict[str, list[str]] = {}
        for label, claim in self.claims.items():
            for used in dict.fromkeys(claim["uses"]):
                found.setdefault(used, []).append(label)
        return found

    @property
    def fingerprint(self) -> str:
        """A digest of everything recorded."""
        everything = [dict(self.claims), dict(self.packages), dict(self.environment), self.problem]
        return checksum(everything)


def read_records(path: Path, command: str) -> Records:
    """The records in ``path``, which ``command`` makes; never raises: a page without statuses is better than none."""
    remedy = f"run `{command} verify`"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Records(problem=f"{path} is missing, so no theorem shows a status; {remedy} to make it")
    except (OSError, UnicodeDecodeError) as error:
        return Records(problem=f"{path} cannot be read ({error}), so no theorem shows a status; {remedy} to make it")
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("version") != 2:
            raise ValueError("it is not a record of version 2")
        claims = {claim["label"]: claim for claim in map(_claim, data["claims"])}
        packages, environment = data.get("packages") or {}, data.get("environment") or {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"no field {error}" if isinstance(error, KeyError) else str(error)
        return Records(problem=f"{path} is damaged ({why}), so no theorem shows a status; {remedy} to make it afresh")
    return Records(claims, packages, environment)


def _claim(given: Mapping[str, Any]) -> dict[str, Any]:
    claim = {**_CLAIM, **given, "label": str(given["label"]), "status": str(given["status"])}
    claim["evidence"] = [_evidence(item) for item in claim["evidence"]]
    claim["clauses"] = [
        {**_CLAUSE, **clause, "name": str(clause["name"]), "status": str(clause["status"])}
        for clause in claim["clauses"]
    ]
    return claim


def _evidence(given: Mapping[str, Any]) -> dict[str, Any]:
    evidence = {**_EVIDENCE, **given, "kind": str(given["kind"]), "status": str(given["status"])}
    evidence["steps"] = [{**_STEP, **step, "kind": str(step["kind"])} for step in evidence["steps"]]
    evidence["near_misses"] = [
        {**_NEAR_MISS, **miss, "rejected": bool(miss["rejected"])} for miss in evidence["near_misses"]
    ]
    return evidence


def near_misses(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All near misses of a claim, over all its evidence."""
    return [miss for evidence in claim["evidence"] for miss in evidence["near_misses"]]


def certified(claim: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The evidence, and the steps of rules of inference, that have a certificate, each with a name of its own."""
    return [(name, piece) for name, piece in pieces(claim) if piece["certificate"]]


def pieces(claim: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The evidence of a claim and, after each piece of it, the steps of the rule of inference that it is."""
    named: list[tuple[str, Mapping[str, Any]]] = []
    for number, evidence in enumerate(claim["evidence"]):
        named.append((f"{claim['label']}:{number}", evidence))
        named += [(f"{claim['label']}:{number}:{place}", step) for place, step in enumerate(evidence["steps"])]
    return named


def certifiable(piece: Mapping[str, Any]) -> bool:
    """Whether the evidence, or the step, is of the kind for which a certificate is looked for."""
    return bool(piece["kind"] == "universal" and "interval" not in piece.get("detail", ""))


def certain(claim: Mapping[str, Any], clause: Mapping[str, Any]) -> bool:
    """Whether all that proves a clause can be multiplied out: every statement, identity and step of a rule.

    Citations and enclosures cannot; what only checks or measures the clause is left aside.
    """
    evidence = [claim["evidence"][place] for place in clause["evidence"]]
    proving = [each for each in evidence if each["kind"] in ("universal", "identity", "inference", "exact")]
    decided = [step for each in proving for step in (each["steps"] if each["kind"] == "inference" else [each])]
    idle = any(each["kind"] == "inference" and not each["steps"] for each in proving)
    return (
        clause["status"].startswith("proved") and bool(decided) and not idle and all(d["certificate"] for d in decided)
    )
