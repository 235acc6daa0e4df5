r"""Relations: two sides and a sign, from a page or from what was proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import Boolean

from .grammar import tree_of
from .meaning import has_branches, read, read_set
from .printed import Printed
from .products import applied_names
from .symbols import MIRRORED, RELATIONS
from .vocabulary import Vocabulary
from .wording import told

_SIGNS = {"=": "=", "<": "<", "<=": r"\le", "!=": r"\ne", "in": r"\in", "to": r"\to"}
_SIGNS |= {name: sign for sign, name in reversed(RELATIONS.items()) if name not in _SIGNS and name not in MIRRORED}

_RELATIONALS: dict[Any, str] = {
    sp.Eq: "=",
    sp.Ne: "!=",
    sp.StrictLessThan: "<",
    sp.LessThan: "<=",
    sp.StrictGreaterThan: ">",
    sp.GreaterThan: ">=",
}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Relation:
    """``left sign right``. What is greater stands on the right: there are ``<`` and ``<=``, no ``>`` and ``>=``."""

    left: Any
    sign: str
    right: Any

    def __post_init__(self) -> None:
        sign = RELATIONS.get(self.sign, self.sign)
        left, right = sp.sympify(self.left), sp.sympify(self.right)
        if sign in MIRRORED:
            left, sign, right = right, MIRRORED[sign], left
        if sign not in _SIGNS:
            raise ValueError(f"sign = {self.sign!r} is no relation of the notation: one of {', '.join(_SIGNS)}")
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "sign", sign)
        object.__setattr__(self, "right", right)

    def latex(self) -> str:
        """As the book would print it."""
        return f"{told(self.left)} {_SIGNS[self.sign]} {told(self.right)}"

    @property
    def symbols(self) -> set[Any]:
        """The free symbols of both sides, and the functions that nobody defined."""
        functions = {call.func for side in (self.left, self.right) for call in side.atoms(AppliedUndef)}
        return self.free_symbols | functions

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols of both sides."""
        return set(self.left.free_symbols | self.right.free_symbols)


def relations_of(offered: Any) -> Iterator[Relation]:
    """The relations that a SymPy object states: a relational, ``And``, ``Contains``, a pair of sides, a triple.

    A pair is an equation, a triple has the sign between its sides, in LaTeX or by name. Raises :class:`TypeError` for
    what is no relation, and for one that SymPy has decided by the assumptions of its symbols: nothing is left of it.
    """
    if isinstance(offered, Relation):
        yield offered
    elif isinstance(offered, tuple | sp.Tuple) and len(offered) == 2:
        yield Relation(offered[0], "=", offered[1])
    elif isinstance(offered, tuple) and len(offered) == 3:
        yield Relation(*offered)
    elif isinstance(offered, sp.And):
        for part in offered.args:
            yield from relations_of(part)
    elif isinstance(offered, sp.Contains):
        yield from _membership(Relation(offered.args[0], "in", offered.args[1]))
    elif isinstance(offered, sp.Not) and type(offered.args[0]) in _RELATIONALS:
        inner = offered.args[0]
        yield Relation(inner.args[0], _NEGATED[_RELATIONALS[type(inner)]], inner.args[1])
    elif type(offered) in _RELATIONALS:
        yield Relation(offered.args[0], _RELATIONALS[type(offered)], offered.args[1])
    elif offered in (sp.true, sp.false):
        raise TypeError(f"SymPy has made {offered} of a relation: write it as a triple, such as (0, '<', beta)")
    elif isinstance(offered, Boolean) and not isinstance(offered, sp.Symbol):
        raise TypeError(f"{offered} is no single relation: offer its parts")
    else:
        raise TypeError(f"{offered!r} is no relation: offer a SymPy relation, a pair of sides or a triple")


def carried(symbols: Iterable[Any]) -> Iterator[Relation]:
    """What the symbols' assumptions say: a sign, not 0, or real, the strongest of them."""
    for symbol in symbols:
        if not isinstance(symbol, sp.Symbol):
            continue
        if symbol.is_positive:
            yield Relation(0, "<", symbol)
            if symbol.is_integer:
                yield Relation(1, "<=", symbol)
        elif symbol.is_nonnegative:
            yield Relation(0, "<=", symbol)
        elif symbol.is_negative:
            yield Relation(symbol, "<", 0)
        elif symbol.is_nonpositive:
            yield Relation(symbol, "<=", 0)
        elif symbol.is_real:
            if symbol.is_zero is False:
                yield Relation(symbol, "!=", 0)
            yield Relation(symbol, "in", sp.S.Reals)


def readings(printed: Printed, vocabulary: Vocabulary) -> list[Relation]:
    r"""What a printed relation says: one relation, both of ``\pm``, both ends of an interval.

    Raises :class:`~verifiedbook.reading.symbols.UnreadableError`.
    """
    vocabulary = vocabulary.with_functions(
        sorted(applied_names(tree_of(printed.left)) | applied_names(tree_of(printed.right)))
    )
    found: list[Relation] = []
    for branch in (1, -1) if has_branches(printed.left + printed.right) else (1,):
        left = read(printed.left, vocabulary, branch)
        right = (read_set if printed.relation == "in" else read)(printed.right, vocabulary, branch)
        found += _membership(Relation(left, printed.relation, right))
    return found


def _membership(relation: Relation) -> list[Relation]:
    """``x in [a, b)`` as its two inequalities; any other relation as it is."""
    interval = relation.right
    if relation.sign != "in" or not isinstance(interval, sp.Interval):
        return [relation]
    ends = []
    if interval.start is not sp.S.NegativeInfinity:
        ends.append(Relation(interval.start, "<" if interval.left_open else "<=", relation.left))
    if interval.end is not sp.S.Infinity:
        ends.append(Relation(relation.left, "<" if interval.right_open else "<=", interval.end))
    return ends or [Relation(relation.left, "in", sp.S.Reals)]
