"""Which candidates add up to 0: a linear programme finds where to look, exact rational arithmetic decides."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix

from .candidates import Candidate

Combination = list[tuple[Candidate, Fraction]]


def combination(candidates: Sequence[Candidate], weights: np.ndarray | None = None) -> Combination | None:
    """Candidates with coefficients (positive but for equations) that add up to 0, some strict one among them."""
    rows = {monomial: n for n, monomial in enumerate(sorted({m for c in candidates for m in c.polynomial}))}
    if not any(candidate.strict for candidate in candidates):
        return None
    # an equation may be taken with either sign: it has two columns
    columns = [(c, 1) for c in candidates] + [(c, -1) for c in candidates if c.equation is not None]
    entries, indices, starts, scales = [], [], [0], []
    for candidate, sign in columns:
        scale = max(map(abs, candidate.polynomial.values()))
        scales.append(float(scale))
        for monomial, coefficient in candidate.polynomial.items():
            indices.append(rows[monomial])
            entries.append(sign * float(coefficient / scale))
        if candidate.strict:
            indices.append(len(rows))
            entries.append(1.0)
        starts.append(len(indices))
    matrix = csc_matrix((entries, indices, starts), shape=(len(rows) + 1, len(columns)))
    target = np.zeros(len(rows) + 1)
    target[-1] = 1
    costs = np.array([candidate.cost for candidate, _ in columns])
    if weights is not None:
        costs = costs * np.concatenate([weights, weights[[c.equation is not None for c in candidates]]])
    answer = linprog(costs, A_eq=matrix, b_eq=target, method="highs-ds", options={"time_limit": 10})
    if answer.status != 0:
        return None
    for threshold in (1e-8, 1e-6):
        support = list(dict.fromkeys(c for (c, _), x in zip(columns, answer.x, strict=True) if x > threshold))
        exact = solved(support)
        if exact is not None:
            return exact
    return None


def solved(support: Sequence[Candidate]) -> Combination | None:
    """The exact coefficients for ``support``, as integers; None if there are none of the right sign."""
    equations: dict[object, dict[int, Fraction]] = {}
    for column, candidate in enumerate(support):
        for monomial, coefficient in candidate.polynomial.items():
            equations.setdefault(monomial, {})[column] = coefficient
    strict = {column: Fraction(1) for column, candidate in enumerate(support) if candidate.strict}
    if not strict:
        return None
    strict[len(support)] = Fraction(1)  # the right-hand side
    values = _solution([*equations.values(), strict], len(support))
    if values is None:
        return None
    found = [(candidate, value) for candidate, value in zip(support, values, strict=True) if value]
    if any(value < 0 and candidate.equation is None for candidate, value in found):
        return None
    return simplest(found) if any(candidate.strict for candidate, _ in found) else None


def simplest(found: Combination) -> Combination:
    """The same combination times a number that makes the coefficients integers without a common divisor."""
    denominator = lcm(*(value.denominator for _, value in found))
    common = gcd(*(int(value * denominator) for _, value in found))
    return [(candidate, value * denominator / common) for candidate, value in found]


def _solution(rows: list[dict[int, Fraction]], unknowns: int) -> list[Fraction] | None:
    """One solution of linear equations, right-hand sides under the key ``unknowns``; free unknowns are 0."""
    solved_rows: dict[int, dict[int, Fraction]] = {}
    for row in sorted(rows, key=len):
        row = dict(row)
        for pivot, other in solved_rows.items():
            if (factor := row.get(pivot)) is not None:
                _subtract(row, other, factor)
        pivots = [key for key in row if key != unknowns]
        if not pivots:
            if row:
                return None
            continue
        pivot = pivots[0]
        leading = row[pivot]
        row = {key: value / leading for key, value in row.items()}
        for other in solved_rows.values():
            if (factor := other.get(pivot)) is not None:
                _subtract(other, row, factor)
        solved_rows[pivot] = row
    values = [Fraction(0)] * unknowns
    for pivot, row in solved_rows.items():
        values[pivot] = row.get(unknowns, Fraction(0))
    return values


def _subtract(row: dict[int, Fraction], other: dict[int, Fraction], factor: Fraction) -> None:
    for key, value in other.items():
        changed = row.get(key, Fraction(0)) - factor * value
        if changed:
            row[key] = changed
        else:
            row.pop(key, None)
