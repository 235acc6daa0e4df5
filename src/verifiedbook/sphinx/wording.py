"""The words and signs that a status has on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .records import certain, near_misses


@dataclass(frozen=True)
class Words:
    """A sign, the word on the badge, and what the word leaves open."""

    glyph: str
    badge: str
    reach: str


#: The signs are those that `verify` prints.
STATUSES = {
    "proved": Words("∎", "proved", "for all parameters"),
    "proved-on-instances": Words("□", "proved", "on stated instances"),
    "checked": Words("≈", "checked", "numerically"),
    "measured": Words("◷", "measured", "in an experiment"),
    "argued": Words("¶", "argued", "in the text, checked by nothing"),
    "cited": Words("❝", "cited", "from the source, not checked here"),
    "failed": Words("✗", "failed", ""),
}
UNKNOWN = Words("?", "unknown", "")

KINDS = {
    "universal": "for all values",
    "identity": "identity",
    "exact": "exact instances",
    "agreement": "numerical agreement",
    "statistical": "Monte Carlo",
    "measured": "experiment",
    "inference": "inference",
}
_MEANS = {
    "universal": "z3 and cvc5",
    "identity": "SymPy",
    "exact": "rational arithmetic",
    "agreement": "two implementations",
    "statistical": "Monte Carlo",
    "measured": "experiment",
    "inference": "rules of inference",
}
CERTAIN = "each of them multiplied out, also by your browser"
EVIDENCE_GLYPHS = {"holds": "✓", "fails": "✗", "inconclusive": "?"}


def words(claim: Mapping[str, Any]) -> Words:
    """How the status of ``claim`` is put."""
    return STATUSES.get(claim["status"], UNKNOWN)


def means(evidence: Mapping[str, Any]) -> str:
    """By what a piece of evidence was decided."""
    if evidence["kind"] == "universal" and "interval" in evidence["detail"]:
        return "interval arithmetic"
    if evidence["kind"] == "universal" and evidence["certificate"]:
        return "certificate, z3 and cvc5"
    return _MEANS.get(evidence["kind"], str(evidence["kind"]))


def how(evidence: Mapping[str, Any]) -> str:
    """By what, with what outcome in detail and, where it failed, at which counterexample."""
    detail = f"{means(evidence)}: {evidence['detail']}" if evidence["detail"] else means(evidence)
    if evidence["changed"]:
        detail += f"; changed or set after the data had been seen: {evidence['changed']}"
    failed = evidence["status"] != "holds" and evidence["witness"]
    return f"{detail}; counterexample: {evidence['witness']}" if failed else detail


def scope(evidence: Mapping[str, Any]) -> str:
    """What the evidence covers."""
    if evidence["scope"]:
        return str(evidence["scope"])
    return {
        "universal": "all parameters",
        "identity": "all parameters",
        "inference": "all parameters",
        "measured": "this experiment",
    }.get(evidence["kind"], "the instances tried")


def summary(claim: Mapping[str, Any]) -> str:
    """What stands behind the badge: which clause has which grade, means, near misses and time, between dots."""
    return " · ".join(
        part for part in (by_clause(claim) or words(claim).reach, afterwards(claim), *_parts(claim)) if part
    )


def afterwards(claim: Mapping[str, Any]) -> str:
    """Which clauses have a criterion that was changed, or first written down, when the data had been seen."""
    changed = {place for place, piece in enumerate(claim["evidence"]) if piece["changed"]}
    clauses = [each for each in claim["clauses"] if changed & set(each["evidence"])]
    names = ", ".join(f"({each['name']})" for each in clauses if each["name"])
    of = f" of {names}" if names and len(clauses) < len(claim["clauses"]) else ""
    return f"criterion{of} changed or set after the data" if changed else ""


def by_clause(claim: Mapping[str, Any]) -> str:
    """``proved (i), (ii); argued (iii)``; nothing where all clauses have the same grade."""
    grades = list(dict.fromkeys(clause["status"] for clause in claim["clauses"]))
    if len(grades) < 2:
        return ""
    told = []
    for status in sorted(grades, key=list(STATUSES).index):
        names = ", ".join(f"({clause['name']})" for clause in claim["clauses"] if clause["status"] == status)
        told.append(f"{grade(status)} {names}")
    return "; ".join(told)


def grade(status: str) -> str:
    """``proved on stated instances``."""
    said = STATUSES.get(status, UNKNOWN)
    return f"{said.badge} {said.reach}" if status == "proved-on-instances" else said.badge


def clause(claim: Mapping[str, Any], name: str) -> str:
    """What stands behind one clause, in a line: grade, kinds of evidence with their means, rules of inference."""
    found = next((each for each in claim["clauses"] if each["name"] == name), None)
    if found is None:
        return ""
    pieces = [claim["evidence"][place] for place in found["evidence"]]
    told = [f"{KINDS.get(piece['kind'], piece['kind'])} ({piece['rule'] or means(piece)})" for piece in pieces]
    said = [grade(found["status"]), ", ".join(dict.fromkeys(told)), found["reason"]]
    line = ": ".join(part for part in said[:2] if part) + (f"; {found['reason']}" if found["reason"] else "")
    return f"{line}; {CERTAIN}" if certain(claim, found) else line


def _parts(claim: Mapping[str, Any]) -> list[str]:
    if not claim["evidence"]:
        return [claim["problem"]]
    if claim["status"] == "failed":
        broken = [evidence for evidence in claim["evidence"] if evidence["status"] != "holds"]
        told = ", ".join(dict.fromkeys(f"{KINDS.get(e['kind'], e['kind'])}: {e['status']}" for e in broken))
        return [claim["problem"] or told]
    return [", ".join(dict.fromkeys(map(means, claim["evidence"]))), rejected(claim)]


def rejected(claim: Mapping[str, Any]) -> str:
    """``7 near misses rejected``."""
    misses = near_misses(claim)
    fallen = sum(miss["rejected"] for miss in misses)
    plural = "near miss" if len(misses) == 1 else "near misses"
    return f"{fallen} {plural} rejected" if fallen == len(misses) else f"{fallen} of {len(misses)} {plural} rejected"
