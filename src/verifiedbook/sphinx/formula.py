"""``{formula}``: print the SymPy object that a claim proves, so that page and proof cannot drift apart."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.directives.patches import MathDirective
from sphinx.util.docutils import SphinxRole

from .project import dependencies_of

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


class FormulaError(ValueError):
    """The object that a formula names cannot be printed; the message says why."""


def load(path: str) -> Any:
    """The SymPy object at a dotted path, or what the zero-argument callable there returns.

    Raises :class:`FormulaError` if there is no such object or if it is not a SymPy object.
    """
    if not _DOTTED.fullmatch(path):
        raise FormulaError(f"formula {path!r}: a dotted path such as package.module.name is needed")
    found = find(path)
    if callable(found) and not _printable(found):
        found = call(path, found)
    if not _printable(found):
        kind = type(found).__name__
        raise FormulaError(f"formula {path!r}: a SymPy expression, relation or matrix is needed, not {kind}")
    return found


def find(path: str) -> Any:
    """What lies at a dotted path; raises :class:`FormulaError` if nothing does or if an import stops."""
    parts = path.split(".")
    for count in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:count])
        try:
            found: Any = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
                continue
            raise FormulaError(f"formula {path!r}: importing {name} stopped with {error}") from error
        except Exception as error:
            raise FormulaError(f"formula {path!r}: importing {name} stopped with {error}") from error
        for part in parts[count:]:
            if not hasattr(found, part):
                raise FormulaError(f"formula {path!r}: {name} has no {part!r}")
            found, name = getattr(found, part), f"{name}.{part}"
        return found
    raise FormulaError(f"formula {path!r}: there is no module {parts[0]!r}")


def call(path: str, function: Callable[[], Any]) -> Any:
    """What ``function`` returns; raises :class:`FormulaError` if it stops."""
    try:
        return function()
    except Exception as error:
        raise FormulaError(
            f"formula {path!r}: calling it without arguments stopped with {type(error).__name__}: {error}"
        ) from error


def _printable(found: Any) -> bool:
    import sympy as sp

    if isinstance(found, (tuple, list)):
        return bool(found) and all(map(_printable, found))
    return isinstance(found, (sp.Basic, sp.MatrixBase)) and not isinstance(found, type)


def _latex(found: Any) -> str:
    from ..printing import latex

    return r",\quad ".join(map(latex, found)) if isinstance(found, (tuple, list)) else latex(found)


def _note_dependencies(env: Any, path: str) -> None:
    """Re-read the page when the module that the formula comes from changes, or any module that one imports."""
    for file in dependencies_of(env.app).of_module(path):
        env.note_dependency(str(file))


class Formula(MathDirective):
    """A displayed formula, printed from the object at a dotted path.

    ``:lhs:`` is LaTeX put before it, ``:relation:`` what joins the two (``=`` unless said), ``:label:`` numbers it.
    """

    has_content = False
    required_arguments = 1
    optional_arguments = 0
    option_spec = {  # noqa: RUF012
        "lhs": directives.unchanged_required,
        "relation": directives.unchanged_required,
        "label": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """A mathematics block, or one error at the line of the directive."""
        path = self.arguments[0].strip()
        _note_dependencies(self.env, path)
        try:
            text = _latex(load(path))
        except FormulaError as error:
            raise self.error(str(error)) from error
        if lhs := self.options.get("lhs"):
            text = f"{lhs} {self.options.get('relation', '=')} {text}"
        label = self.options.get("label")
        block = nodes.math_block(text, text, nowrap=False, label=label, number=None, docname=self.env.docname)
        self.set_source_info(block)
        made: list[nodes.Node] = [block]
        self.add_target(made)
        return made


class FormulaRole(SphinxRole):
    """The same within a line: ``{formula}`` and a dotted path in backticks."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A mathematics node, or one error at the line of the role."""
        path = self.text.strip()
        _note_dependencies(self.env, path)
        try:
            text = _latex(load(path))
        except FormulaError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]
        return [nodes.math(self.rawtext, text)], []
