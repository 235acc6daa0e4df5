"""LaTeX of SymPy objects in the symbols of the book."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

#: Names that SymPy would not print as the book does.
SYMBOLS = {
    "ell": r"\ell",
    "g_max": r"g_{\max}",
    "w_star": r"w^{\star}",
    "w_star_i": r"w^{\star}_{i}",
}


class BookPrinter(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer with the book's symbols; and conditions side by side."""

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        """Names in ``SYMBOLS`` as given there; ``..._star`` as a raised star."""
        if expr.name in SYMBOLS:
            return SYMBOLS[expr.name]
        if expr.name.endswith("_star"):
            return f"{self._deal_with_super_sub(expr.name.removesuffix('_star'))}^{{\\star}}"
        return str(super()._print_Symbol(expr, style))

    def _as_ordered_terms(self, expr: sp.Expr, order: str | None = None) -> list[sp.Expr]:
        """No sum begins with a minus sign if any of its terms has none: ``1 - x``, never ``-x + 1``."""
        terms: list[sp.Expr] = super()._as_ordered_terms(expr, order)
        if terms[0].could_extract_minus_sign():
            terms.sort(key=lambda term: term.could_extract_minus_sign())
        return terms

    def _print_Transpose(self, expr: sp.Transpose) -> str:
        """An upright sign, which no weight could be taken for; a name that is raised itself stands in brackets."""
        base = self.parenthesize(expr.arg, sp.printing.precedence.PRECEDENCE["Pow"])
        if isinstance(expr.arg, sp.Symbol | sp.MatrixSymbol) and "^" in base:
            base = rf"\left({base}\right)"
        return rf"{base}^\top"

    def _print_And(self, expr: sp.And) -> str:
        """Conditions side by side: ``0 < x, x < 1``, in the order SymPy sorts them."""
        return r",\quad ".join(self._print(argument) for argument in sorted(expr.args, key=sp.default_sort_key))


def latex(expr: Any) -> str:
    r"""LaTeX, without dollar signs, of a SymPy expression, relation, Boolean or matrix.

    Matrices stand in round brackets, the natural logarithm is ``\ln``, products have no sign.
    """
    printer = BookPrinter({"mat_delim": "(", "mat_str": "matrix", "ln_notation": True, "root_notation": True})
    return str(printer.doprint(expr))
