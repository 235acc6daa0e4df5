"""What the names that a page prints stand for: plain letters by themselves, the rest as an author says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sympy as sp

from ..printing import latex
from .symbols import ACCENTS, FONTS, UnreadableError
from .words import Tokens, compact

#: ``\norm{x}``: a number, whatever x is.
norm = sp.Function("norm", commutative=True)
#: ``\E x``: the expected value.
expectation = sp.Function("E")
#: ``X^+``: the pseudo-inverse.
pseudo_inverse = sp.Function("pinv")
#: ``\R^{n\times d}``: the space of matrices of that shape.
space = sp.Function("space")
#: ``\{1,\dots,d\}``: the integers from the first to the last.
integers = sp.Function("integers")
#: ``0^+`` and ``1^-``: a number approached from above, and from below.
from_above, from_below = sp.Function("from_above"), sp.Function("from_below")

#: Functions that the page writes as signs, not by their names.
SIGNS = frozenset(
    "norm,norm_*,E,pinv,space,integers,entry,entrywise,transpose,det,diag,from_above,from_below".split(",")  # noqa: SIM905
)


def entry(expression: Any, index: str) -> sp.Expr:
    r"""``(W_1x)_j``, ``[H^{-1}]_{PP}``: what the index picks out of an expression that is no single letter."""
    return sp.Function("entry")(expression, _as_printed(index))


def over(what: str, expression: Any, where: str) -> sp.Expr:
    r"""``\max_{i\le r}``, ``\sum_{j\in P}``: the ``what`` of the expression over all indices with ``where``."""
    return sp.Function(f"{what}_over")(expression, _as_printed(where))


def _as_printed(index: str) -> sp.Symbol:
    """An index as it is written: brackets keep it apart from all symbols of the same name."""
    return sp.Symbol(f"[{compact(index)}]")


#: What some names stand for unless the author says otherwise.
CONSTANTS: dict[str, sp.Basic] = {
    r"\pi": sp.pi,
    r"\infty": sp.oo,
    r"\emptyset": sp.EmptySet,
    r"\R": sp.S.Reals,
    r"\mathbb{R}": sp.S.Reals,
    r"\mathbb{N}": sp.S.Naturals,
    r"\mathbb{Z}": sp.S.Integers,
    "e": sp.E,
}


def canonical(printed: str) -> str:
    r"""The one spelling of a name, which ``\sigma_1`` and ``\sigma_{1}`` share, and ``w^\star_i`` and ``w_i^*``."""
    tokens = list(Tokens(printed))
    if len(tokens) == 1 and tokens[0].type in ("NAME", "FUNCTION"):
        return str(tokens[0])
    return compact(printed)


_SIMPLE = re.compile(
    r"(?P<letter>\\?[A-Za-z]+|\\(?P<mark>[a-z]+)\{\\?(?P<marked>[A-Za-z]+)\})(?P<primes>'*)(?P<star>\^\{\\star\})?"
    r"(?:_\{(?P<index>\\?[A-Za-z0-9]+)\})?"
)


def plain_symbol(name: str) -> sp.Symbol:
    r"""The symbol of a name that no vocabulary has: ``\sigma_{r}`` is ``sigma_r``, ``\hat w`` is ``w_hat``."""
    match = _SIMPLE.fullmatch(name)
    if match is None:
        return sp.Symbol(name)
    letter = match["letter"]
    if match["mark"]:
        mark = "\\" + match["mark"]
        letter = match["marked"] + (f"_{match['mark']}" if mark in ACCENTS and mark not in FONTS else "")
    made = letter.lstrip("\\") + "_prime" * len(match["primes"]) + ("_star" if match["star"] else "")
    return sp.Symbol(made + (f"_{match['index'].lstrip(chr(92))}" if match["index"] else ""))


def _order(symbol: Any) -> tuple[str, str]:
    """By name; of two symbols with one name the same comes first in every run."""
    assumptions = sorted(symbol.assumptions0.items()) if isinstance(symbol, sp.Symbol) else ()
    return str(symbol), str(assumptions)


def _is_sign(function: str) -> bool:
    return function in SIGNS or function.endswith("_over")


def plain_function(name: str) -> Any:
    """The function of a name that no vocabulary has; a sign between numbers and vectors tells nothing of its value."""
    return sp.Function(plain_symbol(name).name)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    r"""Printed names and what they stand for.

    A value is a SymPy expression, a function (``sp.Function("rho")``, ``sp.Lambda``, or a Python function that makes
    an expression of its arguments), an ``IndexedBase``, which takes the printed index, or a matrix.
    ``symbols`` are known by the LaTeX that the book prints for them.
    """

    names: Mapping[str, Any] = field(default_factory=dict)
    symbols: Iterable[Any] = ()
    known: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {canonical(name): _plain(value) for name, value in self.names.items()}
        taken = {value for value in names.values() if isinstance(value, sp.Basic)}
        symbols = tuple(symbol for symbol in map(_plain, self.symbols) if symbol not in taken)
        known: dict[str, Any] = {}
        for symbol in symbols:
            # a symbol that has a name of its own goes by that name alone
            known.setdefault(_latex_name(symbol), symbol)
            known.setdefault(str(symbol), symbol)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "known", known)

    def with_symbols(self, symbols: Iterable[Any]) -> Vocabulary:
        """The same vocabulary, and the symbols and functions that no name of it means."""
        own = (symbol for symbol in symbols if not (isinstance(symbol, sp.FunctionClass) and _is_sign(str(symbol))))
        return Vocabulary(self.names, (*self.symbols, *sorted(own, key=_order)))

    def find(self, name: str) -> Any:
        """What the name stands for, or nothing if the author did not say."""
        if name in self.names:
            return self.names[name]
        letter, _, index = name.partition("_{")
        base = self.names.get(letter)
        if isinstance(base, sp.IndexedBase) and index:
            return base[tuple(self._index(part) for part in index[:-1].split(","))]
        found = self.known.get(name)
        return self.known.get(plain_symbol(name).name) if found is None else found

    def _index(self, part: str) -> Any:
        return sp.Integer(part) if part.isdigit() else self.meaning(canonical(part))

    def alone(self, symbols: Iterable[Any]) -> Vocabulary:
        """The same vocabulary, its values' symbols, and those of ``symbols`` that share their name with no other."""
        own = [symbol for value in self.names.values() for symbol in getattr(value, "free_symbols", ())]
        named: dict[str, set[Any]] = {}
        for symbol in (*own, *symbols):
            named.setdefault(str(symbol), set()).add(symbol)
        return self.with_symbols(symbol for same in named.values() if len(same) == 1 for symbol in same)

    def with_functions(self, names: Iterable[str]) -> Vocabulary:
        """The same vocabulary, with a plain function for each name that it does not have."""
        new = {name: plain_function(name) for name in names if self.find(name) is None}
        return Vocabulary({**self.names, **new}, self.symbols) if new else self

    def meaning(self, name: str) -> Any:
        """What the name stands for, by default a symbol of its own."""
        found = self.find(name)
        if found is None:
            found = CONSTANTS.get(name)
        if found is not None:
            return found
        symbol = plain_symbol(name)
        # a symbol that goes by another name is not meant by its own
        return sp.Symbol(f"{symbol.name}?") if symbol in self.names.values() else symbol

    def function(self, name: str) -> Callable[..., Any] | None:
        """The function of that name, or nothing if it stands for something else."""
        found = self.find(name)
        plain = callable(found) and not isinstance(found, sp.Basic | sp.MatrixBase)
        if plain or isinstance(found, sp.Lambda | sp.FunctionClass):
            made: Callable[..., Any] = found
            return made
        bare = name.rstrip("'")
        if bare != name and (of := self.function(bare)) is not None:
            order = len(name) - len(bare)
            return lambda point: _derivative(of, point, order)
        return None


@lru_cache(maxsize=4096)
def _latex_name(symbol: Any) -> str:
    try:
        return canonical(latex(symbol))
    except UnreadableError:
        # the index of a maximum, say, is no name that a page could print
        return str(symbol)


def _derivative(function: Callable[..., Any], point: Any, order: int) -> Any:
    x = sp.Dummy("x", real=True)
    value = function(x)
    if isinstance(value, sp.core.function.AppliedUndef):
        return sp.Function(f"{value.func.__name__}{chr(39) * order}")(point)
    return sp.diff(value, x, order).subs(x, point)


def _plain(value: Any) -> Any:
    """Matrices as symbols that do not commute: a page says nothing about their shapes."""
    if isinstance(value, sp.MatrixSymbol):
        return sp.Symbol(value.name, commutative=False)
    if isinstance(value, str):
        raise UnreadableError(f"the vocabulary gives text, {value!r}: a SymPy object is needed")
    return value


def noncommuting(names: str) -> tuple[sp.Symbol, ...]:
    """Symbols for matrices and vectors, whose order in a product counts: ``noncommuting("X w y")``."""
    made = sp.symbols(names, commutative=False, seq=True)
    return tuple(made)
