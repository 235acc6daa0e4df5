"""Whether two expressions are equal: for all values of their symbols by simplification, or not at a point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.complexes import transpose

from .points import evaluated, told

_POINTS = 6
#: Letters of an expression that a witness shows as its name.
_SHOWN = 40
#: Two values that differ by less than this part of their size are taken for equal at a point.
_NEGLIGIBLE = mpmath.mpf("1e-18")
#: An expression of more operations is not given to ``simplify``: it would not end in time.
_SIMPLIFIABLE = 120

_OPAQUE = (AppliedUndef, sp.Sum, sp.Product, sp.Indexed, sp.Derivative, sp.Integral, sp.Limit, sp.Subs, sp.Order)


@dataclass(frozen=True)
class Equality:
    """``True``, ``False`` or, where nothing was decided, ``None``; and the point where the two differ."""

    holds: bool | None
    witness: str = ""


@dataclass
class Flattened:
    """Expressions with everything that only has a name replaced by a symbol: the same symbol for the same thing."""

    known: list[tuple[Any, tuple[Any, ...], sp.Symbol]] = field(default_factory=list)

    def __call__(self, expression: Any) -> Any:
        """The expression, flat."""
        if isinstance(expression, sp.MatrixExpr | sp.matrices.expressions.matexpr.MatrixElement):
            return self(_scalar(expression))
        if isinstance(expression, sp.Sum | sp.Product):
            return self._summed(expression)
        if isinstance(expression, _OPAQUE):
            base = expression.base if isinstance(expression, sp.Indexed) else expression.func
            return self._named(base, tuple(map(self, expression.args)), expression)
        if not expression.args:
            return expression
        arguments = tuple(map(self, expression.args))
        if isinstance(expression, transpose) or (
            isinstance(expression, sp.Pow) and not expression.is_commutative and not expression.exp.is_positive
        ):
            expanded = tuple(argument.expand() for argument in arguments)
            return self._named(expression.func, expanded, expression)
        return expression.func(*arguments)

    def _summed(self, expression: Any) -> Any:
        """A sum under neutral indices; one that names a summand, as i does in sigma_i, keeps its own."""
        limits = []
        function = expression.function
        for variable, *bounds in expression.limits:
            taken = {symbol.name for symbol in function.free_symbols}
            neutral = sp.Symbol(variable.name)
            if not any(_names(name, variable.name) for name in taken):
                neutral = sp.Symbol(next(f"index_{k}" for k in count() if f"index_{k}" not in taken), integer=True)
            function = function.subs(variable, neutral)
            limits += [neutral, *bounds]
        return self._named(expression.func, (self(function), *map(self, limits)), expression)

    def _named(self, head: Any, arguments: tuple[Any, ...], expression: Any) -> Any:
        head = getattr(head, "__name__", str(head))
        for other, others, symbol in self.known:
            if other != head or len(others) != len(arguments):
                continue
            if all(a == b or _settled(a, b) for a, b in zip(arguments, others, strict=True)):
                return symbol
        real = True if expression.is_commutative else None
        symbol = sp.Dummy(str(expression)[:_SHOWN], commutative=bool(expression.is_commutative), real=real)
        self.known.append((head, arguments, symbol))
        return symbol


def _names(name: str, index: str) -> bool:
    """Whether a symbol's name has the index in it: ``sigma_i`` or ``e_{t,i}``."""
    _, _, behind = name.partition("_")
    return index in re.findall(r"[A-Za-z]+", behind)


def _settled(a: Any, b: Any) -> bool:
    if getattr(a, "is_symbol", False) or getattr(b, "is_symbol", False) or a.free_symbols != b.free_symbols:
        return False
    return _vanishes(a - b) if isinstance(a, sp.Expr) and isinstance(b, sp.Expr) else False


def _scalar(expression: Any) -> Any:
    """A matrix expression in symbols that do not commute: what a page says, which knows no shapes."""
    if isinstance(expression, sp.MatrixSymbol):
        return sp.Symbol(expression.name, commutative=False)
    if isinstance(expression, sp.Identity):
        return sp.Symbol("I", commutative=False)
    if isinstance(expression, sp.ZeroMatrix):
        return sp.S.Zero
    if isinstance(expression, sp.Transpose):
        return transpose(_scalar(expression.arg))
    if isinstance(expression, sp.Inverse):
        return _scalar(expression.arg) ** -1
    if isinstance(expression, sp.MatPow):
        return _scalar(expression.base) ** expression.exp
    if isinstance(expression, sp.MatAdd):
        return sp.Add(*map(_scalar, expression.args))
    if isinstance(expression, sp.MatMul):
        return sp.Mul(*(_scalar(a) if isinstance(a, sp.MatrixExpr) else a for a in expression.args))
    return sp.Symbol(str(expression), commutative=False)


def equality(a: Any, b: Any, flat: Flattened | None = None) -> Equality:
    """Whether two sides are equal: expressions, explicit matrices and lists entry by entry, sets as they are."""
    flat = flat or Flattened()
    if a == b:
        return Equality(True)
    if _entries(a) is not None or _entries(b) is not None:
        return _entrywise(a, b, flat)
    if not isinstance(a, sp.Expr) or not isinstance(b, sp.Expr):
        return Equality(False, "not the same set")
    a, b = flat(a), flat(b)
    if a == b:
        return Equality(True)
    if a in _SPECIAL or b in _SPECIAL:
        return Equality(False)
    return _zero(a - b)


_SPECIAL = (sp.oo, -sp.oo, sp.zoo, sp.nan)


def _entries(side: Any) -> tuple[tuple[int, ...], Sequence[Any]] | None:
    if isinstance(side, sp.MatrixBase):
        return side.shape, list(side)
    if isinstance(side, sp.Tuple):
        # a list of numbers is a column
        return (len(side), 1), list(side)
    return None


def _entrywise(a: Any, b: Any, flat: Flattened) -> Equality:
    first, second = _entries(a), _entries(b)
    if first is None or second is None or first[0] != second[0]:
        return Equality(False, "not the same shape")
    decided: bool | None = True
    for i, (one, other) in enumerate(zip(first[1], second[1], strict=True)):
        entry = equality(one, other, flat)
        if entry.holds is False:
            return Equality(False, f"entry {i + 1}: {entry.witness}".rstrip(": "))
        decided = decided if entry.holds else None
    return Equality(decided)


def _zero(difference: Any) -> Equality:
    if difference.is_commutative:
        return _zero_number(difference)
    coefficients: dict[Any, list[Any]] = {}
    for term in sp.Add.make_args(difference.expand()):
        numbers, words = term.args_cnc()
        coefficients.setdefault(sp.Mul(*words), []).append(sp.Mul(*numbers))
    decided: bool | None = True
    for word, found in coefficients.items():
        coefficient = _zero_number(sp.Add(*found))
        if coefficient.holds is False:
            which = "without matrices" if word == 1 else f"with {word}"
            return Equality(False, f"the terms {which} do not agree")
        decided = decided if coefficient.holds else None
    return Equality(decided)


def _zero_number(difference: Any) -> Equality:
    if difference == 0:
        return Equality(True)
    names = sorted(difference.free_symbols, key=str)
    for point, (value,), size in islice(evaluated([difference], names), _POINTS if names else 1):
        if abs(value) > _NEGLIGIBLE * size:
            return Equality(False, told(point))
    return Equality(True) if _vanishes(difference) else Equality(None)


def _vanishes(difference: Any) -> bool:
    """Whether simplification reaches 0."""
    if (expanded := difference.expand()) == 0:
        return True
    top = sp.numer(sp.together(expanded))
    if sp.expand(top) == 0 or sp.powsimp(sp.expand(sp.powdenest(top))) == 0:
        return True
    return bool(difference.count_ops() <= _SIMPLIFIABLE and sp.simplify(difference) == 0)
