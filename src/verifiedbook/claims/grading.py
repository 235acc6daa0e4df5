"""What evidence earns: a grade for each clause, and for a statement the grade of its weakest clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: From the weakest to the strongest. *Argued* is what only the text argues.
GRADES = ("failed", "argued", "cited", "measured", "checked", "proved-on-instances", "proved")
_PROOFS = ("universal", "identity", "inference")


def weakest(grades: Iterable[str]) -> str:
    """The weakest of the grades, *argued* if there is none."""
    return min(grades, key=GRADES.index, default="argued")


def grade(evidence: Sequence[Mapping[str, Any]]) -> str:
    """What pieces of evidence, as a record holds them, earn together: the strongest kind, *failed* if one does.

    An identity, a statement for all values or an inference without a scope proves; so does one with a scope, or exact
    enumeration, that is all that the clause speaks of.
    """
    if not evidence:
        return "argued"
    if any(item["status"] != "holds" for item in evidence):
        return "failed"
    if any(
        (item["kind"] in _PROOFS and not item["scope"])
        or (item["kind"] in (*_PROOFS, "exact") and item.get("complete"))
        for item in evidence
    ):
        return "proved"
    kinds = {item["kind"] for item in evidence}
    if kinds & {*_PROOFS, "exact"}:
        return "proved-on-instances"
    return "checked" if kinds & {"agreement", "statistical"} else "measured"


def settle(claims: Sequence[dict[str, Any]]) -> None:
    """Give every clause of ``claims``, as the record holds them, its grade, and every claim that of its weakest.

    A clause that cites another claim is graded no higher than what it cites, and a claim that uses a failed one fails.
    """
    known = {claim["label"]: claim for claim in claims}
    done: set[str] = set()

    def visit(claim: dict[str, Any]) -> None:
        if claim["label"] in done:
            return
        done.add(claim["label"])
        for used in claim["uses"]:
            if used in known:
                visit(known[used])
        _settle(claim, known)

    for claim in claims:
        visit(claim)


def _settle(claim: dict[str, Any], known: Mapping[str, Mapping[str, Any]]) -> None:
    for clause in claim["clauses"]:
        pieces = [claim["evidence"][place] for place in clause["evidence"]]
        earned = grade([piece for piece in pieces if not piece.get("cites")])
        cited = [_cited(label, name, known) for piece in pieces for label, name in piece.get("cites") or ()]
        if cited:
            own = [earned] if any(not piece.get("cites") for piece in pieces) else []
            earned = weakest([*own, *cited])
        if earned == "argued" and clause.get("cited"):
            earned = "cited"
        clause["status"] = earned
        clause["rules"] = list(dict.fromkeys(piece["rule"] for piece in pieces if piece.get("rule")))
    broken = [used for used in claim["uses"] if known.get(used, {}).get("status") == "failed"]
    if broken:
        claim["problem"] = f"it uses {', '.join(broken)}, which failed"
    unfiled = [piece for piece in claim["evidence"] if piece["status"] != "holds"]
    failed = claim["problem"] or unfiled
    claim["status"] = "failed" if failed else weakest(clause["status"] for clause in claim["clauses"])


def _cited(label: str, name: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """The grade of a clause of another claim; what is not known is not proved."""
    claim = known.get(label)
    if claim is None:
        return "argued"
    named = [clause["status"] for clause in claim["clauses"] if clause["name"] == name]
    return named[0] if name and named else str(claim["status"])
