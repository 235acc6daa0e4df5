"""Tables for paper: columns as wide as what stands in them, rows that go on over the page."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..page import plain

#: Up to so many characters in all, a table is narrow enough to set its columns by itself.
NARROW = 60
#: Shares of the line for the tables that the extension makes.
SHARES = {
    "claim-ledger": (0.36, 0.19, 0.26, 0.1, 0.09),
    "claim-errata": (0.17, 0.22, 0.24, 0.25, 0.12),
    "claim-evidence": (0.2, 0.52, 0.18, 0.1),
}


class PrintTables(SphinxPostTransform):
    """Give each wide table its columns and let it break over pages."""

    default_priority = 800
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Prepare every table of the document."""
        for table in list(self.document.findall(nodes.table)):
            classes = table["classes"]
            known = next((shares for name, shares in SHARES.items() if name in classes), None)
            if "claim-evidence" in classes:
                _join_outcome(table)
            shares = known or self._shares(table)
            if shares is None:
                continue
            table["classes"] = [*classes, "longtable"]
            spec = addnodes.tabular_col_spec()
            spec["spec"] = "".join(rf">{{\bookcell}}\Y{{{share:.3f}}}" for share in shares)
            table.parent.insert(table.parent.index(table), spec)
            if known and isinstance(table[0], nodes.title):
                _head_instead_of_caption(table)

    def _shares(self, table: nodes.table) -> list[float] | None:
        """The share of each column by the length of its cells; nothing for a table that is narrow anyway."""
        lengths: list[int] = []
        for row in table.findall(nodes.row):
            for index, entry in enumerate(row.findall(nodes.entry)):
                if index == len(lengths):
                    lengths.append(1)
                lengths[index] = max(lengths[index], self._length(entry))
        if sum(lengths) <= NARROW:
            return None
        weights = [min(length + 3, 60) ** 0.8 for length in lengths]
        return [weight / sum(weights) for weight in weights]

    def _length(self, entry: nodes.Element) -> int:
        """How many characters wide an entry is in one line: formulas as they print, code as wide as it is."""
        words = len(entry.astext())
        for formula in entry.findall(nodes.math):
            words += 3 * len(plain(formula, self.app.typesetter)) // 2 - len(formula.astext())
        return words + sum(len(code.astext()) // 3 for code in entry.findall(nodes.literal))


def _join_outcome(table: nodes.table) -> None:
    """Put the sign of the outcome before the kind of evidence, so that there is more room for how it was found."""
    group = next(table.findall(nodes.tgroup))
    group["cols"] -= 1
    group.remove(next(group.findall(nodes.colspec)))
    for row in table.findall(nodes.row):
        kind, outcome = row[0], row[1]
        row.remove(outcome)
        if isinstance(row.parent, nodes.tbody):
            sign, _, word = outcome.astext().partition(" ")
            first = next(kind.findall(nodes.paragraph))
            first.insert(0, nodes.Text(f"{sign} " if word == "holds" else f"{sign} {word}: "))


def _head_instead_of_caption(table: nodes.table) -> None:
    """A heading above the table: it names a chapter, and a number for it would be one too many."""
    heading = nodes.rubric("", "", *table[0].children)
    table.remove(table[0])
    spec = table.parent[table.parent.index(table) - 1]
    table.parent.insert(table.parent.index(spec), heading)


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(PrintTables)
