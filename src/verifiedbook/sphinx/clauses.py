"""The mark at the head of each clause of a statement: its number, the sign of its grade, and what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from . import wording
from .nodes import glyph, inline, skip


class clause_mark(nodes.General, nodes.Inline, nodes.Element):  # type: ignore[misc]
    """``(ii)`` with the grade of its clause; pointing at it, by mouse, keyboard or touch, tells the evidence."""


class clause_card(nodes.General, nodes.Inline, nodes.Element):  # type: ignore[misc]
    """What is told then. Print has it in the ledger."""


class ClauseRole(SphinxRole):
    """``{clause}`ii` `` at the head of a clause of a theorem-like statement."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A mark without a grade, which the status of the statement adds."""
        mark = clause_mark(name=self.text.strip())
        mark += nodes.inline(self.text, f"({self.text.strip()})", classes=["clause-name"])
        return [mark], []


def grade_marks(box: nodes.Element, claim: Mapping[str, Any]) -> None:
    """Give every mark in ``box`` the grade of its clause and the line that tells what stands behind it."""
    grades = {clause["name"]: clause["status"] for clause in claim["clauses"]}
    for mark in box.findall(clause_mark):
        status = grades.get(mark["name"])
        if status is None:
            continue
        said = wording.STATUSES.get(status, wording.UNKNOWN)
        mark["classes"] += ["clause", f"clause-{status}"]
        mark += glyph(said.glyph, said.glyph, classes=["clause-grade"])
        if wording.CERTAIN in (told := wording.clause(claim, mark["name"])):
            mark += glyph("✓", "✓", classes=["clause-certain"])
        card = clause_card(classes=["clause-card"])
        card += inline(f" {told}. ", "clause-told")
        mark += card


def _visit_mark(self: Any, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "span", "", tabindex="0"))


def _depart(self: Any, node: nodes.Element) -> None:
    self.body.append("</span>")


def _visit_card(self: Any, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "span", "", role="note"))


def _latex_mark(self: Any, node: nodes.Element) -> None:
    self.body.append(r"\bookclause{")


def _latex_mark_end(self: Any, node: nodes.Element) -> None:
    self.body.append("}")


def _pass(self: Any, node: nodes.Element) -> None:
    """Write nothing of its own."""


def setup(app: Sphinx) -> None:
    """Register the role and how its nodes are written."""
    app.add_role("clause", ClauseRole())
    app.add_node(
        clause_mark,
        html=(_visit_mark, _depart),
        latex=(_latex_mark, _latex_mark_end),
        text=(_pass, _pass),
    )
    app.add_node(clause_card, html=(_visit_card, _depart), latex=(skip, None), text=(skip, None))
