"""How a relation is told in a message: what reading has made of signs is printed as these signs again."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..printing import BookPrinter

_AROUND = {"norm": (r"\lVert ", r" \rVert"), "E": (r"\mathbb{E}\left[", r"\right]")}


class _Printer(BookPrinter):
    def _print_AppliedUndef(self, expr: Any, exp: str | None = None) -> str:
        name, inner = expr.func.__name__, expr.args[0] if expr.args else sp.S.Zero
        index = str(expr.args[-1]).strip("[]") if expr.args else ""
        bracketed = rf"\left({self._print(inner)}\right)"
        if name in _AROUND:
            opening, closing = _AROUND[name]
            told = f"{opening}{self._print(inner)}{closing}"
        elif name.startswith("norm_"):
            told = rf"\lVert {self._print(inner)} \rVert_{{{name.removeprefix('norm_')}}}"
        elif name in ("entry", "transpose", "pinv"):
            told = bracketed + {"entry": f"_{{{index}}}", "transpose": r"^\top", "pinv": "^+"}[name]
        elif name.endswith("_over"):
            told = rf"\{name.removesuffix('_over')}_{{{index}}} {bracketed}"
        elif name in ("from_above", "from_below"):
            told = f"{self._print(inner)}^{'+' if name == 'from_above' else '-'}"
        else:
            return str(self._print_Function(expr, exp))
        return f"{told}^{{{exp}}}" if exp is not None else told

    def _print_transpose(self, expr: Any, exp: str | None = None) -> str:
        inside = self._print(expr.args[0])
        told = rf"\left({inside}\right)^\top" if expr.args[0].args else rf"{inside}^\top"
        return rf"\left({told}\right)^{{{exp}}}" if exp is not None else told


def told(expression: Any) -> str:
    """LaTeX of one side of a relation."""
    printer = _Printer({"mat_delim": "(", "mat_str": "matrix", "ln_notation": True, "root_notation": True})
    return str(printer.doprint(expression))
