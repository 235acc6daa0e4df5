"""What the extension remembers between builds: statements, digests of what pages show, and how to link to a claim."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode


@dataclass(frozen=True)
class Theorem:
    """A labelled statement of the book. ``title`` is text with ``$...$``; ``counter`` is the kind it is counted as."""

    label: str
    docname: str
    kind: str
    counter: str
    title: str


class ClaimsDomain(Domain):
    """``theorems`` by label; and by page what it shows, what its notebook depends on, and where its links lead."""

    name = "claim"
    label = "Claims"
    data_version = 4
    object_types = {"statement": ObjType("statement")}  # noqa: RUF012
    initial_data: dict[str, dict[str, Any]] = {  # noqa: RUF012
        "theorems": {},  # label -> Theorem
        "shown": {},  # docname -> digest of the records its statements show
        "inputs": {},  # docname -> digest of what its cells depend on
        "overviews": {},  # docname -> names of the directives on it that list all claims
        "links": {},  # docname -> labels that it links to
        "led": {},  # docname -> digest of where these links led when it was last written
        "texts": {},  # docname -> digests of its text and of the files beside it that it was read with
        "state": {},  # a name for all that was read, another one after each time of reading
    }

    @property
    def theorems(self) -> dict[str, Theorem]:
        """Labelled statements by label."""
        return cast("dict[str, Theorem]", self.data["theorems"])

    def clear_doc(self, docname: str) -> None:
        """Forget what a document contributed."""
        for label in [label for label, theorem in self.theorems.items() if theorem.docname == docname]:
            del self.theorems[label]
        for key in ("shown", "inputs", "overviews", "links", "led", "texts"):
            self.data[key].pop(docname, None)

    def merge_domaindata(self, docnames: Collection[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read in ``docnames``."""
        for label, theorem in otherdata["theorems"].items():
            if theorem.docname in docnames:
                self.theorems[label] = theorem
        for key in ("shown", "inputs", "overviews", "links"):
            self.data[key].update({name: value for name, value in otherdata[key].items() if name in docnames})

    def labels_in(self, docname: str) -> list[str]:
        """Labels of the statements of a document, in their order."""
        return [label for label, theorem in self.theorems.items() if theorem.docname == docname]

    def showing(self, kind: str) -> str | None:
        """The document that holds the overview ``kind``, such as the ledger."""
        return next((name for name, kinds in self.data["overviews"].items() if kind in kinds), None)

    def ledger(self) -> str | None:
        """The document that holds the ledger."""
        return self.showing("ledger")

    def reading_order(self) -> list[str]:
        """All documents as the table of contents has them, then the others."""
        env = self.env
        found: dict[str, None] = {}

        def walk(docname: str) -> None:
            if docname not in found:
                found[docname] = None
                for below in env.toctree_includes.get(docname, []):
                    walk(below)

        walk(env.config.root_doc)
        return [*found, *sorted(env.found_docs - set(found))]

    def in_order(self) -> Iterator[tuple[str, list[Theorem]]]:
        """Documents with statements, in reading order, each with its statements."""
        for docname in self.reading_order():
            stated = [theorem for theorem in self.theorems.values() if theorem.docname == docname]
            if stated:
                yield docname, stated

    def number(self, label: str) -> str:
        """``Theorem 2.1``; the label itself where there is no such statement."""
        theorem = self.theorems.get(label)
        if theorem is None:
            return label
        digits = self.env.toc_fignumbers.get(theorem.docname, {}).get(theorem.counter, {}).get(label, ())
        return " ".join([theorem.kind.title(), ".".join(map(str, digits))]).strip()

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element:
        text = contnode if node.get("refexplicit") else nodes.inline("", self.number(target))
        theorem = self.theorems.get(target)
        if typ == "row":
            docname, anchor = self.ledger(), f"ledger-{target}"
        elif typ == "use":
            docname, anchor = self.showing("claim-graph"), f"graph-{target}"
        else:
            docname, anchor = (theorem.docname if theorem else None), target
        if docname is None:
            return text
        plain = theorem is not None and theorem.title and "$" not in theorem.title
        title = f"{self.number(target)} ({theorem.title})" if theorem and plain else None
        return make_refnode(builder, fromdocname, docname, anchor, text, title)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Every statement by its title, for the index that a reader searches."""
        for label, theorem in self.theorems.items():
            if theorem.title:
                said = plain(theorem.title, self.env.app)
                yield said, said, "statement", theorem.docname, label, 0

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.Element]]:
        """Nothing: sphinx-proof already answers for labels of statements."""
        return []


def plain(title: str, app: Any) -> str:
    """A title in plain characters; the source of its formulas where nothing typesets them."""
    typesetter = getattr(app, "typesetter", None)
    return re.sub(r"\$([^$]+)\$", lambda match: typesetter.text(match[1]) if typesetter else match[1], title)


def link(label: str, to: str = "theorem", text: str = "") -> pending_xref:
    """A link to the statement ``label``, with ``to="row"`` to its row in the ledger, with ``"use"`` in the graph."""
    node: pending_xref = pending_xref(
        "", refdomain="claim", reftype=to, reftarget=label, refexplicit=bool(text), refwarn=False
    )
    node += nodes.inline("", text or label)
    return node


def claims_domain(env: BuildEnvironment) -> ClaimsDomain:
    """The domain of ``env``."""
    return cast(ClaimsDomain, env.get_domain("claim"))
