"""What was measured after retraining, of the best sets of a last layer, and of the law of trained weights."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from dltheory.networks.claims.blocks import new_networks
from dltheory.networks.claims.surgeon import pruned_networks
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses

_BEFORE = "fixed before the networks were trained"


def _networks() -> list[dict[str, Any]]:
    return new_networks("one hidden layer")


@claim("obs-network-retrained", uses=["thm-obs-is-a-t-test", "thm-finetune-recovers"], source="hassibi1993")
def retraining_what_is_left() -> Clauses:
    """The rise after retraining, of single weights and of sets, beside what the quadratic says."""
    return clauses(
        i=[
            Measured(
                lambda: [1.0] * 3,
                lambda: _single_medians("surgery"),
                tolerance=predictions.RETRAINED_MEDIAN_TOLERANCE,
                because=f"median over single weights of rise over saliency; {_BEFORE}",
                near_misses=[NearMiss("OBD's saliency", measure=lambda: _single_medians("damage"))],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 3,
                lambda: [part < predictions.RETRAINED_SETS_AT_MOST for part in share_of_price("32")],
                tolerance=0.0,
                because=f"sets of 32: sum of rises over sum of the surgeon's prices; {_BEFORE}",
                near_misses=[NearMiss("single weights too", measure=lambda: [p < 0.5 for p in share_of_price("1")])],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 6,
                lambda: _won_inside(predictions.WON_BACK),
                tolerance=0.0,
                because=f"sets of 8 and of 32: sum won back over the sum predicted; {_BEFORE}",
                near_misses=[NearMiss("within five per cent", measure=lambda: _won_inside((0.95, 1.05)))],
            )
        ],
    )


def _columns(run: dict[str, Any], size: str, *names: str) -> Any:
    import numpy as np

    return [np.array(run["retrained"][size][name]) for name in names]


def _single_medians(name: str) -> Any:
    """The median over single weights of the rise after retraining over a saliency."""
    import numpy as np

    found = []
    for run in _networks():
        saliency, surgery, rise = _columns(run, "1", name, "surgery", "retrained")
        real = surgery > predictions.RETRAINED_FROM
        found.append(float(np.median(rise[real] / saliency[real])))
    return found


def dearest() -> list[float]:
    """The rise after retraining over the saliency of the dearest single weight of each network."""
    found = []
    for run in _networks():
        price, rise = _columns(run, "1", "surgery", "retrained")
        found.append(float((rise / price)[price.argmax()]))
    return found


def share_of_price(size: str) -> list[float]:
    """The sum of the rises after retraining over that of the surgeon's prices, for each network."""
    found = []
    for run in _networks():
        price, rise = _columns(run, size, "surgery", "retrained")
        found.append(float(rise.sum() / price.sum()))
    return found


def won_back() -> list[float]:
    """What retraining won back of the rise at once, over what the quadratic says: sets of 8 and 32 of each network."""
    found = []
    for run in _networks():
        for size in ("8", "32"):
            damage, removed, price, rise = _columns(run, size, "damage", "measured_damage", "surgery", "retrained")
            found.append(float((removed - rise).sum() / (damage - price).sum()))
    return found


def _won_inside(ends: tuple[float, float]) -> list[bool]:
    return [ends[0] < ratio < ends[1] for ratio in won_back()]


@claim("obs-network-greedy-rows", uses=["thm-obs-greedy-gap", "obs-network-greedy"])
def greedy_in_the_last_layer() -> Clauses:
    """Outputs for which greedy surgery misses the best set of weights of some size, all sets enumerated."""
    return clauses(
        [
            Measured(
                lambda: [1] * 3,
                lambda: [count >= predictions.GREEDY_MISSES for count in misses()],
                tolerance=0.0,
                because=f"outputs with a set more than one per cent above the best of its size; {_BEFORE}",
                near_misses=[
                    NearMiss(
                        "by a factor of two", measure=lambda: [c >= predictions.GREEDY_MISSES for c in misses(1.0)]
                    ),
                    NearMiss("for every output", measure=lambda: [c == 10 for c in misses()]),
                ],
            )
        ]
    )


def misses(by: float = predictions.GREEDY_MISSES_BY) -> list[int]:
    """For each network the number of outputs for which greedy surgery costs a share ``by`` more than the best set."""
    import numpy as np

    found = []
    for run in _networks():
        greedy, best = np.moveaxis(np.array(run["rows"]), 1, 0)
        found.append(int((greedy > (1 + by) * best).any(axis=1).sum()))
    return found


@claim("obs-network-gaussian-share", uses=["thm-gaussian-energy"])
def trained_weights_are_not_gaussian() -> Clauses:
    """The share of the squared norm that the smaller half of the first layer's weights holds, over the Gaussian one."""
    return clauses(
        [
            Measured(
                lambda: [1] * 6,
                lambda: [part < predictions.GAUSSIAN_SHARE_AT_MOST for part in half_shares()],
                tolerance=0.0,
                because=f"six networks at minima with a ridge; {_BEFORE}, or looked at in this way",
                near_misses=[NearMiss("at the start", measure=lambda: [part < 0.5 for part in _first_shares()])],
            )
        ]
    )


def half_shares() -> list[float]:
    """What the smaller half of the first layer's weights holds over what it holds of Gaussian weights, six networks."""
    first_layer = [run["singles"]["size"][:512] for run in pruned_networks()]
    return [_half_share(sizes) for sizes in (*first_layer, *(run["first_layer"] for run in _networks()))]


def _half_share(sizes: Any) -> float:
    from dltheory.pruning.experiment.gaussian import measured_share, removed_share

    return measured_share(sizes, len(sizes) // 2) / float(removed_share(0.5))


def _first_shares() -> list[float]:
    """The same of the weights that six seeds draw."""
    from dltheory.networks.experiment.model import Network

    network = Network((64, 8, 10))
    return [_half_share(network.first(seed)[network.slices(0)[0]].numpy()) for seed in range(6)]
