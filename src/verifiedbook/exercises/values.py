"""Values of formulas to a hundred digits, guarded: nothing that is too large to be worked with is ever computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sympy as sp

from .functions import COUNT

#: Digits that are computed, and digits in which two values must agree to be called equal.
PRECISION, AGREEMENT = 100, 40
#: Numbers are worked with up to ten to this power, and down to ten to minus it.
MAGNITUDE = 600
_LOGARITHM = 2.303 * MAGNITUDE


class Undefined(Exception):
    """There is no value: a division by zero, a number out of all bounds, a function that is not known."""


@cache
def context() -> Any:
    """mpmath with the precision of this module, apart from the one that everybody shares."""
    from mpmath import MPContext

    own = MPContext()
    own.dps = PRECISION
    return own


def exact(value: Any) -> Any:
    """A rational number of SymPy to the precision of this module."""
    return context().mpf(int(value.p)) / int(value.q)


def moderate(value: Any) -> bool:
    """Whether a number is finite, and neither too large nor too small to be worked with."""
    size = abs(value)
    own = context()
    if not own.isfinite(size):
        return False
    return bool(size == 0 or abs(own.mag(size)) < 3.33 * MAGNITUDE)


def vanishes(value: Any) -> bool:
    """Whether a number is zero but for what rounding may leave of it."""
    return bool(abs(value) < context().mpf(10) ** (20 - PRECISION))


def _checked(value: Any) -> Any:
    if not moderate(value):
        raise Undefined
    return value


def power(base: Any, exponent: Any) -> Any:
    """The power of two numbers, or infinity if it is too large or too small: decided before it is computed."""
    own = context()
    if base == 0:
        return own.inf if own.re(exponent) <= 0 else own.mpf(0)
    return own.inf if abs(exponent * own.log(base)) > _LOGARITHM else own.power(base, exponent)


def _exp(value: Any) -> Any:
    own = context()
    return own.inf if abs(value) > _LOGARITHM else own.exp(value)


def _real(value: Any) -> Any:
    own = context()
    if abs(own.im(value)) > own.mpf(10) ** -(PRECISION // 2) * (1 + abs(value)):
        raise Undefined
    return own.re(value)


def _count(value: Any) -> Any:
    if _real(value) > COUNT or _real(value) < -COUNT:
        raise Undefined
    return value


def _rounding(name: str) -> Callable[[Any], Any]:
    def rounded(value: Any) -> Any:
        own, real = context(), _real(value)
        nearest = own.nint(real)
        # a whole number that was computed with a rounding error is that whole number
        if abs(real - nearest) < own.mpf(10) ** -(PRECISION // 2) * (1 + abs(real)):
            return nearest
        return own.floor(real) if name == "floor" else own.ceil(real)

    return rounded


def _erfinv(value: Any) -> Any:
    own, real = context(), _real(value)
    if not -1 < real < 1:
        raise Undefined
    return own.erfinv(real)


def _hyperbolic(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(context(), name)(value) if abs(value) < _LOGARITHM else context().inf


def _error(name: str) -> Callable[[Any], Any]:
    # erfc underflows like exp(-x^2): beyond this it is no number to work with
    return lambda value: getattr(context(), name)(value) if abs(value) < 30 else context().sign(_real(value))


_OWN: dict[str, Callable[..., Any]] = {
    "exp": _exp,
    "abs": lambda value: abs(value),
    "sign": lambda value: context().sign(_real(value)),
    "floor": _rounding("floor"),
    "ceiling": _rounding("ceiling"),
    "min": lambda *values: min(_real(value) for value in values),
    "max": lambda *values: max(_real(value) for value in values),
    "factorial": lambda value: context().factorial(_count(value)),
    "binomial": lambda over, under: context().binomial(_count(over), _count(under)),
    "erfinv": _erfinv,
    "erf": _error("erf"),
    "erfc": _error("erfc"),
    "root": lambda value, degree: power(value, 1 / degree),
    "cbrt": lambda value: power(value, context().mpf(1) / 3),
    "sqrt": lambda value: context().sqrt(value),
    "log": lambda value, base=None: context().log(value) / (1 if base is None else context().log(base)),
    "log2": lambda value: context().log(value) / context().log(2),
    "log10": lambda value: context().log(value) / context().log(10),
    "rational": lambda over, under: over / under,
    "sinh": _hyperbolic("sinh"),
    "cosh": _hyperbolic("cosh"),
}


def apply(function: str, values: list[Any]) -> Any:
    """The value of a function of the allow-list, infinity where it has none."""
    try:
        return (_OWN[function] if function in _OWN else getattr(context(), function))(*values)
    except (Undefined, ArithmeticError, ValueError, NotImplementedError):
        return context().inf


#: What mpmath may be asked for without a guard.
_PLAIN = frozenset(("sin", "cos", "tan", "cot", "sec", "csc", "tanh", "coth"))
_PLAIN |= {"asin", "acos", "atan", "asinh", "acosh", "atanh"}
_CLASSES: dict[str, str] = {"Abs": "abs", "Min": "min", "Max": "max"}


def evaluate(expression: Any, values: Mapping[Any, Any]) -> Any:
    """The value of SymPy's ``expression`` where its symbols have the rational ``values``.

    Raises ``Undefined`` where it has none.
    """
    own = context()
    if expression.is_Symbol:
        return exact(values[expression])
    if expression.is_Rational:
        return exact(expression)
    if expression.is_Float:
        return own.mpf(expression._mpf_)
    if not expression.args:
        if expression in (sp.zoo, sp.oo, -sp.oo, sp.nan):
            raise Undefined
        constants = {sp.pi: own.pi, sp.E: own.e, sp.I: own.mpc(0, 1)}
        return +constants[expression] if expression in constants else _by_sympy(expression, values)
    if expression.is_Add or expression.is_Mul:
        result = own.mpf(0 if expression.is_Add else 1)
        for argument in expression.args:
            value = evaluate(argument, values)
            result = _checked(result + value if expression.is_Add else result * value)
        return result
    if expression.is_Pow:
        base, exponent = (evaluate(argument, values) for argument in expression.args)
        return _checked(power(base, exponent))
    name = _CLASSES.get(type(expression).__name__, type(expression).__name__)
    if name in _OWN or name in _PLAIN:
        return _checked(apply(name, [evaluate(argument, values) for argument in expression.args]))
    return _by_sympy(expression, values)


def _by_sympy(expression: Any, values: Mapping[Any, Any]) -> Any:
    """The value of something that no text can spell, a sum or an integral: SymPy's own way."""
    own = context()
    found = expression.subs(dict(values)).doit().evalf(PRECISION)
    parts = found.as_real_imag() if found.is_number and not found.has(sp.nan, sp.zoo, sp.oo) else ()
    if not parts or not all(part.is_Float or part.is_Rational for part in parts):
        raise Undefined
    real, imaginary = (own.mpf(str(part.evalf(PRECISION))) for part in parts)
    return _checked(own.mpc(real, imaginary) if imaginary else real)
