"""What small exact networks show: dropout and the largest stable step, and which end a method chooses."""

from __future__ import annotations

import sympy as sp

from dltheory.dropout.derivation.objective import ridge_strength
from dltheory.networks.derivation import printed
from dltheory.networks.derivation import products as d
from dltheory.networks.derivation.symbols import eta, keep, ridge
from verifiedbook.claims import Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import ArithmeticGeometric

_EIGHTH = sp.Rational(1, 8)


@claim("thm-network-dropout-step", uses=["cor-dropout-step-size"])
def dropout_can_enlarge_the_stable_step() -> Clauses:
    """The mean loss, where it is least, the Hessian there, and the flattest of its minima."""
    f = sp.Symbol("f", real=True)
    flat = [d.u**2 * d.v**2, d.v**2 * d.w**2, d.w**2 * d.u**2]
    product = sp.Mul(*flat)
    return clauses(
        i=[
            Identity(
                lambda: sp.expand(d.chain_mean_loss()),
                lambda: sp.expand(d.chain_objective(strength=ridge_strength)),
                given=[keep < 1],
                near_misses=[
                    NearMiss("λ = 1 − p", rhs=lambda: sp.expand(d.chain_objective(strength=1 - keep))),
                    NearMiss("the mask is not divided by p", lhs=lambda: sp.expand(d.chain_mean_loss(d.chain * keep))),
                ],
            ),
        ],
        ii=[
            ForAll(
                [sp.Ne(f, keep)],
                d.chain_objective(f, ridge_strength) > d.chain_objective(keep, ridge_strength),
                near_misses=[
                    NearMiss(
                        "least where the target is met",
                        given=[sp.Ne(f, 1)],
                        then=d.chain_objective(f, ridge_strength) > d.chain_objective(sp.Integer(1), ridge_strength),
                    ),
                    NearMiss("everywhere", given=[]),
                ],
            ),
        ],
        iii=[
            Identity(
                lambda: _at_minimum(d.chain_hessian()),
                lambda: _at_minimum(2 / keep * d.chain_steepest() * d.chain_steepest().T),
                near_misses=[
                    NearMiss("wherever the weights are", lhs=d.chain_hessian, rhs=_outer),
                    NearMiss("2 in place of 2/p", rhs=lambda: _at_minimum(keep * _outer())),
                ],
            ),
            Identity(
                lambda: sp.expand(2 / keep * d.chain_steepest().dot(d.chain_steepest())),
                lambda: sp.expand(d.chain_curvature()),
                near_misses=[NearMiss("the sum of the weights' squares", rhs=2 / keep * (d.u**2 + d.v**2 + d.w**2))],
            ),
        ],
        iv=[
            ArithmeticGeometric(
                product,
                (sum(flat) / 3) ** 3,
                flat,
                near_misses=[NearMiss("half the mean", rhs=(sum(flat) / 6) ** 3)],
            ),
            Identity(
                # (uvw)^4 = p^4 below the mean of three: h is at least this
                lambda: 6 / keep * sp.cbrt(product.subs(d.w, keep / (d.u * d.v))),
                d.least_curvature,
                near_misses=[NearMiss("6: dropout changes nothing", rhs=sp.Integer(6))],
            ),
            Identity(
                lambda: sp.simplify(d.chain_curvature().subs(dict.fromkeys((d.u, d.v, d.w), sp.cbrt(keep)))),
                d.least_curvature,
                near_misses=[NearMiss("where all three are p", lhs=lambda: _equal_weights(keep, keep))],
            ),
        ],
        v=[
            Exact(
                lambda: [d.least_curvature(sp.S.One), d.least_curvature(_EIGHTH)],
                lambda: [_largest(sp.S.One, sp.S.One), _largest(sp.S.Half, _EIGHTH)],
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("dropout makes it steeper", predict=lambda: [sp.Integer(6), sp.Integer(12)]),
                    NearMiss(
                        "at the weights of the network without dropout",
                        measure=lambda: [_largest(sp.S.One, sp.S.One), _largest(sp.S.One, _EIGHTH)],
                    ),
                ],
            ),
        ],
        reads={
            "": [(0, "<", keep), (keep, "<=", 1), (ridge, ridge_strength)],
            "ii": [(d.chain, keep)],
            "iii": [(printed.chain_h, d.chain_curvature())],
            "iv": [(printed.chain_h, ">=", d.least_curvature()), (d.u, d.v), (d.v, d.w), (d.w, sp.cbrt(keep))],
            "v": [(keep, _EIGHTH)],
        },
        vocabulary={"u": d.u, "v": d.v, "w": d.w, "h": printed.chain_h},
    )


def _at_minimum(matrix: sp.Matrix) -> sp.Matrix:
    """The matrix where u v w = p."""
    return matrix.subs(d.w, keep / (d.u * d.v)).applyfunc(sp.simplify)


def _outer() -> sp.Matrix:
    return 2 / keep * d.chain_steepest() * d.chain_steepest().T


def _equal_weights(value: sp.Expr, p: sp.Expr) -> sp.Expr:
    return sp.simplify(d.chain_curvature(p).subs(dict.fromkeys((d.u, d.v, d.w), value)))


def _largest(value: sp.Expr, p: sp.Expr) -> sp.Expr:
    """The largest eigenvalue of the Hessian at u = v = w = ``value``."""
    return max(d.chain_hessian(p).subs(dict.fromkeys((d.u, d.v, d.w), value)).eigenvals())


@claim(
    "thm-network-two-units",
    uses=["thm-dropout-discontinuity", "thm-adam-sign", "thm-dropout-equal-contributions"],
)
def two_units_on_one_image() -> Clauses:
    """A step of descent, a step by signs, stationary points with dropout, and their limit."""
    c_1, c_2 = sp.symbols("c_1 c_2", real=True)
    made = (d.v_1 * d.w_1, d.v_2 * d.w_2)
    balances = [(1 + ridge) * made[0] + made[1] - 1, (1 + ridge) * made[1] + made[0] - 1]
    down = sp.sign(d.balanced_output() - 1)
    return clauses(
        i=[
            Identity(
                lambda: [sp.expand(after) for after in d.descended()],
                lambda: [sp.expand(d.growth() * start) for start in (d.s_1, d.s_1, d.s_2, d.s_2)],
                near_misses=[
                    NearMiss(
                        "all four grow by the same amount",
                        rhs=lambda: [
                            sp.expand(start + (d.growth() - 1) * d.s_1) for start in (d.s_1, d.s_1, d.s_2, d.s_2)
                        ],
                    ),
                    NearMiss(
                        "uphill", rhs=lambda: [sp.expand((2 - d.growth()) * s) for s in (d.s_1, d.s_1, d.s_2, d.s_2)]
                    ),
                ],
            ),
        ],
        ii=[
            ForAll(
                # the contributions keep their quotient, and at the end they add up to the target
                [sp.Eq(c_1 * d.s_2**2, c_2 * d.s_1**2), sp.Eq(c_1 + c_2, 1)],
                sp.Eq(c_1 * (d.s_1**2 + d.s_2**2), d.s_1**2),
                near_misses=[
                    NearMiss("both contribute the same", then=sp.Eq(c_1, sp.Rational(1, 2))),
                    NearMiss("in proportion to s", then=sp.Eq(c_1 * (d.s_1 + d.s_2), d.s_1)),
                ],
            ),
        ],
        iii=[
            Identity(
                d.signs,
                [down] * 4,
                near_misses=[NearMiss("units move apart", rhs=[down, down, -down, -down])],
            ),
        ],
        iv=[
            Identity(
                lambda: [sp.expand(sp.diff(d.two_units_objective(), weight)) for weight in (d.v_1, d.v_2)],
                lambda: [sp.expand(2 * unit * rest) for unit, rest in zip((d.w_1, d.w_2), balances, strict=True)],
                near_misses=[
                    NearMiss(
                        "the penalty counts twice",
                        rhs=lambda: [
                            sp.expand(2 * unit * (rest + ridge * c))
                            for unit, rest, c in zip((d.w_1, d.w_2), balances, made, strict=True)
                        ],
                    )
                ],
            ),
            ForAll(
                [sp.Ne(d.w_1, 0), sp.Eq(d.w_1 * c_1, 0)],
                sp.Eq(c_1, 0),
                near_misses=[NearMiss("also where an activation is 0", given=[sp.Eq(d.w_1 * c_1, 0)])],
            ),
            ForAll(
                [sp.Eq((1 + ridge) * c_1 + c_2, 1), sp.Eq((1 + ridge) * c_2 + c_1, 1)],
                sp.Eq(c_1 * (2 + ridge), 1),
                lemmas=[sp.Eq(c_1, c_2)],
                near_misses=[NearMiss("1/(1 + λ): the other unit does nothing", then=sp.Eq(c_1 * (1 + ridge), 1))],
            ),
        ],
        v=[
            Identity(
                lambda: sp.limit(d.shared().subs(ridge, ridge_strength), keep, 1, "-"),
                sp.Rational(1, 2),
                near_misses=[NearMiss("as p tends to ½", lhs=lambda: d.shared().subs(ridge, 1))],
            ),
            ForAll(
                [sp.Ne(d.s_1, d.s_2)],
                sp.Ne(2 * d.s_1**2, d.s_1**2 + d.s_2**2),
                near_misses=[NearMiss("from any start", given=[])],
            ),
        ],
        reads={
            "": [
                (printed.unit_v, printed.unit_w),
                (printed.unit_w, printed.unit_s),
                (printed.unit_s, ">", 0),
                (d.s_1, "!=", d.s_2),
            ],
            "ii": [(printed.unit_v * printed.unit_w, printed.unit_s**2 / (d.s_1**2 + d.s_2**2))],
            "iv": [
                (0, "<", keep),
                (keep, "<", 1),
                (ridge, ridge_strength),
                (d.w_1, "!=", 0),
                (d.w_2, "!=", 0),
                (printed.unit_v * printed.unit_w, d.shared()),
            ],
            "v": [(keep, r"\to", 1)],
        },
        vocabulary={
            "v_j": printed.unit_v,
            "w_j": printed.unit_w,
            "s_j": printed.unit_s,
            "s_1": d.s_1,
            "s_2": d.s_2,
            r"\eta": eta,
            r"\lambda": ridge,
        },
    )
