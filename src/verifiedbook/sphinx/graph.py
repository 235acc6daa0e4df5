"""The graph of which claim uses which, laid out in columns and drawn as SVG, with no program but Python."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from sphinx.application import Sphinx

from . import wording
from .domain import ClaimsDomain

WIDTH, HEIGHT, LANE, GAP, COLUMN_GAP, MARGIN = 178, 54, 8, 12, 44, 4
LINE_LENGTH = 25

Edges = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layout:
    """Columns of entries and, for each use, the entries its line passes, from the used to the user.

    An entry is a label, or a lane: room that a line needs to pass a column between its ends.
    """

    columns: list[list[str]]
    lines: list[list[str]]


def layout(uses: Edges) -> Layout:
    """Each label to the right of all that it uses, in an order in which few lines cross.

    ``uses`` maps each label to the labels it uses, all of them keys.
    """
    depth: dict[str, int] = {}

    def place(label: str) -> int:
        if label not in depth:
            depth[label] = 0  # ends the descent if the records hold a circle after all
            depth[label] = 1 + max((place(used) for used in uses[label]), default=-1)
        return depth[label]

    for label in uses:
        place(label)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for label in uses:
        columns[depth[label]].append(label)
    lines = []
    for label, below in uses.items():
        for used in below:
            lanes = {column: f"{used} to {label} in {column}" for column in range(depth[used] + 1, depth[label])}
            for column, lane in lanes.items():
                columns[column].append(lane)
            lines.append([used, *lanes.values(), label])
    _untangle(columns, lines)
    return Layout(columns, lines)


def _untangle(columns: list[list[str]], lines: list[list[str]]) -> None:
    """Order each column by where the neighbours of its entries stand; a few sweeps settle a graph of this size."""
    neighbours: dict[str, list[str]] = {}
    for line in lines:
        for left, right in pairwise(line):
            neighbours.setdefault(left, []).append(right)
            neighbours.setdefault(right, []).append(left)
    for _ in range(4):
        rows = {entry: row - len(column) / 2 for column in columns for row, entry in enumerate(column)}
        for column in columns:
            centres = {
                entry: sum(rows[near] for near in neighbours[entry]) / len(neighbours[entry])
                if entry in neighbours
                else rows[entry]
                for entry in column
            }
            column.sort(key=centres.__getitem__)
            rows.update({entry: row - len(column) / 2 for row, entry in enumerate(column)})


def _places(found: Layout, uses: Edges) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Left end and middle height of every entry, and the width and height of the whole."""
    sizes = [[HEIGHT if entry in uses else LANE for entry in column] for column in found.columns]
    heights = [sum(column) + GAP * (len(column) - 1) for column in sizes]
    places: dict[str, tuple[float, float]] = {}
    for index, (column, below) in enumerate(zip(found.columns, sizes, strict=True)):
        top: float = MARGIN + (max(heights) - heights[index]) / 2
        for entry, size in zip(column, below, strict=True):
            places[entry] = (MARGIN + index * (WIDTH + COLUMN_GAP), top + size / 2)
            top += size + GAP
    width = 2 * MARGIN + len(found.columns) * (WIDTH + COLUMN_GAP) - COLUMN_GAP
    return places, width, 2 * MARGIN + max(heights)


def drawing(claims: Mapping[str, Mapping[str, Any]], domain: ClaimsDomain, app: Sphinx) -> tuple[str, list[str]]:
    """The graph of ``claims`` as SVG inside a ``div``, and the labels without an edge, which it leaves out."""
    uses = {label: tuple(used for used in claim["uses"] if used in claims) for label, claim in claims.items()}
    joined = {label for label, used in uses.items() if used} | {used for below in uses.values() for used in below}
    alone = [label for label in claims if label not in joined]
    uses = {label: used for label, used in uses.items() if label in joined}
    if not uses:
        return "", alone
    found = layout(uses)
    places, width, height = _places(found, uses)
    edges = "".join(_edge([places[entry] for entry in line]) for line in found.lines)
    boxes = "".join(
        _box(claims[entry], places[entry], domain, app) for column in found.columns for entry in column if entry in uses
    )
    described = (
        f"{len(uses)} statements in {len(found.columns)} columns and {len(found.lines)} arrows. An arrow leads from a "
        "statement to one that uses it. The ledger lists the same statements in a table."
    )
    return (
        '<div class="claim-graph" style="overflow-x: auto">\n'
        f'<svg role="group" aria-labelledby="claim-graph-title claim-graph-desc" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" fill="none" stroke="currentColor" xmlns="http://www.w3.org/2000/svg">\n'
        f'<title id="claim-graph-title">Which statement uses which</title>\n'
        f'<desc id="claim-graph-desc">{escape(described)}</desc>\n'
        '<defs><marker id="claim-graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0.5 8 4 0 7.5z" fill="currentColor" stroke="none"/></marker></defs>\n'
        f'<g class="claim-edges" opacity="0.6">{edges}</g>\n{boxes}</svg>\n</div>\n'
    ), alone


def _edge(points: list[tuple[float, float]]) -> str:
    """A line from the right end of the first entry through the lanes to the left end of the last."""
    path = f"M{points[0][0] + WIDTH:g} {points[0][1]:g}"
    for (x, y), (u, v) in pairwise(points):
        bend = COLUMN_GAP / 2
        path += f"C{x + WIDTH + bend:g} {y:g} {u - bend:g} {v:g} {u:g} {v:g}"
        path += f"H{u + WIDTH:g}" if (u, v) != points[-1] else ""
    return f'<path d="{path}" marker-end="url(#claim-graph-arrow)"/>'


def _box(claim: Mapping[str, Any], place: tuple[float, float], domain: ClaimsDomain, app: Sphinx) -> str:
    label, said = claim["label"], wording.words(claim)
    theorem = domain.theorems.get(label)
    title = theorem.title if theorem and theorem.title and "$" not in theorem.title else claim["title"]
    x, y = place[0], place[1] - HEIGHT / 2
    lines = textwrap.wrap(title, LINE_LENGTH, max_lines=2, placeholder="…")
    text = "".join(
        f'<tspan x="{x + 10:g}" y="{y + 33 + 14 * row:g}">{escape(line)}</tspan>' for row, line in enumerate(lines)
    )
    dashes = "" if claim["status"].startswith("proved") else ' stroke-dasharray="5 3"'
    spoken = f"{domain.number(label)}, {title}: {said.badge} {said.reach}".strip()
    box = (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"{dashes}/>'
        f'<text fill="currentColor" stroke="none" font-size="12"><tspan x="{x + 10:g}" y="{y + 17:g}" '
        f'font-weight="bold">{escape(said.glyph)} {escape(domain.number(label))}</tspan>{text}</text>'
    )
    if theorem is None:
        return f'<g class="claim-node claim-{escape(claim["status"])}">{box}</g>\n'
    address = app.builder.get_relative_uri(app.env.docname, theorem.docname) + f"#{label}"
    return (
        f'<a class="claim-node claim-{escape(claim["status"])}" href="{escape(address)}" '
        f'aria-label="{escape(spoken)}">{box}</a>\n'
    )
