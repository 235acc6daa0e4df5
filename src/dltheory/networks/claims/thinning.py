"""Units and weights removed at random, and what was measured of dropout on networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from dltheory.networks.claims import predictions
from dltheory.networks.claims.enumeration import (
    HALF,
    KEEPS,
    WIDE_LAST,
    activations,
    loss_of,
    mean_loss,
    outputs,
    penalised_loss,
)
from dltheory.networks.claims.noise import MASKS
from dltheory.networks.derivation import printed, sums
from dltheory.networks.derivation.symbols import keep
from verifiedbook.claims import Clauses, Exact, Measured, NearMiss, claim, clauses
from verifiedbook.claims.inference import Sums


@claim(
    "thm-network-random-pruning",
    uses=["thm-random-pruning-is-dropout", "thm-network-dropout-penalty"],
)
def random_pruning() -> Clauses:
    """The sum over examples and the mean over masks exchanged; the last layer's loss with weights or units removed."""
    per_weight, per_unit = sums.N[sums.c, sums.j], sums.N[sums.j]
    expected = sums.layer_loss() + sums.layer_penalty()
    two = sp.Sum(sums.chance[sums.a] * sums.chance[sums.b] * (sums.loss[1, sums.a] + sums.loss[2, sums.b]), *_TWICE)
    return clauses(
        i=[
            Sums(
                sums.shared_masks(),
                sums.own_masks(),
                near_misses=[NearMiss("twice the mean", rhs=2 * sums.own_masks())],
            ),
            Sums(
                # of two examples with masks of their own each sees its own alone: the chances of the other add up to 1
                two,
                sp.Sum(sums.chance[sums.a], _TWICE[0])
                * sp.Sum(sums.chance[sums.b] * (sums.loss[1, sums.b] + sums.loss[2, sums.b]), _TWICE[1]),
                scope="two examples",
                near_misses=[
                    NearMiss(
                        "the first alone",
                        rhs=sp.Sum(sums.chance[sums.a], _TWICE[0])
                        * sp.Sum(sums.chance[sums.b] * sums.loss[1, sums.b], _TWICE[1]),
                    )
                ],
            ),
            Exact(
                lambda keep, power: mean_loss(keep, shared=True, power=power),
                lambda keep, power: mean_loss(keep, shared=False, power=power),
                [{"keep": keep, "power": power} for keep in (HALF, Fraction(4, 5)) for power in (2, 4)],
                near_misses=[
                    NearMiss(
                        "the mean of the squared loss is the same too",
                        predict=lambda keep, power: mean_loss(keep, True, power, squared=True),
                        measure=lambda keep, power: mean_loss(keep, False, power, squared=True),
                    ),
                    NearMiss(
                        "the others are not divided by p",
                        predict=lambda keep, power: mean_loss(keep, shared=True, power=power, divided=False),
                    ),
                ],
            ),
        ],
        ii=[
            Sums(
                sums.layer_loss(per_weight / keep),
                expected,
                noise={sums.N: MASKS},
                near_misses=[
                    NearMiss("no penalty", rhs=sums.layer_loss()),
                    NearMiss("λ = 1 − p", rhs=expected.subs(sums.ridge_strength, 1 - keep)),
                    NearMiss("the others are not divided by p", lhs=sums.layer_loss(per_weight)),
                ],
            ),
            Sums(
                sums.layer_loss(per_unit / keep),
                expected,
                noise={sums.N: MASKS},
                near_misses=[NearMiss("one mask for all units", lhs=sums.layer_loss(sums.N[0] / keep))],
            ),
            Exact(
                penalised_loss,
                _mean_over_pruned_weights,
                KEEPS,
                near_misses=[
                    NearMiss("two of the four weights stay, whatever p", measure=_mean_over_pairs),
                    NearMiss("no penalty", predict=lambda keep: loss_of(outputs(activations()))),
                ],
            ),
        ],
        reads={"ii": [(printed.expectation(printed.loss), printed.pruned_mean)]},
        vocabulary={
            "L": printed.loss,
            "L_0": printed.whole_loss,
            "W_{:j}": printed.W_j,
            "a_{ij}": printed.example_activation,
            **{name: getattr(printed, name) for name in ("n", "k", "i", "j")},
        },
    )


_TWICE = (sums.a, 1, sums.masks), (sums.b, 1, sums.masks)


def _mean_over_pruned_weights(keep: Fraction) -> Fraction:
    """The mean loss over all 2⁴ sets of weights of the last layer, what stays being divided by p."""
    A, total = activations(), Fraction(0)
    for bits in product((0, 1), repeat=4):
        last = [[Fraction(WIDE_LAST[k][j]) * bits[2 * k + j] / keep for j in range(2)] for k in range(2)]
        total += keep ** sum(bits) * (1 - keep) ** (4 - sum(bits)) * loss_of(outputs(A, last))
    return total


def _mean_over_pairs(keep: Fraction) -> Fraction:
    """Two of the four weights stay, all six choices alike: a fixed count."""
    A = activations()
    chosen = [bits for bits in product((0, 1), repeat=4) if sum(bits) == 2]
    losses = []
    for bits in chosen:
        last = [[Fraction(WIDE_LAST[k][j]) * bits[2 * k + j] / keep for j in range(2)] for k in range(2)]
        losses.append(loss_of(outputs(A, last)))
    return sum(losses, Fraction(0)) / len(chosen)


def _recorded(kind: str) -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return runs("dropout", kind)


def _ratios(kind: str, layer: int) -> Any:
    """Measured excess over the penalty: (seeds, rates)."""
    import numpy as np

    found = [run["layers"][str(layer)] for run in _recorded(kind)]
    return np.array([np.divide(row["excess"], row["penalty"]) for row in found])


@claim("obs-network-dropout-penalty", uses=["thm-network-dropout-penalty"])
def penalty_against_measured() -> Clauses:
    """Dropout's excess loss on hidden layers of a trained network, predicted by the expansion and measured."""
    first = predictions.KEEPS.index(predictions.FIRST_LAYER_FROM) + 1
    return clauses(
        i=[
            Measured(
                lambda: [1.0] * 18,
                lambda: _ratios("squared", 2).ravel(),
                tolerance=predictions.LAST_LAYER_TOLERANCE,
                because="squared loss, last hidden layer: three per cent at every rate, the error of 60 draws",
                near_misses=[NearMiss("cross-entropy", measure=lambda: _ratios("cross-entropy", 2).ravel())],
            )
        ],
        ii=[
            Measured(
                lambda: [1.0] * 12,
                lambda: _ratios("squared", 1)[:, :first].ravel(),
                tolerance=predictions.FIRST_LAYER_FOUND,
                because="squared loss, first hidden layer, p at least 0.8",
                changed="five per cent had been predicted, two of twelve ratios missed them; eight hold",
                near_misses=[NearMiss("at p = 0.5 as well", measure=lambda: _ratios("squared", 1).ravel()[6:18])],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 3,
                lambda: _ratios("squared", 1)[:, -1] < 1 - predictions.FIRST_LAYER_TOLERANCE,
                tolerance=0.0,
                because="at p = 0.5 the penalty is too large by more than five per cent",
                near_misses=[NearMiss("in the last layer too", measure=lambda: _ratios("squared", 2)[:, -1] < 0.95)],
            )
        ],
        iv=[
            Measured(
                lambda: [1] * 36,
                lambda: _cross_entropy_ratios() > predictions.CROSS_ENTROPY_EXCESS,
                tolerance=0.0,
                because="cross-entropy: the excess is more than five per cent above the penalty, whatever the rate",
                near_misses=[
                    NearMiss("more than half above, whatever the rate", measure=lambda: _cross_entropy_ratios() > 1.5)
                ],
            )
        ],
        v=[
            Measured(
                lambda: [1] * 6,
                lambda: _cross_entropy_ratios()[5::6] > predictions.CROSS_ENTROPY_EXCESS_AT_HALF,
                tolerance=0.0,
                because="cross-entropy, p = 0.5: more than half above",
                near_misses=[NearMiss("three times as large", measure=lambda: _cross_entropy_ratios()[5::6] > 3)],
            )
        ],
        reads={"ii": [(keep, ">=", _keep_from())], "iii": [(keep, _least_keep())], "v": [(keep, _least_keep())]},
    )


def _keep_from() -> sp.Rational:
    """The least keep probability at which the expansion was predicted to hold on the first layer."""
    return sp.Rational(str(predictions.FIRST_LAYER_FROM))


def _least_keep() -> sp.Rational:
    """The least of the keep probabilities that were measured, the last of each record."""
    (found,) = {run["keeps"][-1] for run in _recorded("squared")}
    return sp.Rational(str(found))


def _cross_entropy_ratios() -> Any:
    import numpy as np

    return np.concatenate([_ratios("cross-entropy", layer).ravel() for layer in (1, 2)])


_COMPARED = "0.5"


@claim("obs-network-random-pruning", uses=["thm-network-random-pruning"])
def trained_to_be_pruned() -> Clauses:
    """Half of the units removed at random: networks trained with dropout against networks trained without."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 3,
                lambda: [r > predictions.PRUNED_RATIO for r in _pruned("squared")],
                tolerance=0.0,
                because="squared loss: at least five times the rise, three seeds",
                near_misses=[NearMiss("a hundred times", measure=lambda: [r > 100 for r in _pruned("squared")])],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 3,
                lambda: [r > predictions.PRUNED_RATIO_CROSS_ENTROPY for r in _pruned("cross-entropy")],
                tolerance=0.0,
                because="cross-entropy: at least 1.3 times the rise",
                near_misses=[NearMiss("five times as well", measure=lambda: [r > 5 for r in _pruned("cross-entropy")])],
            )
        ],
        reads={"i": [(keep, _pruned_keep())]},
    )


def _pruned_keep() -> sp.Rational:
    """The keep probability of the networks that were trained with dropout and are compared."""
    return sp.Rational(_COMPARED)


def _pruned(kind: str) -> list[float]:
    """Rise of the loss without dropout over rise with p = ½, when half of the units are removed."""
    found = []
    for run in _recorded(kind):
        place = run["pruned_keeps"].index(0.5)
        found.append(run["pruned"]["1"]["rise"][place] / run["pruned"][_COMPARED]["rise"][place])
    return found
