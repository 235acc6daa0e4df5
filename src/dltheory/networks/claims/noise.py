"""Dropout on features that do not move, and what noise on a layer adds to the loss."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.dropout.derivation import sums as dropout
from dltheory.networks import derivation
from dltheory.networks.claims.enumeration import (
    KEEPS,
    excess_by_masks,
    mean_over_masks,
    penalised_loss,
    ridge_loss,
)
from dltheory.networks.derivation import printed, sums
from dltheory.networks.derivation.symbols import a_1, a_2, epsilon, keep, l_12, ridge
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, SecondOrder, Sums

#: Mean and variance of a mask's entries.
MASKS = (keep, keep * (1 - keep))
_STRENGTH = sums.ridge_strength


@claim(
    "thm-last-layer-dropout",
    uses=["cor-dropout-ridge", "thm-dropout-minimiser", "thm-dropout-iterate-covariance"],
)
def dropout_on_frozen_features() -> Clauses:
    """Chapter 3's sums with the activations in the place of the design, for any number of examples and units."""
    noisy = dropout.N[dropout.i, dropout.j]
    move, norm = sp.symbols("h gamma", real=True)  # the move of one weight, and the norm of its column
    rise, curved = sums.frozen_rise(), sums.frozen_slope_and_curvature()
    return clauses(
        i=[
            Sums(
                sums.frozen_loss(noisy / keep),
                sums.frozen_objective(),
                noise={dropout.N: MASKS},
                given=[keep < 1],
                near_misses=[
                    NearMiss("λ = 1 − p", rhs=sums.frozen_objective().subs(_STRENGTH, 1 - keep)),
                    NearMiss("the mask is not divided by p", lhs=sums.frozen_loss(noisy)),
                    NearMiss("one mask for all units", lhs=sums.frozen_loss(dropout.N[dropout.i] / keep)),
                ],
            ),
            Cites("cor-dropout-ridge", "ii"),
            Exact(
                ridge_loss,
                mean_over_masks,
                KEEPS,
                near_misses=[
                    NearMiss("the norms of the inputs' columns", predict=lambda keep: ridge_loss(keep, of_inputs=True)),
                    NearMiss("λ = 1 − p", predict=lambda keep: ridge_loss(keep, strength=1 - keep)),
                    NearMiss("the mask on the inputs", measure=lambda keep: mean_over_masks(keep, on_inputs=True)),
                ],
            ),
        ],
        ii=[
            Sums(
                rise,
                curved,
                near_misses=[
                    NearMiss("the penalty adds nothing", rhs=curved.subs(ridge, 0)),
                ],
            ),
            ForAll(
                [norm > 0, sp.Ne(move, 0)],
                ridge * norm**2 * move**2 > 0,
                near_misses=[NearMiss("a column of zeros", given=[norm >= 0, sp.Ne(move, 0)])],
            ),
            Cites("thm-dropout-minimiser", "i"),
            Agreement(
                lambda keep: _closed_form(keep),
                lambda keep: _by_scikit_learn(keep),
                [{"keep": keep} for keep in (0.5, 0.8, 0.95)],
                tolerance=1e-8,
                because="two solvers of a linear system of five unknowns",
                time_limit=60.0,
                near_misses=[
                    NearMiss("plain ridge, not standardised", measure=lambda keep: _by_scikit_learn(keep, False))
                ],
            ),
        ],
        iii=[
            Sums(
                sums.masked_rise(),
                sums.masked_slope_and_square(),
                near_misses=[NearMiss("half the slope", rhs=sums.masked_slope_and_square() - _slope())],
            ),
            Cites("thm-dropout-iterate-covariance"),
            MonteCarlo(
                lambda: _second_moments(),
                lambda rng, size: _simulated_moments(rng, size),
                size=3000,
                time_limit=60.0,
                near_misses=[
                    NearMiss("half the covariance", expected=lambda: _second_moments() / 2),
                    NearMiss("after five steps", expected=lambda: _second_moments(steps=5)),
                ],
            ),
        ],
        reads={
            "": [
                printed.activations,
                (0, "<", keep),
                (keep, "<", 1),
                (ridge, sums.ridge_strength),
                (printed.Gamma**2, printed.column_norms),
            ],
            "i": [(printed.masked_loss, printed.ridge_loss)],
            "ii": [(printed.w_star, printed.minimiser)],
            "iii": [(printed.X, printed.A)],
        },
        vocabulary={
            **{name: getattr(printed, name) for name in ("A", "B", "X", "w", "y", "n", "k")},
            r"\Gamma": printed.Gamma,
            r"w^\star": printed.w_star,
        },
    )


def _slope() -> sp.Expr:
    return dropout.noisy_slope().xreplace({dropout.X: sums.A})


@cache
def _features() -> tuple[Any, Any]:
    from dltheory.networks.experiment import dropout

    return dropout.frozen_features(0)


def _closed_form(keep: float) -> Any:
    from dltheory.dropout.experiment import linear

    return linear.minimiser(*_features(), keep)


def _by_scikit_learn(keep: float, standardised: bool = True) -> Any:
    import numpy as np
    from sklearn.linear_model import Ridge

    features, targets = _features()
    norms = np.linalg.norm(features, axis=0) if standardised else np.ones(features.shape[1])
    fitted = Ridge(alpha=(1 - keep) / keep, fit_intercept=False, tol=1e-12, solver="svd").fit(features / norms, targets)
    return fitted.coef_ / norms


_KEEP, _STEPS = 0.8, 60


def _step() -> float:
    from dltheory.dropout.experiment import covariance

    return 0.2 * covariance.largest_mean_square_step(*_features(), _KEEP)


def _second_moments(steps: int = _STEPS) -> Any:
    """E (w − w*)(w − w*)ᵀ after so many steps from the minimiser, by enumeration of all 32 masks: upper triangle."""
    import numpy as np

    from dltheory.dropout.experiment import covariance

    moment = covariance.second_moment(*_features(), _KEEP, _step(), steps)
    return moment[np.triu_indices(len(moment))]


def _simulated_moments(rng: Any, size: int) -> Any:
    import numpy as np

    from dltheory.dropout.experiment import linear

    features, targets = _features()
    optimum = linear.minimiser(features, targets, _KEEP)
    chains = linear.simulate(features, targets, _KEEP, _step(), _STEPS, size, rng, shared=True, start=optimum)
    error = chains.last - optimum
    rows, columns = np.triu_indices(error.shape[1])
    return error[:, rows] * error[:, columns]


@claim("thm-network-dropout-penalty", uses=["thm-dropout-glm", "thm-dropout-noise-law"], source="wager2013")
def dropout_penalty() -> Clauses:
    """The mean of a quadratic of any number of activations; the last layer's loss with a mask, without remainder."""
    expected, small = derivation.dropout_penalty(), sums.small_noise_penalty()
    noisy = sums.N[sums.j]
    return clauses(
        i=[
            SecondOrder(
                sums.activation[sums.j] * sums.noise[sums.j],
                (sums.j, 1, sums.units),
                sums.slopes,
                sums.curves,
                epsilon,
                small,
                {sums.noise: (0, 1)},
                printed=(printed.expectation(printed.ell(printed.a_noisy)), printed.expanded),
                near_misses=[
                    NearMiss("without ½", excess=2 * small),
                    NearMiss("noise of mean 1", noise={sums.noise: (1, 1)}),
                    NearMiss(
                        "without the squared activations", excess=small.xreplace({sums.activation[sums.j]: sp.S.One})
                    ),
                    NearMiss("one noise for all units", move=sums.activation[sums.j] * sums.noise[0]),
                ],
            ),
            Identity(
                derivation.dropout_expansion,
                expected,
                scope="two activations",
                near_misses=[
                    NearMiss("without ½", rhs=2 * expected),
                    NearMiss("the whole Hessian, not its diagonal", rhs=expected + epsilon**2 * a_1 * a_2 * l_12),
                ],
            ),
        ],
        ii=[
            Sums(
                sums.one_loss(noisy / keep),
                sums.one_loss() + sums.one_penalty(),
                noise={sums.N: MASKS},
                given=[keep <= 1],
                near_misses=[
                    NearMiss("half of it", rhs=sums.one_loss() + sums.one_penalty() / 2),
                    NearMiss("λ = 1 − p", rhs=sums.one_loss() + (sums.one_penalty()).subs(_STRENGTH, 1 - keep)),
                    NearMiss("the mask is not divided by p", lhs=sums.one_loss(noisy)),
                ],
            ),
            Exact(
                penalised_loss,
                excess_by_masks,
                KEEPS,
                near_misses=[
                    NearMiss("one row of the last layer only", predict=lambda keep: penalised_loss(keep, rows=1)),
                    NearMiss("the fourth power in place of the square", measure=lambda keep: excess_by_masks(keep, 4)),
                ],
            ),
        ],
        reads={
            "": [(printed.a, r"\in", printed.space(printed.R, printed.k))],
            "i": [(printed.noisy_activation, printed.moved_activation), (epsilon, r"\to", 0)],
            "ii": [
                (printed.ell(printed.a), printed.squared),
                (0, "<", keep),
                (keep, "<=", 1),
                (printed.expectation(printed.ell(printed.a_noisy)), printed.squared_mean),
            ],
        },
        vocabulary={
            **{name: getattr(printed, name) for name in ("a", "y", "W", "k", "j")},
            "W_{:j}": printed.W_j,
            "o": printed.little_o,
            "a_j": printed.activation,
            "u_j": printed.noise,
            r"\tilde a": printed.a_noisy,
            r"\tilde a_j": printed.noisy_activation,
            r"\ell": printed.ell,
            r"\ell_{jj}": printed.curve,
            r"\varepsilon": epsilon,
        },
    )
