"""Claims about Nesterov's form."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import drawn
from dltheory.momentum.claims.jury import closed_jury, jury
from dltheory.momentum.derivation.symbols import alpha, ell, h, kappa, m, mu, q, t, z
from verifiedbook.claims import Clauses, ForAll, Identity, NearMiss, claim, clauses

_U = sp.Symbol("u", positive=True)  # 1/√κ
_MEMORY, _CURVATURE = sp.symbols("mu k", positive=True)  # q, and h/ℓ in [1/κ, 1]
_W, _GRADIENT = sp.IndexedBase("w"), sp.Function("G")
_NEXT, _LAST = (_W[sp.Symbol(index)] for index in ("t+1", "t-1"))


@claim("thm-momentum-nesterov", uses=["lem-momentum-jury"], source="nesterov2018, lessard2016")
def nesterov() -> Clauses:
    """The polynomial from two steps; every mode in the closed disc of the rate; the double root; one curvature."""
    tuned = [_U < 1, sp.Eq(_MEMORY * (1 + _U), 1 - _U), _CURVATURE >= _U**2, _CURVATURE <= 1]
    _, minus_trace, determinant = sp.Poly(derivation.nesterov_polynomial(), z).all_coeffs()
    at = {mu: _MEMORY, alpha: 1 / ell, h: _CURVATURE * ell}
    rate = derivation.nesterov_rate().subs(kappa, _U**-2)
    best = derivation.optimal_rate().subs(kappa, _U**-2)

    def inside(radius: sp.Expr, condition: Any = closed_jury) -> sp.Basic:
        return condition(sp.simplify(-minus_trace.subs(at)), sp.simplify(determinant.subs(at)), radius)

    def at_the_flat_end(curvature: sp.Expr = ell * _U**2) -> sp.Expr:
        return derivation.nesterov_polynomial().subs({mu: best, alpha: 1 / ell, h: curvature})

    attained = Identity(
        at_the_flat_end,
        (z - rate) ** 2,
        near_misses=[
            NearMiss("the double root is q", rhs=(z - best) ** 2),
            NearMiss("at the steep end", lhs=lambda: at_the_flat_end(ell)),
        ],
    )
    ahead = _W[t] + mu * (_W[t] - _LAST)
    return clauses(
        i=[
            Identity(
                derivation.nesterov_polynomial,
                _polynomial_of_the_update,
                near_misses=[
                    NearMiss("heavy ball's polynomial", rhs=derivation.heavy_ball_polynomial),
                    NearMiss(
                        "the gradient is not taken ahead", rhs=lambda: _polynomial_of_the_update(gradient_ahead=False)
                    ),
                ],
            ),
            *drawn.nesterov_in_the_averaged_form(_polynomial_of_the_update()),
        ],
        ii=[
            ForAll(
                tuned,
                inside(rate),
                near_misses=[
                    NearMiss("heavy ball's rate q", then=inside(_MEMORY)),
                    NearMiss("strictly inside", then=inside(rate, jury)),
                    NearMiss(
                        "the memory q²", given=[_U < 1, sp.Eq(_MEMORY * (1 + _U) ** 2, (1 - _U) ** 2), *tuned[2:]]
                    ),
                ],
            ),
            Identity(
                lambda: best * (1 + _U),
                1 - _U,
                given=[_U < 1],
                near_misses=[NearMiss("q²", lhs=best**2 * (1 + _U))],
            ),
            attained,
            Identity(
                # κ = 1: one curvature, and both roots are 0
                lambda: [at_the_flat_end().subs(_U, 1), rate.subs(_U, 1)],
                [z**2, sp.Integer(0)],
                near_misses=[
                    NearMiss("at κ = 4", lhs=lambda: [at_the_flat_end().subs(_U, sp.S.Half), rate.subs(_U, sp.S.Half)])
                ],
            ),
        ],
        iii=[attained],
        reads={
            "": [
                (sp.Symbol("y_t"), ahead),
                (_NEXT, sp.Symbol("y_t") - alpha * _GRADIENT(sp.Symbol("y_t"))),
            ],
            "ii": [sp.Eq(alpha, 1 / ell), sp.Eq(mu, q)],
            "iii": [sp.Eq(h, m)],
        },
        vocabulary={
            "w": _W,
            r"\nabla L": _GRADIENT,
            r"\chi": sp.Lambda(z, derivation.nesterov_polynomial()),
            "y_t": sp.Symbol("y_t"),
            r"\mu": mu,
            "h": h,
        },
    )


def _polynomial_of_the_update(gradient_ahead: bool = True) -> sp.Expr:
    """det(zI − A) for the companion matrix of the update in a mode."""
    older, newer = sp.symbols("x_0 x_1", real=True)
    ahead = newer + mu * (newer - older)
    newest = ahead - alpha * h * (ahead if gradient_ahead else newer)
    companion = sp.Matrix([newer, newest]).jacobian([older, newer])
    return companion.charpoly(z).as_expr()
