"""Keeping the largest weights is a projection: the nearest vector with few nonzero entries, ties and all."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import sympy as sp

from dltheory.pruning.derivation.quadratic import (
    any_error,
    cut_square,
    exchanged_error,
    is_chosen,
    is_large,
    kept_value,
    least_error,
    squared_error,
    value,
    weight,
)
from dltheory.pruning.derivation.symbols import w_i, w_j
from verifiedbook.claims import Clauses, Exact, ForAll, NearMiss, claim, clauses
from verifiedbook.claims.inference import EachTerm

from .instances import WEIGHTS
from .printed import space_of_weights, w
from .published import TIES

Weights = tuple[sp.Expr, ...]

_entries = (weight.indices[0], 1, sp.Symbol("d", integer=True, positive=True))


@claim("thm-magnitude-projection", source="blumensath2009")
def magnitude_pruning_is_a_projection() -> Clauses:
    """Entry by entry for any choice of k weights; the exchange of two; every choice in small examples."""
    larger, tied = sp.Abs(w_j) > sp.Abs(w_i), sp.Eq(sp.Abs(w_j), sp.Abs(w_i))
    better = exchanged_error < squared_error
    equal = sp.Equivalent(sp.Eq(exchanged_error, squared_error), sp.Eq(kept_value, w_i))
    at_a_tie = [
        ForAll(
            [tied],
            exchanged_error <= squared_error,
            near_misses=[
                NearMiss("for any two weights", given=[]),
                NearMiss("a tie is decided for the other weight", then=better),
            ],
        ),
        ForAll(
            [tied],
            equal,
            near_misses=[
                NearMiss("for any two weights", given=[]),
                NearMiss("whatever value is kept", then=sp.Eq(exchanged_error, squared_error)),
            ],
        ),
    ]
    tried = Exact(
        _nearest,
        _nearest_by_enumeration,
        WEIGHTS,
        near_misses=[
            NearMiss(
                "everything up to the m-th smallest magnitude goes: ties take too many with them",
                predict=_thresholded,
                erratum=TIES,
            ),
            NearMiss("the largest signed values stay", predict=lambda w, k: _by_score(w, k, lambda x: x)),
            NearMiss("the smallest magnitudes stay", predict=lambda w, k: _by_score(w, k, lambda x: -abs(x))),
            NearMiss("there is one nearest vector", predict=lambda w, k: (*_nearest(w, k)[:1], 1, _nearest(w, k)[2])),
            NearMiss("all choices of tied zeros count", predict=lambda w, k: _nearest(w, k, zeros_apart=True)),
        ],
    )
    return clauses(
        i=[
            _term_by_term(),
            ForAll(
                [larger],
                better,
                near_misses=[
                    NearMiss("also at a tie", given=[sp.Abs(w_j) >= sp.Abs(w_i)]),
                    NearMiss("the larger signed value stays", given=[w_j > w_i]),
                    NearMiss("the exchange makes it worse", then=exchanged_error > squared_error),
                ],
            ),
            *at_a_tie,
            tried,
        ],
        ii=[tried, *at_a_tie],
        iii=[*_nothing_is_lost(), tried],
        reads={"": [space_of_weights, (1, "<=", sp.Symbol("k")), (sp.Symbol("k"), "<=", sp.Symbol("d"))]},
        vocabulary={"w": w},
    )


def _term_by_term() -> EachTerm:
    """Any vector with a choice of entries is as far away, less $\\tau$ times how many fewer than k are chosen."""
    zero_or_one = [sp.Or(sp.Eq(choice, 0), sp.Eq(choice, 1)) for choice in (is_large, is_chosen)]
    by_size = [
        sp.Implies(weight**2 > cut_square, sp.Eq(is_large, 1)),
        sp.Implies(weight**2 < cut_square, sp.Eq(is_large, 0)),
    ]
    return EachTerm(
        smaller=least_error,
        larger=any_error,
        limits=_entries,
        given=[*zero_or_one, *by_size],
        near_misses=[
            NearMiss("small weights may be kept", given=[*zero_or_one, by_size[0]]),
            NearMiss("large weights may go", given=[*zero_or_one, by_size[1]]),
            NearMiss("though more than k are chosen", smaller=(1 - is_large) * weight**2),
            NearMiss("half as far away", larger=any_error / 2),
        ],
    )


def _nothing_is_lost() -> list[EachTerm]:
    """Where the k-th largest magnitude is 0, w is at distance 0, and any other vector is further away.

    The second sum is over the entries in which the other vector differs.
    """
    zero_or_one = sp.Or(sp.Eq(is_large, 0), sp.Eq(is_large, 1))
    kept = sp.Implies(weight**2 > 0, sp.Eq(is_large, 1))
    another = any_error.subs(is_chosen, 1)
    return [
        EachTerm(
            smaller=least_error.subs(cut_square, 0),
            larger=sp.Integer(0),
            limits=_entries,
            given=[zero_or_one, kept],
            near_misses=[NearMiss("large weights may go", given=[zero_or_one])],
        ),
        EachTerm(
            smaller=sp.Integer(0),
            larger=another,
            limits=_entries,
            given=[sp.Ne(weight, value)],
            strict=True,
            near_misses=[NearMiss("the other vector may be the same", given=[])],
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
