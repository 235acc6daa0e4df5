"""What the theme's pages lack: a description, valid theorem boxes, tables and lists that are read out rightly.

The formulas are typeset by ``prerender``, which this module sets up too.
"""

from __future__ import annotations

import contextlib
import html
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from .prerender import FormulaError, Typesetter, typesetter_of

DESCRIPTION_LENGTH = 160
REPEATED_IDS = {"proof-content", "exercise-content", "solution-content"}
#: Pieces of one string, one after another.
STRINGS = re.compile(r'(?:<span class="s2">[^<]*</span>){2,}')
BETWEEN = re.compile(r'<span class="s2">|</span>')
EMPTY_HEAD = re.compile(r"<th(\s[^>]*)?>\s*</th>")
CITATIONS = '<div role="list" class="citation-list">'
CITATIONS_WITHOUT_ROLE = '<div class="citation-list">'
PROOF_HEAD = re.compile(r"(Proof|Solution)\.\s*")


class TheoremBoxes(SphinxPostTransform):
    """Give the boxes of sphinx-proof and sphinx-exercise the classes and the ids that HTML wants.

    Every proof comes as ``id="proof"``, the text of every statement as ``id="proof-content"`` and so on, and an
    id may stand on a page only once. Statements and proofs share the class ``proof``; here they are told apart
    as ``statement`` and ``proof-text``, and the word "Proof." is set off for the style sheet.
    """

    default_priority = 800
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Mend the boxes of one document."""
        for section in self.document.findall(nodes.section):
            section["ids"] = [name for name in section["ids"] if name not in REPEATED_IDS]
        for box in self.document.findall(nodes.Element):
            classes = box.get("classes", [])
            if "proof" not in classes or not isinstance(box, nodes.Admonition):
                continue
            if "realtype" in box:
                box["classes"].append("statement")
            else:
                box["classes"].append("proof-text")
                box["ids"] = [name for name in box["ids"] if name != "proof"]
                set_off_head(box)


def set_off_head(proof: nodes.Element) -> None:
    """Turn the leading "Proof." of a proof's first paragraph into an element of its own."""
    paragraph = next(iter(proof.findall(nodes.paragraph)), None)
    if paragraph is None or not paragraph.children or not isinstance(paragraph[0], nodes.Text):
        return
    match = PROOF_HEAD.match(paragraph[0])
    if match:
        rest = nodes.Text(paragraph[0][match.end() :])
        head = nodes.inline("", f"{match[1]}.", classes=["proof-head"])
        paragraph[:1] = [head, nodes.Text(" "), rest]


def plain(node: nodes.Element, typesetter: Typesetter) -> str:
    """The text of a title or a paragraph, its formulas in plain characters."""
    parts = []
    for child in node.findall(lambda child: isinstance(child, nodes.Text | nodes.math)):
        if isinstance(child, nodes.math):
            with contextlib.suppress(FormulaError):  # the page itself will say so
                parts.append(typesetter.text(child.astext()))
        elif not isinstance(child.parent, nodes.math):
            parts.append(child.astext())
    return " ".join("".join(parts).split())


def description(doctree: nodes.document, typesetter: Typesetter) -> str:
    """The first paragraph that is the page's own text, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = plain(paragraph, typesetter)
            if len(text) <= DESCRIPTION_LENGTH:
                return text
            return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return ""


def describe(app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Title, description and OpenGraph tags of a page."""
    title = context.get("title", "")
    if pagename in app.env.titles:
        # The theme would strip the tags from the rendered title and keep each formula three times.
        title = plain(app.env.titles[pagename], typesetter_of(app))
        context["title"] = html.escape(title)
    text = (doctree is not None and description(doctree, typesetter_of(app))) or app.config.book_description
    metatags = context.get("metatags", "")
    tags = {
        "og:type": "book" if pagename == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": text,
    }
    lines = [f'<meta property="{name}" content="{html.escape(value)}" />' for name, value in tags.items()]
    if 'name="description"' not in metatags:
        lines.insert(0, f'<meta name="description" content="{html.escape(text)}" />')
    context["metatags"] = metatags + "\n".join(lines)


def mend_body(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Markup that assistive technology would stumble over.

    Empty head cells, as over the index of a pandas table, become plain cells: a heading must say something.
    Entries of the bibliography lose their roles: one is deprecated, the other forbids what stands in the list.
    The dots of code need no element each to be seen, nor the braces within a string, which have its colour.
    """
    if "body" in context:
        body = EMPTY_HEAD.sub(lambda match: f"<td{match[1] or ''}></td>", context["body"])
        body = body.replace(' role="doc-biblioentry"', "").replace(CITATIONS, CITATIONS_WITHOUT_ROLE)
        body = body.replace('<span class="o">.</span>', ".").replace('<span class="si">', '<span class="s2">')
        context["body"] = STRINGS.sub(lambda match: f'<span class="s2">{BETWEEN.sub("", match[0])}</span>', body)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the mending of pages."""
    app.setup_extension("verifiedbook.sphinx.prerender")
    app.setup_extension("verifiedbook.sphinx.notebook")
    app.add_config_value("book_description", "", "html", (str,))
    # Jupyter Book always sets this one; the extension that would read it, for comments, is not loaded.
    app.add_config_value("comments_config", {}, "", (dict,))
    app.add_post_transform(TheoremBoxes)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", mend_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
