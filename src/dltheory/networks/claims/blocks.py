"""Sets of weights that go at once: what was read off a first record, and what was predicted of new networks."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from dltheory.networks.claims.surgeon import ROUNDING, pruned_networks
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses

Runs = list[dict[str, Any]]
Pair = tuple[float, float]
_AFTERWARDS = "nothing had been predicted of sets of weights: the bounds were read off the record"


@claim("obs-network-blocks", uses=["obs-network-surgeon"], source="hassibi1993")
def sets_of_weights() -> Clauses:
    """Rises of the loss when several weights go at once, drawn at random: bias and correlation for each size."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 12,
                lambda: _all_between(pruned_networks(), "damage", predictions.DAMAGE_OF_BLOCKS_FOUND),
                tolerance=0.0,
                because="OBD: sum of rises over sum of predictions, four sizes and three networks",
                changed=_AFTERWARDS,
                near_misses=[
                    NearMiss(
                        "so are those of OBS", measure=lambda: _all_between(pruned_networks(), "surgery", (1.01, 1.1))
                    ),
                    NearMiss(
                        "within five per cent", measure=lambda: _all_between(pruned_networks(), "damage", (0.95, 1.05))
                    ),
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 12,
                lambda: _all_between(pruned_networks(), "surgery", predictions.SURGERY_OF_BLOCKS_FOUND),
                tolerance=0.0,
                because="OBS: the same",
                changed=_AFTERWARDS,
                near_misses=[
                    NearMiss("less than twice", measure=lambda: _all_between(pruned_networks(), "surgery", (1.39, 2.0)))
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 24,
                lambda: _correlate(pruned_networks(), predictions.BLOCKS_CORRELATION_FOUND),
                tolerance=0.0,
                because="correlation of the logarithms, OBD and OBS, where neither rise is rounding",
                changed=_AFTERWARDS,
                near_misses=[
                    NearMiss(
                        "above 0.99, as for single weights", measure=lambda: _correlate(pruned_networks(), (0.99, 0.99))
                    )
                ],
            )
        ],
    )


def _blocks(runs: Runs, name: str) -> list[tuple[Any, Any]]:
    """Predicted and measured rises of the sets of each size, for each network and size."""
    import numpy as np

    return [
        (np.array(block[name]), np.array(block[f"measured_{name}"])) for run in runs for block in run["blocks"].values()
    ]


def biases(runs: Runs, name: str) -> list[float]:
    """Sum of measured over sum of predicted rises."""
    return [float(rise.sum() / guess.sum()) for guess, rise in _blocks(runs, name)]


def _all_between(runs: Runs, name: str, ends: Pair) -> list[bool]:
    return [ends[0] < bias < ends[1] for bias in biases(runs, name)]


def correlations(runs: Runs, name: str) -> list[float]:
    """Of the logarithms of predicted and measured rises, where neither is rounding."""
    import numpy as np

    found = []
    for guess, rise in _blocks(runs, name):
        real = (guess > ROUNDING) & (rise > ROUNDING)
        found.append(float(np.corrcoef(np.log(guess[real]), np.log(rise[real]))[0, 1]))
    return found


def _correlate(runs: Runs, least: Pair) -> list[bool]:
    """Whether they correlate with more than ``least``, OBD and OBS."""
    return [
        r > bound for name, bound in zip(("damage", "surgery"), least, strict=True) for r in correlations(runs, name)
    ]


def new_networks(shape: str) -> Runs:
    """The networks that were trained after their sets had been predicted."""
    from dltheory.networks.experiment.recorded import runs

    return [run for run in runs("blocks") if run["shape"] == shape]


_ONE, _TWO = "one hidden layer", "two hidden layers"
_BEFORE = "fixed before the networks were trained"


def predicted_ranges() -> dict[tuple[str, str], Pair]:
    """What had been written down of the sums of measured over predicted rises, by shape and kind of rise."""
    middle, room = predictions.NEW_DAMAGE, predictions.NEW_DAMAGE_TOLERANCE
    return {
        (_ONE, "damage"): (middle - room, middle + room),
        (_ONE, "surgery"): predictions.NEW_SURGERY,
        (_TWO, "damage"): predictions.DEEP_DAMAGE,
        (_TWO, "surgery"): (predictions.DEEP_SURGERY_AT_LEAST, float("inf")),
    }


@claim("obs-network-blocks-predicted", uses=["obs-network-blocks", "thm-prune-loss", "thm-obs"], source="hassibi1993")
def sets_of_weights_predicted() -> Clauses:
    """Bias and correlation of sets of weights of new networks with one hidden layer and with two."""
    return clauses(
        i=[_sums(_ONE, "damage", predictions.NEW_DAMAGE_FOUND, "one of twelve")],
        ii=[_sums(_ONE, "surgery", predictions.NEW_SURGERY_FOUND, "one of twelve")],
        iii=[
            _correlated(_ONE, "damage", predictions.NEW_CORRELATIONS[0], 1.0),
            _correlated(
                _ONE,
                "surgery",
                predictions.NEW_CORRELATIONS[1],
                predictions.NEW_CORRELATION_OF_SURGERY_FOUND,
                "two of twelve",
            ),
        ],
        iv=[_sums(_TWO, "damage", predictions.DEEP_DAMAGE_FOUND, "two of twelve")],
        v=[_sums(_TWO, "surgery", 1.0)],
        vi=[
            _correlated(
                _TWO,
                kind,
                predictions.DEEP_CORRELATIONS[at],
                predictions.DEEP_CORRELATIONS_FOUND[at],
                missed,
            )
            for at, (kind, missed) in enumerate((("damage", "four of twelve"), ("surgery", "one of twelve")))
        ],
    )


def _sums(shape: str, kind: str, share: float, missed: str = "") -> Measured:
    """The share of the twelve sums, four sizes and three networks, that lie in the range written down for them."""
    ends, other = predicted_ranges()[shape, kind], "surgery" if kind == "damage" else "damage"
    return Measured(
        lambda: [share],
        lambda: [_share(_all_between(new_networks(shape), kind, ends))],
        tolerance=0.0,
        because=f"{_inside(ends)}, the share of four sizes and three networks; {_BEFORE}",
        changed=f"all twelve had been predicted, {missed} missed it" if missed else "",
        near_misses=[
            NearMiss(
                "OBS in place of OBD, or OBD of OBS",
                measure=lambda: [_share(_all_between(new_networks(shape), other, ends))],
            )
        ],
    )


def _correlated(shape: str, kind: str, least: float, share: float, missed: str = "") -> Measured:
    """The share of the twelve correlations of logarithms above the bound written down for them."""
    return Measured(
        lambda: [share],
        lambda: [_share([r > least for r in correlations(new_networks(shape), kind)])],
        tolerance=0.0,
        because=f"above {least:g}, the share of four sizes and three networks; {_BEFORE}",
        changed=f"all twelve had been predicted, {missed} missed it" if missed else "",
        near_misses=[
            NearMiss(
                "above 0.99", measure=lambda: [_share([r > 0.99 for r in correlations(new_networks(shape), kind)])]
            )
        ],
    )


def _inside(ends: Pair) -> str:
    return f"above {ends[0]:g}" if ends[1] == float("inf") else f"between {ends[0]:g} and {ends[1]:g}"


def _share(held: list[bool]) -> float:
    return sum(held) / len(held)
