"""Whether a page says what was proved: two relations, the same or not, and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import mpmath
import sympy as sp

from .points import evaluated, told
from .probes import Equality, Flattened, equality
from .relation import Relation
from .symbols import LOOSE

Decision = Literal["same", "different", "undecided"]

_POINTS = 8

_WORDS = {"<": "strictly less", "<=": "at most", "=": "equal", "!=": "not equal"}


@dataclass(frozen=True)
class Sameness:
    """The decision, and what differs: a sign, a side, a point."""

    decision: Decision
    reason: str = ""


def same(page: Relation, proved: Relation) -> Sameness:
    """Whether the two relations say the same for all values that the symbols' assumptions admit.

    Sides may be moved and multiplied by what is known to be positive (not 0 for an equation). Strictness and direction
    must agree. Neither *same* nor *different* is said unless it is shown.
    """
    if page.sign != proved.sign:
        return Sameness("different", _signs(page.sign, proved.sign))
    flat = Flattened()
    left, right = equality(page.left, proved.left, flat), equality(page.right, proved.right, flat)
    if left.holds and right.holds:
        return Sameness("same")
    if page.sign in ("=", "!="):
        crossed = equality(page.left, proved.right, flat), equality(page.right, proved.left, flat)
        if crossed[0].holds and crossed[1].holds:
            return Sameness("same")
        if crossed[0].holds or crossed[1].holds:
            left, right = crossed
    numbers = all(isinstance(side, sp.Expr) for side in (page.left, page.right, proved.left, proved.right))
    if page.sign in ("=", "!=", "<", "<=") and page.sign not in LOOSE and numbers:
        moved = _moved(page, proved, flat)
        if moved is not None:
            return moved
    return _by_sides(page, proved, left, right)


def _signs(page: str, proved: str) -> str:
    if {page, proved} == {"<", "<="}:
        return f"strictness: the page says {_WORDS[page]}, what was proved is {_WORDS[proved]}"
    return f"the page says {_WORDS.get(page, page)}, what was proved is {_WORDS.get(proved, proved)}"


def _by_sides(page: Relation, proved: Relation, left: Equality, right: Equality) -> Sameness:
    """The decision where only the sides were compared."""
    for name, side in (("left", left), ("right", right)):
        if side.holds is False:
            at = f" at {side.witness}" if " = " in side.witness else f": {side.witness}" if side.witness else ""
            return Sameness("different", f"the {name} sides differ{at}")
    return Sameness("undecided", "no point was found where they differ, nor a proof that they do not")


def _moved(page: Relation, proved: Relation, flat: Flattened) -> Sameness | None:
    """The decision by the difference of the sides; nothing if that decides nothing."""
    first, second = flat(page.right) - flat(page.left), flat(proved.right) - flat(proved.left)
    if not (first.is_commutative and second.is_commutative):
        return None
    if any(side in (sp.oo, -sp.oo, sp.zoo, sp.nan) for side in (first, second)):
        return None
    names = sorted(first.free_symbols | second.free_symbols, key=str)
    strict = page.sign in ("<", "<=")
    ratio, constant = None, True
    for point, (one, other), size in islice(evaluated([first, second], names), _POINTS if names else 1):
        small = size * mpmath.mpf("1e-18")
        if strict and one.imag == 0 and other.imag == 0 and (one > small) != (other > small):
            return Sameness("different", f"the page is {one > 0}, what was proved is {other > 0} at {told(point)}")
        if (abs(one) <= small) != (abs(other) <= small):
            return Sameness("different", f"at {told(point)} only one of them is an equality")
        if abs(other) > small:
            here = one / other
            constant = constant and (ratio is None or abs(here - ratio) < abs(ratio) * mpmath.mpf("1e-12"))
            ratio = here
    if not constant and _implied(second, page.sign):
        return Sameness("different", "they are not multiples of one another")
    quotient = _quotient(first, second)
    if quotient is None:
        return None
    if quotient.is_positive if strict else quotient.is_nonzero:
        return Sameness("same")
    return None


def _implied(difference: Any, sign: str) -> bool:
    """Whether the assumptions of the symbols alone make the relation true: then they cannot be used to compare it."""
    return bool(
        difference.is_positive
        if sign == "<"
        else difference.is_nonnegative
        if sign == "<="
        else difference.is_nonzero
        if sign == "!="
        else difference.is_zero
    )


def _quotient(first: Any, second: Any) -> Any:
    """The first over the second in lowest terms; nothing where there is none."""
    if second == 0 or first == 0:
        return None
    quotient = sp.cancel(sp.together(first / second)) if _rational(first) and _rational(second) else None
    if quotient is None or not (quotient.is_positive or quotient.is_nonzero):
        quotient = sp.factor(quotient if quotient is not None else sp.simplify(first / second))
    return quotient


def _rational(expression: Any) -> bool:
    return bool(expression.is_rational_function())
