"""One sample: every feature contributes the same."""

from __future__ import annotations

import sympy as sp

from dltheory.dropout.derivation import dynamics, printed
from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation.symbols import keep, ridge, y
from verifiedbook.claims import Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.reading import integers

from . import drawn
from .instances import HALF
from .published import NEARLY_EQUAL, THREE_CASES


@claim("thm-dropout-equal-contributions", uses=["thm-dropout-minimiser"], source="srivastava2014")
def one_sample_is_shared_equally() -> Clauses:
    """Two entries of the normal equations force equal contributions; their sum over any number; the toy problem."""
    features = d.d
    any_features, toy = drawn.contributions()
    c_i, c_j, x_i, x_j, output = sp.symbols("c_i c_j x_i x_j s", real=True)
    entries = [sp.Eq(d.normal_entry(x, c, output), 0) for x, c in ((x_i, c_i), (x_j, c_j))]
    present = [sp.Ne(x_i, 0), sp.Ne(x_j, 0)]
    return clauses(
        i=[
            Identity(
                lambda: [d.normal_entry(x_i, c_i, output), x_i * d.one_sample_gradient(c_i)],
                lambda: [_half_slope(x_i, c_i, output), d.normal_entry(x_i, c_i, d.d * c_i)],
                near_misses=[
                    NearMiss(
                        "the penalty counts twice",
                        rhs=lambda: [
                            _half_slope(x_i, c_i, output) + ridge * x_i * c_i,
                            d.normal_entry(x_i, c_i, d.d * c_i),
                        ],
                    ),
                ],
            ),
            ForAll(
                [*present, *entries],
                sp.Eq(c_i, c_j),
                lemmas=[sp.Eq(d.normal_entry(1, c, output), 0) for c in (c_i, c_j)],
                near_misses=[
                    NearMiss("also for a feature of 0", given=[*present[1:], *entries]),
                    NearMiss("the weights are equal", then=sp.Eq(c_i * x_j, c_j * x_i)),
                ],
            ),
            any_features,
            Identity(
                d.derive_equal_contribution,
                d.equal_contribution,
                near_misses=[
                    NearMiss("y/d: nothing is held back", rhs=y / features),
                    NearMiss("y/(1 + dλ)", rhs=y / (1 + features * ridge)),
                    NearMiss("y/(d(1 + λ))", rhs=y / (features * (1 + ridge))),
                ],
            ),
            Exact(
                lambda x, target, p: [target / (len(x) + (1 - p) / p) / entry for entry in x],
                lambda x, target, p: list(dynamics.minimiser(sp.Matrix([x]), sp.Matrix([target]), p)),
                [
                    {"x": [10, 1], "target": sp.Integer(11), "p": HALF},
                    {"x": [2, -3, 5], "target": sp.Integer(7), "p": sp.Rational(1, 4)},
                    {"x": [1, 1, 4, -6], "target": sp.Integer(-2), "p": sp.Rational(9, 10)},
                ],
                near_misses=[
                    NearMiss(
                        "contributions in proportion to the feature",
                        predict=lambda x, target, p: [
                            target * entry / (sum(e**2 for e in x) * (1 + (1 - p) / p)) for entry in x
                        ],
                    ),
                    NearMiss("shrunk by p", predict=lambda x, target, p: [p * target / len(x) / e for e in x]),
                ],
            ),
        ],
        ii=[
            Exact(
                lambda: (sp.Rational(11, 30), sp.Rational(11, 3), True),
                lambda: _toy_contributions(),
                [{}],
                complete=True,
                near_misses=[
                    NearMiss(
                        "the two contributions differ",
                        predict=lambda: (sp.Rational(11, 30), sp.Rational(11, 3), False),
                        erratum=NEARLY_EQUAL,
                    ),
                    NearMiss(
                        "the least-norm solution", predict=lambda: (sp.Rational(110, 101), sp.Rational(11, 101), False)
                    ),
                ],
            ),
            toy,
            Exact(
                lambda: (sp.Rational(11, 20), sp.Rational(11, 2), 22, 121),
                lambda: _three_cases(),
                [{}],
                near_misses=[
                    NearMiss(
                        "the factor 2 of inverted dropout is forgotten",
                        predict=lambda: (1, 11, 20, 81),
                        erratum=THREE_CASES,
                    ),
                ],
            ),
        ],
        reads={
            "": [(d.n, 1), (printed.x_i, "!=", 0)],
            "i": [(printed.contribution, d.equal_contribution), (printed.index, r"\in", integers(1, d.d))],
            "ii": [d.toy_equation, (keep, HALF)],
        },
        vocabulary={"x_i": printed.x_i, r"w^\star_i": printed.w_star_i, "d": d.d, "y": y, "n": d.n, "i": printed.index},
    )


def _half_slope(feature: sp.Expr, contribution: sp.Expr, output: sp.Expr) -> sp.Expr:
    """Half the derivative of one sample's objective with respect to one weight, the other contributions held fixed."""
    weight, rest = sp.symbols("w_k r", real=True)
    objective = (rest + feature * weight - y) ** 2 + ridge * feature**2 * weight**2
    slope = sp.diff(objective, weight) / 2
    return sp.expand(slope.subs(rest, output - feature * weight).subs(weight, contribution / feature))


def _toy_contributions() -> tuple[sp.Expr, sp.Expr, bool]:
    w = dynamics.minimiser(dynamics.TOY_X, dynamics.TOY_Y, HALF)
    return w[0], w[1], 10 * w[0] == w[1]


def _three_cases() -> tuple[sp.Expr, ...]:
    """Where each single-feature mask of the toy problem pulls, and output and error of the full input there."""
    pulls = [
        target[index] / curvature[index, index]
        for curvature, target, _ in dynamics.masked_gradients(dynamics.TOY_X, dynamics.TOY_Y, HALF, True)
        for index in (0, 1)
        if curvature[index, index] and not curvature[1 - index, 1 - index]
    ]
    pulls.sort()
    output = 2 * (10 * pulls[0] + pulls[1])
    return pulls[0], pulls[1], output, (output - 11) ** 2
