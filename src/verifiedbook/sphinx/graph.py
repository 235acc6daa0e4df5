"""What rests on what: for each chapter a table of its statements, with the lines between them drawn beside it.

The table is the graph: a row says in links what its statement rests on and what rests on it, and the drawing shows the
same to the eye. A small script lights up both while a row is pointed at; nothing is lost without it.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from . import wording
from .chapters import Chapter, chapters
from .domain import ClaimsDomain, claims_domain, link
from .lanes import Layout, closure, layout
from .marks import claim_lanes, claim_mark
from .nodes import Cell, glyph, inline, joined, paragraph, prose, table
from .project import records_of

FOLDER = "_graph"
UP, DOWN = "↑", "↓"
NOTHING = "–"

Edges = Mapping[str, list[str]]


def claim_graph(app: Sphinx, node: nodes.Element) -> list[nodes.Node]:
    """Chapters, then the statements of each: what they rest on, what rests on them, and the lines between."""
    domain = claims_domain(app.env)
    found = list(chapters(records_of(app), domain))
    if not found:
        return []
    order = [claim["label"] for chapter in found for _, claim in chapter.stated]
    place = {label: at for at, label in enumerate(order)}
    claims = {claim["label"]: claim for chapter in found for _, claim in chapter.stated}
    uses = {label: sorted(place.keys() & claims[label]["uses"], key=place.__getitem__) for label in order}
    drawn = [layout({claim["label"]: uses[claim["label"]] for _, claim in chapter.stated}) for chapter in found]
    lanes = max(one.lanes for one in drawn)
    tables = _Tables(domain, uses, reverse(uses))
    made: list[nodes.Node] = [_legend(claims)]
    made.append(nodes.raw("", f'<div class="claim-graph" style="--lanes: {lanes}">\n', format="html"))
    if len(found) > 1:
        made += _between(found, domain, uses)
    for number, (chapter, lines) in enumerate(zip(found, drawn, strict=True), 1):
        section = nodes.section("", _title(chapter, domain), ids=[f"graph-chapter-{number}"], names=[])
        section += _with_lanes(tables.of(chapter, lines), lines.lanes)
        made.append(section)
    source = os.path.relpath(f"{FOLDER}/graph.js", Path(app.env.docname).parent)
    made.append(nodes.raw("", f'</div>\n<script defer src="{Path(source).as_posix()}"></script>\n', format="html"))
    return made


def reverse(uses: Edges) -> dict[str, list[str]]:
    """What rests on each label directly, in the order of ``uses``."""
    users: dict[str, list[str]] = {label: [] for label in uses}
    for label, below in uses.items():
        for used in below:
            users[used].append(label)
    return users


def _title(chapter: Chapter, domain: ClaimsDomain) -> nodes.title:
    """The chapter's number, and its title, which leads to it; in print a bookmark, which leads nowhere else."""
    if not chapter.docname or domain.env.app.builder.format == "latex":
        return nodes.title("", chapter.title)
    to = addnodes.pending_xref("", refdomain="std", reftype="doc", refexplicit=True, refwarn=False)
    to["reftarget"] = f"/{chapter.docname}"
    to += nodes.inline("", chapter.title)
    title = nodes.title("", "", to)
    title["secnumber"] = domain.env.toc_secnumbers.get(chapter.docname, {}).get("", ())
    return title


def _legend(claims: Mapping[str, Mapping[str, Any]]) -> nodes.paragraph:
    """Each sign that occurs, and what it says."""
    found = Counter(claim["status"] for claim in claims.values())
    told = []
    for status in [*wording.STATUSES, *(status for status in found if status not in wording.STATUSES)]:
        if found[status]:
            said = wording.STATUSES.get(status, wording.UNKNOWN)
            words = f"{said.badge} {said.reach}".strip()
            told.append(nodes.inline("", "", claim_mark(status=status), nodes.Text(f" {words}")))
    return paragraph(*joined(told, "  "), classes=["graph-legend"])


def _between(found: list[Chapter], domain: ClaimsDomain, uses: Edges) -> list[nodes.Node]:
    """The chapters as a table of the same kind; a number says how many statements are used by how many links."""
    chapter_of = {claim["label"]: f"between-{at}" for at, chapter in enumerate(found, 1) for _, claim in chapter.stated}
    pairs = ((chapter_of[label], chapter_of[used]) for label, below in uses.items() for used in below)
    counts = Counter(pair for pair in pairs if pair[0] != pair[1])
    names = {f"between-{at}": chapter.title.partition(":")[0] for at, chapter in enumerate(found, 1)}
    below = {name: [used for used in names if counts[name, used]] for name in names}
    above = reverse(below)
    drawn = layout(below)

    def times(name: str, count: int) -> nodes.Node:
        return nodes.reference("", f"{names[name]}\N{NO-BREAK SPACE}×{count}", refid=f"graph-{name}", internal=True)

    rows: list[list[Cell]] = []
    for at, (name, chapter) in enumerate(zip(names, found, strict=True), 1):
        total = len(chapter.stated)
        text = nodes.reference("", names[name], refid=f"graph-chapter-{at}", internal=True, classes=["graph-number"])
        told = nodes.Text(f" {total} statement{'s' * (total != 1)}")
        lanes = claim_lanes(row=drawn.rows[name], lanes=drawn.lanes, status="")
        first = [lanes, nodes.inline("", "", text, told)]
        up = [times(used, counts[name, used]) for used in below[name]]
        down = [times(user, counts[user, name]) for user in above[name]]
        rows.append([first, _cell(UP, up), _cell(DOWN, down)])
    return _with_lanes(_table("Chapter", rows, [f"graph-{name}" for name in names]), drawn.lanes)


def _with_lanes(made: nodes.table, lanes: int) -> list[nodes.Node]:
    """A table that knows how much room its own drawing needs, where all tables do not get the same."""
    return [
        nodes.raw("", f'<div style="--own-lanes: {lanes}">\n', format="html"),
        made,
        nodes.raw("", "</div>\n", format="html"),
    ]


def _cell(sign: str, links: list[nodes.Node], rest: str = "") -> list[nodes.Node]:
    """Links with the sign of their column, which a narrow page shows; a dash where there are none."""
    if not links:
        return [inline(NOTHING, "graph-none")]
    told = [glyph(sign, f"{sign}\N{NO-BREAK SPACE}", classes=["graph-label"]), *joined(links, ", ")]
    return [*told, inline(f" ({rest})", "graph-all")] if rest else told


def _table(head: str, rows: list[list[Cell]], ids: list[str]) -> nodes.table:
    made = table([head, "Rests on", "What rests on it"], rows, ["graph-table", f"graph-{head.lower()}s"])
    next(iter(made.findall(nodes.colspec)))["stub"] = 1
    heads = next(iter(made.findall(nodes.thead))).findall(nodes.paragraph)
    for told, sign in zip(heads, ("", UP, DOWN), strict=True):
        told += [nodes.Text(" "), glyph(sign, sign)] if sign else []
    body = next(iter(made.findall(nodes.tbody)))
    for row, name in zip(body.findall(nodes.row), ids, strict=True):
        row["ids"] = [name]
    return made


class _Tables:
    """Tables of statements: ``uses`` and ``users`` are of the whole book."""

    def __init__(self, domain: ClaimsDomain, uses: Edges, users: Edges) -> None:
        self.domain, self.uses, self.users = domain, uses, users
        self.shared = Counter(map(self._digits, uses))

    def of(self, chapter: Chapter, lines: Layout) -> nodes.table:
        """The statements of one chapter."""
        rows: list[list[Cell]] = []
        for theorem, claim in chapter.stated:
            label, said = claim["label"], wording.words(claim)
            title = prose((theorem.title if theorem else "") or claim["title"])
            name = inline(self.domain.number(label), "graph-number")
            whole = nodes.inline("", "", name, nodes.Text(" "), *title)
            to = addnodes.pending_xref("", whole, refdomain="claim", reftype="theorem", refexplicit=True, refwarn=False)
            to["reftarget"] = label
            spoken = inline(f": {said.badge} {said.reach}".rstrip(), "graph-spoken")
            lanes = claim_lanes(row=lines.rows[label], lanes=lines.lanes, status=claim["status"])
            down, every = self.users[label], closure(label, self.users)
            rest = f"{len(every)}\N{NO-BREAK SPACE}in\N{NO-BREAK SPACE}all" if len(every) > len(down) else ""
            up, down_links = map(self._links, (self.uses[label], down))
            rows.append([[lanes, nodes.inline("", "", to, spoken)], _cell(UP, up), _cell(DOWN, down_links, rest)])
        return _table("Statement", rows, [f"graph-{claim['label']}" for _, claim in chapter.stated])

    def _digits(self, label: str) -> str:
        return self.domain.number(label).rpartition(" ")[2]

    def _links(self, labels: list[str]) -> list[nodes.Node]:
        """Links to rows of the graph, by number alone where only one statement has it."""
        shown = {label: self._digits(label) for label in labels}
        return [
            link(label, "use", digits if self.shared[digits] == 1 else self.domain.number(label))
            for label, digits in shown.items()
        ]


class claim_relations(nodes.General, nodes.Element):  # type: ignore[misc]
    """Stands, until all statements are numbered, for what the statement ``label`` rests on and what rests on it."""


class Relations(SphinxPostTransform):
    """Replace each stand-in by two sentences, with the statements in reading order."""

    default_priority = 8  # when statements are quoted and moved to where print has them, before references are resolved

    def run(self, **_: Any) -> None:
        """Write the sentences of one document."""
        records, domain = records_of(self.app), claims_domain(self.env)
        found = list(self.document.findall(claim_relations))
        stated = (
            [claim["label"] for chapter in chapters(records, domain) for _, claim in chapter.stated] if found else []
        )
        place = {label: at for at, label in enumerate(stated)}
        drawn = domain.showing("claim-graph") is not None
        for node in found:
            label = node["label"]
            up, down = (
                sorted(labels, key=lambda one: place.get(one, len(place)))
                for labels in (records.claims[label]["uses"], records.users.get(label, []))
            )
            more = len(closure(label, records.users) - set(down))
            said: list[nodes.Node | str] = ["Nothing else rests on this"]
            if down:
                said = [
                    "What rests on this: ",
                    *joined(map(link, down)),
                    f", and through them {more} more" if more else "",
                ]
            see: list[nodes.Node | str] = ["; ", link(label, "use", "see the graph"), "."] if drawn else ["."]
            made = [paragraph("Rests on ", *joined(map(link, up)), ".", classes=["claim-uses"])] if up else []
            node.replace_self([*made, paragraph(*said, *see, classes=["claim-users"])])


def copy_script(app: Sphinx, error: Exception | None) -> None:
    """Put the script beside the pages; under ``_static`` every page would load it."""
    if error or app.builder.format != "html" or not claims_domain(app.env).showing("claim-graph"):
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("graph.js"), target / "graph.js")


def setup(app: Sphinx) -> None:
    """Register the sentences under statements, and the script's way beside the pages."""
    app.add_node(claim_relations)
    app.add_post_transform(Relations)
    app.connect("build-finished", copy_script)
