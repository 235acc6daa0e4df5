"""Values of expressions at random points that their symbols' assumptions admit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import sympy as sp

_TRIES = 40
_DIGITS = 30

Point = dict[Any, Any]

_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.exp: mpmath.exp,
    sp.log: mpmath.log,
    sp.sin: mpmath.sin,
    sp.cos: mpmath.cos,
    sp.tan: mpmath.tan,
    sp.asin: mpmath.asin,
    sp.acos: mpmath.acos,
    sp.atan: mpmath.atan,
    sp.sinh: mpmath.sinh,
    sp.cosh: mpmath.cosh,
    sp.tanh: mpmath.tanh,
    sp.Abs: abs,
    sp.Max: max,
    sp.Min: min,
    sp.ceiling: mpmath.ceil,
    sp.floor: mpmath.floor,
    sp.factorial: mpmath.factorial,
    sp.binomial: mpmath.binomial,
    sp.gamma: mpmath.gamma,
    sp.erf: mpmath.erf,
}


def value(expression: Any, point: Point) -> Any:
    """The expression at the point, an ``mpmath`` number. Raises :class:`ValueError` where it has none."""
    if expression.is_Symbol:
        return point[expression]
    if expression.is_Rational:
        return mpmath.mpf(expression.p) / expression.q
    if expression.is_Add:
        return mpmath.fsum(value(part, point) for part in expression.args)
    if expression.is_Mul:
        return mpmath.fprod(value(part, point) for part in expression.args)
    if expression.is_Pow:
        base, exponent = value(expression.base, point), value(expression.exp, point)
        if base == 0 and mpmath.re(exponent) < 0:
            raise ValueError(f"{expression} divides by 0")
        return base**exponent
    if (function := _FUNCTIONS.get(expression.func)) is not None:
        return function(*(value(argument, point) for argument in expression.args))
    found = expression.evalf(_DIGITS, subs=point)
    if not found.is_number or found in (sp.nan, sp.zoo):
        raise ValueError(f"{expression} has no value")
    return mpmath.mpmathify(found)


def evaluated(
    expressions: Sequence[Any], names: Sequence[Any], seed: int = 0
) -> Iterator[tuple[Point, list[Any], Any]]:
    """Values of the expressions at points that satisfy the symbols' assumptions, and the size of their parts there."""
    rng = random.Random(seed)
    for _ in range(_TRIES):
        point = {name: _drawn(name, rng) for name in names}
        try:
            with mpmath.workdps(_DIGITS):
                parts = [[value(part, point) for part in sp.Add.make_args(one)] for one in expressions]
                values = [mpmath.mpmathify(mpmath.fsum(found)) for found in parts]
                size = max(abs(part) for found in parts for part in found)
        except (ZeroDivisionError, ValueError, TypeError, OverflowError, mpmath.libmp.NoConvergence):
            continue
        if all(mpmath.isfinite(found) for found in [*values, size]):
            yield point, values, max(size, mpmath.mpf("1e-6"))


def _drawn(symbol: Any, rng: random.Random) -> Any:
    """A value that the symbol's assumptions admit; between 0 and 1 as often as not, where shares and rates live."""
    if symbol.is_integer:
        low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -6
        return mpmath.mpf(rng.randint(low, 7))
    size = mpmath.mpf(rng.randint(1, 99)) / (100 if rng.random() < 0.5 else 23)
    if symbol.is_nonnegative or symbol.is_positive:
        return size
    if symbol.is_nonpositive or symbol.is_negative:
        return -size
    return size if rng.random() < 0.7 else -size


def told(point: Point) -> str:
    """``beta = 0.3, eta = 2``."""
    return ", ".join(f"{name.name} = {mpmath.nstr(value, 4)}" for name, value in point.items())
