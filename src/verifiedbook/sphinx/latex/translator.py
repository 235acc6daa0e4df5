"""How statements, proofs, exercises, statuses and headings are written in LaTeX."""

from __future__ import annotations

import contextlib
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.latex import LaTeXTranslator
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES, proof_node

from ..domain import claims_domain
from ..nodes import claim_body, claim_summary, glyph
from ..page import PROOF_HEAD
from ..prerender import FormulaError, one_display, typesetter_of
from .structure import enclosing_statement

#: So many lines of code are kept together.
SHORT = 16
#: What stands between the results that one formula directive lists, in a line and on lines of their own; how many
#: characters fit a line.
LISTED, NEXT_LINE, LINE = r",\quad ", r",\\", 60
#: What text with a class is written as.
COMMANDS = {
    "claim-badge": r"\statusword",
    "claim-witness": r"\witness",
    "evidence-head": r"\evidencehead",
    "graph-number": r"\textbf",
}


class BookTranslator(LaTeXTranslator):
    """Sphinx's translator, with formulas in headings that bookmarks can show, and emphasis by class."""

    def visit_math(self, node: nodes.math) -> None:
        """A formula; in a heading, beside it what the bookmark shows."""
        if not self.in_title:
            super().visit_math(node)
        text = self.escape(self._plain(node.astext()))
        self.body.append(rf"\texorpdfstring{{\({node.astext()}\)}}{{{text}}}")
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.math_block) -> None:
        """A displayed formula that fits its line; the first of a cell's results stands close to the cell."""
        place = node.parent.index(node)
        if place == 0:
            self.body.append("\n\\displayalone\n")
        elif isinstance(node.parent[place - 1], nodes.math_block):
            self.body.append("\n\\medskip\n")
        if node.get("nowrap"):
            super().visit_math_block(node)
        label = rf"\label{{equation:{node['docname']}:{node['label']}}}" if node.get("label") else ""
        environment, room = ("equation", "3.5em") if label else ("equation*", "0pt")
        self.body.append(
            f"\n\\begin{{{environment}}}{label}\n\\fitdisplay{{{room}}}{{{self._display(node.astext())}}}\n"
            f"\\end{{{environment}}}"
        )
        raise nodes.SkipNode

    def _display(self, tex: str) -> str:
        """``tex`` as Sphinx reads it, blank lines parting equations; a long list of results one below the other."""
        tex = one_display(tex).replace("{split}", "{aligned}")
        if LISTED in tex and len(self._plain(tex)) > LINE:
            tex = rf"\begin{{gathered}}{tex.replace(LISTED, NEXT_LINE)}\end{{gathered}}"
        return tex

    def _plain(self, tex: str) -> str:
        """A formula in plain characters, as the web page's title shows it; empty if it cannot be typeset."""
        with contextlib.suppress(FormulaError):  # the web page says so
            return typesetter_of(self.builder.app).text(tex)
        return ""

    def visit_caption(self, node: nodes.caption) -> None:
        """A caption, none of which is written to a list of figures: it may hold what cannot be moved."""
        super().visit_caption(node)
        self.body[-1] = self.body[-1].replace(r"\caption{", r"\caption[]{")

    def visit_inline(self, node: nodes.inline) -> None:
        """Text with a class that the style file knows as a command."""
        command = next((command for name, command in COMMANDS.items() if name in node["classes"]), None)
        if command:
            self.body.append(f"{command}{{")
            self.context.append("}")
        else:
            super().visit_inline(node)

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Code; if it is short, on one page."""
        lines = node.astext().count("\n") + 1
        if lines <= SHORT and not self.table:
            self.body.append(rf"\codelines{{{lines}}}")
        super().visit_literal_block(node)

    def written(self, node: nodes.Element) -> str:
        """The children of ``node`` in LaTeX, as an argument."""
        self.pushbody([])
        for child in node.children:
            child.walkabout(self)
        return "".join(self.popbody()).strip()


def _title(self: BookTranslator, node: nodes.Element) -> str:
    """The title of a box, which loses it."""
    if not node.children or not isinstance(node[0], nodes.title):
        return ""
    title = node[0]
    node.remove(title)
    self.in_title = 1
    text = self.written(title)
    self.in_title = 0
    return text


def _bare(title: str, title_format: str) -> str:
    """A title without what ``title_format`` puts around it."""
    before, _, after = title_format.partition("%t")
    return title.removeprefix(before.strip()).removesuffix(after.strip()).strip()


def visit_statement(self: BookTranslator, node: nodes.Element) -> None:
    r"""``\begin{statement}{Theorem 1.2}{title}{label}``, the label being that which references use."""
    domain = claims_domain(self.builder.env)
    label, kind = node["label"], node["realtype"]
    digits = ".".join(map(str, _digits(self, node, node["countertype"])))
    number = domain.number(label) if label in domain.theorems else f"{kind.title()} {digits}".strip()
    title = _bare(_title(self, node), self.config.proof_title_format)
    anchor = self.hypertarget(label, anchor=False)
    self.body.append(f"\n\\begin{{statement}}{{{number}}}{{{title}}}{{{anchor}}}\n")
    first = next(iter(node.findall(_is_block, include_self=False)), None)
    if isinstance(first, nodes.enumerated_list | nodes.bullet_list):
        self.body.append("\\leavevmode\n")  # or the first item would stand in the line of the head


def _is_block(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Body) and not isinstance(node, nodes.target)


def depart_statement(self: BookTranslator, node: nodes.Element) -> None:
    """End of the box."""
    self.body.append("\n\\end{statement}\n")


def visit_proof(self: BookTranslator, node: nodes.Element) -> None:
    """A proof; its first word comes from the style file."""
    for inner in [child for child in node.children if isinstance(child, nodes.admonition)]:
        inner.replace_self(inner.children)
    first = next(iter(node.findall(nodes.paragraph)), None)
    if first is not None and first.children and isinstance(first[0], nodes.Text):
        first[0] = nodes.Text(PROOF_HEAD.sub("", first[0], count=1).lstrip())
    self.body.append("\n\\begin{bookproof}\n")


def depart_proof(self: BookTranslator, node: nodes.Element) -> None:
    """End of the proof; its mark stands in the last line, so that no paragraph may end here."""
    while self.body and not self.body[-1].strip():
        self.body.pop()
    self.body[-1] = self.body[-1].rstrip()
    self.body.append("\n\\end{bookproof}\n")


def visit_exercise(self: BookTranslator, node: nodes.Element) -> None:
    """An exercise with its number and title, which sphinx-exercise writes as one."""
    number, _, title = _title(self, node).partition(" (")
    title, label = title.removesuffix(")"), node["label"]
    anchors = f"\\label{{exercise:{label}}}{self.hypertarget(label, anchor=False)}"
    self.body.append(f"\n\\begin{{exercise}}{{{number}}}{{{title}}}{{{anchors}}}\n")


def depart_exercise(self: BookTranslator, node: nodes.Element) -> None:
    """End of the exercise."""
    self.body.append("\n\\end{exercise}\n")


def visit_solution(self: BookTranslator, node: nodes.Element) -> None:
    """A solution, unfolded."""
    title = _title(self, node)
    self.body.append(f"\n\\begin{{solution}}{{{title}}}{{{self.hypertarget(node['label'], anchor=False)}}}\n")


def depart_solution(self: BookTranslator, node: nodes.Element) -> None:
    """End of the solution."""
    self.body.append("\n\\end{solution}\n")


def visit_status(self: BookTranslator, node: nodes.Element) -> None:
    """The line at the foot of a statement."""
    self.body.append("\n\n\\begin{statusline}")


def depart_status(self: BookTranslator, node: nodes.Element) -> None:
    """The page of its row in the ledger, and the end of the line."""
    statement, ledger = enclosing_statement(node), claims_domain(self.builder.env).ledger()
    if statement is not None and ledger:
        row = f"{ledger}:ledger-{statement['label']}"
        self.body.append(rf"\statuspage{{{self.idescape(row)}}}")
    self.body.append("\\end{statusline}\n")


def visit_glyph(self: BookTranslator, node: nodes.Element) -> None:
    """A sign, from the font that has it."""
    self.body.append(rf"\statusglyph{{{node.astext()}}}")
    raise nodes.SkipNode


def _nothing(self: BookTranslator, node: nodes.Element) -> None:
    """Write nothing of its own."""


def _digits(self: BookTranslator, node: nodes.Element, counter: str) -> tuple[int, ...]:
    numbers = self.builder.env.toc_fignumbers.get(self.curfilestack[-1], {}).get(counter, {})
    return next((numbers[name] for name in node["ids"] if name in numbers), ())


def use_translator(app: Sphinx) -> None:
    """Register the translator where LaTeX is written, and only there.

    The theme extends the translators that are registered; were there one for LaTeX, it would leave HTML's alone.
    """
    if app.builder.format == "latex":
        app.set_translator("latex", BookTranslator)


def setup(app: Sphinx) -> None:
    """Register the translator, and for the boxes of other extensions how they are written."""
    app.connect("builder-inited", use_translator)
    statement: Any = (visit_statement, depart_statement)
    for kind in NODE_TYPES.values():
        app.registry.add_translation_handlers(kind, latex=statement)
    for kind, handlers in {
        proof_node: (visit_proof, depart_proof),
        exercise_node: (visit_exercise, depart_exercise),
        exercise_enumerable_node: (visit_exercise, depart_exercise),
        solution_node: (visit_solution, depart_solution),
        claim_summary: (visit_status, depart_status),
        claim_body: (_nothing, _nothing),
        glyph: (visit_glyph, None),
    }.items():
        app.registry.add_translation_handlers(kind, latex=handlers)
