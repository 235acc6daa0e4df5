"""Dropout on features that do not move, on hidden layers, and random pruning of networks."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import a_1, a_2, epsilon, l_12
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, MonteCarlo, NearMiss, claim, clauses

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


@claim(
    "thm-last-layer-dropout",
    uses=["thm-dropout-expected-loss", "thm-dropout-minimiser", "thm-dropout-iterate-covariance"],
)
def dropout_on_frozen_features() -> Clauses:
    """With the layers below frozen, dropout on the last hidden layer is dropout in linear regression."""
    return clauses(
        i=[
            Exact(
                _ridge_loss,
                _mean_over_masks,
                [{"keep": keep} for keep in (HALF, THIRD, Fraction(4, 5))],
                near_misses=[
                    NearMiss(
                        "the norms of the inputs' columns", predict=lambda keep: _ridge_loss(keep, of_inputs=True)
                    ),
                    NearMiss("λ = 1 − p", predict=lambda keep: _ridge_loss(keep, strength=1 - keep)),
                    NearMiss(
                        "the mask before the activation", measure=lambda keep: _mean_over_masks(keep, before=True)
                    ),
                ],
            ),
        ],
        ii=[
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
        declared={
            r"A\in\R^{n\times k}": "a space, no relation between numbers",
            r"0<p": "the range of the instances",
            r"p<1": "the range of the instances",
            r"\Gamma^2=\diag(A^\top A)": "a definition",
            r"\lambda=(1-p)/p": "a definition",
            r"X=A": "the substitution that is the proof",
        },
    )


# three images, two pixels, two hidden units with a ReLU, one output; rational throughout
_IMAGES = ((1, 2), (Fraction(-1, 2), 1), (3, Fraction(-1, 3)))
_FIRST = ((1, -1), (Fraction(1, 2), 2))
_LAST = (Fraction(3, 2), Fraction(-2, 3))
_TARGETS = (1, -1, 2)


def activations() -> list[list[Fraction]]:
    return [
        [
            max(Fraction(0), sum((Fraction(w) * x for w, x in zip(row, image, strict=True)), Fraction(0)))
            for row in _FIRST
        ]
        for image in _IMAGES
    ]


def _ridge_loss(keep: Fraction, strength: Fraction | None = None, of_inputs: bool = False) -> Fraction:
    """‖y − Aw‖² + λ Σ_j ‖A_{:j}‖² w_j² for the frozen activations A."""
    A = activations()
    fitted = [sum(a * w for a, w in zip(row, _LAST, strict=True)) for row in A]
    loss = sum((y - f) ** 2 for y, f in zip(_TARGETS, fitted, strict=True))
    rows = _IMAGES if of_inputs else A
    norms = [sum(Fraction(row[j]) ** 2 for row in rows) for j in range(2)]
    strength = (1 - keep) / keep if strength is None else strength
    return loss + strength * sum(norm * w**2 for norm, w in zip(norms, _LAST, strict=True))


def _mean_over_masks(keep: Fraction, before: bool = False) -> Fraction:
    """The mean of the loss over all 2⁶ masks, each activation kept by itself and divided by p."""
    A, total = activations(), Fraction(0)
    if before:  # the mask on the weights into a unit, inside the ReLU: shifted so that it matters
        A = [[a + 1 for a in row] for row in A]
    for bits in product((0, 1), repeat=6):
        chance = keep ** sum(bits) * (1 - keep) ** (6 - sum(bits))
        masked = [[A[i][j] * bits[2 * i + j] / keep for j in range(2)] for i in range(3)]
        fitted = [sum(a * w for a, w in zip(row, _LAST, strict=True)) for row in masked]
        total += chance * sum((y - f) ** 2 for y, f in zip(_TARGETS, fitted, strict=True))
    return total


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


_EXPANSION = (
    r"\E\,\ell=\ell(a)+\frac{\varepsilon^2}2\sum_ja_j^2\,\frac{\partial^2\ell}{\partial a_j^2}"
    r"+o(\varepsilon^2)"
)


@claim(
    "thm-network-dropout-penalty",
    uses=["thm-dropout-glm", "thm-dropout-noise-law"],
    source="wager2013",
)
def dropout_penalty() -> Clauses:
    """What small noise on the activations of any layer adds to the loss, and where the expansion is exact."""
    expected = derivation.dropout_penalty()
    return clauses(
        i=[
            Identity(
                derivation.dropout_expansion,
                expected,
                near_misses=[
                    NearMiss("without ½", rhs=2 * expected),
                    NearMiss("the whole Hessian, not its diagonal", rhs=expected + epsilon**2 * a_1 * a_2 * l_12),
                    NearMiss("without the squared activations", rhs=expected.subs({a_1: 1, a_2: 1})),
                ],
            ),
        ],
        ii=[
            Exact(
                penalised_loss,
                excess_by_masks,
                [{"keep": keep} for keep in (HALF, THIRD, Fraction(4, 5))],
                near_misses=[
                    NearMiss("one row of the last layer only", predict=lambda keep: penalised_loss(keep, rows=1)),
                    NearMiss("the fourth power in place of the square", measure=lambda keep: excess_by_masks(keep, 4)),
                ],
            ),
        ],
        declared={
            r"a\in\R^k": "a space, no relation between numbers",
            r"\varepsilon\to0": "the limit of the expansion",
            _EXPANSION: "derivatives of a function that is not given; derived for two activations",
            r"\ell(a)=\norm{y-Wa}^2": "a definition",
        },
    )


WIDE_LAST = ((Fraction(3, 2), Fraction(-2, 3)), (1, Fraction(1, 2)))
_WIDE_TARGETS = ((1, 0), (-1, 2), (2, Fraction(1, 3)))


def outputs(rows: list[list[Fraction]], last: Any = WIDE_LAST) -> list[list[Fraction]]:
    return [[sum(Fraction(w) * a for w, a in zip(unit, row, strict=True)) for unit in last] for row in rows]


def loss_of(outputs: list[list[Fraction]], power: int = 2) -> Fraction:
    return sum(
        (
            (Fraction(y) - f) ** power
            for row, wanted in zip(outputs, _WIDE_TARGETS, strict=True)
            for f, y in zip(row, wanted, strict=True)
        ),
        Fraction(0),
    )


def penalised_loss(keep: Fraction, rows: int = 2) -> Fraction:
    """Loss plus λ Σ_j ‖W_{:j}‖² Σ_i a_ij²."""
    A = activations()
    columns = [sum(Fraction(WIDE_LAST[k][j]) ** 2 for k in range(rows)) for j in range(2)]
    return loss_of(outputs(A)) + (1 - keep) / keep * sum(columns[j] * row[j] ** 2 for row in A for j in range(2))


def excess_by_masks(keep: Fraction, power: int = 2) -> Fraction:
    return mean_loss(keep, shared=False, power=power)


def mean_loss(keep: Fraction, shared: bool, power: int = 2, squared: bool = False) -> Fraction:
    """The mean, over masks of every image or one mask for all, of the loss, or of its square."""
    A, total = activations(), Fraction(0)
    count = 2 if shared else 6
    for bits in product((0, 1), repeat=count):
        chance = keep ** sum(bits) * (1 - keep) ** (count - sum(bits))
        masked = [[A[i][j] * bits[j if shared else 2 * i + j] / keep for j in range(2)] for i in range(3)]
        loss = loss_of(outputs(masked), power)
        total += chance * (loss**2 if squared else loss)
    return total
