"""``{quoted}``: a statement of another page, word for word, with its status of this build.

It is taken from that page when this one is written, so it cannot say anything else. Its number leads to the original.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .domain import claims_domain, link

logger = logging.getLogger(__name__)

MARK = "quotes-statement"
#: What stays behind: it belongs to a place in the other page.
LEFT_BEHIND = {"claim-source"}


class quoted_statement(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of a statement that is fetched when the page is written."""


class quoted_box(nodes.General, nodes.Element):  # type: ignore[misc]
    """A statement away from home: its number and title are attributes, what it says and its status are children."""


class Quoted(SphinxDirective):
    """The statement with the label in the argument."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A place for it."""
        self.env.metadata[self.env.docname][MARK] = True
        place = quoted_statement("", label=self.arguments[0].strip())
        self.set_source_info(place)
        return [place]


class Fetch(SphinxPostTransform):
    """Put the statements into their places, before references are resolved."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        """Fetch every statement of one page."""
        for place in list(self.document.findall(quoted_statement)):
            label = place["label"]
            theorem = claims_domain(self.env).theorems.get(label)
            if theorem is None:
                logger.warning("there is no statement %r to quote", label, location=place, type="claims")
                place.parent.remove(place)
                continue
            page = self.env.get_doctree(theorem.docname)
            place.replace_self(_copy(_box(page, label), claims_domain(self.env).number(label), theorem.title))


def _box(page: nodes.document, label: str) -> nodes.Element:
    return next(box for box in page.findall(nodes.Element) if box.get("label") == label and "realtype" in box)


def _copy(box: nodes.Element, number: str, name: str) -> nodes.Element:
    """The box without its identifiers, under a title that leads to the original (in print its own head does)."""
    title, *rest = (child.deepcopy() for child in box.children)
    heading = nodes.paragraph("", "", link(box["label"]), nodes.Text(" "), classes=["admonition-title"])
    heading += [part.deepcopy() for part in title.children]
    quoted = quoted_box("", number=number, title=name)
    quoted["classes"] = ["statement", "admonition", "quoted", str(box["realtype"])]
    quoted += addnodes.only("", heading, expr="html")
    for part in rest:
        quoted += list(part.children) if isinstance(part, nodes.section) else part
    for part in list(quoted.findall(nodes.Element)):
        part["ids"], part["names"] = [], []
        if LEFT_BEHIND & set(part.get("classes", ())):
            part.parent.remove(part)
    return quoted


def visit_html(self: Any, node: quoted_box) -> None:
    """The box."""
    self.body.append(self.starttag(node, "div"))


def depart_html(self: Any, node: quoted_box) -> None:
    """Its end."""
    self.body.append("</div>\n")


def visit_latex(self: Any, node: quoted_box) -> None:
    r"""The environment of statements, without a label: ``\begin{statement}{Theorem 1.2}{title}{}``."""
    parts = (rf"\({part}\)" if k % 2 else self.encode(part) for k, part in enumerate(node["title"].split("$")))
    self.body.append(f"\n\\begin{{statement}}{{{node['number']}}}{{{''.join(parts)}}}{{}}\n")


def depart_latex(self: Any, node: quoted_box) -> None:
    """Its end."""
    self.body.append("\n\\end{statement}\n")


def stale(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages that quote are written in every build: what they quote may have changed."""
    return [name for name, noted in env.metadata.items() if noted.get(MARK)]


def setup(app: Sphinx) -> None:
    """Register the directive and what fetches."""
    app.add_node(quoted_statement)
    app.add_node(quoted_box, html=(visit_html, depart_html), latex=(visit_latex, depart_latex))
    app.add_directive("quoted", Quoted)
    app.add_post_transform(Fetch)
    app.connect("env-updated", stale)
