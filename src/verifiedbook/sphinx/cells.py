"""Which cells of a page run in the reader's browser: decided from their text, never by running them.

A cell does where everything that it imports is SymPy, the standard library or a module of the book that needs no more,
and where the names that it uses come from such cells above it.
"""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..browser.obtain import PACKAGES
from ..browser.reach import Reach
from ..dependencies import imported
from .nodes import claim_details, skip
from .project import project_of
from .python import has_python, reach_of

#: What Pyodide's standard library lacks, or what does nothing in a browser.
_LACKING = {"ctypes", "curses", "dbm", "fcntl", "lzma", "multiprocessing", "readline", "socket", "sqlite3", "ssl"}
_LACKING |= {"subprocess", "tempfile", "threading", "tkinter", "turtle", "venv", "webbrowser"}
FIT = (set(sys.stdlib_module_names) - _LACKING) | set(PACKAGES)
#: Names that a cell finds wherever it runs.
_GIVEN = {*dir(builtins), "display", "__name__"}


class cell_tools(nodes.General, nodes.Element):  # type: ignore[misc]
    """Where a cell is run and edited; knows the numbers of the cells that it needs."""


def fits(name: str, reach: Reach) -> bool:
    """Whether what ``name`` imports, a module or something in one, can be had in a browser."""
    files = reach.of([name])
    if not files:
        return name.split(".")[0] in FIT
    return reach.outside(files) <= FIT


def names_of(code: str) -> tuple[set[str], set[str]]:
    """The names that a cell needs from others, and those that it defines."""
    table = symtable.symtable(code, "cell", "exec")
    defined = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    for inner in _tables(table):
        used |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return used - defined - _GIVEN, defined


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _tables(child)


def needs(cells: Sequence[str], reach: Reach) -> Mapping[int, list[int]]:
    """The cells that run in a browser, each with the cells above that have to run before it, all by their numbers."""
    found: dict[int, list[int]] = {}
    defines: dict[str, int] = {}
    for number, code in enumerate(cells):
        try:
            ast.parse(code)
        except SyntaxError:
            continue  # magic of IPython
        wanted, defined = names_of(code)
        above = {defines.get(name) for name in wanted}
        if all(one in found for one in above) and all(fits(name, reach) for name in imported(code)):
            before = {one for one in above if one is not None}
            found[number] = sorted(before | {far for one in before for far in found[one]})
        defines |= dict.fromkeys(defined, number)
    return found


class Tools(SphinxPostTransform):
    """Give each cell that runs in a browser its tools."""

    default_priority = 720  # after cells were folded away under the fields of exercises
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Look at all cells of one document in their order."""
        if not has_python(self.app):
            return
        cells = list(self.document.findall(_is_cell))
        texts = [next(iter(cell.findall(nodes.literal_block))).astext() for cell in cells]
        found = needs(texts, reach_of(self.app))
        first = True
        for number, before in found.items():
            cell = cells[number]
            # the others are run for those that need them
            silent = isinstance(cell.parent, claim_details) or not _shows_more_than_names(texts[number])
            others = " ".join(str(cells[one]["cell_index"]) for one in before)
            tools = cell_tools(number=cell["cell_index"], needs=others, silent=silent, first=first and not silent)
            cell.insert(1, tools)
            first = first and silent


def _is_cell(node: nodes.Node) -> bool:
    is_code = isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
    return is_code and any(True for _ in node.findall(nodes.literal_block)) and _has_input(node)


def _has_input(node: nodes.Element) -> bool:
    return any("cell_input" in child.get("classes", []) for child in node.children if isinstance(child, nodes.Element))


def _shows_more_than_names(code: str) -> bool:
    """Whether there is something to see: a cell that only imports and assigns shows nothing."""
    return any(not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) for node in ast.parse(code).body)


def modules_of(app: Sphinx) -> list[str]:
    """The modules of the project that can be had in a browser, for the cells that import them."""
    project, reach = project_of(app), reach_of(app)
    folders = project.sources()
    if not project.package or project.package not in folders:
        return []
    package = folders[project.package]
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = [project.package, *path.relative_to(package).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if fits(name, reach):
            found.append(name)
    return found


def visit_html(self: Any, node: cell_tools) -> None:
    """A place that the page's script fills."""
    more = " hidden" if node["silent"] else ' data-note="1"' if node["first"] else ""
    self.body.append(f'<div class="cell-run" data-cell="{node["number"]}" data-needs="{node["needs"]}"{more}></div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the tools of cells."""
    app.add_node(cell_tools, html=(visit_html, None), latex=(skip, None), text=(skip, None))
    app.add_post_transform(Tools)
