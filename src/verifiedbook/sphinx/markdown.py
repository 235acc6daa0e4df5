"""A page as Markdown that any notebook shows: numbered titles of statements, formulas without macros, whole links."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.util.math import get_node_equation_number

from .clauses import clause_card, clause_mark
from .nodes import claim_body, claim_status

#: What a page has for its own sake, and a notebook need not show.
_SKIPPED = (
    claim_body,
    clause_card,
    nodes.comment,
    nodes.raw,
    nodes.target,
    nodes.substitution_definition,
    nodes.system_message,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>$])")


def expand(tex: str, macros: Mapping[str, str]) -> str:
    r"""``tex`` with the book's own macros written out: ``\norm{x}`` is ``\lVert x\rVert``."""
    for _ in range(10):  # a macro may use another
        before = tex
        for name, body in macros.items():
            tex = _written_out(tex, name, body)
        if tex == before:
            break
    return tex


def _written_out(tex: str, name: str, body: str) -> str:
    count = max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)
    out, at = "", 0
    for found in re.finditer(re.escape(name) + r"(?![A-Za-z])", tex):
        if found.start() < at:
            continue  # inside an argument: the next round
        end, arguments = found.end(), []
        for _ in range(count):
            argument, end = _argument(tex, end)
            arguments.append(argument)
        written = body
        for number, argument in enumerate(arguments, start=1):
            written = written.replace(f"#{number}", argument)
        # a command must not run into a letter behind it
        glue = " " if re.search(r"\\[A-Za-z]+\Z", written) and tex[end : end + 1].isalpha() else ""
        out += tex[at : found.start()] + written + glue
        at = end
    return out + tex[at:]


def _argument(tex: str, at: int) -> tuple[str, int]:
    """What a macro takes next: a group in braces, a command, or one sign; and where it ends."""
    while tex[at : at + 1].isspace():
        at += 1
    if tex[at : at + 1] != "{":
        found = re.compile(r"\\[A-Za-z]+|\\?.").match(tex, at)
        return (found[0], found.end()) if found else ("", at)
    depth = 0
    for end in range(at, len(tex)):
        depth += (tex[end] == "{") - (tex[end] == "}")
        if depth == 0:
            return tex[at + 1 : end], end + 1
    return tex[at + 1 :], len(tex)


class Writer:
    """Writes the parts of one page between its cells.

    ``address`` is where the page is published, or empty: then links into the book become plain text. Pictures that
    Markdown shows are collected in ``pictures``, by the names that it gives them.
    """

    def __init__(self, env: BuildEnvironment, page: str, address: str, macros: Mapping[str, str]) -> None:
        self._env, self._page, self._address, self._macros = env, page, address, macros
        self.pictures: dict[str, Path] = {}

    def block(self, node: nodes.Node) -> str:
        """A node as a block of Markdown, without blank lines around it."""
        if isinstance(node, _SKIPPED):
            return ""
        if isinstance(node, nodes.Text):
            return self._escaped(node.astext())
        assert isinstance(node, nodes.Element)
        if "realtype" in node:
            kind = str(node["realtype"])
            return self._boxed(node, self._numbered(node, kind.capitalize(), node.get("countertype", kind)))
        kind = next((cls.__name__ for cls in type(node).__mro__ if f"_{cls.__name__}" in _BLOCKS), "")
        return _BLOCKS[f"_{kind}"](self, node) if kind else self.blocks(node.children)

    def blocks(self, children: list[nodes.Node]) -> str:
        """Several nodes, as blocks with blank lines between them."""
        return "\n\n".join(text.strip("\n") for text in map(self.block, children) if text.strip())

    def line(self, node: nodes.Node) -> str:
        """What stands within a line."""
        if isinstance(node, nodes.Text):
            return self._escaped(" ".join(re.split(r"\s+", node.astext())))
        if isinstance(node, nodes.math):
            return f"${self._tex(node)}$"
        if isinstance(node, _SKIPPED):
            return ""
        assert isinstance(node, nodes.Element)
        if isinstance(node, clause_mark):
            return f"**({node['name']})**"
        inside = "".join(map(self.line, node.children))
        if isinstance(node, nodes.literal):
            return f"`{node.astext()}`"
        if isinstance(node, nodes.reference):
            return self._linked(node, inside)
        mark = "**" if isinstance(node, nodes.strong) else "*" if isinstance(node, nodes.emphasis) else ""
        return f"{mark}{inside}{mark}" if inside.strip() else inside

    def _escaped(self, text: str) -> str:
        return _SPECIAL.sub(r"\\\1", text)

    def _tex(self, node: nodes.Node) -> str:
        return " ".join(expand(node.astext(), self._macros).split())

    def _numbered(self, node: nodes.Element, word: str, counter: str) -> str:
        """``word`` with the number that the page gives to ``node``, if it has one."""
        numbers = self._env.toc_fignumbers.get(self._page, {}).get(counter, {})
        found = next((numbers[name] for name in node["ids"] if name in numbers), ())
        return f"{word} {'.'.join(map(str, found))}".rstrip()

    def figure(self, node: nodes.Element) -> str:
        """The caption of a figure under its number."""
        told = [self._TextElement(part) for part in node.children if isinstance(part, nodes.caption)]
        rest = self.blocks([part for part in node.children if isinstance(part, nodes.legend)])
        return f"**{self._numbered(node, 'Figure', 'figure')}.** {' '.join(told)}\n\n{rest}".strip()

    def _linked(self, node: nodes.reference, inside: str) -> str:
        target = str(node.get("refuri", "") or (f"#{node['refid']}" if node.get("refid") else ""))
        whole = target if urlsplit(target).scheme else urljoin(self._address, target) if self._address else ""
        return f"[{inside}]({whole})" if whole and inside.strip() else inside

    def _quoted(self, text: str) -> str:
        return "\n".join(f"> {line}".rstrip() for line in text.splitlines())

    def _boxed(self, node: nodes.Element, head: str) -> str:
        """A box as a quotation, its head in bold."""
        title = next((child for child in node.children if isinstance(child, nodes.title)), None)
        rest = [child for child in node.children if child is not title]
        named = "".join(map(self.line, title.children)).strip() if title is not None else ""
        return self._quoted("\n\n".join(part for part in (f"**{head}** {named}".rstrip(), self.blocks(rest)) if part))

    # One function for each kind of block; the most special class that has one is taken.

    def _section(self, node: nodes.Element) -> str:
        return self.blocks(node.children)

    def _title(self, node: nodes.Element) -> str:
        depth = 0
        parent = node.parent
        while parent is not None:
            depth += isinstance(parent, nodes.section)
            parent = parent.parent
        return f"{'#' * max(depth, 1)} {''.join(map(self.line, node.children)).strip()}"

    def _TextElement(self, node: nodes.Element) -> str:
        return "".join(map(self.line, node.children)).strip()

    def _math_block(self, node: nodes.Element) -> str:
        tag = f"\\tag{{{get_node_equation_number(self, node)}}}" if node.get("number") else ""  # type: ignore[arg-type]
        tex = expand(node.astext().strip(), self._macros)
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}" if r"\\" in tex and r"\begin" not in tex else tex
        return f"$$\n{tex}{tag}\n$$"

    @property
    def builder(self) -> Any:
        """What Sphinx asks for an equation's number."""
        return self._env.app.builder

    def _literal_block(self, node: nodes.Element) -> str:
        return f"```{node.get('language', '')}\n{node.astext()}\n```"

    def _bullet_list(self, node: nodes.Element) -> str:
        return "\n".join(self._item(item, "- ") for item in node.children)

    def _enumerated_list(self, node: nodes.Element) -> str:
        start = int(node.get("start", 1))
        return "\n".join(self._item(item, f"{k}. ") for k, item in enumerate(node.children, start))

    def _item(self, item: nodes.Node, mark: str) -> str:
        assert isinstance(item, nodes.Element)
        lines = self.blocks(item.children).splitlines() or [""]
        return "\n".join([mark + lines[0], *(" " * len(mark) + line if line else "" for line in lines[1:])])

    def _definition_list_item(self, node: nodes.Element) -> str:
        term = "".join(map(self.line, node.children[0].children))
        return self._item_of(f"**{term}**", node.children[1:])

    def _item_of(self, head: str, rest: list[nodes.Node]) -> str:
        return f"{head}\n\n{self.blocks(rest)}".strip()

    def _block_quote(self, node: nodes.Element) -> str:
        return self._quoted(self.blocks(node.children))

    def _admonition(self, node: nodes.Element) -> str:
        classes = node.get("classes", [])
        if "proof-text" in classes:
            return self.blocks(node.children)
        return self._boxed(node, "" if isinstance(node.children[0], nodes.title) else classes[0].capitalize())

    def _solution_node(self, node: nodes.Element) -> str:
        """A solution, folded: whoever opens the notebook wants to try first."""
        title = "".join(part.astext() for part in node.children[:1])
        return f"<details><summary>{html.escape(title)}</summary>\n\n{self.blocks(node.children[1:])}\n\n</details>"

    def _exercise_enumerable_node(self, node: nodes.Element) -> str:
        return self._boxed(node, self._numbered(node, "Exercise", "exercise"))

    def _figure(self, node: nodes.Element) -> str:
        pictures = "\n\n".join(filter(None, map(self._image, node.findall(nodes.image))))
        return f"{pictures}\n\n{self.figure(node)}".strip()

    def _table(self, node: nodes.Element) -> str:
        rows = [list(self._row(row)) for row in node.findall(nodes.row)]
        if not rows:
            return ""
        head = "| " + " | ".join(rows[0]) + " |"
        lines = [head, "|" + "---|" * len(rows[0]), *("| " + " | ".join(row) + " |" for row in rows[1:])]
        return "\n".join(lines)

    def _row(self, row: nodes.row) -> Iterator[str]:
        for entry in row.findall(nodes.entry):
            text = " ".join(self.blocks(entry.children).split())
            yield text.replace("|", r"\|")

    def _image(self, node: nodes.Element) -> str:
        uris = [node["uri"], *(node.get("candidates") or {}).values()]
        found = [path for path in (Path(self._env.srcdir) / uri for uri in uris) if path.is_file()]
        path = next((path for path in found if path.suffix != ".pdf"), None)
        if path is None:
            return ""
        self.pictures[path.name] = path
        alt = " ".join(str(node.get("alt", "")).split()).replace("[", "(").replace("]", ")")
        return f"![{alt}](attachment:{path.name})"

    def _claim_status(self, node: claim_status) -> str:
        line = "".join(map(self.line, node.children[0].children[0].children))
        return " ".join(line.split())


_BLOCKS: dict[str, Callable[[Writer, Any], str]] = {
    name: function for name, function in vars(Writer).items() if name.startswith("_") and callable(function)
}
