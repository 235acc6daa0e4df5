"""From the syntax tree to SymPy's objects, within limits: nothing is built that could not be worked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any

import sympy as sp

from . import values
from .functions import COUNT, FUNCTIONS
from .tree import Call, Constant, Name, Negative, Node, Number, Parts, Power, Product, Sum, Unreadable

#: Terms that a power has at most when it is multiplied out, above or below its fraction line.
TERMS = 100_000
#: Largest numeric exponent of something that contains a symbol, powers of powers multiplied.
DEGREE = 400


@dataclass(frozen=True)
class _Built:
    """A formula in SymPy's terms with what it would come to: terms above and below, degree, value if it is a number."""

    expression: Any
    above: int = 1
    below: int = 1
    degree: int = 0
    value: Any = None


def build(node: Node, symbols: Mapping[str, Any]) -> Any:
    """SymPy's expression for a tree without lists.

    Raises ``Unreadable`` for numbers that are too large, a division by zero, a wrong number of arguments, and formulas
    that would fill pages when multiplied out.
    """
    return _build(node, symbols).expression


def _build(node: Node, symbols: Mapping[str, Any]) -> _Built:
    match node:
        case Number():
            value = sp.Rational(node.value.numerator, node.value.denominator)
            return _limited(node, _Built(value, value=values.exact(value)))
        case Constant():
            expression = sp.pi if node.name == "pi" else sp.E
            return _Built(expression, value=values.evaluate(expression, {}))
        case Name():
            return _Built(symbols[node.name], degree=1)
        case Negative():
            inside = _build(node.value, symbols)
            return _Built(
                -inside.expression, inside.above, inside.below, inside.degree, _apply(lambda x: -x, inside.value)
            )
        case Sum():
            return _sum(node, [_build(term, symbols) for term in node.terms])
        case Product():
            return _product(node, [_build(factor, symbols) for factor in node.factors])
        case Power():
            return _power(node, _build(node.base, symbols), _build(node.exponent, symbols))
        case Call():
            return _call(node, [_build(argument, symbols) for argument in node.arguments])
        case Parts():
            raise Unreadable(f"A list stands inside a formula at place {node.place}.")
    raise TypeError(f"no such node: {node!r}")  # pragma: no cover


def _apply(function: Any, *values: Any) -> Any:
    """The function of the values if all are numbers; nothing where one contains a symbol."""
    return None if any(value is None for value in values) else function(*values)


def _vanishes(built: _Built) -> bool:
    """Whether a formula is zero: known to be, or a number that is zero as far as can be computed."""
    return bool(built.expression.is_zero) or (built.value is not None and values.vanishes(built.value))


def _limited(node: Node, built: _Built) -> _Built:
    if built.value is not None and not values.moderate(built.value):
        raise Unreadable(f"The number at place {node.place} is too large or too small to work with.")
    if built.degree > DEGREE:
        raise Unreadable(f"The power at place {node.place} is too high: at most {DEGREE} is worked with.")
    return built


def _sum(node: Sum, terms: list[_Built]) -> _Built:
    above, below = 0, 1
    value: Any = values.exact(sp.Integer(0))
    for sign, term in zip(node.signs, terms, strict=True):
        # a common denominator may be smaller than the product of all
        above, below = min(above * term.below + term.above * below, TERMS), min(below * term.below, TERMS)
        value = _apply(lambda x, y, s=sign: x - y if s == "-" else x + y, value, term.value)
    expression = sp.Add(
        *(-t.expression if sign == "-" else t.expression for sign, t in zip(node.signs, terms, strict=True))
    )
    return _limited(node, _Built(expression, above, below, max(term.degree for term in terms), value))


def _product(node: Product, factors: list[_Built]) -> _Built:
    above, below, degree = 1, 1, 0
    value: Any = values.exact(sp.Integer(1))
    pieces = []
    for join, part, factor in zip(node.joins, node.factors, factors, strict=True):
        over = join != "/"
        if not over and _vanishes(factor):
            raise Unreadable(f"Your answer divides by zero at place {part.place}.")
        above = min(above * (factor.above if over else factor.below), TERMS)
        below = min(below * (factor.below if over else factor.above), TERMS)
        degree += factor.degree
        value = _apply(lambda x, y, over=over: x * y if over else x / y, value, factor.value)
        _limited(node, _Built(None, degree=degree, value=value))
        pieces.append(factor.expression if over else 1 / factor.expression)
    return _limited(node, _Built(sp.Mul(*pieces), above, below, degree, value))


def _power(node: Power, base: _Built, exponent: _Built) -> _Built:
    if base.value is not None and _vanishes(base) and exponent.expression.is_positive is not True:
        raise Unreadable(f"Your answer raises zero to a power that is not positive, at place {node.place}.")
    if exponent.value is None:
        degree = base.degree + exponent.degree
        _limited(node, _Built(None, degree=degree))
        return _Built(base.expression**exponent.expression, degree=degree)
    if base.value is not None:
        value = values.power(base.value, exponent.value)
        _limited(node, _Built(None, value=value))
        return _Built(base.expression**exponent.expression, value=value)
    size = abs(exponent.expression)
    times = int(sp.ceiling(size)) if size.is_rational and abs(exponent.value) <= DEGREE else 1
    degree = DEGREE + 1 if abs(exponent.value) > DEGREE else base.degree * max(times, 1)
    _limited(node, _Built(None, degree=degree))
    above, below = (comb(terms + times - 1, times) if terms > 1 else 1 for terms in (base.above, base.below))
    if times > 1 and max(above, below) > TERMS:
        raise Unreadable(f"The power at place {node.place} has too many terms when it is multiplied out.")
    if exponent.expression.is_negative:
        above, below = below, above
    return _Built(base.expression**exponent.expression, above, below, degree)


def _call(node: Call, arguments: list[_Built]) -> _Built:
    function = FUNCTIONS[node.function]
    fewest, most = function.arguments
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest} to {most} arguments" if fewest < most else f"{most} argument{'s' if most > 1 else ''}"
        raise Unreadable(f"{node.function} at place {node.place} takes {wanted}; here it has {len(arguments)}.")
    if node.function in ("factorial", "binomial"):
        for argument in arguments:
            counts = argument.expression.is_integer and argument.expression.is_nonnegative
            if argument.value is not None and not (counts and argument.expression <= COUNT):
                raise Unreadable(
                    f"{node.function} at place {node.place} is worked with for whole numbers from 0 to {COUNT} only."
                )
    if node.function in ("rational", "root") and _vanishes(arguments[1]):
        raise Unreadable(f"Your answer divides by zero at place {node.arguments[1].place}.")
    if node.function == "log" and any(_vanishes(argument) for argument in arguments):
        raise Unreadable(f"The logarithm at place {node.place} is of zero.")
    if node.function == "log" and len(arguments) == 2 and arguments[1].expression == 1:
        raise Unreadable(f"The logarithm at place {node.place} has the base 1.")
    if all(argument.value is not None for argument in arguments):
        value = values.apply(node.function, [argument.value for argument in arguments])
        if not values.moderate(value):
            raise Unreadable(
                f"{node.function} at place {node.place} has no value there, or one too large or small to work with."
            )
    else:
        value = None
    expression = function.make(*(argument.expression for argument in arguments))
    if expression.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
        raise Unreadable(f"{node.function} at place {node.place} is not defined there.")
    return _Built(expression, degree=max(argument.degree for argument in arguments), value=value)
