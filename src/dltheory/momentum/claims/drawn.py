"""What the figure to touch computes with, in terms of what is proved: evidence for the theorems that it draws."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation import envelope as e
from dltheory.momentum.derivation.symbols import alpha, eta, h, mu, t, z
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss
from verifiedbook.claims.inference import ClosedForm

_OF_ROOTS = {e.trace_value: e.larger + e.smaller, e.product_value: e.larger * e.smaller}


def discriminant_of_roots() -> Identity:
    """T² − 4D is the square of the distance of the roots."""
    return Identity(
        lambda: e.roots_discriminant().subs(_OF_ROOTS),
        (e.larger - e.smaller) ** 2,
        near_misses=[NearMiss("4D is added", lhs=(e.trace_value**2 + 4 * e.product_value).subs(_OF_ROOTS))],
    )


def modulus_of_roots() -> Agreement:
    """The larger modulus from trace and determinant, and from the roots as NumPy finds them."""
    return Agreement(
        lambda trace, product: _largest_modulus()(trace, product),
        _modulus_by_numpy,
        lambda rng: {"trace": rng.uniform(-2, 2), "product": rng.uniform(0.02, 1)},
        count=40,
        tolerance=1e-7,
        because="near a double root the eigenvalues keep half of their digits",
        near_misses=[NearMiss("√D in every regime", predict=lambda trace, product: product**0.5)],
    )


def oscillation_of_a_mode() -> list[Evidence]:
    """Complex roots: the mode as an oscillation, from any first step; its two bounds, which cannot be lowered."""
    first, older, growth = sp.symbols("T V a", real=True)  # cos tθ, sin tθ / sin θ, and |g|
    cosine, sine, ratio = sp.symbols("c s k", real=True)  # cos tθ, sin tθ, and g / sin θ
    width, amplitude = sp.Symbol("w", positive=True), sp.Symbol("S", nonnegative=True)  # sin θ, and the swing
    time = sp.Symbol("t", nonnegative=True)
    bounded = [first <= 1, first >= -1, older <= time, older >= -time, growth >= e.offset, growth >= -e.offset]
    linear = e.linear_growth().subs({sp.Abs(e.offset): growth, t: time})
    circle = [sp.Eq(cosine**2 + sine**2, 1), sp.Eq(amplitude**2, 1 + ratio**2)]
    swung = e.swing().subs(e.xi**2, 1 - width**2).subs(e.offset, ratio * width).subs(sp.sqrt(1 + ratio**2), amplitude)

    def within(value: sp.Expr, most: sp.Expr, given: list[sp.Basic]) -> list[Evidence]:
        return [
            ForAll(given, side * value <= most, near_misses=[NearMiss("never attained", then=side * value < most)])
            for side in (1, -1)
        ]

    oscillating, growing = cosine + ratio * sine, first + e.offset * older
    return [
        Identity(
            lambda: e.cosine().subs({e.trace_value: 1 + mu - alpha * h, e.product_value: mu}),
            derivation.chebyshev_argument,
            near_misses=[NearMiss("half the trace", lhs=e.cosine().subs(e.product_value, 1))],
        ),
        Agreement(
            lambda trace, product, first, steps: _oscillating()(trace, product, first, steps),
            _mode_by_recurrence,
            lambda rng: {
                "trace": rng.uniform(-0.5, 0.5),
                "product": rng.uniform(0.1, 0.95),
                "first": rng.uniform(-1, 1),
                "steps": int(rng.integers(1, 25)),
            },
            count=40,
            tolerance=1e-8,
            because="25 steps of the recurrence against sines and cosines, in double precision",
            near_misses=[
                NearMiss(
                    "whatever the first step",
                    predict=lambda trace, product, first, steps: _oscillating()(trace, product, trace / 2, steps),
                )
            ],
        ),
        *within(oscillating, swung, circle),
        *within(growing, linear, bounded),
    ]


def mode_of_two_powers() -> ClosedForm:
    """Real and distinct roots: the mode as two powers, from any first step."""
    return ClosedForm(
        e.two_powers(),
        t,
        [1, e.first],
        lambda older, newer, t: (e.larger + e.smaller) * newer - e.larger * e.smaller * older,
        given=[sp.Ne(e.larger, e.smaller)],
        near_misses=[
            NearMiss("the larger root alone", formula=e.larger**t),
            NearMiss("the roots change places in the brackets", formula=_exchanged()),
        ],
    )


def nesterov_in_the_averaged_form(update: sp.Expr) -> list[Evidence]:
    """Trace and product from ``update``, the polynomial of the update; where −1 and where one number is a root."""
    _, minus_trace, product = (_averaged(each) for each in sp.Poly(update, z).all_coeffs())

    def at_minus_one(step: sp.Expr) -> sp.Expr:
        return (1 - minus_trace + product).subs(eta, step)

    def parted(steps: Any) -> list[sp.Expr]:
        return [(minus_trace**2 - 4 * product).subs(eta, step) for step in steps]

    return [
        Identity(
            lambda: [e.nesterov_trace(), e.nesterov_product()],
            [-minus_trace, product],
            near_misses=[NearMiss("heavy ball's", lhs=lambda: [derivation.trace(), derivation.determinant()])],
        ),
        Identity(
            lambda: at_minus_one(e.nesterov_limit()),
            0,
            near_misses=[NearMiss("heavy ball's limit", lhs=lambda: at_minus_one(derivation.stability_limit()))],
        ),
        Identity(
            lambda: parted(e.nesterov_double_root_steps()),
            [0, 0],
            near_misses=[NearMiss("heavy ball's steps", lhs=lambda: parted(derivation.double_root_steps()))],
        ),
    ]


def _averaged(expression: sp.Expr) -> sp.Expr:
    return expression.subs(derivation.heavy_ball_parameters())


def _exchanged() -> sp.Expr:
    powers = (e.first - e.larger) * e.larger**t - (e.first - e.smaller) * e.smaller**t
    return powers / (e.larger - e.smaller)


@cache
def _largest_modulus() -> Any:
    return sp.lambdify((e.trace_value, e.product_value), e.largest_modulus(), modules="math")


@cache
def _oscillating() -> Any:
    """x_t from trace, product, first step and t, by the oscillation."""
    factor = e.oscillation().subs({e.xi: e.cosine(), e.offset: e.first_step_offset()}, simultaneous=True)
    path = sp.sqrt(e.product_value) ** t * factor
    return sp.lambdify((e.trace_value, e.product_value, e.first, t), path, modules="math")


def _modulus_by_numpy(trace: float, product: float) -> Any:
    import numpy as np

    return np.abs(np.roots([1.0, -trace, product])).max()


def _mode_by_recurrence(trace: float, product: float, first: float, steps: int) -> float:
    """x_t of x_{t+2} = T x_{t+1} − D x_t with x₀ = 1."""
    older, newer = 1.0, first
    for _ in range(steps - 1):
        older, newer = newer, trace * newer - product * older
    return newer
