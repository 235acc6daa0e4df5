"""The graph of which claim uses which, laid out in columns and drawn as SVG, with no program but Python."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

from sphinx.application import Sphinx

from . import wording
from .domain import ClaimsDomain

WIDTH, HEIGHT, GAP, COLUMN_GAP, MARGIN = 196, 54, 14, 56, 8
LINE_LENGTH = 27

Edges = Mapping[str, tuple[str, ...]]


def layers(uses: Edges) -> list[list[str]]:
    """Columns of labels, each to the right of all that it uses, ordered so that few lines cross.

    ``uses`` maps each label to the labels it uses, all of them keys, without a circle.
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
    for _ in range(4):  # barycentre sweeps; more change nothing worth having at this size
        rows = {label: row for column in columns for row, label in enumerate(column)}
        for column in columns:
            centres = {label: _mean(_neighbours(label, uses), rows, rows[label]) for label in column}
            column.sort(key=centres.__getitem__)
            rows.update({label: row for row, label in enumerate(column)})
    return columns


def _neighbours(label: str, uses: Edges) -> list[str]:
    return [*uses[label], *(other for other, used in uses.items() if label in used)]


def _mean(labels: list[str], rows: Mapping[str, int], otherwise: float) -> float:
    return sum(rows[label] for label in labels) / len(labels) if labels else otherwise


def drawing(claims: Mapping[str, Mapping[str, Any]], domain: ClaimsDomain, app: Sphinx) -> tuple[str, list[str]]:
    """The graph of ``claims`` as SVG inside a ``div``, and the labels without an edge, which it leaves out."""
    uses = {label: tuple(used for used in claim["uses"] if used in claims) for label, claim in claims.items()}
    joined = {label for label, used in uses.items() if used} | {used for below in uses.values() for used in below}
    alone = [label for label in claims if label not in joined]
    uses = {label: used for label, used in uses.items() if label in joined}
    if not uses:
        return "", alone
    columns = layers(uses)
    tallest = max(map(len, columns))
    place = {
        label: (
            MARGIN + column * (WIDTH + COLUMN_GAP),
            MARGIN + (HEIGHT + GAP) * (row + (tallest - len(labels)) / 2),
        )
        for column, labels in enumerate(columns)
        for row, label in enumerate(labels)
    }
    width = 2 * MARGIN + len(columns) * (WIDTH + COLUMN_GAP) - COLUMN_GAP
    height = 2 * MARGIN + tallest * (HEIGHT + GAP) - GAP
    edges = "".join(_edge(place[used], place[label]) for label, below in uses.items() for used in below)
    boxes = "".join(_box(claims[label], place[label], domain, app) for column in columns for label in column)
    count = sum(map(len, uses.values()))
    described = (
        f"{len(uses)} statements in {len(columns)} columns and {count} arrows. An arrow leads from a statement to one "
        "that uses it. The ledger lists the same statements in a table."
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


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    x, y = start[0] + WIDTH, start[1] + HEIGHT / 2
    u, v = end[0] - 1, end[1] + HEIGHT / 2
    bend = (u - x) / 2
    path = f"M{x:g} {y:g}C{x + bend:g} {y:g} {u - bend:g} {v:g} {u:g} {v:g}"
    return f'<path d="{path}" marker-end="url(#claim-graph-arrow)"/>'


def _box(claim: Mapping[str, Any], place: tuple[float, float], domain: ClaimsDomain, app: Sphinx) -> str:
    label, said = claim["label"], wording.words(claim)
    theorem = domain.theorems.get(label)
    title = theorem.title if theorem and theorem.title and "$" not in theorem.title else claim["title"]
    x, y = place
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
