"""Figures to move: what an object must offer to become one, and its formulas as JavaScript.

The formulas of such a figure are SymPy objects. They are written as a small ES module while the book is built, so that
the page computes with the objects of the derivations, and nothing is typed a second time.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import sympy as sp
from sympy.printing.jscode import JavascriptCodePrinter

#: A formula with the names of its arguments, in order.
Formula = tuple[Sequence[sp.Symbol], Any]

#: What ``special.js`` offers to formulas beside JavaScript's own functions.
SPECIAL = ("erf",)

_NAME = re.compile(r"[A-Za-z_]\w*")
_RESERVED = re.compile(r"arguments|const|delete|enum|eval|export|function|let|new|this|typeof|var")


@runtime_checkable
class LiveFigure(Protocol):
    """What the directive ``{live}`` shows: a still picture, and what a module needs in order to replace it."""

    #: The module ``NAME.js`` in the folder of modules; its formulas become ``NAME-formulas.js`` beside it.
    name: str
    #: Height in pixels that the page keeps free, at the width of a desk and of a phone.
    heights: tuple[int, int]

    def still(self, suffix: str) -> bytes:
        """The picture for print, "pdf", and for a page without scripts, "svg"; the same in every build."""

    def data(self) -> Mapping[str, Any]:
        """What the module is given at the start, as JSON."""

    def formulas(self) -> Mapping[str, Formula]:
        """The functions that the module may call, by name."""


class _Printer(JavascriptCodePrinter):  # type: ignore[misc]
    """SymPy's printer, with small powers as products: they are what a drag computes tens of thousands of times."""

    def _print_Pow(self, expr: sp.Pow) -> str:
        if expr.base.is_Symbol and expr.exp in (2, 3):
            return "(" + "*".join([self._print(expr.base)] * int(expr.exp)) + ")"
        return str(super()._print_Pow(expr))

    def _print_erf(self, expr: sp.erf) -> str:
        return f"erf({self._print(expr.args[0])})"


def function(name: str, arguments: Sequence[sp.Symbol], formula: Any) -> str:
    """JavaScript of an exported function that computes ``formula``; a matrix or tuple becomes an array of its entries.

    Raises ``ValueError`` for a name that is not one, and for a symbol that is no argument.
    """
    for word in (name, *(symbol.name for symbol in arguments)):
        if not _NAME.fullmatch(word) or keyword.iskeyword(word) or _RESERVED.fullmatch(word):
            raise ValueError(f"{word!r} in the function {name!r}: it must be a plain name")
    several = isinstance(formula, (sp.MatrixBase, tuple, list))
    entries = list(formula) if several else [formula]
    entries = [sp.sympify(entry) for entry in entries]
    unbound = set().union(*(entry.free_symbols for entry in entries)) - set(arguments)
    if unbound:
        raise ValueError(f"function {name!r}: {sorted(map(str, unbound))} are no arguments of it")
    shared, reduced = sp.cse(entries, symbols=sp.numbered_symbols("_"))
    printer = _Printer({"precision": 17})
    lines = [f"  const {symbol} = {printer.doprint(value)};" for symbol, value in shared]
    values = [_one_line(printer.doprint(entry)) for entry in reduced]
    result = f"[{', '.join(values)}]" if several else values[0]
    names = ", ".join(symbol.name for symbol in arguments)
    return "\n".join([f"export function {name}({names}) {{", *map(_one_line, lines), f"  return {result};", "}"])


def module(formulas: Mapping[str, Formula]) -> str:
    """The ES module of all ``formulas``."""
    parts = [function(name, arguments, formula) for name, (arguments, formula) in formulas.items()]
    needed = [name for name in SPECIAL if any(f"{name}(" in part for part in parts)]
    imports = [f'import {{ {", ".join(needed)} }} from "./special.js";'] if needed else []
    told = "// Written while the book is built, from the SymPy objects of the derivations."
    return "\n".join([told, *imports, *parts, ""])


def _one_line(code: str) -> str:
    return re.sub(r"\s*\n\s*", " ", code)
