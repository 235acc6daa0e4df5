"""What the recorded runs on images with the cheating feature say."""

from __future__ import annotations

import numpy as np

from dltheory.dropout.experiment.recorded import PUBLISHED
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


def _runs(keep: float, relu: bool, name: str = "dropout-cifar10.json") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean and cheating accuracy and number of lost classes of every recorded seed."""
    from dltheory.dropout.experiment.recorded import recorded

    for row in recorded(name):
        if (row.keep, row.relu_on_logits) == (keep, relu):
            return np.array(row.clean), np.array(row.cheating), np.array(row.never_predicted)
    raise ValueError(f"{name} holds no runs with keep probability {keep:g} and relu {relu}")


def _every_run_is_higher(accuracy: int = 0, reverse: bool = False, seeds: int | None = None) -> np.ndarray:
    """1 if every run with dropout is above every run without, and 1 if the paired test gives at most 0.01; else 0.

    ``accuracy``: 0 on clean images, 1 with the feature. Runs of a seed share their initial weights, so they are
    exchanged in pairs. ``seeds``: the first ones only.
    """
    from dltheory.lab.runs.comparison import paired_p_value

    higher, lower = _runs(0.25, True)[accuracy][:seeds], _runs(1.0, True)[accuracy][:seeds]
    if reverse:
        higher, lower = lower, higher
    p_value = paired_p_value(higher.tolist(), lower.tolist())
    return np.array([float(higher.min() > lower.max()), float(p_value <= 0.01)])


def _with_two_lost(other: int = 2) -> np.ndarray:
    """Mean accuracies, clean and with the feature, of the plain runs that lost two classes, or ``other`` many."""
    clean, cheating, lost = _runs(1.0, True)
    return np.array([clean[lost == other].mean(), cheating[lost == other].mean()])


@claim(
    "obs-dropout-cheating-feature",
    uses=["thm-dropout-relu-on-logits"],
    source="dltheoreticalanalysis, krizhevsky2009",
)
def dropout_makes_the_network_look_elsewhere() -> Clauses:
    """The recorded seeds of the two published variants, each against each, and the two classes of the published run."""
    return clauses(
        i=[
            Measured(
                lambda: np.full(len(_runs(1.0, True)[0]), 0.1),
                lambda: _runs(1.0, True)[0],
                tolerance=0.1,
                because="clean images carry no feature, so a network that sees nothing else guesses among ten classes",
                near_misses=[
                    NearMiss("with dropout too", measure=lambda: _runs(0.25, True)[0][: len(_runs(1.0, True)[0])])
                ],
            ),
        ],
        ii=[
            Measured(
                lambda: 1 - _runs(1.0, True)[2] / 10,
                lambda: _runs(1.0, True)[1],
                tolerance=0.01,
                because="a tenth of the images is in each class, and all other images are classified by the feature",
                near_misses=[
                    NearMiss(
                        "80 % for every seed, as published",
                        predict=lambda: np.full(len(_runs(1.0, True)[1]), 0.8),
                    ),
                    NearMiss("no class is lost", predict=lambda: np.ones(len(_runs(1.0, True)[1]))),
                ],
            ),
        ],
        iii=[
            Measured(
                lambda: np.ones(2),
                lambda: _every_run_is_higher(),
                tolerance=0.0,
                because="both are yes or no: all runs apart, and a probability of at most 0.01 in the paired test",
                changed="with five seeds the test, which these cannot pass, had given way to all runs being apart; "
                "with ten it is as it was first",
                near_misses=[
                    NearMiss("with the feature too", measure=lambda: _every_run_is_higher(accuracy=1)),
                    NearMiss("dropout lowers it", measure=lambda: _every_run_is_higher(reverse=True)),
                    NearMiss("five seeds are enough for the test", measure=lambda: _every_run_is_higher(seeds=5)),
                ],
            ),
        ],
        iv=[
            Measured(
                lambda: np.array(PUBLISHED[(1.0, True)]),
                _with_two_lost,
                tolerance=0.01,
                scale=1.0,
                because="the published accuracies are rounded to a hundredth, and chance scatters by a few thousandths",
                near_misses=[
                    NearMiss("no class lost", measure=lambda: _with_two_lost(0)),
                    NearMiss("one class lost", measure=lambda: _with_two_lost(1)),
                ],
            )
        ],
    )
