"""What was measured of networks from which many weights go: sets drawn at random, and greedy surgery."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from dltheory.networks.claims.surgeon import ROUNDING, pruned_networks
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses

_AFTERWARDS = "nothing had been predicted of sets of weights: the bounds were read off the record"


@claim("obs-network-blocks", uses=["obs-network-surgeon"], source="hassibi1993")
def sets_of_weights() -> Clauses:
    """Rises of the loss when several weights go at once, drawn at random: bias and correlation for each size."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 12,
                lambda: _all_between("damage", predictions.DAMAGE_OF_BLOCKS_FOUND),
                tolerance=0.0,
                because="OBD: sum of rises over sum of predictions, four sizes and three networks",
                changed=_AFTERWARDS,
                near_misses=[
                    NearMiss("so are those of OBS", measure=lambda: _all_between("surgery", (1.01, 1.1))),
                    NearMiss("within five per cent", measure=lambda: _all_between("damage", (0.95, 1.05))),
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 12,
                lambda: _all_between("surgery", predictions.SURGERY_OF_BLOCKS_FOUND),
                tolerance=0.0,
                because="OBS: the same",
                changed=_AFTERWARDS,
                near_misses=[NearMiss("less than twice", measure=lambda: _all_between("surgery", (1.39, 2.0)))],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 24,
                lambda: _correlations_of_blocks(predictions.BLOCKS_CORRELATION_FOUND),
                tolerance=0.0,
                because="correlation of the logarithms, OBD and OBS, where neither rise is rounding",
                changed=_AFTERWARDS,
                near_misses=[
                    NearMiss("above 0.99, as for single weights", measure=lambda: _correlations_of_blocks((0.99, 0.99)))
                ],
            )
        ],
    )


def _blocks(name: str) -> list[tuple[Any, Any]]:
    """Predicted and measured rises of the sets of each size, for each network and size."""
    import numpy as np

    return [
        (np.array(block[name]), np.array(block[f"measured_{name}"]))
        for run in pruned_networks()
        for block in run["blocks"].values()
    ]


def _all_between(name: str, ends: tuple[float, float]) -> list[bool]:
    return [bool(ends[0] < rise.sum() / guess.sum() < ends[1]) for guess, rise in _blocks(name)]


def _correlations_of_blocks(least: tuple[float, float]) -> list[bool]:
    import numpy as np

    found = []
    for name, bound in zip(("damage", "surgery"), least, strict=True):
        for guess, rise in _blocks(name):
            real = (guess > ROUNDING) & (rise > ROUNDING)
            found.append(bool(np.corrcoef(np.log(guess[real]), np.log(rise[real]))[0, 1] > bound))
    return found


@claim("obs-network-greedy", uses=["obs-network-surgeon", "thm-obs-greedy-gap"], source="hassibi1993")
def many_weights() -> Clauses:
    """Greedy surgery of a network, on one quadratic: how long the prediction holds, and what the others cost."""
    return clauses(
        i=[
            Measured(
                lambda: [1.0] * 3,
                lambda: [_at(run, "greedy", 300) / _at(run, "greedy_predicted", 300) for run in pruned_networks()],
                tolerance=predictions.GREEDY_HALF_TOLERANCE,
                because="within 30 per cent after 300 of 592 weights",
                near_misses=[
                    NearMiss(
                        "after 450 weights",
                        measure=lambda: [
                            _at(run, "greedy", 450) / _at(run, "greedy_predicted", 450) for run in pruned_networks()
                        ],
                    )
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 3,
                lambda: [_too_small(run, predictions.GREEDY_LATE) for run in pruned_networks()],
                tolerance=0.0,
                because="after 450 weights the rise is more than twice the prediction",
                near_misses=[
                    NearMiss("after 300 as well", measure=lambda: [_too_small(run, 300) for run in pruned_networks()])
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 3,
                lambda: [_in_order(run, "greedy", "surgeon_once", "magnitude") for run in pruned_networks()],
                tolerance=0.0,
                because="greedy costs less than ranked once, and that less than magnitude",
                near_misses=[
                    NearMiss(
                        "the surgeon ranked once beats OBD without any change",
                        measure=lambda: [
                            _in_order(run, "surgeon_once", "damage_once", "magnitude") for run in pruned_networks()
                        ],
                    )
                ],
            )
        ],
    )


def _at(run: dict[str, Any], name: str, removed: int) -> float:
    return float(run[name][run["removed"].index(removed)])


def _too_small(run: dict[str, Any], removed: int) -> bool:
    return _at(run, "greedy", removed) > predictions.GREEDY_LATE_FACTOR * _at(run, "greedy_predicted", removed)


def _in_order(run: dict[str, Any], *names: str) -> bool:
    costs = [_at(run, name, predictions.GREEDY_LATE) for name in names]
    return costs == sorted(costs)
