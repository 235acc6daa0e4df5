"""Tables for paper: columns as wide as what stands in them, rows that go on over the page."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..page import plain
from ..prerender import typesetter_of

#: Up to so many characters in all, a table is narrow enough to set its columns by itself.
NARROW = 60
#: So many characters fit a line of a table; the room between two columns is as wide as so many.
LINE, GAP = 88, 3
#: Shares of the line for the tables that the extension makes.
SHARES = {
    "claim-ledger": (0.36, 0.19, 0.26, 0.1, 0.09),
    "claim-errata": (0.18, 0.22, 0.25, 0.22, 0.13),
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
            if known:
                let_formulas_break(table)
                let_witnesses_break(table)
            if known and isinstance(table[0], nodes.title):
                _head_instead_of_caption(table)

    def _shares(self, table: nodes.table) -> list[float] | None:
        """The share of each column; nothing for a table that is narrow anyway.

        Each column gets room for its longest word, and what is left is dealt out by the length of the cells.
        """
        columns = list(zip(*(list(row.findall(nodes.entry)) for row in table.findall(nodes.row)), strict=False))
        lengths = [max(map(self._length, column)) for column in columns]
        if sum(lengths) <= NARROW:
            return None
        words = [max(self._longest_word(entry) for entry in column) + GAP for column in columns]
        wishes = [max(min(length, 60) + GAP - word, 1) ** 0.8 for length, word in zip(lengths, words, strict=True)]
        room = max(LINE - sum(words), 0) / sum(wishes)
        widths = [word + room * wish for word, wish in zip(words, wishes, strict=True)]
        return [width / sum(widths) for width in widths]

    def _longest_word(self, entry: nodes.Element) -> int:
        """How many characters of an entry must stay in one line: a word, a formula, or a name in the code."""
        bare = entry.deepcopy()
        kept = [*bare.findall(nodes.math), *bare.findall(nodes.literal)]
        lengths = [self._length(node) for node in kept]
        for node in kept:
            node.replace_self(nodes.Text(" "))
        return max([*lengths, *map(len, re.split(r"[\s-]", bare.astext()))])

    def _length(self, entry: nodes.Element) -> int:
        """How many characters wide an entry is in one line: formulas as they print, code as wide as it is."""
        length = len(entry.astext())
        for formula in entry.findall(nodes.math):
            length += 5 * len(plain(formula, typesetter_of(self.app))) // 4 - len(formula.astext())
        return length + sum(len(code.astext()) // 3 for code in entry.findall(nodes.literal))


def let_formulas_break(node: nodes.Element) -> None:
    """Let the formulas below ``node`` break after a comma and a slash too, and inside brackets.

    No bracket grows any more with what it holds, since TeX would not break inside. A fraction and a matrix, which do
    not break either, become as small as they must to fit the line.
    """
    for formula in list(node.findall(nodes.math)):
        bare = re.sub(r"\\(?:left|right)(?![A-Za-z])\s*\.?", "", formula.astext())
        bare = re.sub(r"(?<!\\)[,/]", r"\g<0>\\allowbreak ", bare)
        bare = re.sub(r"(\}|(?<![\\A-Za-z])[A-Za-z0-9])\(", r"\1\\penalty900(", bare)
        bare = fitted_parts(bare)
        formula.replace_self(nodes.math(bare, bare))


#: What begins a part that TeX does not break.
_WHOLE = re.compile(r"\\[dt]?frac(?![A-Za-z])|\\begin\{(?P<name>\w*matrix)\}")


def fitted_parts(tex: str) -> str:
    """``tex`` with every outermost fraction and matrix in ``\\fitpart``, which makes it fit the line."""
    done, at = "", 0
    while found := _WHOLE.search(tex, at):
        if found["name"]:
            closing = rf"\end{{{found['name']}}}"
            end = tex.find(closing, found.end()) + len(closing)
        else:
            end = _after_group(tex, _after_group(tex, found.end()))
        done += f"{tex[at : found.start()]}\\fitpart{{{tex[found.start() : end]}}}"
        at = end
    return done + tex[at:]


def _after_group(tex: str, start: int) -> int:
    """Where the argument ends that begins at ``start``: a group in braces, a command, or a single character."""
    depth, at = 0, start
    while at < len(tex):
        if tex[at] == "\\":
            command = re.compile(r"\\(?:[A-Za-z]+|.)").match(tex, at)
            at = command.end() if command else at + 1
        else:
            depth += (tex[at] == "{") - (tex[at] == "}")
            at += 1
        if depth == 0 and not tex[start:at].isspace():
            return at
    return at


def let_witnesses_break(node: nodes.Element) -> None:
    """Make the witnesses below ``node`` text, which breaks where code would not, and after the slash of a fraction."""
    for text in list(node.findall(nodes.literal)):
        if "claim-witness" in text["classes"]:
            parts = [nodes.Text(part) for part in re.split("(?<=/)", text.astext())]
            pauses = (nodes.raw("", r"\allowbreak{}", format="latex") for _ in parts)
            broken = [node for pair in zip(parts, pauses, strict=True) for node in pair][:-1]
            text.replace_self(nodes.inline("", "", *broken, classes=["claim-witness"]))


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
    room = nodes.raw("", "\n\\tablespace{9}\n", format="latex")
    table.parent.insert(table.parent.index(spec), [room, heading])


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(PrintTables)
