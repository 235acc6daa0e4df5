"""Pages about all claims at once: the ledger, the errata, and the directives that place them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from . import certificates, wording
from .chapters import chapters
from .domain import Theorem, claims_domain, link
from .graph import claim_graph
from .nodes import glyph, inline, paragraph, prose, table
from .project import records_of
from .records import Records, near_misses
from .rules import inference_rules
from .status import citation

NO_ERRATA = (
    "No published sentence is refuted yet. An entry appears here when a chapter's check finds a counterexample to a "
    "sentence that was printed elsewhere; the first come with the chapters that refute them."
)
NO_RECORDS = "Nothing is recorded here: the claims have not been verified before this page was built."


class overview(nodes.General, nodes.Element):  # type: ignore[misc]
    """Stands for a ledger, a table of errata or a graph until all documents are read."""


class Overview(SphinxDirective):
    """``{ledger}``, ``{errata}``, ``{claim-graph}``, ``{inference-rules}``: no argument, no option, no content."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """A stand-in, and for errata the citations, which the bibliography must know before pages are written."""
        noted = claims_domain(self.env).data["overviews"]
        noted[self.env.docname] = [*noted.get(self.env.docname, []), self.name]
        made = overview(shows=self.name)
        self.set_source_info(made)
        if self.name == "errata":
            made["sources"] = []
            for _, _, erratum in errata(records_of(self.env.app)):
                made += nodes.inline("", "", *citation(erratum["source"], self.env))
        return [made]


class Overviews(SphinxPostTransform):
    """Replace each stand-in once every statement has its number."""

    default_priority = 5  # before references are resolved

    def run(self, **_: Any) -> None:
        """Fill in the overviews of one document."""
        for node in list(self.document.findall(overview)):
            made = _MAKERS[node["shows"]](self.app, node)
            node.replace_self(made)


def ledger(app: Sphinx, node: nodes.Element) -> list[nodes.Node]:
    """Counts, versions, then one table a chapter."""
    records, domain = records_of(app), claims_domain(app.env)
    if not records.claims:
        return [paragraph(NO_RECORDS)]
    made = [paragraph(counts(records), classes=["ledger-counts"]), paragraph(*_ran_on(records))]
    made.append(paragraph(nodes.Text(by_clause(records)), classes=["ledger-clauses"]))
    if certified := certificates.counts(records):
        made.append(paragraph(nodes.Text(certified), classes=["ledger-certificates"]))
    made += [
        table(
            ["Statement", "Status", "Evidence", "Near misses"],
            [_row(theorem, claim) for theorem, claim in chapter.stated],
            ["claim-ledger"],
            caption=chapter.title,
            name=f"ledger-chapter-{index}",
        )
        for index, chapter in enumerate(chapters(records, domain), 1)
    ]
    return made


def counts(records: Records) -> str:
    """``24 claims: 18 proved for all parameters, …; 31 of 31 near misses rejected.``"""
    found = Counter(claim["status"] for claim in records.claims.values())
    told = [
        f"{found[status]} {words.badge} {words.reach}".strip()
        for status, words in wording.STATUSES.items()
        if found[status]
    ]
    misses = [miss for claim in records.claims.values() for miss in near_misses(claim)]
    fallen = sum(miss["rejected"] for miss in misses)
    total = len(records.claims)
    return f"{total} claim{'s' * (total != 1)}: {', '.join(told)}. {fallen} of {len(misses)} near misses rejected."


def by_clause(records: Records) -> str:
    """``93 clauses: 80 proved, 9 measured, 4 argued. 200 printed relations compared with what was verified, 9 not.``"""
    found = Counter(clause["status"] for claim in records.claims.values() for clause in claim["clauses"])
    graded = ", ".join(f"{found[status]} {wording.grade(status)}" for status in wording.STATUSES if found[status])
    read = [claim["relations"] for claim in records.claims.values() if claim["relations"]["read"]]
    bound, declared = sum(one["bound"] for one in read), sum(len(one["declared"]) for one in read)
    told = f"{found.total()} clauses: {graded}. " if found else ""
    if read:
        told += f"Printed relations: {bound} compared with what was verified, {declared} declared as not comparable"
        unread = len(records.claims) - len(read)
        told += f", in {unread} statements none read back." if unread else "."
    return told


def _ran_on(records: Records) -> Iterator[str]:
    environment = records.environment
    versions = ", ".join(f"{name} {version}" for name, version in sorted(records.packages.items()))
    told = [
        "Verified",
        f"with Python {environment['python']}" if environment.get("python") else "",
        f"on {environment['platform']}" if environment.get("platform") else "",
        f"at commit {environment['commit']}" if environment.get("commit") else "",
        f"of {environment['date'][:10]}" if environment.get("commit") and environment.get("date") else "",
    ]
    yield " ".join(part for part in told if part)
    yield f"; {versions}." if versions else "."


def _row(theorem: Theorem | None, claim: Mapping[str, Any]) -> list[Any]:
    label, said, misses = claim["label"], wording.words(claim), near_misses(claim)
    target = nodes.target("", "", ids=[f"ledger-{label}"])
    title = theorem.title if theorem and theorem.title else claim["title"]
    name = [target, link(label) if theorem else nodes.literal(label, label)]
    status = [
        glyph(said.glyph, said.glyph, classes=["claim-glyph"]),
        nodes.Text(" "),
        inline(said.badge, "claim-badge", f"claim-{claim['status']}"),
        nodes.Text(f" {wording.by_clause(claim) or said.reach}".rstrip()),
    ]
    kinds = dict.fromkeys(wording.KINDS.get(evidence["kind"], evidence["kind"]) for evidence in claim["evidence"])
    return [
        [*name, nodes.Text(" "), *prose(title)] if title else name,
        status,
        ", ".join(kinds) or "none",
        f"{sum(miss['rejected'] for miss in misses)}/{len(misses)}",
    ]


def errata(records: Records) -> list[tuple[str, Mapping[str, Any], Mapping[str, str]]]:
    """Label, near miss and erratum for every refuted sentence, in the order of the claims.

    A sentence that several near misses repeat is listed once; if one of them is not rejected, it is that one.
    """
    found: dict[tuple[str, ...], tuple[str, Mapping[str, Any], Mapping[str, str]]] = {}
    for label, claim in records.claims.items():
        for miss in near_misses(claim):
            if erratum := miss["erratum"]:
                sentence = (erratum["source"], erratum.get("place") or "", erratum["published"])
                if sentence not in found or not miss["rejected"]:
                    found[sentence] = label, miss, erratum
    return list(found.values())


def errata_table(app: Sphinx, node: nodes.Element) -> list[nodes.Node]:
    """Each refuted sentence beside what is true and the counterexample that the checker found."""
    found = errata(records_of(app))
    if not found:
        return [paragraph(NO_ERRATA)]
    rows = []
    for (label, miss, erratum), source in zip(found, node.children, strict=True):
        place = [nodes.Text(f", {erratum['place']}")] if erratum.get("place") else []
        witness = miss["witness"] or miss["description"]
        rejected = [nodes.literal(witness, witness, classes=["claim-witness"])]
        rows.append(
            [
                [*source.children, *place],
                erratum["published"],
                erratum["correct"],
                rejected if miss["rejected"] else "none: the check does not refute it",
                link(label),
            ]
        )
    heads = ["Published in", "What it says", "What is true", "Counterexample found", "Statement"]
    return [table(heads, rows, ["claim-errata"])]


_MAKERS = {
    "ledger": ledger,
    "errata": errata_table,
    "claim-graph": claim_graph,
    "inference-rules": inference_rules,
    "certificates": certificates.overview,
}
OVERVIEWS = tuple(_MAKERS)
