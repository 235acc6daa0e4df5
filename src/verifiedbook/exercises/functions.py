"""The functions that an answer may contain: the allow-list, with how each is computed, written and how many arguments
it takes. What is not listed here cannot be called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

#: Largest argument of a factorial or a binomial coefficient.
COUNT = 500


@dataclass(frozen=True)
class Function:
    """A function of the allow-list.

    ``make`` builds SymPy's object from SymPy's; ``evaluate`` names the function of mpmath that gives its value;
    ``tex`` is the command that sets it, or empty where it is set in a way of its own.
    """

    name: str
    make: Callable[..., Any]
    arguments: tuple[int, int]
    tex: str = ""


def _logarithm(value: Any, base: Any = None) -> Any:
    return sp.log(value) if base is None else sp.log(value) / sp.log(base)


def _root(value: Any, degree: Any) -> Any:
    return sp.Pow(value, 1 / degree)


def _elementary(names: str, tex: str) -> list[Function]:
    return [Function(name, getattr(sp, name), (1, 1), tex % name.removeprefix("a")) for name in names.split()]


_ALL = [
    *_elementary("exp sin cos tan cot sec csc sinh cosh tanh coth", r"\%s"),
    *_elementary("asin acos atan", r"\arc%s"),
    *_elementary("asinh acosh atanh", r"\operatorname{ar%s}"),
    Function("log", _logarithm, (1, 2), r"\ln"),
    Function("log2", lambda value: sp.log(value) / sp.log(2), (1, 1), r"\log_{2}"),
    Function("log10", lambda value: sp.log(value) / sp.log(10), (1, 1), r"\log_{10}"),
    Function("sqrt", sp.sqrt, (1, 1)),
    Function("cbrt", lambda value: sp.Pow(value, sp.Rational(1, 3)), (1, 1)),
    Function("root", _root, (2, 2)),
    Function("abs", sp.Abs, (1, 1)),
    Function("sign", sp.sign, (1, 1), r"\operatorname{sign}"),
    Function("floor", sp.floor, (1, 1)),
    Function("ceiling", sp.ceiling, (1, 1)),
    Function("min", sp.Min, (1, 9), r"\min"),
    Function("max", sp.Max, (1, 9), r"\max"),
    Function("erf", sp.erf, (1, 1), r"\operatorname{erf}"),
    Function("erfc", sp.erfc, (1, 1), r"\operatorname{erfc}"),
    Function("erfinv", sp.erfinv, (1, 1), r"\operatorname{erfinv}"),
    Function("factorial", sp.factorial, (1, 1)),
    Function("binomial", sp.binomial, (2, 2)),
    Function("rational", lambda over, under: over / under, (2, 2)),
]

FUNCTIONS: dict[str, Function] = {function.name: function for function in _ALL}

#: Other names under which the functions are known, in SymPy, in LaTeX and on paper.
SPELLINGS: dict[str, str] = {
    "ln": "log",
    "Abs": "abs",
    "Min": "min",
    "Max": "max",
    "ceil": "ceiling",
    "sgn": "sign",
    "binom": "binomial",
    "Rational": "rational",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "exponential": "exp",
}

#: Functions whose argument is a list of formulas, as SymPy spells a vector.
LISTS = frozenset({"Matrix", "ImmutableMatrix", "Tuple", "list", "tuple", "array"})
