"""Finite sums of symbolic length in one form in which equal sums look alike, and the mean of products of noise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .rule import NotApplicable

Bound = tuple[sp.Symbol, sp.Expr, sp.Expr]  # an index with its first and last value
_MOST = 5  # indices of one term; their orders are tried


@dataclass(frozen=True)
class Term:
    """``body`` summed over the indices ``bounds``; a product without further sums in it."""

    bounds: tuple[Bound, ...]
    body: sp.Expr


def terms(expression: sp.Expr) -> Iterator[Term]:
    """The terms whose sum ``expression`` is, by linearity; a product of sums is a sum over both indices."""
    expression = sp.sympify(expression)
    if not expression.has(sp.Sum):
        yield from (Term((), part) for part in sp.Add.make_args(sp.expand(expression)))
    elif isinstance(expression, sp.Add):
        for part in expression.args:
            yield from terms(part)
    elif isinstance(expression, sp.Sum):
        fresh = {index: sp.Dummy(index.name, integer=True) for index, *_ in expression.limits}
        bounds = tuple(
            (fresh[i], sp.sympify(a).xreplace(fresh), sp.sympify(b).xreplace(fresh))
            for i, a, b in reversed(expression.limits)
        )
        for inner in terms(expression.function):
            yield Term(
                bounds + tuple((i, a.xreplace(fresh), b.xreplace(fresh)) for i, a, b in inner.bounds),
                inner.body.xreplace(fresh),
            )
    elif isinstance(expression, sp.Mul) or (
        isinstance(expression, sp.Pow) and expression.exp.is_Integer and expression.exp > 0
    ):
        factors = expression.args if isinstance(expression, sp.Mul) else [expression.base] * int(expression.exp)
        for product in itertools.product(*(list(terms(factor)) for factor in factors)):
            apart = [_renamed(term) for term in product]
            bounds = tuple(bound for term in apart for bound in term.bounds)
            body = sp.Mul(*(term.body for term in apart))
            yield from (Term(bounds, part) for part in sp.Add.make_args(sp.expand(body)))
    else:
        yield Term((), expression)  # a sum under a root or in an exponent is one number


def _renamed(term: Term) -> Term:
    fresh = {index: sp.Dummy(index.name, integer=True) for index, *_ in term.bounds}
    return Term(
        tuple((fresh[i], a.xreplace(fresh), b.xreplace(fresh)) for i, a, b in term.bounds), term.body.xreplace(fresh)
    )


def mean(term: Term, noise: Mapping[sp.IndexedBase, tuple[sp.Expr, sp.Expr]]) -> list[Term]:
    """The expectation over independent entries of ``noise``, each base with its mean m and variance v.

    $E N_a=m$ and $E N_aN_b=m^2+v\\delta_{ab}$; products of three and more entries of one base are refused.
    """
    found = [term.body]
    for base, (centre, spread) in noise.items():
        found = [part for body in found for part in _mean(body, base, centre, spread)]
    return [Term(term.bounds, part) for part in found]


def _mean(body: sp.Expr, base: sp.IndexedBase, centre: sp.Expr, spread: sp.Expr) -> Iterator[sp.Expr]:
    entries: list[sp.Indexed] = []
    rest: list[sp.Expr] = []
    for factor in sp.Mul.make_args(body):
        root, power = factor.as_base_exp()
        if isinstance(root, sp.Indexed) and root.base == base and power.is_Integer and power > 0:
            entries += [root] * int(power)
        else:
            rest.append(factor)
    other = sp.Mul(*rest)
    if other.has(base) or other.has(base.label):
        raise NotApplicable(f"{other}: {base} stands in something that is not a product")
    if len(entries) > 2:
        raise NotApplicable(f"a product of {len(entries)} entries of {base}: two moments are not enough")
    yield other * centre ** len(entries)
    if len(entries) == 2:
        first, second = entries
        same = [sp.KroneckerDelta(a, b) for a, b in zip(first.indices, second.indices, strict=True)]
        yield other * spread * sp.Mul(*same)


def collapsed(term: Term) -> Term:
    """δ between two summed indices of the same range makes them one; an index that occurs nowhere counts its range."""
    bounds, body = list(term.bounds), term.body
    ranges = {index: (a, b) for index, a, b in bounds}
    for delta in sorted(body.atoms(sp.KroneckerDelta), key=str):
        i, j = delta.args
        if i in ranges and j in ranges and ranges[i] == ranges[j]:
            body = body.subs(delta, 1).xreplace({j: i})
            bounds = [(k, a.xreplace({j: i}), b.xreplace({j: i})) for k, a, b in bounds if k != j]
            return collapsed(Term(tuple(bounds), body))
    for bound in bounds:
        index, first, last = bound
        others = [part for other in bounds if other is not bound for part in other[1:]]
        if not body.has(index) and not any(part.has(index) for part in others):
            body = body * (last - first + 1)
            bounds.remove(bound)
            return collapsed(Term(tuple(bounds), body))
    return Term(tuple(bounds), body)


def normal(found: list[Term]) -> dict[Any, tuple[sp.Expr, Term]]:
    """Coefficients by canonical summand: equal keys are the same sum."""
    table: dict[Any, tuple[sp.Expr, Term]] = {}
    for plain in found:
        term = collapsed(plain)
        for part in sp.Add.make_args(sp.expand(term.body)):
            coefficient, body = part.as_independent(*(index for index, *_ in term.bounds), as_Add=False)
            if not term.bounds:
                coefficient, body = part, sp.Integer(1)
            key = _canonical(Term(term.bounds, body))
            before = table.get(key, (sp.Integer(0), None))[0]
            table[key] = (before + coefficient, Term(term.bounds, body))
    return table


def _canonical(term: Term) -> Any:
    """The least of the term's forms under all names for its indices."""
    if len(term.bounds) > _MOST:
        raise NotApplicable(f"a term runs over {len(term.bounds)} indices; {_MOST} are the most")
    forms = []
    for order in itertools.permutations(term.bounds):
        names = {index: sp.Symbol(f"_{place}", integer=True) for place, (index, *_) in enumerate(order)}
        limits = tuple(sp.srepr(sp.Tuple(a.xreplace(names), b.xreplace(names))) for _, a, b in order)
        forms.append((limits, sp.srepr(term.body.xreplace(names))))
    return min(forms)
