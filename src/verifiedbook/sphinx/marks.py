"""The signs of statuses and the lines beside a row of the graph: nodes that HTML writes as small drawings."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .lanes import OUTSIDE, Height, Join, Line, Row
from .nodes import skip
from .wording import STATUSES, UNKNOWN

#: Lengths in units, of which a letter's height has EM: lanes are PITCH apart, and an entry stands MIDDLE below the top
#: of its row, with RADIUS around it left free.
EM, PITCH, MIDDLE, RADIUS = 16, 12, 16, 6

#: What is drawn around (0, 0); what is not listed is written as its sign.
_DRAWN = {
    "proved": '<rect x="-4.5" y="-4.5" width="9" height="9" rx="1" fill="currentColor" stroke="none"/>',
    "proved-on-instances": '<rect x="-4" y="-4" width="8" height="8" rx="0.5" stroke-width="1.7"/>',
    "checked": '<path d="M-5-2q2.5-3 5 0t5 0M-5 3q2.5-3 5 0t5 0" stroke-width="1.7"/>',
    "measured": '<circle r="4.6" stroke-width="1.5"/><path d="M0-4.6V0h4.6" stroke-width="1.5"/>',
    "failed": '<path d="M-4-4 4 4M-4 4 4-4" stroke-width="2.4"/>',
    "": '<circle r="4.4" stroke-width="1.7"/>',
}


class claim_lanes(nodes.Inline, nodes.Element):  # type: ignore[misc]
    """What is drawn beside a row: a ``row`` of lanes, how many ``lanes`` the table has, the ``status`` of the entry."""


class claim_mark(nodes.Inline, nodes.Element):  # type: ignore[misc]
    """The sign of a ``status`` in running text."""


def mark(status: str, x: float, y: float) -> str:
    """The sign of a status at a place; a status of no name stands for a chapter."""
    sign = STATUSES.get(status, UNKNOWN).glyph
    written = f'<text y="4.5" text-anchor="middle" font-size="13" fill="currentColor" stroke="none">{sign}</text>'
    name = f" claim-{escape(status)}" if status else ""
    return f'<g class="graph-mark{name}" transform="translate({x:g} {y:g})">{_DRAWN.get(status, written)}</g>'


def _em(units: float) -> str:
    return f"{units / EM:g}em"


def _x(lane: int) -> float:
    return PITCH * (lane + 0.5)


_HEIGHTS = {
    Height.TOP: "0",
    Height.UPPER: _em(MIDDLE - RADIUS),
    Height.LOWER: _em(MIDDLE + RADIUS),
    Height.BOTTOM: "100%",
}


def _line(line: Line) -> str:
    x = _em(_x(line.lane))
    return f'<line{_owner(line.of)} x1="{x}" x2="{x}" y1="{_HEIGHTS[line.start]}" y2="{_HEIGHTS[line.end]}"/>'


def _curve(join: Join, row: Row) -> str:
    x, end, y = _x(join.lane), _x(row.lane), MIDDLE
    side = RADIUS if end >= x else -RADIUS
    bend = y - RADIUS if join.above else y + RADIUS
    return f'<path{_owner(join.of)} d="M{x:g} {bend:g}Q{x:g} {y:g} {x + side:g} {y:g}H{end - side:g}"/>'


def _owner(of: str) -> str:
    return f' data-of="{escape(of)}"' if of != OUTSIDE else ' class="graph-outside"'


def lanes(row: Row, status: str, count: int) -> str:
    """The SVG beside a row: as high as the row, the curves at its first line."""
    width = PITCH * count
    picture = "".join(_curve(join, row) for join in row.joins) + mark(status, _x(row.lane), MIDDLE)
    return (
        f'<svg class="graph-lanes" aria-hidden="true" width="{_em(width)}" height="100%" fill="none" '
        f'stroke="currentColor">{"".join(map(_line, row.lines()))}<svg width="{_em(width)}" height="{_em(2 * MIDDLE)}" '
        f'viewBox="0 0 {width} {2 * MIDDLE}">{picture}</svg></svg>'
    )


def _write_lanes(self: Any, node: claim_lanes) -> None:
    self.body.append(lanes(node["row"], node["status"], node["lanes"]))
    raise nodes.SkipNode


def _write_mark(self: Any, node: claim_mark) -> None:
    self.body.append(
        '<svg class="graph-sign" aria-hidden="true" width="1em" height="1em" viewBox="-8 -8 16 16" fill="none" '
        f'stroke="currentColor">{mark(node["status"], 0, 0)}</svg>'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the nodes."""
    for node, write in ((claim_lanes, _write_lanes), (claim_mark, _write_mark)):
        app.add_node(node, html=(write, None), latex=(skip, None), text=(skip, None))
