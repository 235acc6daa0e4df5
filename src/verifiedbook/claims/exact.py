"""Stated instances, enumerated in rational arithmetic: equal means equal."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

import sympy as sp

from .evidence import Evidence, Verdict
from .wording import instance

_DIGITS = 60
_NONZERO = sp.Float("1e-40")
_Z = sp.Dummy("z")


@dataclass(frozen=True, eq=False)
class Exact(Evidence):
    """``predict(**i) == measure(**i)`` for every instance i, exactly.

    Both return integers, bools, Fractions, exact SymPy numbers, matrices of them, or nested sequences, dicts and sets.
    Numbers are compared, not how they are written. A float anywhere is refused: the answer would depend on rounding.
    """

    kind: ClassVar[str] = "exact"
    predict: Callable[..., Any]
    measure: Callable[..., Any]
    instances: Sequence[Mapping[str, Any]]
    time_limit: float = field(default=20.0, kw_only=True)

    def attempt(self) -> Verdict:
        if self.predict is self.measure:
            return Verdict("fails", "prediction and measurement are the same function: nothing is compared")
        cases = list(self.instances)
        if not cases:
            return Verdict("fails", "there is no instance to check")
        for case in cases:
            predicted, measured = exact(self.predict(**case)), exact(self.measure(**case))
            if not alike(predicted, measured):
                told = ": ".join(filter(None, [instance(case), _told(predicted, measured)]))
                return Verdict("fails", "prediction and enumeration differ", told)
        return Verdict("holds", f"equal in rational arithmetic on {len(cases)} instance{'s' * (len(cases) > 1)}")


def exact(value: Any) -> Any:
    """``value`` in a canonical exact form; TypeError if any part of it is rounded."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, sp.MatrixBase):
        return tuple(tuple(exact(entry) for entry in row) for row in value.tolist())
    if isinstance(value, Fraction | numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, sp.Basic):
        if value.atoms(sp.Float):
            raise TypeError(f"{value} is rounded; exact evidence takes rational numbers")
        if value in (sp.true, sp.false):
            return bool(value)
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))
        return sp.radsimp(sp.simplify(value))
    if isinstance(value, Mapping):
        return {exact(key): exact(part) for key, part in value.items()}
    if isinstance(value, set | frozenset):
        return frozenset(exact(part) for part in value)
    if isinstance(value, Iterable) and not hasattr(value, "dtype"):
        return tuple(exact(part) for part in value)
    if hasattr(value, "dtype") and value.dtype.kind in "iubO":
        return exact(value.tolist())
    raise TypeError(f"{value!r} ({type(value).__name__}) is not exact; use Fraction, int or SymPy's Rational")


class Undecided(ValueError):
    """Two numbers agree to many digits, and nothing shows that they are equal."""


def alike(a: Any, b: Any) -> bool:
    """Whether two values in the form of :func:`exact` are the same. Raises :class:`Undecided` where nothing says so."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        pairs = [(key, other) for key in a for other in b if alike(key, other)]
        return len(pairs) == len(a) == len(b) and all(alike(a[key], b[other]) for key, other in pairs)
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        return a == b or (len(a) == len(b) and all(any(alike(one, other) for other in b) for one in a))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if a == b or not (isinstance(a, sp.Expr) or isinstance(b, sp.Expr)):
        return bool(a == b)
    if not all(isinstance(side, sp.Expr | int | Fraction) for side in (a, b)):
        return False
    return _vanishes(sp.sympify(a) - sp.sympify(b))


def _vanishes(difference: sp.Expr) -> bool:
    if sp.simplify(difference) == 0:
        return True
    if not difference.is_number:
        return False
    if abs(sp.N(difference, _DIGITS)) > _NONZERO:
        return False
    if difference.is_algebraic and sp.minimal_polynomial(difference, _Z) == _Z:
        return True
    raise Undecided(f"{difference} is 0 to {_DIGITS} digits, but could not be shown to be 0")


def _told(predicted: Any, measured: Any) -> str:
    """Both values; of two dicts with the same keys only the entries that differ."""
    if isinstance(predicted, dict) and isinstance(measured, dict) and set(predicted) == set(measured):
        differing = [key for key in predicted if not alike(predicted[key], measured[key])]
        predicted, measured = ({key: found[key] for key in differing} for found in (predicted, measured))
    return f"predicted {_short(predicted)}, found {_short(measured)}"


def _short(value: Any) -> str:
    """A value in the canonical form of :func:`exact` as mathematics: ``(1/2, 3)``, ``{1, 2}``, ``macs: 5``."""
    text = _written(value)
    return text if len(text) <= 100 else f"{text[:97]}…"


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))})"
    if isinstance(value, frozenset):
        # sets have no order: numbers by size, anything else as it is written
        parts = [_written(part) for part in value]
        numeric = all(isinstance(part, int | Fraction) for part in value)
        return f"{{{', '.join([str(part) for part in sorted(value)] if numeric else sorted(parts))}}}"
    if isinstance(value, Mapping):
        return ", ".join(f"{_written(key)}: {_written(part)}" for key, part in value.items())
    return str(value)
