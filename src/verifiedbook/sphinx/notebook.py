"""The notebook that a page offers: its text as any notebook shows it, its cells with what this build printed.

It runs in an empty folder once the book's package is installed, and its first cell says how. Where the address of the
repository is known, buttons open it on Colab and on Binder.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import mimetypes
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import nbformat as _nbformat
from docutils import nodes
from myst_nb.sphinx_ext import OUTPUT_FOLDER
from sphinx.application import Sphinx
from sphinx.config import Config

from .markdown import Writer
from .nodes import claim_details
from .project import project_of

FOLDER = "_sources"
#: The branch to which the notebooks are published, beside a file that says what they need.
BRANCH = "notebooks"
#: Names the repository where the configuration does not: continuous integration knows it.
VARIABLE = "BOOK_REPOSITORY"
#: What an output is shown as; print's own formats are left to print.
_SHOWN = ("text/plain", "text/html", "text/latex", "text/markdown", "image/svg+xml", "image/png")

Cell = dict[str, Any]

nbformat: Any = _nbformat  # it has no types


def offer(app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write the notebook of a page with cells, and tell the theme where it is."""
    executed = Path(app.outdir).parent / OUTPUT_FOLDER / f"{pagename}.ipynb"
    if doctree is None or not executed.is_file():
        return
    made = notebook(app, pagename, doctree, nbformat.read(executed, 4))
    target = Path(app.outdir) / FOLDER / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
    context["ipynb_source"] = f"{pagename}.ipynb"


def open_elsewhere(app: Sphinx, page: str, _: str, context: dict[str, Any], _doctree: object) -> None:
    """Give a page with a notebook the buttons that open it on other machines."""
    if context.get("ipynb_source") and "header_buttons" in context:
        context["header_buttons"] += launch(app.config.book_repository, page)


def notebook(app: Sphinx, page: str, doctree: nodes.document, executed: Any) -> Any:
    """The whole notebook: how to begin, then text and cells in the order of the page."""
    address = f"{app.config.html_baseurl.rstrip('/')}/{page}.html" if app.config.html_baseurl else ""
    writer = Writer(app.env, page, address, app.config.math_macros)
    code = _with_outputs(app, executed)
    made, text, done = [*_beginning(app, page)], "", 0

    def flush() -> None:
        nonlocal text
        if text.strip():
            made.append(_markdown(text.strip(), writer.pictures))
        text = ""

    for node in _pieces(doctree):
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            flush()
            # cells that the page does not show are needed all the same
            upto = next(k for k, (index, _) in enumerate(code) if index == node["cell_index"]) + 1
            made += [cell for _, cell in code[done:upto]]
            done = max(done, upto)
            # the output is the picture; what the page writes under it follows
            text = "\n\n".join(map(writer.figure, node.findall(nodes.figure)))
        else:
            text += "\n\n" + writer.block(node)
    flush()
    made += [cell for _, cell in code[done:]]
    for number, cell in enumerate(made):
        cell["id"] = hashlib.sha256(f"{page} {number}".encode()).hexdigest()[:12]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return nbformat.v4.new_notebook(cells=made, metadata=metadata)


def _pieces(node: nodes.Node) -> Iterator[nodes.Node]:
    """Parts of a page in order; cells stand alone, wherever they lie, and so does what lies around them."""
    for child in node.children:
        cells = list(child.findall(_is_cell)) if isinstance(child, nodes.Element) else []
        if not cells or _is_cell(child):
            yield child
        elif isinstance(child, nodes.section):
            yield from _pieces(child)
        else:
            # a box with its cell folded into it: first the box, then the cell
            whole = child.deepcopy()
            for inner in [*whole.findall(_holds_a_cell)]:
                inner.parent.remove(inner)
            whole.parent = child.parent
            yield whole
            yield from cells


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and bool(node.get("nb_element") == "cell_code")


def _holds_a_cell(node: nodes.Node) -> bool:
    return isinstance(node, claim_details) and any(True for _ in node.findall(_is_cell))


def _with_outputs(app: Sphinx, executed: Any) -> list[tuple[int, Any]]:
    """The code cells with their places in the source, and with what they printed when they were executed."""
    from jupyter_cache import get_cache

    found = None
    config = cast(Any, app.env).mystnb_config
    if config.execution_mode == "cache":
        cache = get_cache(config.execution_cache_path)
        try:
            found = cache.get_cache_bundle(cache.match_cache_notebook(executed).pk).nb
        except KeyError:
            found = None  # not executed in this build
    outputs = iter([cell.outputs for cell in found.cells if cell.cell_type == "code"] if found else [])
    return [
        (index, _code(cell, next(outputs, []))) for index, cell in enumerate(executed.cells) if cell.cell_type == "code"
    ]


def _code(cell: Cell, outputs: Sequence[Cell]) -> Any:
    """A cell as a reader runs it: without the lines that only tell the page how to show it."""
    tags = cell["metadata"].get("tags", [])
    shown = []
    for output in copy.deepcopy(list(outputs)):
        if "data" in output:
            output["data"] = {kind: value for kind, value in output["data"].items() if kind in _SHOWN}
            if not output["data"]:
                continue  # a number that the text shows
        output["metadata"] = {} if "metadata" in output else output.get("metadata")
        shown.append(nbformat.from_dict({key: value for key, value in output.items() if value is not None}))
    hidden = [tag for tag in tags if tag.startswith(("hide", "remove"))]
    metadata = {"jupyter": {"source_hidden": True}, "tags": hidden} if hidden else {}
    return nbformat.v4.new_code_cell(cell["source"], outputs=shown, metadata=metadata)


def _markdown(text: str, pictures: Mapping[str, Path]) -> Any:
    cell = nbformat.v4.new_markdown_cell(text)
    shown = {name: path for name, path in pictures.items() if f"(attachment:{name})" in text}
    if shown:
        cell["attachments"] = {
            name: {mimetypes.guess_type(name)[0] or "image/png": base64.b64encode(path.read_bytes()).decode("ascii")}
            for name, path in shown.items()
        }
    return cell


def requirement(app: Sphinx) -> tuple[str, str]:
    """What pip is asked for, and the name of the package that it brings; from the repository where that is known."""
    project = project_of(app)
    wanted = app.config.book_requirement or project.package
    repository = app.config.book_repository
    return (f"{wanted} @ git+{repository}" if repository else wanted), project.package


def _beginning(app: Sphinx, page: str) -> list[Any]:
    """How to begin, in words, and a cell that sees to it or says what is missing."""
    wanted, package = requirement(app)
    if not package:
        return []
    repository = app.config.book_repository
    title = f"*{app.config.html_title}*" if app.config.html_title else "this book"
    told = f"This is a page of {title} as a notebook, with the outputs of the build that published it. "
    if repository:
        told += f"To run it, `pip install '{wanted}'`; the first cell does that where it is missing."
        missing = f"    %pip install --quiet '{wanted}'"
    else:
        here = f"pip install '.{wanted.removeprefix(package)}'"
        told += f"To run it, `{here}` in a copy of the book's repository."
        sentence = f"{package} is not installed: in a copy of the book's repository, {here}"
        missing = f"    raise SystemExit({json.dumps(sentence)})"
    lines = ["import importlib.util", "", f'if importlib.util.find_spec("{package}") is None:', missing]
    return [nbformat.v4.new_markdown_cell(told), nbformat.v4.new_code_cell("\n".join(lines))]


def launch(repository: str, page: str) -> list[dict[str, Any]]:
    """Buttons of the theme that open the notebook elsewhere; none where no repository on GitHub is configured."""
    parts = urlsplit(repository)
    if parts.netloc != "github.com":
        return []
    name = parts.path.strip("/").removesuffix(".git")
    places = {
        "Colab": f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{page}.ipynb",
        "Binder": f"https://mybinder.org/v2/gh/{name}/{BRANCH}?labpath={page}.ipynb",
    }
    buttons = [
        {"type": "link", "url": url, "text": place, "tooltip": f"Open this page's notebook on {place}"}
        for place, url in places.items()
    ]
    return [
        {
            "type": "group",
            "buttons": buttons,
            "icon": "fas fa-rocket",
            "text": "",
            "tooltip": "Run this page elsewhere",
            "label": "launch-buttons",
        }
    ]


def settle(_app: Sphinx, config: Config) -> None:
    """Take the address of the repository from the environment where the configuration is silent."""
    config.book_repository = config.book_repository or os.environ.get(VARIABLE, "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what the notebooks are told."""
    app.add_config_value("book_repository", "", "html", (str,))
    app.add_config_value("book_requirement", "", "html", (str,))
    app.connect("config-inited", settle)
    app.connect("html-page-context", offer)
    app.connect("html-page-context", open_elsewhere, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
