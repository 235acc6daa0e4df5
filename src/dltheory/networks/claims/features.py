"""Dropout on units is dropout on the features of the linearised network, with one mask for all features of a unit."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from dltheory.networks.derivation import features as d
from dltheory.networks.derivation.masks import weight
from dltheory.networks.derivation.symbols import keep
from verifiedbook.claims import Clauses, Identity, NearMiss, claim, clauses


@claim("thm-network-masked-features", uses=["thm-linearised-residual"])
def masked_features() -> Clauses:
    """Derivatives of the masked output in an outgoing weight, a weight below, and an incoming weight of a unit."""
    factor = d.mask / keep

    def term(function: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
        """One term of the output's sum over units, in the symbols of one unit."""
        one = {d.N[d.j]: d.mask, d.V[d.j]: d.v, d.activation(d.j, weight): function(d.w * d.x + d.rest)}
        return d.output().function.subs(one)

    def hyperbolic(name: sp.Symbol, scale: sp.Expr) -> sp.Expr:
        """The derivative of one tanh unit without a mask, times ``scale``."""
        return scale * sp.diff(d.one_unit(sp.S.One, sp.tanh), name)

    def masked(name: sp.Symbol) -> sp.Expr:
        return sp.diff(d.one_unit(function=sp.tanh), name)

    def in_a_shared_weight(first: sp.Expr, second: sp.Expr) -> sp.Expr:
        """The derivative in a weight that two units have in common."""
        return hyperbolic(d.w, first) + second * d.x * d.rest

    return clauses(
        i=[
            Identity(
                lambda: sp.diff(d.one_unit(), d.v),
                lambda: factor * sp.diff(d.one_unit(sp.S.One), d.v),
                near_misses=[
                    NearMiss("the mask is lost", lhs=lambda: masked(d.v), rhs=lambda: hyperbolic(d.v, sp.S.One))
                ],
            )
        ],
        ii=[
            Identity(
                lambda: sp.diff(d.output(), weight),
                d.feature_below,
                near_misses=[
                    NearMiss(
                        "one mask for both units of two",
                        lhs=lambda: in_a_shared_weight(factor, 1 / keep),
                        rhs=lambda: in_a_shared_weight(factor, factor),
                    )
                ],
            )
        ],
        iii=[
            Identity(
                lambda: term(d.unit),
                d.one_unit,
                near_misses=[
                    NearMiss(
                        "the outgoing weight is left out",
                        lhs=lambda: term(sp.tanh),
                        rhs=lambda: d.one_unit(function=sp.tanh) / d.v,
                    )
                ],
            ),
            Identity(
                lambda: sp.diff(d.one_unit(), d.w),
                lambda: factor * sp.diff(d.one_unit(sp.S.One), d.w),
                near_misses=[
                    NearMiss("the mask counts twice", lhs=lambda: masked(d.w), rhs=lambda: hyperbolic(d.w, factor**2))
                ],
            ),
        ],
    )
