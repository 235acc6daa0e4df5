"""The generalised linear view: the Hessian behind a linear model, momentum's modes there, and its rate in the limit."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, eta, kappa, sigma
from dltheory.networks import derivation
from dltheory.networks.claims import logistic, predictions
from dltheory.networks.derivation import printed, sums
from dltheory.networks.derivation.symbols import alpha, bend, ell, f_aa, f_ab, f_bb, h, m, mu, slope, z
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import EachDirection, EachTerm, NearFixedPoint, Sums

_STRAIGHT = {f_aa: 0, f_ab: 0, f_bb: 0}
#: Average, position and gradient of one coordinate, any step, any eigenvalue.
_AVERAGE, _POSITION, _GRADIENT, _STEP, _VALUE = sp.symbols("v x G eta h", real=True)
#: What the boxes say of a point where the gradient vanishes, and how runs near it are named.
AT_MINIMUM = (printed.gradient(printed.theta_star), 0)
NAMES = {
    r"\nabla L": printed.gradient,
    r"\theta^\star": printed.theta_star,
    r"\theta_t": printed.theta_t,
    r"\rho": printed.spectral_radius,
}


@claim("thm-network-glm", uses=["thm-momentum-modes", "thm-momentum-stability", "lem-momentum-jury"])
def generalised_linear_view() -> Clauses:
    """Any entry of the Hessian and its quadratic form; momentum in each eigendirection; runs near the minimum."""
    moved = _STEP * beta * h
    whole = derivation.chain_rule_hessian()
    conditions = jury(2 - beta - moved, 1 - beta, sp.Integer(1))
    allowed = sp.And(moved > 0, moved < 2 * (2 - beta))
    hessian = Identity(
        # an entry of the Hessian concerns two weights at most, and a sum of examples is differentiated term by term
        derivation.composed_hessian,
        whole,
        near_misses=[
            NearMiss("the second term forgotten", rhs=whole.subs(_STRAIGHT)),
            NearMiss("φ'' in place of φ' in front of the second derivatives", rhs=whole.subs(slope, bend)),
            NearMiss("without φ'' in front of the first", rhs=whole.subs(bend, 1)),
        ],
    )
    return clauses(
        i=[
            Identity(
                lambda: derivation.composed_hessian().subs(_STRAIGHT),
                lambda: whole.subs(slope, 0),
                near_misses=[
                    NearMiss("the output is not affine", lhs=derivation.composed_hessian),
                    NearMiss("without φ''", rhs=lambda: whole.subs({slope: 0, bend: 1})),
                ],
            ),
            Sums(
                sums.quadratic_form(),
                sums.weighted_squares(),
                near_misses=[
                    NearMiss("S is the identity", rhs=sums.weighted_squares().xreplace({sums.bends[sums.i]: sp.S.One}))
                ],
            ),
            EachTerm(
                smaller=sp.S.Zero,
                larger=sums.one_square(),
                limits=(sums.i, 1, sums.examples),
                given=[sums.bends[sums.i] >= 0],
                near_misses=[
                    NearMiss("the loss is not convex", given=[sums.bends[sums.i] >= -1]),
                    NearMiss("positive definite", strict=True),
                ],
            ),
            Identity(
                derivation.logistic_curvature,
                lambda: logistic.probability() * (1 - logistic.probability()),
                near_misses=[
                    NearMiss("the probability itself", rhs=lambda: logistic.probability()),
                    NearMiss("a quarter everywhere", rhs=sp.Rational(1, 4)),
                ],
            ),
            Agreement(
                logistic.hessian_by_formula,
                logistic.hessian_by_autograd,
                logistic.case,
                count=20,
                tolerance=1e-9,
                because="automatic differentiation of sums of at most 40 terms in double precision",
                near_misses=[
                    NearMiss(
                        "S is the identity", predict=lambda **case: logistic.hessian_by_formula(**case, flat=True)
                    ),
                    NearMiss(
                        "a quarter for every example",
                        predict=lambda **case: logistic.hessian_by_formula(**case, quarter=True),
                    ),
                ],
            ),
        ],
        ii=[
            hessian,
            Identity(
                lambda: derivation.composed_hessian().subs(slope, 0),
                lambda: derivation.composed_hessian().subs(_STRAIGHT),
                near_misses=[
                    NearMiss("where φ'' vanishes", lhs=lambda: derivation.composed_hessian().subs(bend, 0)),
                    NearMiss("everywhere", lhs=derivation.composed_hessian),
                ],
            ),
        ],
        iii=[
            _each_eigendirection(),
            Identity(
                derivation.linear_step_matrix,
                lambda: momentum.iteration_matrix().subs(sigma, sp.sqrt(h / 2)),
                near_misses=[
                    NearMiss(
                        "h in place of h/2 for σ²", rhs=lambda: momentum.iteration_matrix().subs(sigma, sp.sqrt(h))
                    )
                ],
            ),
            Agreement(
                logistic.moduli_by_roots,
                logistic.moduli_by_autograd,
                logistic.case,
                count=12,
                tolerance=1e-6,
                because="eigenvalues of a matrix of 2d rows, some of them nearly double",
                near_misses=[
                    NearMiss(
                        "squared singular values of J",
                        predict=lambda **case: logistic.moduli_by_roots(**case, flat=True),
                    ),
                ],
            ),
        ],
        iv=[
            ForAll(
                [allowed],
                conditions,
                near_misses=[NearMiss("the limit is 4, its value as β → 0", given=[moved > 0, moved < 4])],
            ),
            ForAll(
                [conditions],
                allowed,
                near_misses=[NearMiss("the limit is 2, gradient descent's", then=sp.And(moved > 0, moved < 2))],
            ),
        ],
        v=[
            NearFixedPoint(
                dict(zip((_AVERAGE, _POSITION), _update(_GRADIENT), strict=True)),
                _GRADIENT,
                _POSITION,
                h,
                given=[beta <= 1, allowed],
                vanishing=[_AVERAGE],
                rate=printed.spectral_radius,
                error=printed.distance,
                near_misses=[
                    NearMiss("at the limit too", given=[beta <= 1, moved > 0, moved <= 2 * (2 - beta)]),
                    NearMiss("a step of 0", given=[beta <= 1, moved >= 0, moved < 2 * (2 - beta)]),
                ],
            )
        ],
        reads={
            "": [
                (printed.f(printed.theta), r"\in", printed.space(printed.R, printed.n)),
                (printed.loss, printed.sum_of_losses),
                (printed.S, printed.diag(printed.bend_of(printed.f_i))),
            ],
            "i": [(printed.H, printed.gauss_newton)],
            "ii": [(printed.H, printed.gauss_newton + printed.second_term)],
            "iii": [AT_MINIMUM],
            "iv": [(0, "<", beta), beta <= 1, *allowed.args],
        },
        vocabulary={
            **NAMES,
            r"\eta": _STEP,
            "f": printed.f,
            r"\theta": printed.theta,
            "J": printed.J,
            "S": printed.S,
            "H": printed.H,
            "F_i": printed.F_i,
            "L": printed.loss,
            "f_i": printed.f_i,
            r"\phi_i": printed.phi,
            r"\phi_i'": printed.slope_of,
            r"\phi_i''": printed.bend_of,
            "n": printed.n,
        },
    )


def _update(gradient: Any, average: Any = _AVERAGE, position: Any = _POSITION) -> tuple[Any, Any]:
    """Momentum's own update with any real step."""
    return tuple(part.subs(eta, _STEP) for part in momentum.averaged_update(gradient, average, position))


def _each_eigendirection() -> EachDirection:
    """The linear part of a step, in matrices of any size, along an eigenvector of the Hessian."""
    d = sums.weights
    hessian = sp.MatrixSymbol("H", d, d)
    v, e = (sp.MatrixSymbol(name, d, 1) for name in ("v", "e"))
    updated = _update(hessian * e, v, e)

    def along(matrix: sp.Matrix) -> dict[sp.MatrixSymbol, sp.Expr]:
        block = matrix.subs({eta: _STEP, h: _VALUE})
        return dict(zip((v, e), block * sp.Matrix([_AVERAGE, _POSITION]), strict=True))

    twice = derivation.linear_step_matrix().subs(h, 2 * h)
    return EachDirection(
        {v: updated[0], e: updated[1]},
        {v: _AVERAGE, e: _POSITION},
        along(derivation.linear_step_matrix()),
        _VALUE,
        hessian=hessian,
        near_misses=[NearMiss("2h in place of h", formula=along(twice))],
    )


@claim("cor-network-tuned-rate", uses=["thm-network-glm", "thm-momentum-optimal"], source="polyak1964")
def tuned_rate() -> Clauses:
    """Both roots of every mode at the tuning; the rate of any run that converges; logistic regression shows it."""
    low, high = sp.symbols("a b", positive=True)  # √m and √ℓ
    roots = {sp.sqrt(m): low, sp.sqrt(ell): high}
    rate = sp.cancel(momentum.optimal_rate().subs(sp.sqrt(kappa), high / low))
    tuning = {alpha: momentum.optimal_step().subs(roots), mu: momentum.optimal_memory().subs(roots)}
    _, minus_trace, determinant = sp.Poly(momentum.heavy_ball_polynomial().subs(tuning), z).all_coeffs()
    spectrum = [low < high, h >= low**2, h <= high**2]
    older, newer = sp.symbols("x_0 x_1", real=True)
    too_long = {**tuning, mu: tuning[mu] ** 2}
    return clauses(
        i=[
            ForAll(
                spectrum,
                minus_trace**2 <= 4 * determinant,
                near_misses=[
                    NearMiss("a curvature below m", given=[low < high, h <= high**2]),
                    NearMiss("never a double root", then=minus_trace**2 < 4 * determinant),
                ],
            ),
            Identity(
                lambda: determinant,
                rate**2,
                near_misses=[NearMiss("the modulus q²", rhs=rate**4)],
            ),
        ],
        ii=[
            NearFixedPoint(
                _heavy_ball(older, newer, tuning),
                _GRADIENT,
                newer,
                h,
                "rate",
                given=spectrum,
                rate=rate,
                error=printed.distance,
                near_misses=[
                    NearMiss("a curvature below m", given=[low < high, h <= high**2]),
                    NearMiss("the memory q⁴", step=_heavy_ball(older, newer, too_long)),
                    NearMiss("the rate q²", rate=rate**2),
                ],
            ),
            Measured(
                lambda: [1.0, 1.0],
                lambda: logistic.exponents(),
                tolerance=predictions.LOGISTIC_RATE_TOLERANCE,
                because="two per cent of either exponent, as the momentum chapter had fixed it",
                changed="over which iterations is fitted, and that the distance is divided by t where both ends of "
                "the spectrum are double roots: a first fit had failed",
                near_misses=[
                    NearMiss("gradient descent's rate", measure=lambda: logistic.exponents(descent=True)),
                    NearMiss("the rate of the other tuning", measure=lambda: logistic.exponents(swapped=True)),
                ],
            ),
        ],
        reads={"": [AT_MINIMUM, (0, "<", m), (m, "<", ell), (m, "<=", h), (h, "<=", ell)]},
        vocabulary={**NAMES, "q": rate, "m": m, r"\ell": ell, "h": h},
    )


def _heavy_ball(older: sp.Symbol, newer: sp.Symbol, tuning: dict[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """Heavy ball's step on its last two positions."""
    return {older: newer, newer: momentum.heavy_ball_update(newer, older, _GRADIENT).subs(tuning)}
