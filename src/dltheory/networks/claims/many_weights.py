"""What was measured of networks from which many weights go one after the other: greedy surgery."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from dltheory.networks.claims.surgeon import pruned_networks
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


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
