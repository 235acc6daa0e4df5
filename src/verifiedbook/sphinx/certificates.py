"""Certificates on the page: printed as identities to multiply out, and sent along for the reader's browser to check."""

from __future__ import annotations

import html
import json
import os
import shutil
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .domain import claims_domain, link
from .nodes import claim_details, claim_summary, paragraph, table
from .project import records_of
from .records import Records, certain, certifiable, certified, pieces

FOLDER = "_certificates"
PRINTED = 12  # terms that a printed proof may have
SHOWN = 2  # proofs of a statement that are printed, the shortest: all of them are in the file that is checked

Evidence = Mapping[str, Any]


def proofs(claim: Mapping[str, Any]) -> list[nodes.Node]:
    """What the unfolded status says about the certificates of ``claim``: how many, and the short ones in full."""
    found = [(name, evidence) for name, evidence in certified(claim) if evidence["kind"] == "universal"]
    missing = sum(certifiable(piece) for _, piece in pieces(claim)) - len(found)
    if not found:
        return [paragraph("No certificate was found; the two solvers decide.")] if missing else []
    some = "1 proof" if len(found) == 1 else f"{len(found)} proofs"
    terms = ", ".join(str(evidence["certificate"]["terms"]) for _, evidence in found)
    told = f"Certificates: {some} by multiplying out, with {terms} terms."
    told += f" {missing} more rest on the two solvers." if missing else ""
    others = len(certified(claim)) - len(found)
    told += f" {others} identit{'y is' if others == 1 else 'ies are'} multiplied out too." if others else ""
    made: list[nodes.Node] = [paragraph(nodes.Text(told), classes=["claim-certificates"])]
    short = sorted(found, key=lambda each: each[1]["certificate"]["terms"])[:SHOWN]
    for name, evidence in found:
        # paragraphs of a details element would be theirs alone; the page's script fills what is left empty here
        if (name, evidence) in short and evidence["certificate"]["terms"] <= PRINTED:
            made.append(_unfolding(evidence, printed(evidence["certificate"])))
        attack = f'<details class="certificate-attack" data-certificate="{html.escape(name)}" hidden>'
        attack += f"<summary>Attack the proof with {evidence['certificate']['terms']} terms</summary></details>"
        made.append(nodes.raw("", attack, format="html"))
    made.append(nodes.raw("", '<p class="certificates-checked" hidden></p>', format="html"))
    return made


def _unfolding(evidence: Evidence, body: list[nodes.Node]) -> nodes.Element:
    line = claim_summary()
    of = f"Step of the inference, {evidence['name']}: " if "name" in evidence else "Proof of "
    line += [nodes.Text(of), nodes.math(evidence["conclusion"], evidence["conclusion"])]
    line += nodes.Text(f", {evidence['certificate']['terms']} terms")
    details = claim_details(classes=["certificate-proof"])
    details += [line, *body]
    return details


def printed(certificate: Mapping[str, Any]) -> list[nodes.Node]:
    """The proof in sentences and identities."""
    from ..claims.certificate.search.polynomials import Fact, facts_of, minus, read  # SymPy is needed only now
    from .identities import Names, proof_of_node, relation

    statement, proof = certificate["statement"], certificate["proof"]
    names = Names(statement)
    facts: list[Fact] = []
    negative: list[bool] = []
    made: list[nodes.Node] = []
    if statement.get("named"):
        told = [
            part
            for name, latex in statement["named"].items()
            for part in (f"${names.latex[name]}$ for ${latex}$", ", ")
        ]
        made.append(paragraph("Here stands ", *told[:-1], "."))
    for formula in statement["given"]:
        if formula[0] != "divisor":
            facts += facts_of(formula, negative)
            continue
        part, divisor = proof["signs"][len(negative)], read(formula[1])
        fact = Fact(">", divisor if part["sign"] == "+" else minus(divisor))
        contrary = list(fact.contrary())
        if not any(known.kind == ">" and known.polynomial == fact.polynomial for known in facts):
            made.append(paragraph(f"What is divided by: ${relation(fact, names)}$."))
            made += proof_of_node(part["because"], [*facts, *contrary], names)
        facts.append(fact)
        negative.append(part["sign"] == "-")
    facts += facts_of(statement["then"], negative, False)
    return [*made, paragraph("The contrary is impossible."), *proof_of_node(proof["refutation"], facts, names)]


def counts(records: Records) -> str:
    """How many universal statements have a certificate, how long they are, and what checked them."""
    claims = records.claims.values()
    every = [piece for claim in claims for _, piece in pieces(claim)]
    universal = [piece for piece in every if certifiable(piece)]
    terms = [piece["certificate"]["terms"] for piece in universal if piece["certificate"]]
    if not terms:
        return ""
    steps = [piece for piece in universal if "name" in piece]
    proved = sum(1 for piece in steps if piece["certificate"])
    identities = [piece for piece in every if piece["kind"] == "identity"]
    normal = sum(1 for piece in identities if piece["certificate"])
    enclosed = sum(1 for piece in every if piece["kind"] == "universal" and not certifiable(piece))
    clauses = [(claim, clause) for claim in claims for clause in claim["clauses"]]
    sure = sum(certain(*each) for each in clauses)
    told = (
        f"{len(terms) - proved} of {len(universal) - len(steps)} universal statements have a certificate, a proof that "
        "needs no belief in a solver"
    )
    told += f", and so have {proved} of {len(steps)} that rules of inference rest on. " if steps else ". "
    if enclosed:
        one = "one more, about an interval, rests" if enclosed == 1 else f"{enclosed} more, about intervals, rest"
        told += f"{one[0].upper()}{one[1:]} on interval arithmetic, of which there is no certificate. "
    told += (
        f"A certificate has {statistics.median(terms):g} terms in the median and at most {max(terms)}. All were "
        "multiplied out in this build, in Python's fractions and nothing else, and your browser does it again on every "
        "page."
    )
    told += (
        f" So are {normal} of {len(identities)} identities, those between quotients of polynomials." if normal else ""
    )
    return told + (
        f" {sure} of {len(clauses)} clauses have one for each of their steps: they bear the sign ✓." if sure else ""
    )


def overview(app: Sphinx, node: nodes.Element) -> list[nodes.Node]:
    """All certificates, and how many terms each has."""
    records, domain = records_of(app), claims_domain(app.env)
    stated = {theorem.label for _, theorems in domain.in_order() for theorem in theorems}
    rows = []
    for label, claim in records.claims.items():
        found = [piece for _, piece in certified(claim) if piece["kind"] == "universal"]
        if found:
            terms = ", ".join(str(piece["certificate"]["terms"]) for piece in found)
            name = link(label) if label in stated else nodes.literal(label, label)
            rows.append([[name], str(len(found)), terms])
    if not rows:
        return [paragraph("Nothing is recorded here: the claims have not been verified before this page was built.")]
    return [table(["Statement", "Proofs", "Terms"], rows, ["claim-ledger", "claim-certificates"])]


def send(app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give a page its certificates, in a file beside it, and the script that checks them after it has loaded.

    The file is a script and not data, so that it can also be read where pages are opened without a server.
    """
    claims = records_of(app).claims
    found = [
        {
            "name": name,
            "statement": _stated(evidence["certificate"]["statement"]),
            "proof": evidence["certificate"]["proof"],
        }
        for label in claims_domain(app.env).labels_in(pagename)
        if label in claims
        for name, evidence in certified(claims[label])
    ]
    target = Path(app.outdir) / FOLDER / f"{pagename.replace('/', '-')}.js"
    if not found or "body" not in context or doctree is None:
        target.unlink(missing_ok=True)
        return
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"globalThis.certificatesOfThisPage = {data};\n", encoding="utf-8")
    context["body"] += '<p class="certificates-checked" role="status" hidden></p>\n'
    for name in (target.name, "check.js"):
        source = Path(os.path.relpath(f"{FOLDER}/{name}", Path(pagename).parent)).as_posix()
        context["body"] += f'<script defer src="{source}"></script>\n'


def _stated(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {key: statement[key] for key in ("variables", "given", "then")}


def copy_script(app: Sphinx, error: Exception | None) -> None:
    """Put the script beside the pages; under ``_static`` every page would load it."""
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("certificates.js"), target / "check.js")


def setup(app: Sphinx) -> None:
    """Register what is sent with the pages."""
    app.connect("html-page-context", send)
    app.connect("build-finished", copy_script)
