"""A field under each graded exercise, where the page's own Python reads and compares; else how the notebook does.

Graded are the exercises that ``ANSWERS`` in a chapter's module ``answers`` lists by label. The cell that grades one in
the notebook is folded away under its field.
"""

from __future__ import annotations

import ast
import html
import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

from .nodes import claim_details, claim_summary, skip
from .project import dependencies_of, project_of
from .python import address_of, has_python

if TYPE_CHECKING:
    from ..exercises import Exercise

SENTENCE = "Grade your answer in {notebook}: <code>{call}</code>."


class answer_field(nodes.General, nodes.Element):  # type: ignore[misc]
    """Where a reader types the answer to an exercise, known by its label."""


def modules_of(app: Sphinx) -> list[str]:
    """The modules of graded exercises that the project has."""
    project = project_of(app)
    names = [f"{project.package}.{chapter}.answers" for chapter in project.chapters] if project.package else []
    return [name for name in names if _there(name)]


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def graded(app: Sphinx) -> dict[str, Exercise]:
    """The graded exercises of the book by label; imported once a build, when the first is asked for."""
    holder = cast(Any, app)
    if getattr(holder, "graded_exercises", None) is None:
        found: dict[str, Exercise] = {}
        for name in modules_of(app):
            try:
                found |= importlib.import_module(name).ANSWERS
            except Exception as error:
                told = f"the exercises of {name} cannot be read: {type(error).__name__}: {error}"
                raise ExtensionError(told) from error
        holder.graded_exercises = found
    return cast("dict[str, Exercise]", holder.graded_exercises)


def forget(app: Sphinx) -> None:
    """Start a build without what the last one in this process imported."""
    cast(Any, app).graded_exercises = None


def note_answers(app: Sphinx, doctree: nodes.document) -> None:
    """Read a page with exercises again when an answer changes, or anything that it is derived from."""
    env: BuildEnvironment = app.env
    if any(True for _ in doctree.findall(_is_exercise)):
        for name in modules_of(app):
            for file in dependencies_of(app).of_module(name):
                env.note_dependency(str(file))


def _is_exercise(node: nodes.Node) -> bool:
    return isinstance(node, exercise_node | exercise_enumerable_node)


class Fields(SphinxPostTransform):
    """Put a field into the box of each graded exercise, and fold the cell that grades it in the notebook."""

    default_priority = 700
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Complete the exercises of one document."""
        boxes = list(self.document.findall(_is_exercise))
        exercises = graded(self.app) if boxes else {}
        for box in boxes:
            if box.get("label") in exercises:
                place = box.children[-1] if isinstance(box.children[-1], nodes.section) else box
                place += answer_field(label=box["label"])
                cell = _cell_of(box)
                if cell is not None and has_python(self.app):
                    cell.parent.remove(cell)
                    line = claim_summary("", "In the notebook")
                    place += claim_details("", line, cell, classes=["answer-cell"])


def _cell_of(box: nodes.Element) -> nodes.Element | None:
    """The cell that does nothing but grade the exercise, before the next exercise or solution."""
    beside = box.parent.children
    for node in beside[beside.index(box) + 1 :]:
        if "solution" in getattr(node, "get", lambda *_: [])("classes", []) or _is_exercise(node):
            return None
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            return node if grades(_source(node)) == box["label"] else None
    return None


def _source(cell: nodes.Element) -> str:
    block = next(iter(cell.findall(nodes.literal_block)), None)
    return block.astext() if block is not None else ""


def grades(code: str) -> str | None:
    """The label of the exercise that a cell grades, if it does nothing else but import what it needs."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return None
    calls = [node.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    if len(calls) != 1 or any(not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) for node in body):
        return None
    call = calls[0]
    labels = [argument.value for argument in call.args[:1] if isinstance(argument, ast.Constant)]
    named = isinstance(call.func, ast.Name) and call.func.id == "check"
    return str(labels[0]) if named and labels else None


def sentence(app: Sphinx, page: str, label: str) -> str:
    """How an exercise is graded without the page's help, as HTML."""
    notebook = "this chapter’s notebook"
    if (Path(app.outdir) / "_sources" / f"{page}.ipynb").is_file() or has_notebook(app, page):
        notebook = f'<a href="{address_of(page, f"_sources/{page}.ipynb")}" download>{notebook}</a>'
    call = f"check(&quot;{html.escape(label)}&quot;, &quot;your formula&quot;)"
    return SENTENCE.format(notebook=notebook, call=call)


def has_notebook(app: Sphinx, page: str) -> bool:
    """Whether a notebook is offered for the page."""
    return bool(app.env.metadata.get(page, {}).get("kernelspec"))


def visit_html(self: Any, node: answer_field) -> None:
    """The field, or the sentence alone where the site has no Python of its own."""
    app, page, label = self.builder.app, self.builder.current_docname, node["label"]
    told = sentence(app, page, label)
    if not has_python(app):
        self.body.append(f'<p class="answer-elsewhere">{told}</p>\n')
        raise nodes.SkipNode
    name = html.escape(label)
    self.body.append(
        f'<form class="answer" data-exercise="{name}" method="dialog" novalidate>'
        f'<label for="{name}-answer">Your answer</label>'
        f'<input id="{name}-answer" name="answer" type="text" maxlength="1000" autocomplete="off" '
        'autocapitalize="none" autocorrect="off" spellcheck="false" enterkeyhint="go">'
        '<button type="submit">Check</button>'
        '<p class="answer-read" hidden></p><div class="answer-work" hidden></div>'
        '<p class="answer-verdict" role="status"></p>'
        f"<template>{told}</template></form>"
        f'<noscript><p class="answer-elsewhere">{told}</p></noscript>\n'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the fields."""
    app.add_node(answer_field, html=(visit_html, None), latex=(skip, None), text=(skip, None))
    app.add_post_transform(Fields)
    app.connect("builder-inited", forget)
    app.connect("doctree-read", note_answers)
