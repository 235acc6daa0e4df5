"""Near misses beside what they miss: what differs, and an independent look at the point that refutes them.

``python tools/near_misses.py --chapter pruning`` prints each near miss with what it changes. For a universal statement
the solvers' counterexample is put into the real statement and the altered one, in 40-digit arithmetic that shares
nothing with the solvers: what was not touched must hold there, what was must not. For an identity both are compared at
points of our own. What is not as it should be is marked; whether a near miss falls for the reason that it names is for
a reader to say.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import click
import mpmath
import sympy as sp

from verifiedbook.claims import ForAll, Identity, load, universal
from verifiedbook.claims.clauses import Clauses, of_list
from verifiedbook.claims.evidence import Evidence, NearMiss
from verifiedbook.project import find

Point = Mapping[sp.Symbol, Any]
_ROUNDING = sp.Float("1e-25")


def value(expression: Any, at: Point) -> Any:
    """The value of ``expression`` at a point, by mpmath; None if it has none."""
    expression = sp.sympify(expression)
    names = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
    with mpmath.workdps(40):
        try:
            numbers = [mpmath.mpmathify(sp.N(at[name], 45)) for name in names]
            return sp.sympify(sp.lambdify(names, expression.doit(), "mpmath")(*numbers))
        except (KeyError, TypeError, ValueError, ZeroDivisionError, NameError, NotImplementedError):
            return None


def holds(formula: Any, at: Point) -> bool | None:
    """Whether a formula of relations holds at a point; None if it cannot be said."""
    formula = sp.sympify(formula)
    if formula in (sp.true, sp.false):
        return formula == sp.true
    if isinstance(formula, sp.And | sp.Or | sp.Not | sp.Implies | sp.Equivalent):
        parts = [holds(part, at) for part in formula.args]
        return None if None in parts else bool(formula.func(*map(sp.sympify, parts)))
    left, right = value(formula.lhs, at), value(formula.rhs, at)
    if left is None or right is None:
        return None
    gap = left - right
    return bool(formula.func(sp.Integer(0) if abs(gap) < _ROUNDING else gap, 0))


def of_universal(real: ForAll, miss: NearMiss) -> Iterator[str]:
    """What is wrong with a near miss of a universal statement."""
    altered, found = replace(real, near_misses=(), **miss.changes), []
    said, universal.point = universal.point, lambda values: found.append(dict(values)) or said(values)
    try:
        verdict = altered.attempt()
    finally:
        universal.point = said
    if verdict.status != "fails":
        yield f"is not refuted: {verdict.detail}"
        return
    if not found:
        yield f"no counterexample: {verdict.detail}"
        return
    at = found[-1]
    if "divides by" in verdict.detail or "vacuous" in verdict.detail:
        yield f"falls before it is decided: {verdict.detail}"
        return
    given, wanted = [real.decided(each) for each in real.given], [altered.decided(each) for each in altered.given]
    if False in (kept := [holds(each, at) for each in wanted]) or None in kept:
        yield "a hypothesis of its own does not hold at the counterexample"
    if holds(altered.decided(altered.then), at) is not False:
        yield "its conclusion holds at the counterexample"
    if "given" not in miss.changes and holds(real.decided(real.then), at) is not True:
        yield "the real conclusion does not hold at the counterexample"
    if "given" in miss.changes:
        lost, new = [each for each in given if each not in wanted], [each for each in wanted if each not in given]
        if all(holds(each, at) for each in lost) and "then" not in miss.changes:
            yield "the counterexample satisfies the real hypotheses"
        if len(lost) > 1 or len(new) > 1:
            yield f"{len(lost)} hypotheses are gone and {len(new)} are new"


def of_identity(real: Identity, miss: NearMiss) -> Iterator[str]:
    """What is wrong with a near miss of an identity, at six points of our own."""
    altered = replace(real, near_misses=(), **miss.changes)
    pairs = list(zip(_equations(real), _equations(altered), strict=False))
    rng, differs, compared = random.Random(11), False, 0
    for _ in range(6):
        names = {name for pair in pairs for sides in pair for side in sides for name in side.free_symbols}
        at = {name: _drawn(name, rng) for name in sorted(names, key=lambda name: name.name)}
        for told, (left, right) in ((which, pair[which]) for pair in pairs for which in (0, 1)):
            one, other = value(left, at), value(right, at)
            if one is None or other is None:
                continue
            apart = abs(one - other) > _ROUNDING * (1 + abs(one))
            compared += told
            differs |= bool(told and apart)
            if not told and apart and all(holds(each, at) for each in real.given):
                yield "the real sides differ at a point"
    if compared and not differs:
        yield "its sides agree at six points"


def _equations(piece: Identity) -> list[tuple[sp.Expr, sp.Expr]]:
    """The sides of an identity, entry by entry."""
    return [(sp.sympify(a), sp.sympify(b)) for a, b in piece.relations() if not isinstance(a, sp.MatrixBase)]


def _drawn(name: sp.Symbol, rng: random.Random) -> sp.Number:
    if name.is_integer:
        return sp.Integer(rng.randint(2, 5))
    low = sp.Rational(rng.randint(1, 97), 101)
    either = not name.is_nonnegative and rng.random() < 0.5
    return -low if name.is_negative or either else low


def difference(real: Evidence, miss: NearMiss) -> str:
    """What the near miss has in place of what, in a line."""
    told = []
    for name, new in miss.changes.items():
        old = getattr(real, name)
        if isinstance(old, list | tuple) and isinstance(new, list | tuple):
            gone, more = [each for each in old if each not in new], [each for each in new if each not in old]
            told.append(f"{name}: without {_short(gone)}" + (f", with {_short(more)}" if more else ""))
        else:
            told.append(f"{name}: {_short(old)} → {_short(new)}")
    return "; ".join(told)


def _short(thing: Any) -> str:
    text = getattr(thing, "__name__", None) or sp.sstr(thing)
    return text if len(text) <= 160 else f"{text[:157]}..."


@click.command(help=__doc__)
@click.option("--chapter", "chapters", multiple=True, help="Only this chapter (repeatable).")
@click.option("--marked", is_flag=True, help="Print only what is marked.")
def main(chapters: tuple[str, ...], marked: bool) -> None:
    warnings.simplefilter("ignore")
    counts: Counter[str] = Counter()
    for label, claim in load(find().claim_modules).items():
        if chapters and claim.chapter not in chapters:
            continue
        built = claim.build()
        for real in (built if isinstance(built, Clauses) else of_list(list(built))).evidence:
            for miss in real.near_misses:
                wrong = list(dict.fromkeys(_looked_at(real, miss)))
                counts[f"{claim.chapter}: {'marked' if wrong else 'as it should be'}"] += 1
                if wrong or not marked:
                    print(f"{label}, {type(real).__name__}: {miss.description} [{difference(real, miss)}]")
                for each in wrong:
                    print(f"    !! {each}")
    for said, number in sorted(counts.items()):
        print(f"{said}: {number}")


def _looked_at(real: Evidence, miss: NearMiss) -> Iterator[str]:
    if len(miss.changes) > 1:
        yield f"changes {', '.join(sorted(miss.changes))}"
    if type(real) is ForAll:
        yield from of_universal(real, miss)
    elif type(real) is Identity:
        yield from of_identity(real, miss)
    elif (verdict := replace(real, near_misses=(), **miss.changes)._guarded()).status != "fails":
        yield f"is not refuted: {verdict.detail}"


if __name__ == "__main__":
    sys.exit(main())
