"""The graph of claims on paper: rows that break over pages, each with its own piece of the drawing."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..lanes import OUTSIDE, Row
from ..marks import claim_lanes, claim_mark
from ..wording import STATUSES, UNKNOWN

#: The sign of an entry that has no status: a chapter.
CHAPTER = "○"
#: Words for those who do not see the columns and the signs.
UNPRINTED = {"graph-label", "graph-spoken"}


class PrintGraph(SphinxPostTransform):
    """Write the tables of the graph as rows of the style file."""

    default_priority = 750  # after references are resolved, before tables get their columns
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Replace every table of the graph."""
        for table in [table for table in self.document.findall(nodes.table) if "graph-table" in table["classes"]]:
            heads = [
                entry.astext().rstrip(" ↑↓")
                for head in table.findall(nodes.thead)
                for entry in head.findall(nodes.entry)
            ]
            body = next(iter(table.findall(nodes.tbody)))
            lanes = max((node["lanes"] for node in body.findall(claim_lanes)), default=0)
            columns = "".join(f"{{{head}}}" for head in (lanes, *heads))
            rows = nodes.paragraph("", "", _raw(f"\\begin{{graphtable}}{columns}%\n"))
            for row in list(body.findall(nodes.row)):
                rows += _row(row)
            rows += _raw("\\end{graphtable}")
            table.replace_self(rows)


def _raw(latex: str) -> nodes.raw:
    return nodes.raw("", latex, format="latex")


def _row(row: nodes.row) -> list[nodes.Node]:
    """``\\graphrow{drawing}{statement}{rests on}{what rests on it}``, with the anchors that links lead to."""
    for unprinted in [node for node in row.findall(nodes.inline) if UNPRINTED & set(node["classes"])]:
        unprinted.parent.remove(unprinted)
    first, *others = (entry.children[0].children for entry in row.findall(nodes.entry))
    drawn = next(node for node in first if isinstance(node, claim_lanes))
    parts: list[nodes.Node] = [_raw(f"\\graphrow{{{drawing(drawn['row'], drawn['status'])}}}{{")]
    parts += [nodes.target("", "", ids=row["ids"]), *(node for node in first if node is not drawn)]
    for cell in others:
        parts += [_raw("}{"), *cell]
    return [*parts, _raw("}%\n")]


def drawing(row: Row, status: str) -> str:
    """The pieces beside a row as commands of the style file, by lanes, and the sign of its status."""
    lines = (
        rf"\graphline{_style(line.of)}{{{line.lane}}}{{{line.start.value}}}{{{line.end.value}}}" for line in row.lines()
    )
    curves = (
        rf"\graphcurve{_style(join.of)}{{{join.lane}}}{{{row.lane}}}{{{'upper' if join.above else 'lower'}}}"
        for join in row.joins
    )
    return "".join([*lines, *curves, rf"\graphmark{{{row.lane}}}{{{_sign(status)}}}"])


def _style(of: str) -> str:
    return "[graph outside]" if of == OUTSIDE else ""


def _sign(status: str) -> str:
    return STATUSES.get(status, UNKNOWN).glyph if status else CHAPTER


def write_mark(self: Any, node: claim_mark) -> None:
    """The sign in running text."""
    self.body.append(rf"\graphsign{{{_sign(node['status'])}}}")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the transform and how the sign is written."""
    app.add_post_transform(PrintGraph)
    app.registry.add_translation_handlers(claim_mark, latex=(write_mark, None))
