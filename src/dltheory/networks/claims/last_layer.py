"""Dropout on the last hidden layer while the layers below learn, and the lower bound for networks."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.dropout.derivation import minimiser
from dltheory.networks.claims.noise import MASKS
from dltheory.networks.derivation import printed, sums
from dltheory.networks.derivation.symbols import keep, ridge
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums


@claim(
    "thm-network-dropout-moving",
    uses=[
        "thm-network-random-pruning",
        "cor-dropout-standardised",
        "thm-dropout-conditioning",
        "thm-dropout-equal-contributions",
        "thm-finetune-recovers",
    ],
)
def dropout_while_the_layers_below_learn() -> Clauses:
    """The mean loss of a linear last layer at any activations, its curvature, and stationary points of one image."""
    expected = sums.layer_loss() + sums.layer_penalty()
    per_unit = sums.N[sums.i, sums.j]
    curved = sums.frozen_slope_and_curvature()
    return clauses(
        i=[
            Sums(
                sums.layer_loss(per_unit / keep),
                expected,
                noise={sums.N: MASKS},
                near_misses=[
                    NearMiss("λ = 1 − p", rhs=expected.subs(sums.ridge_strength, 1 - keep)),
                    NearMiss("the mask is not divided by p", lhs=sums.layer_loss(per_unit)),
                ],
            ),
        ],
        ii=[Cites("cor-dropout-standardised", "i"), Cites("cor-dropout-standardised", "ii")],
        iii=[
            Sums(
                sums.frozen_rise(),
                curved,
                near_misses=[NearMiss("the penalty does not curve", rhs=curved.subs(ridge, 0))],
            ),
        ],
        iv=[Cites("thm-dropout-conditioning", "iv"), Cites("thm-finetune-recovers", "vii")],
        v=[
            Identity(
                # half the derivative in a last weight is chapter 3's normal equation with the feature a_j
                _half_slope,
                lambda: minimiser.normal_entry(_ACTIVATION, _ACTIVATION * _WEIGHT, _ACTIVATION * _WEIGHT + _OTHERS),
                near_misses=[NearMiss("the penalty counts twice", lhs=lambda: _half_slope(2 * ridge))],
            ),
            Cites("thm-dropout-equal-contributions", "i"),
            Agreement(
                _shared_equally,
                _contributions,
                [{"seed": 0, "keep": 0.5}, {"seed": 1, "keep": 0.8}],
                tolerance=1e-5,
                because="quasi-Newton steps that end at a gradient of about 10⁻⁹, all layers trained",
                near_misses=[
                    NearMiss("y/k: nothing is held back", predict=lambda seed, keep: _shared_equally(seed, 1.0)),
                    NearMiss(
                        "at the start as well", measure=lambda seed, keep: _contributions(seed, keep, trained=False)
                    ),
                ],
            ),
        ],
        reads={
            "": [
                printed.activations,
                (printed.W, r"\in", printed.space(printed.R, printed.m, printed.k)),
                (0, "<", keep),
                (keep, "<", 1),
                (ridge, sums.ridge_strength),
                (printed.Gamma**2, printed.column_norms),
            ],
            "i": [(printed.layer_masked, printed.layer_penalised)],
            "ii": [
                (printed.A_tilde, printed.A * printed.Gamma**-1),
                (printed.W_tilde, printed.W * printed.Gamma),
                (printed.layer_penalised, printed.layer_standardised),
            ],
            "iii": [(printed.H, printed.layer_curvature)],
            "iv": [
                (printed.G, printed.transpose(printed.A) * printed.A),
                (printed.kappa(printed.H_all), ">=", printed.ratio_of_columns),
            ],
            "v": [(printed.n, 1), (printed.unit_contribution, printed.shared_target)],
        },
        vocabulary={
            **{name: getattr(printed, name) for name in ("A", "B", "W", "Y", "H", "n", "k", "m")},
            r"\Gamma": printed.Gamma,
            r"\tilde A": printed.A_tilde,
            r"\tilde W": printed.W_tilde,
            r"\kappa": printed.kappa,
            r"H_\theta": printed.H_all,
            "G": printed.G,
            "G_{jj}": printed.G_jj,
            "a_j": printed.activation,
            "W_{cj}": printed.W_cj,
            "y_c": printed.y_c,
        },
    )


_ACTIVATION, _WEIGHT, _OTHERS = sp.symbols("a_j W_cj r", real=True)


def _half_slope(strength: sp.Expr = ridge) -> sp.Expr:
    """Half the derivative, in a weight of unit j, of one output's mean loss on one image; r is what the others add."""
    loss = (minimiser.y - _ACTIVATION * _WEIGHT - _OTHERS) ** 2 + strength * (_ACTIVATION * _WEIGHT) ** 2
    return sp.expand(sp.diff(loss, _WEIGHT) / 2)


def _shared_equally(seed: int, keep: float) -> Any:
    """y_c/(k + λ) for every unit and output of the small network on one image."""
    import numpy as np

    from dltheory.networks.experiment import one_image

    targets = one_image.targets(seed)
    return np.repeat(targets[:, None] / (one_image.WIDTH + (1 - keep) / keep), one_image.WIDTH, axis=1)


def _contributions(seed: int, keep: float, trained: bool = True) -> Any:
    from dltheory.networks.experiment import one_image

    return one_image.contributions(seed, keep, trained)


@claim("thm-network-lower-bound", uses=["thm-momentum-lower-bound"], source="nesterov2018")
def lower_bound_for_networks() -> Clauses:
    """A network whose last layer is the hardest quadratic: curvature by automatic differentiation, and the best end."""
    cases = [{"rate": rate, "steps": steps} for rate in (0.4, 0.7) for steps in (1, 3, 6)]
    return clauses(
        [
            Cites("thm-momentum-lower-bound", "i"),
            Agreement(
                _bound,
                _least_error,
                cases,
                tolerance=1e-7,
                because="second derivatives of a network in double precision, eigenvalues of up to seven rows, and "
                "least squares",
                near_misses=[
                    NearMiss("one step more", measure=lambda rate, steps: _least_error(rate, steps, extra=1)),
                    NearMiss("heavy ball's qᵗ", predict=lambda rate, steps: rate**steps),
                ],
            ),
        ],
        reads=[printed.condition_number > 1, (1, "<=", printed.t), (printed.t, "<", printed.d)],
        vocabulary={r"\kappa": printed.condition_number, "t": printed.t, "d": printed.d},
    )


def _bound(rate: float, steps: int) -> float:
    """2qᵗ/(1+q²ᵗ)."""
    return float(sp.Float(2 * rate**steps / (1 + rate ** (2 * steps))))


def _least_error(rate: float, steps: int, extra: int = 0) -> float:
    """The least error that a Krylov method can have on the last layer of a network with tanh units built for it."""
    from dltheory.momentum.experiment.krylov import best_krylov_error, hardest_problem
    from dltheory.networks.experiment import one_image

    curvature, start = one_image.as_last_layer(*hardest_problem(rate, steps))
    return best_krylov_error(curvature, start, steps + extra)
