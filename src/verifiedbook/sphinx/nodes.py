"""The few nodes that docutils lacks, how they are written, and tables built from cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from docutils import nodes
from sphinx.application import Sphinx

_MATH = re.compile(r"\$([^$]+)\$")


class claim_status(nodes.General, nodes.Element):  # type: ignore[misc]
    """What is known about a theorem, at the end of its box."""


class claim_details(nodes.General, nodes.Element):  # type: ignore[misc]
    """A disclosure: a summary, then a body that opens."""


class claim_summary(nodes.General, nodes.TextElement):  # type: ignore[misc]
    """The line that is always seen; in print the only one."""


class claim_body(nodes.General, nodes.Element):  # type: ignore[misc]
    """What opens under the summary. Print leaves it to the ledger."""


class glyph(nodes.inline):  # type: ignore[misc]
    """A sign that a screen reader passes over, since the words beside it say the same."""


def _open(tag: str, **attributes: str) -> Any:
    def visit(self: Any, node: nodes.Element) -> None:
        self.body.append(self.starttag(node, tag, "", **attributes))

    return visit


def _close(tag: str) -> Any:
    def depart(self: Any, node: nodes.Element) -> None:
        self.body.append(f"</{tag}>\n" if tag in ("div", "details", "summary") else f"</{tag}>")

    return depart


def _open_later(self: Any, node: nodes.Element) -> None:
    """Folded content is most of a page. A browser with scripts reads what is in ``noscript`` as one piece of text, and
    ``unfold.js`` makes elements of it when the reader unfolds it; a browser without scripts has the elements."""
    self.body.append("<noscript>" + self.starttag(node, "div", ""))


def _close_later(self: Any, node: nodes.Element) -> None:
    self.body.append("</div></noscript>\n")


def _pass(self: Any, node: nodes.Element) -> None:
    """Write nothing of its own."""


def skip(self: Any, node: nodes.Element) -> None:
    """Write nothing of ``node``."""
    raise nodes.SkipNode


#: The signs as mathematics, since few text fonts have them.
_LATEX_SIGNS = {
    "∎": r"\blacksquare",
    "□": r"\square",
    "≈": r"\approx",
    "◷": r"\odot",
    "❝": r"\text{``}",
    "✗": r"\times",
    "✓": r"\checkmark",
}


def _latex_sign(self: Any, node: nodes.Element) -> None:
    self.body.append(rf"\({_LATEX_SIGNS.get(node.astext(), node.astext())}\)")
    raise nodes.SkipNode


def _latex_line(self: Any, node: nodes.Element) -> None:
    self.body.append("\n\n\\smallskip\\noindent{\\small ")


def _latex_line_end(self: Any, node: nodes.Element) -> None:
    self.body.append("}\n")


def setup(app: Sphinx) -> None:
    """Register the nodes and how HTML, LaTeX and plain text write them."""
    nothing = (_pass, _pass)
    app.add_node(claim_status, html=(_open("div"), _close("div")), latex=nothing, text=nothing)
    app.add_node(claim_details, html=(_open("details"), _close("details")), latex=nothing, text=nothing)
    app.add_node(
        claim_summary, html=(_open("summary"), _close("summary")), latex=(_latex_line, _latex_line_end), text=nothing
    )
    app.add_node(claim_body, html=(_open_later, _close_later), latex=(skip, None), text=(skip, None))
    spoken_over = (_open("span", **{"aria-hidden": "true"}), _close("span"))
    app.add_node(glyph, html=spoken_over, latex=(_latex_sign, None), text=nothing)


def prose(text: str) -> list[nodes.Node]:
    """Text with ``$...$`` mathematics as nodes."""
    found: list[nodes.Node] = []
    for index, part in enumerate(_MATH.split(text)):
        if part:
            found.append(nodes.math(part, part) if index % 2 else nodes.Text(part))
    return found


def paragraph(*parts: nodes.Node | str, classes: Sequence[str] = ()) -> nodes.paragraph:
    """A paragraph of nodes and of text with ``$...$``."""
    made = nodes.paragraph(classes=list(classes))
    for part in parts:
        made += prose(part) if isinstance(part, str) else part
    return made


def inline(text: str, *classes: str) -> nodes.inline:
    """Text with classes."""
    return nodes.inline(text, text, classes=list(classes))


def joined(items: Iterable[nodes.Node], separator: str = ", ") -> list[nodes.Node]:
    """Nodes with a separator between them."""
    found: list[nodes.Node] = []
    for item in items:
        found += [nodes.Text(separator), item] if found else [item]
    return found


Cell: TypeAlias = str | nodes.Node | Sequence[nodes.Node]


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Cell]], classes: Sequence[str], caption: str = "", name: str = ""
) -> nodes.table:
    """A table with one head row. A cell is text with ``$...$``, a node, or a list of inline nodes."""
    made = nodes.table(classes=list(classes), ids=[name] if name else [])
    if caption:
        made += nodes.title(caption, "", *prose(caption))
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for _ in heads]
    group += nodes.thead("", _row([nodes.Text(head) for head in heads]))
    body = nodes.tbody()
    body += [_row(row) for row in rows]
    group += body
    made += group
    return made


def _row(cells: Iterable[Cell]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        content = [cell] if isinstance(cell, (str, nodes.Text, nodes.Inline)) else cell
        block = isinstance(content, nodes.Element)
        row += nodes.entry("", content if block else paragraph(*content))
    return row
