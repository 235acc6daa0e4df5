"""Finds, keeps and checks the certificates of the book, and prints a table of those of universal statements.

    python tools/certificates.py [--search] [LABEL ...]

For each statement, and each premise of a rule of inference: terms, highest degree that is multiplied out, digits of the
longest number, seconds (computing) of finding it, and of the check. With ``--search`` every proof is searched for from
nothing, and what is kept stays as it is. Near misses and experiments are left to ``verify``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifiedbook.claims import ForAll, Identity, load
from verifiedbook.claims.certificate import checker, kept
from verifiedbook.claims.clauses import Clauses
from verifiedbook.claims.inference.rule import Inference
from verifiedbook.project import find

Found = tuple[str, str, Any, float]  # name, kind, certificate, and the seconds it took to find it


def certificates(chosen: list[str]) -> Iterator[tuple[str, list[Found]]]:
    """Label by label, what has or could have a certificate."""
    claims = load(find().claim_modules)
    if unknown := [label for label in chosen if label not in claims]:
        sys.exit(f"no claim is called {unknown[0]}; python -m dltheory verify --labels-only compares all labels")
    for label, claim in claims.items():
        if chosen and label not in chosen:
            continue
        built = claim.build()
        evidence = built.evidence if isinstance(built, Clauses) else list(built)
        found: list[Found] = []
        for number, each in enumerate(evidence):
            name = f"{label}.{number}"
            if isinstance(each, Identity | Inference) and each.attempt().status != "holds":
                sys.exit(f"{name} does not hold")
            start = time.process_time()
            if isinstance(each, ForAll | Identity):
                certificate = each.certificate()
                found.append((name, each.kind, certificate, time.process_time() - start))
            elif isinstance(each, Inference):
                steps = [(f"{name} {step.name}", step.kind, step.certificate) for step in each.steps()]
                found += [(*step, (time.process_time() - start) / len(steps)) for step in steps]
        yield label, found


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
    from verifiedbook.claims.certificate.search import proofs

    chosen = [argument for argument in sys.argv[1:] if argument != "--search"]
    folder = find().results / "certificates"
    folder.mkdir(parents=True, exist_ok=True)
    searching = "--search" in sys.argv
    kept.keep_in(Path(tempfile.mkdtemp()) if searching else folder)
    counts, checks, missing, identities = [], [], [], 0
    print(f"{'statement':70} terms degree digits   find s  check s")
    for label, found in certificates(chosen):
        for name, kind, certificate, seconds in found:
            if kind != "universal":
                identities += certificate is not None
            elif certificate is None:
                missing.append(name)
                print(f"{name:70} none", flush=True)
            else:
                start = time.process_time()
                counts.append(checker.check(certificate["statement"], certificate["proof"]))
                checks.append(time.process_time() - start)
                proof = certificate["proof"]
                nodes = [part["because"] for part in proof["signs"]] + [proof["refutation"]]
                digits = max(proofs.size(node)[1] for node in nodes)
                high = degree(certificate["statement"], proof)
                print(f"{name:70} {counts[-1]:5} {high:6} {digits:6} {seconds:8.2f} {checks[-1]:8.4f}", flush=True)
        if not searching:
            evidence = [{"certificate": certificate} for _, _, certificate, _ in found]
            everyone = [path.stem for path in folder.glob("*.json")]
            kept.write([{"label": label, "status": "", "evidence": evidence}], folder, [*everyone, label])
    print(f"{len(counts)} certificates, {len(missing)} missing, and {identities} of identities; terms: ", end="")
    if not counts:
        sys.exit("none")
    print(f"median {statistics.median(counts):g}, largest {max(counts)}; all checked in {sum(checks):.2f} s")


if __name__ == "__main__":
    main()
