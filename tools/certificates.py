"""Finds, keeps and checks the certificate of every universal statement of the book, and prints a table of them.

    python tools/certificates.py [--search]

For each statement: terms, highest degree that is multiplied out, digits of the longest number, seconds (computing) of
the check and, with ``--search``, of a search from nothing, which leaves what is kept as it is.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from verifiedbook.claims import ForAll, load
from verifiedbook.claims.certificate import checker, facts, kept
from verifiedbook.claims.clauses import Clauses
from verifiedbook.project import find


def statements() -> dict[str, dict[str, Any]]:
    """Label and number of the evidence, and what it states."""
    found = {}
    for label, claim in load(find().claim_modules).items():
        built = claim.build()
        evidence = built.evidence if isinstance(built, Clauses) else list(built)
        for number, each in enumerate(evidence):
            if isinstance(each, ForAll):
                found[f"{label}.{number}"] = facts.statement(each.hypotheses(), each.decided(each.then))
    return found


def degree(statement: Any, proof: Any) -> int:
    """The highest total degree of a term that is multiplied out."""
    from verifiedbook.claims.certificate.search.polynomials import Fact, facts_of, minus, read
    from verifiedbook.claims.certificate.search.polynomials import degree as of

    def in_node(node: Any, known: list[Fact]) -> int:
        if "sum" in node:
            return max(map(lambda term: in_term(term, known), node["sum"]), default=0)
        if "split" in node:
            parts = known[node["split"]].parts
            return max((in_node(c, [*known, *p]) for c, p in zip(node["cases"], parts, strict=True)), default=0)
        because = in_node(node["because"], [*known, *facts_of(node["lemma"], negative, False)])
        return max(because, in_node(node["then"], [*known, *facts_of(node["lemma"], negative)]))

    def in_term(term: Any, known: list[Fact]) -> int:
        if "equation" in term:
            return of(known[term["equation"]].polynomial) + of(read(term["times"]))
        return sum(of(known[n].polynomial) for n in term["facts"]) + 2 * of(read(term.get("square", [])))

    known: list[Fact] = []
    negative: list[bool] = []
    highest = 0
    for formula in statement["given"]:
        if formula[0] != "divisor":
            known += facts_of(formula, negative)
            continue
        part = proof["signs"][len(negative)]
        divisor = read(formula[1])
        positive = Fact(">", divisor if part["sign"] == "+" else minus(divisor))
        highest = max(highest, in_node(part["because"], [*known, *positive.contrary()]))
        known.append(positive)
        negative.append(part["sign"] == "-")
    return max(highest, in_node(proof["refutation"], [*known, *facts_of(statement["then"], negative, False)]))


def main() -> None:
    from verifiedbook.claims.certificate.search import proofs, refutation

    folder = find().results / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    kept.keep_in(folder)
    by_label: dict[str, list[Any]] = {}
    counts, checks, missing = [], [], []
    print(f"{'statement':45} terms degree digits   find s  check s")
    for name, statement in statements().items():
        start = time.process_time()
        found = kept.of_statement(statement)
        seconds = time.process_time() - start
        if "--search" in sys.argv:
            start = time.process_time()
            refutation.proof(statement)
            seconds = time.process_time() - start
        label = name.rpartition(".")[0]
        if found is None:
            missing.append(name)
            print(f"{name:45} no certificate found in {seconds:.1f} s", flush=True)
            continue
        by_label.setdefault(label, []).append({"certificate": found})
        start = time.process_time()
        checker.check(statement, found["proof"])
        checks.append(time.process_time() - start)
        counts.append(found["terms"])
        nodes = [part["because"] for part in found["proof"]["signs"]] + [found["proof"]["refutation"]]
        digits = max(proofs.size(node)[1] for node in nodes)
        high = degree(statement, found["proof"])
        print(f"{name:45} {found['terms']:5} {high:6} {digits:6} {seconds:8.2f} {checks[-1]:8.4f}", flush=True)
        claims = [{"label": key, "status": "", "evidence": value} for key, value in by_label.items()]
        if "--search" not in sys.argv:
            kept.write(claims[-1:], folder, [path.stem for path in folder.glob("*.json")] + [label])
    print(f"{len(counts)} certificates, {len(missing)} missing; terms: median {statistics.median(counts):g}, ", end="")
    print(f"largest {max(counts)}; all checked in {sum(checks):.2f} s")


if __name__ == "__main__":
    main()
