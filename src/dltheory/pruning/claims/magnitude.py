"""Keeping the largest weights is a projection: the nearest vector with few nonzero entries, ties and all."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import sympy as sp

from dltheory.pruning.derivation.quadratic import exchanged_error, kept_value, squared_error
from dltheory.pruning.derivation.symbols import w_i, w_j
from verifiedbook.claims import Exact, ForAll, NearMiss, claim

from .instances import WEIGHTS
from .published import TIES

Weights = tuple[sp.Expr, ...]


@claim(
    "thm-magnitude-projection",
    source="blumensath2009",
    rests_on="The solvers decide the exchange of one kept weight for one removed weight, whatever the other weights "
    "cost; that finitely many exchanges lead from any support to the largest weights is in the proof.",
)
def magnitude_pruning_is_a_projection():
    """The vectors nearest to $w$ among those with at most $k\\ge1$ nonzero entries are exactly those that equal $w$ on
    a set of $k$ weights of largest magnitude and are 0 elsewhere. With $g_>$ magnitudes above the $k$-th largest and
    $g_=$ equal to it there are $\\binom{g_=}{k-g_>}$ of them if it is positive, and only $w$ itself if it is 0."""
    larger, tied = sp.Abs(w_j) > sp.Abs(w_i), sp.Eq(sp.Abs(w_j), sp.Abs(w_i))
    better = exchanged_error < squared_error
    equal = sp.Equivalent(sp.Eq(exchanged_error, squared_error), sp.Eq(kept_value, w_i))
    return [
        ForAll(
            [larger],
            better,
            near_misses=[
                NearMiss("also at a tie", given=[sp.Abs(w_j) >= sp.Abs(w_i)]),
                NearMiss("the larger signed value stays", given=[w_j > w_i]),
                NearMiss("the exchange makes it worse", then=exchanged_error > squared_error),
            ],
        ),
        ForAll(
            [tied],
            sp.And(exchanged_error <= squared_error, equal),
            near_misses=[
                NearMiss("for any two weights", given=[sp.Ne(w_i, w_j)]),
                NearMiss("whatever value is kept", then=sp.Eq(exchanged_error, squared_error)),
                NearMiss("a tie is decided for the other weight", then=better),
            ],
        ),
        Exact(
            _nearest,
            _nearest_by_enumeration,
            WEIGHTS,
            near_misses=[
                NearMiss(
                    "everything up to the m-th smallest magnitude goes: ties take too many with them",
                    predict=_thresholded,
                    instances=WEIGHTS[:3],
                    erratum=TIES,
                ),
                NearMiss("the largest signed values stay", predict=lambda w, k: _by_score(w, k, lambda x: x)),
                NearMiss("the smallest magnitudes stay", predict=lambda w, k: _by_score(w, k, lambda x: -abs(x))),
                NearMiss(
                    "there is one nearest vector", predict=lambda w, k: (*_nearest(w, k)[:1], 1, _nearest(w, k)[2])
                ),
                NearMiss("all choices of tied zeros count", predict=lambda w, k: _nearest(w, k, zeros_apart=True)),
            ],
        ),
    ]


def _on(w: Weights, kept: Any) -> Weights:
    """``w`` on the indices ``kept``, zero elsewhere."""
    return tuple(value if index in kept else sp.Integer(0) for index, value in enumerate(w))


def _nearest(w: Weights, k: int, zeros_apart: bool = False) -> tuple[frozenset[Weights], int, sp.Expr]:
    """All nearest vectors by the rule, how many the theorem counts, and their squared distance."""
    sizes = sorted((abs(value) for value in w), reverse=True)
    distance = sum((size**2 for size in sizes[k:]), sp.Integer(0))
    if k == 0:
        return frozenset([_on(w, ())]), 1, distance
    threshold = sizes[k - 1]
    sure = [index for index, value in enumerate(w) if abs(value) > threshold]
    tied = [index for index, value in enumerate(w) if abs(value) == threshold]
    found = frozenset(_on(w, {*sure, *some}) for some in combinations(tied, k - len(sure)))
    count = comb(len(tied), k - len(sure)) if threshold > 0 or zeros_apart else 1
    return found, count, distance


def _nearest_by_enumeration(w: Weights, k: int) -> tuple[frozenset[Weights], int, sp.Expr]:
    """The same by trying every support of at most k entries, each with the values of ``w``."""
    candidates = {_on(w, kept) for size in range(k + 1) for kept in combinations(range(len(w)), size)}
    distances = {v: sum(((a - b) ** 2 for a, b in zip(w, v, strict=True)), sp.Integer(0)) for v in candidates}
    least = min(distances.values())
    found = frozenset(v for v in candidates if distances[v] == least)
    return found, len(found), least


def _thresholded(w: Weights, k: int) -> tuple[frozenset[Weights], int, sp.Expr]:
    """What a mask $\\lvert w_i\\rvert>$ threshold keeps, with the (d - k)-th smallest magnitude for a threshold."""
    threshold = sorted(abs(value) for value in w)[len(w) - k - 1]
    found = _on(w, [index for index, value in enumerate(w) if abs(value) > threshold])
    return frozenset([found]), 1, sum(((a - b) ** 2 for a, b in zip(w, found, strict=True)), sp.Integer(0))


def _by_score(w: Weights, k: int, score: Any) -> tuple[frozenset[Weights], int, sp.Expr]:
    kept = sorted(range(len(w)), key=lambda index: score(w[index]), reverse=True)[:k]
    found = _on(w, kept)
    return frozenset([found]), 1, sum(((a - b) ** 2 for a, b in zip(w, found, strict=True)), sp.Integer(0))
