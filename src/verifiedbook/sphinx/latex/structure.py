"""The order of a printed book: preface, chapters, back matter, and in it what the web page keeps folded."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

from ..domain import claims_domain, link
from ..nodes import claim_body, paragraph
from .tables import let_formulas_break, let_witnesses_break

EVIDENCE_TITLE = "The evidence in full"
SOLUTIONS_TITLE = "Solutions"
EVIDENCE_LEAD = (
    "On the web page each statement unfolds to what is printed here: what was assumed, by what the statement was "
    "proved or checked, and the near misses, each with the counterexample that refutes it."
)


def raw(latex: str) -> nodes.raw:
    """LaTeX as it stands."""
    return nodes.raw("", f"\n{latex}\n", format="latex")


def files(document: nodes.document) -> dict[str, addnodes.start_of_file]:
    """The documents that were put together into one, by name."""
    return {node["docname"]: node for node in document.findall(addnodes.start_of_file)}


class Arrange(SphinxPostTransform):
    """Make the root page the preface, and part the documents into front matter, chapters and back matter."""

    default_priority = 4  # before anything is resolved or replaced
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Rearrange the assembled document."""
        found = files(self.document)
        if not found:
            return
        self._make_preface()
        numbered = [name for name in found if self.env.toc_secnumbers.get(name)]
        if numbered:
            _before(found[numbered[0]], raw(r"\bookmainmatter"))
            _after(found[numbered[-1]], raw(r"\bookbackmatter"))
        for name in self._bibliographies():
            if name in found:
                _before(found[name], raw(r"\liststatements"))

    def _make_preface(self) -> None:
        """Take the other documents out of the root page, and make its own text a chapter before them."""
        root = self.document.next_node(nodes.section)
        assert root is not None
        wrappers = [node for node in root.findall(nodes.compound) if "toctree-wrapper" in node["classes"]]
        for wrapper in wrappers:
            wrapper.parent.remove(wrapper)
        chapter = nodes.section("", nodes.title("", "Preface"), *root.children[1:], ids=root["ids"], names=[])
        root["ids"] = []
        self.document.attributes.pop("docname", None)  # the preface bears the name now
        root[1:] = [addnodes.start_of_file("", chapter, docname=f"{self.app.config.root_doc}"), *wrappers]

    def _bibliographies(self) -> Iterator[str]:
        """Names of the documents that hold a bibliography."""
        if "cite" in self.env.domaindata:
            yield from dict.fromkeys(key.docname for key in self.env.get_domain("cite").bibliographies)  # type: ignore[attr-defined]


class FloatImages(SphinxPostTransform):
    """Let an image that a cell shows without a caption float like those with one; fixed, it may not fit its page."""

    default_priority = 700
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Wrap every such image."""
        for output in self.document.findall(nodes.container):
            if "cell_output" not in output["classes"]:
                continue
            for image in list(output.findall(nodes.image)):
                if not isinstance(image.parent, nodes.figure):
                    image.replace_self(nodes.figure("", image.deepcopy()))


class PrintEvidence(SphinxPostTransform):
    """Move what unfolds under each statement into a section of the ledger."""

    default_priority = 6  # after the ledger is made, before references are resolved
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Gather the bodies in the order of the book."""
        ledger = claims_domain(self.env).ledger()
        place = files(self.document).get(ledger or "")
        if place is None:
            return
        section = nodes.section(ids=["evidence"], names=[])
        section += [nodes.title("", EVIDENCE_TITLE), paragraph(EVIDENCE_LEAD), raw(r"\begin{fullevidence}")]
        bodies = list(self.document.findall(claim_body))
        for body in bodies:
            statement = enclosing_statement(body)
            body.parent.remove(body)
            if statement is not None:
                section += _entry(statement, body)
        section += raw(r"\end{fullevidence}")
        chapter = place.next_node(nodes.section)
        if bodies and chapter is not None:
            chapter += section


class SolutionsLast(SphinxPostTransform):
    """Move solutions behind all exercises of their section: on paper nothing is folded, and an eye falls on them."""

    default_priority = 7
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Gather the solutions of every section, in their order."""
        for section in self.document.findall(nodes.section):
            solutions = [child for child in section.children if isinstance(child, solution_node)]
            for solution in solutions:
                section.remove(solution)
            if solutions:
                inner = (at for at, child in enumerate(section.children) if isinstance(child, nodes.section))
                end = next(inner, len(section.children))
                section[end:end] = [nodes.rubric("", SOLUTIONS_TITLE), *solutions]


def _entry(statement: nodes.Element, body: claim_body) -> list[nodes.Node]:
    """The statement's number and title, and what stands behind it, in a form that can break at any line's end."""
    head = nodes.inline("", "", link(statement["label"]), classes=["evidence-head"])
    if isinstance(statement[0], nodes.title):
        head += [child.deepcopy() for child in statement[0].children]
    let_witnesses_break(body)
    let_formulas_break(body)
    anchor = nodes.target("", "", ids=[f"evidence-{statement['label']}"])
    return [anchor, nodes.paragraph("", "", head), *body.children]


def enclosing_statement(node: nodes.Node) -> nodes.Element | None:
    """The box that holds ``node``."""
    parent = node.parent
    while parent is not None and not ("realtype" in parent and "label" in parent):
        parent = parent.parent
    return parent


def _before(node: nodes.Element, new: nodes.Node) -> None:
    node.parent.insert(node.parent.index(node), new)


def _after(node: nodes.Element, new: nodes.Node) -> None:
    node.parent.insert(node.parent.index(node) + 1, new)


def setup(app: Sphinx) -> None:
    """Register the transforms."""
    app.add_post_transform(Arrange)
    app.add_post_transform(FloatImages)
    app.add_post_transform(PrintEvidence)
    app.add_post_transform(SolutionsLast)
