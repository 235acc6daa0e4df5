"""Whether a page says what was proved: two relations, the same or not, and where they part."""

from __future__ import annotations

from collections.abc import Sequence
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
#: The largest denominator of a number that two relations may differ by as a factor.
_LARGEST = 10**6

#: The signs that are kept when both sides, at least 0, are squared.
_SQUARABLE = ("=", "!=", "<", "<=")

_WORDS = {"<": "strictly less", "<=": "at most", "=": "equal", "!=": "not equal"}


@dataclass(frozen=True)
class Sameness:
    """The decision, and what differs: a sign, a side, a point."""

    decision: Decision
    reason: str = ""


def same(page: Relation, proved: Relation) -> Sameness:
    """Whether the two relations say the same for all values that the symbols' assumptions admit.

    Sides may be moved and multiplied by what is known to be positive (not 0 for an equation). Strictness and direction
    must agree. Of two relations between what is at least 0, one may be that of the squares. Neither *same* nor
    *different* is said unless it is shown.
    """
    found = _as_they_stand(page, proved)
    if found.decision != "same" and page.sign == proved.sign in _SQUARABLE:
        for one, other in ((_squared(page), proved), (page, _squared(proved))):
            if one and other and _as_they_stand(one, other).decision == "same":
                return Sameness("same")
    return found


def _squared(relation: Relation) -> Relation | None:
    """The relation of the squares, which says the same where both sides are at least 0; nothing without a root."""
    left, right = relation.left, relation.right
    if not all(isinstance(side, sp.Expr) and side.is_nonnegative for side in (left, right)):
        return None
    if not any(isinstance(side, sp.Abs) or _is_root(side) for side in (left, right)):
        return None
    return Relation(sp.expand(left**2), relation.sign, sp.expand(right**2))


def _is_root(side: Any) -> bool:
    return isinstance(side, sp.Pow) and side.exp == sp.S.Half


def _as_they_stand(page: Relation, proved: Relation) -> Sameness:
    """The same, with the sides as they are."""
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
        if moved is not None and not (moved.decision == "different" and (left.holds or right.holds)):
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
    if not (first.is_commutative and second.is_commutative) or first == 0 or second == 0:
        return None
    if any(side in (sp.oo, -sp.oo, sp.zoo, sp.nan) for side in (first, second)):
        return None
    above, below = zip(*(sp.fraction(sp.together(side)) for side in (first, second)), strict=True)
    names = sorted(first.free_symbols | second.free_symbols, key=str)
    ordered = page.sign in ("<", "<=")
    ratios = []
    for point, (one, other, top, top_proved), size in islice(
        evaluated([first, second, *above], names), _POINTS if names else 1
    ):
        small = size * mpmath.mpf("1e-18")
        if ordered and one.imag == 0 and other.imag == 0 and (one > small) != (other > small):
            return Sameness("different", f"the page is {one > 0}, what was proved is {other > 0} at {told(point)}")
        if (abs(one) <= small) != (abs(other) <= small):
            return Sameness("different", f"at {told(point)} only one of them is an equality")
        if abs(top_proved) > small:
            ratios.append(top / top_proved)
    if not ratios:
        return None
    if any(abs(ratio - ratios[0]) > abs(ratios[0]) * mpmath.mpf("1e-12") for ratio in ratios):
        return Sameness("different", "they are not multiples of one another")
    return _multiples(above, below, ratios[0], ordered)


def _multiples(above: Sequence[Any], below: Sequence[Any], ratio: Any, ordered: bool) -> Sameness | None:
    """Whether they are multiples by a number and by what they divide by, if its sign is known."""
    number = sp.nsimplify(mpmath.re(ratio), rational=True, tolerance=sp.Float("1e-12"))
    if mpmath.im(ratio) or number.q > _LARGEST or not equality(above[0], number * above[1]).holds:
        return None
    cleared = number * below[1] / below[0]
    return Sameness("same") if (cleared.is_positive if ordered else cleared.is_nonzero) else None
