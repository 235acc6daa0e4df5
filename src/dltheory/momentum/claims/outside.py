"""Outside quadratics: a function on which the tuned method runs in a circle."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, ell, h, m, mu, z
from verifiedbook.claims import Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, MatrixPowers


@claim("thm-momentum-not-global", uses=["thm-momentum-optimal"], source="lessard2016")
def not_global() -> Clauses:
    """The slopes of every chord; the tuned parameters; the orbit in exact arithmetic; powers along the cycle."""
    first, second, third = derivation.CYCLE
    x, y, at_x, at_y = sp.symbols("x y a b", real=True)
    chord = [x < y, _on_the_graph(x, at_x), _on_the_graph(y, at_y)]
    ends = {m: sp.Integer(1), ell: sp.Integer(25)}
    steep = derivation.companion_matrix().subs({alpha: derivation.STEP, mu: derivation.MEMORY, h: 25})

    def orbit(
        step: sp.Expr = derivation.STEP,
        memory: sp.Expr = derivation.MEMORY,
        start: tuple[sp.Expr, sp.Expr] = (first, third),
    ) -> list[sp.Expr]:
        newer, older = start
        visited = []
        for _ in range(3):
            visited.append(newer)
            newer, older = derivation.heavy_ball_step(newer, older, step, memory)
        return [*visited, newer, older]

    def slopes_around() -> list[sp.Expr]:
        """The slope of f' in the piece in which each point of the cycle lies; nothing at a joint."""
        return [_inner_slope(point) for point in derivation.CYCLE]

    return clauses(
        i=[
            ForAll(
                chord,
                at_y - at_x >= y - x,
                near_misses=[NearMiss("curvatures from 2 on", then=at_y - at_x >= 2 * (y - x))],
            ),
            ForAll(
                chord,
                at_y - at_x <= 25 * (y - x),
                near_misses=[NearMiss("curvatures up to 24", then=at_y - at_x <= 24 * (y - x))],
            ),
        ],
        ii=[
            Exact(
                lambda: [derivation.optimal_step().subs(ends), derivation.optimal_memory().subs(ends)],
                lambda: [derivation.STEP, derivation.MEMORY],
                [{}],
                complete=True,
                near_misses=[NearMiss("the memory q", measure=lambda: [derivation.STEP, sp.Rational(2, 3)])],
            ),
            Cites("thm-momentum-optimal", "ii"),
        ],
        iii=[
            Exact(
                lambda: [first, second, third, first, third],
                orbit,
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("half the step", measure=lambda: orbit(step=derivation.STEP / 2)),
                    NearMiss("the memory q in place of q²", measure=lambda: orbit(memory=sp.Rational(2, 3))),
                    NearMiss("started at the optimum", measure=lambda: orbit(start=(sp.Integer(0), sp.Integer(0)))),
                ],
            ),
            Exact(
                lambda: [first, second, third],
                lambda: [
                    sp.solve(derivation.cycle_equations())[symbol] for symbol in sp.symbols("x_0 x_1 x_2", real=True)
                ],
                [{}],
                near_misses=[
                    NearMiss("one numerator off by one", predict=lambda: [first, second, third + sp.Rational(1, 1225)])
                ],
            ),
        ],
        iv=[
            Exact(
                # inside the pieces of slope 25: near the cycle every step is affine with one and the same linear part
                lambda: [25, 25, 25, True],
                lambda: [*slopes_around(), 0 not in derivation.CYCLE],
                [{}],
                complete=True,
                near_misses=[
                    NearMiss(
                        "the middle piece is visited", measure=lambda: [25, 25, _inner_slope(sp.Rational(3, 2)), True]
                    )
                ],
            ),
            MatrixPowers(
                steep,
                near_misses=[
                    NearMiss(
                        "memory 1, which damps nothing",
                        matrix=derivation.companion_matrix().subs({alpha: derivation.STEP, mu: 1, h: 25}),
                    )
                ],
            ),
            Identity(
                lambda: derivation.heavy_ball_polynomial().subs({alpha: derivation.STEP, mu: derivation.MEMORY, h: 25}),
                (z + sp.Rational(2, 3)) ** 2,
                scope="h = 25",
                near_misses=[NearMiss("the double root is +2/3", rhs=(z - sp.Rational(2, 3)) ** 2)],
            ),
        ],
        reads={
            "": _printed_function(),
            "ii": [(alpha, derivation.STEP), (mu, derivation.MEMORY)],
            "iii": [(first, r"\to", second), (second, r"\to", third), (third, r"\to", first)],
        },
        vocabulary={"f'": sp.Function("f_prime")},
    )


def _printed_function() -> list[Any]:
    """f' piece by piece, each with its range."""
    x = sp.Symbol("x", real=True)
    printed: list[Any] = []
    before: list[Any] = []
    for expression, condition in derivation.slope(x).args:
        ends = [sp.Not(condition) for condition in before[-1:]] + ([condition] if condition != sp.true else [])
        printed += [(sp.Function("f_prime")(x), expression), *ends]
        before.append(condition)
    return printed


def _on_the_graph(x: sp.Symbol, value: sp.Symbol) -> sp.Basic:
    """value = f'(x), piece by piece."""
    pieces, before = [], sp.true
    for expression, condition in derivation.slope(x).args:
        pieces.append(sp.And(before, condition, sp.Eq(value, expression)))
        before = sp.Not(condition)  # the pieces' ends grow
    return sp.Or(*pieces)


def _inner_slope(point: sp.Expr) -> sp.Expr:
    """The derivative of f' at an inner point of a piece; 0 at a joint, which has none."""
    x = sp.Symbol("x", real=True)
    joints = [c.rhs for _, c in derivation.slope(x).args if c is not sp.true]
    return sp.Integer(0) if point in joints else sp.diff(derivation.slope(x), x).subs(x, point)
