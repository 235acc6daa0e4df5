"""SymPy to SMT-LIB, in a form that z3 and cvc5 read alike, and what a statement leaves unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import sympy as sp
from sympy.logic.boolalg import Boolean
from sympy.printing.smtlib import SMTLibPrinter


class NotPolynomial(ValueError):
    """The statement holds something the theory of real polynomials cannot say."""


class PolynomialPrinter(SMTLibPrinter):  # type: ignore[misc]
    """SMT-LIB for real polynomials and quotients: powers as products, numbers exact, |x|, max and min as cases."""

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.as_base_exp()
        if not exponent.is_Integer:
            raise NotPolynomial(f"{expr} is not polynomial: give it a name and state its defining equation")
        product = " ".join([self._print(base)] * abs(int(exponent)))
        power = f"(* {product})" if abs(exponent) > 1 else product
        return f"(/ 1.0 {power})" if exponent < 0 else power

    def _print_Integer(self, expr: sp.Integer) -> str:
        return f"{int(expr)}.0" if expr >= 0 else f"(- {-int(expr)}.0)"

    def _print_Rational(self, expr: sp.Rational) -> str:
        fraction = f"(/ {abs(int(expr.p))}.0 {int(expr.q)}.0)"
        return fraction if expr >= 0 else f"(- {fraction})"

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return quoted(expr.name)

    def _print_Abs(self, expr: sp.Abs) -> str:
        argument = self._print(expr.args[0])
        return f"(ite (>= {argument} 0.0) {argument} (- {argument}))"

    def _print_Max(self, expr: sp.Max) -> str:
        return self._extremum(expr.args, ">=")

    def _print_Min(self, expr: sp.Min) -> str:
        return self._extremum(expr.args, "<=")

    def _extremum(self, arguments: tuple[sp.Expr, ...], order: str) -> str:
        chosen = self._print(arguments[0])
        for argument in arguments[1:]:
            other = self._print(argument)
            chosen = f"(ite ({order} {chosen} {other}) {chosen} {other})"
        return str(chosen)

    def _print_Float(self, expr: sp.Float) -> str:
        raise NotPolynomial(f"{expr} is a rounded number: write it as a Rational")

    def _print_NumberSymbol(self, expr: sp.NumberSymbol) -> str:
        raise NotPolynomial(f"{expr} is transcendental: the solvers know polynomials only")

    _print_Exp1 = _print_Pi = _print_NumberSymbol

    def _print_Unequality(self, expr: sp.Ne) -> str:
        return f"(not (= {self._print(expr.lhs)} {self._print(expr.rhs)}))"

    def _print_Equivalent(self, expr: sp.Equivalent) -> str:
        return f"(= {' '.join(map(self._print, expr.args))})"

    def _print_Function(self, expr: sp.Basic) -> str:
        if not isinstance(expr, _SPOKEN):
            raise NotPolynomial(f"{expr} is not polynomial: the solvers know polynomials and quotients only")
        return str(super()._print_Function(expr))

    def emptyPrinter(self, expr: object) -> str:
        raise NotPolynomial(f"{expr} ({type(expr).__name__}) cannot be put to the solvers")


def quoted(name: str) -> str:
    """The name as SMT-LIB can read it; :func:`urllib.parse.unquote` gives back what the two barred signs became."""
    for sign in "%\\|":
        name = name.replace(sign, f"%{ord(sign):02X}")
    return f"|{name}|"


def symbols_of(formulas: Iterable[Boolean]) -> list[sp.Symbol]:
    """The symbols of ``formulas`` by name. Two of one name would be one variable for the solvers, and are refused."""
    symbols = sorted({s for formula in formulas for s in sp.sympify(formula).free_symbols}, key=lambda s: s.name)
    for one, other in pairwise(symbols):
        if one.name == other.name:
            raise NotPolynomial(f"two symbols are called {one.name}: the solvers would take them for one")
    return symbols


_SPOKEN = (sp.Add, sp.Mul, sp.core.relational.Relational, sp.And, sp.Or, sp.Xor, sp.Not, sp.Implies, sp.ITE)
_PRINTER = PolynomialPrinter()


def script(formulas: Iterable[Boolean]) -> str:
    """One SMT-LIB text asking whether all ``formulas`` can hold at once, over real numbers."""
    formulas = [sp.sympify(formula) for formula in formulas]
    names = [symbol.name for symbol in symbols_of(formulas)]
    lines = ["(set-logic QF_NRA)"]
    lines += [f"(declare-fun {quoted(name)} () Real)" for name in names]
    lines += [f"(assert {_PRINTER.doprint(formula)})" for formula in formulas if formula is not sp.true]
    return "\n".join([*lines, "(check-sat)", ""])


_ASSUMED: tuple[tuple[str, Callable[[sp.Symbol], sp.Rel]], ...] = (
    ("is_positive", lambda x: x > 0),
    ("is_negative", lambda x: x < 0),
    ("is_nonnegative", lambda x: x >= 0),
    ("is_nonpositive", lambda x: x <= 0),
    ("is_nonzero", lambda x: sp.Ne(x, 0)),
)


def carried_assumptions(formulas: Iterable[Boolean]) -> list[Boolean]:
    """What the symbols' own assumptions say (``positive=True`` is $x>0$), as relations the solvers can read.

    SymPy evaluates ``x > 0`` to ``True`` for a positive ``x``, so the relations are built unevaluated.
    """
    symbols = symbols_of(formulas)
    relations: list[Boolean] = []
    for symbol in symbols:
        if symbol.is_integer:
            raise NotPolynomial(f"{symbol} is an integer: the solvers are asked about real numbers only")
        plain = sp.Dummy(symbol.name)
        for assumption, relation in _ASSUMED:
            if getattr(symbol, assumption):
                stated = relation(plain)
                relations.append(stated.func(symbol, stated.args[1], evaluate=False))
                break
    return relations


def denominators(formulas: Iterable[Boolean]) -> list[sp.Expr]:
    """Every expression that ``formulas`` divide by, numbers left out."""
    found = {
        power.base
        for formula in formulas
        for power in sp.sympify(formula).atoms(sp.Pow)
        if power.exp.is_negative and not power.base.is_number
    }
    return sorted(found, key=sp.default_sort_key)
