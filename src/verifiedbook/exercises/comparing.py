"""Whether two formulas are equal wherever the exercise makes sense: tried at points of the range, then proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from . import values
from .budget import Exhausted, budget
from .ranges import Variable

#: Calls that one attempt at a proof may make: about a second.
CALLS = 4_000_000


@dataclass(frozen=True)
class Comparison:
    """What came out: equal or not, proved or only tried at so many points, and else the point and both values.

    ``given`` is ``None`` where the answer has no real value at the point, and ``point`` where the two differ by a
    number that is too small to see.
    """

    equal: bool
    proved: bool = False
    tried: int = 0
    point: Mapping[str, Any] | None = None
    given: Any = None
    expected: Any = None
    close: bool = False


def compare(
    expected: Any, given: Any, variables: Sequence[Variable], points: Sequence[Mapping[str, Any]]
) -> Comparison:
    """Whether ``given`` equals ``expected`` for all values of ``variables``: at the ``points`` first, then by proof."""
    symbols = {variable.name: variable.symbol() for variable in variables}
    used = expected.free_symbols | given.free_symbols
    tried, lacking = 0, []
    for point in points:
        place = {symbols[name]: value for name, value in point.items()}
        shown = {name: value for name, value in point.items() if symbols[name] in used}
        right = _value(expected, place)
        if right is None:
            continue  # at an end of the range, or where this form of a right answer is 0/0
        ours = _value(given, place)
        if ours is None:
            lacking.append(shown)
            continue
        if not _is_real(ours):
            return Comparison(False, point=shown, expected=right)
        tried += 1
        gap = abs(ours - right)
        if gap > (1 + abs(right)) * values.context().mpf(10) ** -values.AGREEMENT:
            close = gap < abs(right) / 10_000 and not given.free_symbols ^ expected.free_symbols
            return Comparison(False, point=shown, given=_real(ours), expected=_real(right), close=bool(close))
    # one form of a right answer may be 0/0 at some points, an end for one, where another is not; many are a difference
    if tried <= 3 * len(lacking):
        return Comparison(False, point=(lacking or [{}])[0])
    outcome = _proof(expected, given, variables)
    if outcome is False:
        return Comparison(False)
    return Comparison(True, proved=outcome is True, tried=tried)


def _value(expression: Any, place: Mapping[Any, Any]) -> Any:
    """The value at a point, ``None`` where there is none."""
    try:
        return values.evaluate(expression, place)
    except (values.Undefined, ArithmeticError, ValueError, TypeError, NotImplementedError, RecursionError):
        return None


def _is_real(value: Any) -> bool:
    own = values.context()
    return bool(abs(own.im(value)) <= (1 + abs(value)) * own.mpf(10) ** -values.AGREEMENT)


def _real(value: Any) -> Any:
    return values.context().re(value)


def _proof(expected: Any, given: Any, variables: Sequence[Variable]) -> bool | None:
    """``True`` if SymPy shows that the two are equal, ``False`` if it shows a difference, ``None`` if neither."""
    for difference in _differences(expected, given, variables):
        for method in _METHODS:
            try:
                with budget(CALLS // len(_METHODS)):
                    reduced = method(difference)
            except Exhausted:
                continue
            except Exception:  # SymPy may fail on what it was not made for; then it has proved nothing
                continue
            if reduced == 0:
                return True
            if reduced.is_Rational:
                return False
    return None


def _differences(expected: Any, given: Any, variables: Sequence[Variable]) -> Iterator[Any]:
    """The difference, as it is and then with the variables unfolded, so that SymPy sees their bounds."""
    difference = given - expected
    yield difference
    unfolded = {variable.symbol(): variable.unfolded()[0] for variable in variables}
    if any(symbol != formula for symbol, formula in unfolded.items()):
        yield difference.subs(unfolded)


def _numerator(difference: Any) -> Any:
    return sp.expand(sp.numer(sp.together(difference)))


def _as_exponentials(difference: Any) -> Any:
    written = sp.expand_log(difference.rewrite(sp.exp), force=False)
    return sp.expand(sp.numer(sp.together(sp.powsimp(sp.expand(written)))))


_METHODS: tuple[Callable[[Any], Any], ...] = (sp.expand, _numerator, sp.simplify, _as_exponentials)
