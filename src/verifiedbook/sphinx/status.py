"""The status under each theorem: one line that is always seen, and what stands behind it folded under the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from ..statements import STATEMENT_KINDS
from . import wording
from .certificates import proofs
from .clauses import grade_marks
from .domain import Theorem, claims_domain, link
from .graph import claim_relations
from .nodes import claim_body, claim_details, claim_status, claim_summary, glyph, inline, joined, paragraph, table
from .project import code_link, project_of, records_of
from .records import near_misses

logger = logging.getLogger(__name__)

Claim = Mapping[str, Any]


class Statuses(SphinxTransform):
    """Note the statements of a document and put the status of its claim at the end of each."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Mark every statement that has a claim; warn of a theorem that has none."""
        records, domain = records_of(self.app), claims_domain(self.env)
        labels = []
        for box in list(self.document.findall(_is_statement)):
            label, kind = box["label"], box["realtype"]
            claim = records.claims.get(label)
            if claim is None and kind not in STATEMENT_KINDS:
                continue
            labels.append(label)
            domain.theorems[label] = Theorem(label, self.env.docname, kind, box["countertype"], _title(self.app, box))
            if claim is not None:
                grade_marks(box, claim)
                box += status(claim, self.env, self.app)
            elif not records.problem:
                logger.warning("%s %r has no claim in claims.json", kind, label, location=box, type="claims")
        if labels:
            domain.data["shown"][self.env.docname] = records.digest(labels)


def _is_statement(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and "realtype" in node and "label" in node


def _title(app: Sphinx, box: nodes.Element) -> str:
    """The title as text with ``$...$``, without what ``proof_title_format`` puts around it."""
    parts = box[0].children if box.children else []
    text = "".join(f"${part.astext()}$" if isinstance(part, nodes.math) else part.astext() for part in parts)
    before, _, after = app.config.proof_title_format.partition("%t")
    return text.strip().removeprefix(before.strip()).removesuffix(after.strip()).strip()


def status(claim: Claim, env: BuildEnvironment, app: Sphinx) -> nodes.Element:
    """The status of ``claim`` as a node: a line, and what it stands for folded away."""
    said = wording.words(claim)
    line = claim_summary()
    line += glyph(said.glyph, said.glyph, classes=["claim-glyph"])
    line += [nodes.Text(" "), inline(said.badge, "claim-badge", f"claim-{claim['status']}"), nodes.Text(" ")]
    line += inline(wording.summary(claim), "claim-by")
    line += _in_print(claim)
    body = claim_body(classes=["claim-body"])
    body += _body(claim, env, app)
    details = claim_details()
    details += [line, body]
    whole = claim_status(classes=["claim-status"])
    whole += details
    return whole


def _in_print(claim: Claim) -> nodes.Element:
    """For print, where nothing unfolds: the place in the ledger that has the rest."""
    only = addnodes.only(expr="latex")
    only += [nodes.Text(" · "), link(claim["label"], "row", "ledger")]
    return only


def _body(claim: Claim, env: BuildEnvironment, app: Sphinx) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    if claim["problem"]:
        parts.append(paragraph(f"What is wrong: {claim['problem']}.", classes=["claim-problem"]))
    if claim["assumptions"] and not any(evidence["conclusion"] for evidence in claim["evidence"]):
        stated = (nodes.math(text, text) for text in claim["assumptions"])
        parts.append(paragraph("Assumed: ", *joined(stated), ".", classes=["claim-assumptions"]))
    if claim["evidence"]:
        parts.append(_evidence(claim))
        parts += proofs(claim)
    if near_misses(claim):
        parts += _near_misses(claim)
    parts += _by_clause(claim)
    parts += _read_back(claim)
    parts.append(claim_relations(label=claim["label"]))
    if claim["source"]:
        parts.append(paragraph("Source: ", *citation(claim["source"], env), ".", classes=["claim-source"]))
    parts.append(_links(claim, app))
    return parts


def _by_clause(claim: Claim) -> list[nodes.Node]:
    """What each clause rests on, where there are several; the rules of inference that the statement leans on."""
    told: list[nodes.Node] = []
    if len(claim["clauses"]) > 1:
        listed = nodes.bullet_list(classes=["claim-clauses"])
        for clause in claim["clauses"]:
            listed += nodes.list_item(
                "", paragraph(nodes.Text(f"({clause['name']}) {wording.clause(claim, clause['name'])}"))
            )
        told += [paragraph("By clause:"), listed]
    elif claim["clauses"] and claim["clauses"][0]["reason"]:
        told.append(paragraph(nodes.Text(f"Only the text argues it: {claim['clauses'][0]['reason']}.")))
    rules = dict.fromkeys(rule for clause in claim["clauses"] for rule in clause["rules"])
    if rules:
        told.append(paragraph(nodes.Text(f"Trusted steps: {', '.join(rules)}."), classes=["claim-rules"]))
    return told


def _read_back(claim: Claim) -> list[nodes.Node]:
    """How many relations of the box are those that were verified, and which were not compared."""
    relations = claim["relations"]
    if not relations["read"]:
        return []
    bound, declared = relations["bound"], relations["declared"]
    some = "relation" if bound == 1 else "relations"
    told: list[nodes.Node] = [nodes.Text(f"{bound} printed {some} compared with what was verified")]
    if declared:
        told.append(nodes.Text(f"; {len(declared)} not compared: "))
        parts = [
            part
            for one in declared
            for part in (nodes.math(one["text"], one["text"]), nodes.Text(f" ({one['reason']}), "))
        ]
        told += [*parts[:-1], nodes.Text(f" ({declared[-1]['reason']})")]
    return [paragraph(*told, nodes.Text("."), classes=["claim-relations"])]


def _evidence(claim: Claim) -> nodes.table:
    # Details are plain text: a dollar sign in them opens no formula.
    rows = [
        [
            nodes.Text(wording.KINDS.get(evidence["kind"], evidence["kind"])),
            nodes.Text(f"{wording.EVIDENCE_GLYPHS.get(evidence['status'], '?')} {evidence['status']}"),
            [*_decided(evidence), *_how(evidence)],
            nodes.Text(wording.scope(evidence)),
        ]
        for evidence in claim["evidence"]
    ]
    return table(["Evidence", "Outcome", "How", "Scope"], rows, ["claim-evidence"])


def _decided(evidence: Mapping[str, Any]) -> list[nodes.Node]:
    """The statement that was put to the solvers: if these hold, then that."""
    if not evidence["conclusion"]:
        return []
    given = joined(nodes.math(text, text) for text in evidence["assumptions"])
    then = nodes.math(evidence["conclusion"], evidence["conclusion"])
    opening = [nodes.Text("If "), *given, nodes.Text(", then ")] if given else []
    return [*opening, then, nodes.inline("", ". ", classes=["claim-stop"])]


def _how(evidence: Mapping[str, Any]) -> list[nodes.Node]:
    """By what it was decided: on a line of its own where it follows a formula, which may end anywhere."""
    told = wording.how(evidence)
    return [nodes.inline("", told, classes=["claim-how"])] if evidence["conclusion"] else [nodes.Text(told)]


def _near_misses(claim: Claim) -> list[nodes.Node]:
    listed = nodes.bullet_list(classes=["claim-near-misses"])
    for miss in near_misses(claim):
        mark = "✗" if miss["rejected"] else "!"
        told = paragraph(glyph(mark, mark), " ", nodes.Text(miss["description"]))
        if not miss["rejected"]:
            told += nodes.Text(" is not rejected")
        if miss["witness"]:
            told += [nodes.Text(": "), nodes.literal(miss["witness"], miss["witness"], classes=["claim-witness"])]
        listed += nodes.list_item("", told)
    return [paragraph("Near misses, each with the counterexample that refutes it:"), listed]


def _links(claim: Claim, app: Sphinx) -> nodes.paragraph:
    command = f"{project_of(app).command} verify {claim['label']}"
    return paragraph(
        *([*code_link(claim["code"], app), nodes.Text(" · ")] if claim["code"] else []),
        link(claim["label"], "row", "row in the ledger"),
        " · check it yourself: ",
        nodes.literal(command, command),
        classes=["claim-links"],
    )


def citation(keys: str, env: BuildEnvironment) -> list[nodes.Node]:
    """Bibliography keys as links into the bibliography; as plain text in a book without one."""
    if "sphinxcontrib.bibtex" not in env.app.extensions or not env.app.config.bibtex_bibfiles:
        return [nodes.Text(keys)]
    from sphinxcontrib.bibtex.citation_target import parse_citation_targets
    from sphinxcontrib.bibtex.roles import CitationRef

    anchor = nodes.make_id(f"claim-source-{env.docname}-{env.new_serialno('claim-source')}")
    target = ",".join(key.strip() for key in keys.split(","))
    cited: Any = env.get_domain("cite")
    cited.citation_refs.append(CitationRef(anchor, env.docname, 0, list(parse_citation_targets(target))))
    node = addnodes.pending_xref("", refdomain="cite", reftype="t", reftarget=target, refexplicit=False, refwarn=True)
    node["ids"] = [anchor]
    node += nodes.inline("", target)
    return [node]
