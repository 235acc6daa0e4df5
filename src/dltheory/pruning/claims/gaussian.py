"""What share of the squared norm the smallest of Gaussian weights hold, and how many of them are zero."""

from __future__ import annotations

import numpy as np
import sympy as sp
from sympy import S

from dltheory.pruning.derivation import gaussian as d
from dltheory.pruning.experiment.gaussian import removed_share
from verifiedbook.claims import Agreement, Clauses, Identity, MonteCarlo, NearMiss, claim, clauses

from .gaussian_slopes import gap, lower_bound, printed_shares, rises, shares_at_one, slopes, upper_bound

#: What is left of $\\int x^2\\varphi$ by parts: $2u\\varphi(u)$.
_BOUNDARY = d.removed_fraction - d.removed_share
_GRID = np.linspace(0.01, 0.99, 99)


@claim("thm-gaussian-energy", source="han2015")
def small_gaussian_weights_hold_little_of_the_norm() -> Clauses:
    """Integrals and slopes in the threshold u; both bounds from signs of derivatives; drawn weights."""
    return clauses(
        i=[
            Identity(
                lambda: [d.derive_removed_fraction(), d.derive_removed_share()],
                [d.removed_fraction, d.removed_share],
                near_misses=[
                    NearMiss("uφ(u) in place of 2uφ(u)", rhs=[d.removed_fraction, d.removed_fraction - _BOUNDARY / 2]),
                    NearMiss("the share is the fraction", rhs=[d.removed_fraction, d.removed_fraction]),
                    NearMiss(
                        "the share grows with the variance",
                        rhs=[d.removed_fraction, d.variance * d.removed_share],
                    ),
                    NearMiss(
                        "one tail only: Φ(u) in place of 2Φ(u) − 1",
                        rhs=[(1 + d.removed_fraction) / 2, d.removed_share],
                    ),
                ],
            ),
            Agreement(
                lambda s: removed_share(s),
                lambda s: _share_by_chi_square(s),
                [{"s": _GRID}],
                tolerance=1e-9,
                because="two implementations of the inverse distribution function; the smallest shares lose digits",
                near_misses=[
                    NearMiss("u = Φ⁻¹(s)", predict=lambda s: _share_at_threshold(_normal_quantile(s))),
                    NearMiss("uniform weights, s³", predict=lambda s: s**3),
                    NearMiss("the smallest term alone, πs³/6", predict=lambda s: np.pi / 6 * s**3),
                ],
            ),
            MonteCarlo(
                lambda: [float(part.subs(d.u, 1)) for part in (d.removed_fraction, d.removed_share)],
                _below_threshold,
                size=200_000,
                near_misses=[
                    NearMiss(
                        "uφ(u) in place of 2uφ(u)",
                        expected=lambda: [
                            float(part.subs(d.u, 1))
                            for part in (d.removed_fraction, d.removed_fraction - _BOUNDARY / 2)
                        ],
                    ),
                    NearMiss("uniform weights", sample=lambda rng, size: _below_threshold(rng, size, uniform=True)),
                    NearMiss(
                        "the threshold is one variance and not one standard deviation",
                        sample=lambda rng, size: _below_threshold(rng, size, power=2),
                    ),
                ],
            ),
        ],
        ii=[
            *printed_shares(),
            Agreement(
                lambda s, printed: np.array(printed),
                lambda s, printed: np.round(100 * np.append(s, _share_by_chi_square(s)), 1),
                [
                    {"s": np.array([0.5, 0.7, 0.9]), "printed": (50, 70, 90, 7.1, 21.7, 56.1)},
                ],
                tolerance=1e-12,
                because="the printed percentages are rounded to one digit",
                near_misses=[
                    NearMiss(
                        "half of the weights hold 12.5 %, as uniform ones",
                        predict=lambda s, printed: np.round(100 * np.append(s, s**3), 1),
                    ),
                    NearMiss(
                        "u = Φ⁻¹(s)",
                        predict=lambda s, printed: np.round(
                            100 * np.append(s, _share_at_threshold(_normal_quantile(s))), 1
                        ),
                    ),
                ],
            ),
        ],
        iii=[rises(d.removed_fraction, S.One), rises(d.removed_share, d.u**2), slopes()],
        iv=[slopes()],
        v=[lower_bound(), _grid()],
        vi=[upper_bound(), _grid()],
        vii=[
            Identity(
                lambda: list(d.derive_first_terms()),
                [sp.pi / 6, sp.pi**2 / 60],
                near_misses=[
                    NearMiss("s³, as for uniform weights", rhs=[1, sp.pi**2 / 60]),
                    NearMiss("π/3: u = √(2π) s", rhs=[sp.pi / 3, sp.pi**2 / 60]),
                    NearMiss("no term of order s⁵", rhs=[sp.pi / 6, 0]),
                ],
            ),
        ],
        viii=[gap()],
        ix=[
            *shares_at_one(),
            Agreement(
                lambda s, printed: np.array(printed),
                lambda s, printed: np.round(100 * np.append(s, _share_by_chi_square(s)), 1),
                [
                    {"s": np.array([float(d.removed_fraction.subs(d.u, 1))]), "printed": (68.3, 19.9)},
                ],
                tolerance=1e-12,
                because="the printed percentages are rounded to one digit",
                near_misses=[
                    NearMiss(
                        "half of the weights hold 12.5 %, as uniform ones",
                        predict=lambda s, printed: np.round(100 * np.append(s, s**3), 1),
                    ),
                    NearMiss(
                        "u = Φ⁻¹(s)",
                        predict=lambda s, printed: np.round(
                            100 * np.append(s, _share_at_threshold(_normal_quantile(s))), 1
                        ),
                    ),
                ],
            ),
        ],
        x=[
            Identity(
                lambda: d.derive_zero_fraction(),
                0,
                near_misses=[NearMiss("half of the weights are exactly zero", rhs=sp.Rational(1, 2))],
            ),
        ],
        reads={
            "": [(0, "<", d.variance), (0, "<", d.s), d.s < 1],
            "i": [
                (sp.Abs(sp.Symbol("W", real=True)), "<=", d.u * sp.sqrt(d.variance)),
                (d.u, d.threshold),
                (_R(d.s), d.removed_share),
                (d.removed_share, d.s - _BOUNDARY),
            ],
            "ii": [(d.s, sp.Rational(tenths, 10)) for tenths in (5, 7, 9)],
            "iv": [(_R_PRIME(d.s), d.derive_slope())],
            "v": [(_R(d.s), ">", d.lower_bound)],
            "vi": [(_R(d.s), "<", d.upper_bound)],
            "vii": [(_R(d.s), d.expansion + sp.Function("o")(d.s**5)), (d.s, r"\to", 0)],
            "viii": [(d.u, 1)],
        },
        vocabulary=_VOCABULARY,
    )


#: The distribution function and the density of the standard normal law.
_VOCABULARY = {
    r"\Phi": sp.Lambda(d.x, (1 + sp.erf(d.x / sp.sqrt(2))) / 2),
    r"\varphi": sp.Lambda(d.x, sp.exp(-(d.x**2) / 2) / sp.sqrt(2 * sp.pi)),
    r"\Phi^{-1}": d.quantile,
    "o": sp.Function("o"),
    "u": d.u,
    "v": d.variance,
}
_R, _R_PRIME = sp.Function("R"), sp.Function("R_prime")


def _grid() -> Agreement:
    return Agreement(
        lambda s: np.ones(len(s)),
        lambda s: _between(s, d.lower_bound, d.upper_bound),
        [{"s": _GRID}],
        tolerance=0.0,
        because="whether the share lies strictly between the bounds is yes or no",
        near_misses=[
            NearMiss(
                "the bounds exchange places: π/6 and 1",
                measure=lambda s: _between(s, d.upper_bound, d.lower_bound),
            ),
            NearMiss("half of s³ from above", measure=lambda s: _between(s, d.lower_bound, d.upper_bound / 2)),
            NearMiss(
                "πs³/6 with its next term from above",
                measure=lambda s: _between(s, d.lower_bound, d.lower_bound + sp.pi**2 / 60 * d.s**5),
            ),
        ],
    )


def _share_by_chi_square(s: np.ndarray) -> np.ndarray:
    """$\\Pr(\\chi^2_3\\le q)$ at the s-quantile $q$ of $\\chi^2_1$: weighting by the square adds two degrees of
    freedom."""
    from scipy.stats import chi2

    return chi2.cdf(chi2.ppf(s, 1), 3)


def _normal_quantile(s: np.ndarray) -> np.ndarray:
    from scipy.stats import norm

    return norm.ppf(s)


def _share_at_threshold(threshold: np.ndarray) -> np.ndarray:
    return sp.lambdify(d.u, d.removed_share, ["scipy", "numpy"])(threshold)


def _between(s: np.ndarray, low: sp.Expr, high: sp.Expr) -> np.ndarray:
    below, above = (sp.lambdify(d.s, bound)(s) for bound in (low, high))
    share = removed_share(s)
    return ((below < share) & (share < above)).astype(float)


def _below_threshold(rng: np.random.Generator, size: int, uniform: bool = False, power: int = 1) -> np.ndarray:
    """For weights of standard deviation 3: whether one is at most one deviation, and its square over 9 if it is."""
    deviation = 3.0
    weights = rng.uniform(-1, 1, size) * deviation * np.sqrt(3) if uniform else rng.normal(0, deviation, size)
    small = np.abs(weights) <= deviation**power
    return np.stack([small, np.where(small, weights**2, 0) / deviation**2], axis=1)
