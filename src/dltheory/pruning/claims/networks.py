"""What is measured on networks, read from the records: energy, sensitivity, criteria, fine-tuning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from dltheory.pruning.derivation.source import SCAN
from verifiedbook.claims import Evidence, Measured, NearMiss, claim

from .published import EARLIER_IS_MORE_SENSITIVE, MOST_ARE_ZERO

DIGITS, CIFAR = "pruning-digits-width0.25.json", "pruning-cifar10-width0.25.json"


@cache
def _runs(file: str) -> Mapping[str, Mapping[str, Any]]:
    from dltheory.lab.runs.records import RESULTS, read

    return read(RESULTS / file)["runs"]


def _phase(file: str, phase: str) -> list[Mapping[str, Any]]:
    from dltheory.pruning.experiment.recorded import of_phase

    return of_phase(_runs(file), phase)


def _shares(sparsity: float, first: bool = False) -> np.ndarray:
    """The share of the squared norm in the smallest weights, layer by layer, of every recorded network.

    Without the first layer, unless ``first``.
    """
    key = f"{sparsity:g}"
    runs = [*_phase(DIGITS, "dense"), *_phase(CIFAR, "dense")]
    return np.array([share for run in runs for stage, share in run["energy"][key].items() if first or stage != "conv0"])


def _facts(*facts: Callable[[], np.ndarray]) -> np.ndarray:
    """1 for each fact that holds in all its cases, else 0."""
    return np.array([float(fact().all()) for fact in facts])


def _below(bound: Callable[[float], float], first: bool = False) -> np.ndarray:
    return _facts(*(lambda s=s: _shares(s, first) < bound(s) for s in (0.5, 0.7, 0.9)))


def _gaussian(sparsity: float) -> float:
    from dltheory.pruning.experiment.gaussian import removed_share

    return float(removed_share(sparsity))


@claim("obs-pruning-gaussian-energy", uses=["thm-gaussian-energy"])
def trained_weights_hold_less_than_uniform_ones_but_for_the_first_layer():
    """In every layer but the first of every recorded network the smallest half, seven tenths and nine tenths of the
    weights hold less of the squared norm than $s^3$, the share of uniform weights; in the first layer not always. Not
    one weight is exactly zero."""
    return [
        Measured(
            lambda: np.ones(3),
            lambda: _below(lambda s: s**3),
            tolerance=0.0,
            because="a density that falls away from zero gives every share less than a constant one; these are counts",
            near_misses=[
                NearMiss("in the first layer too", measure=lambda: _below(lambda s: s**3, first=True)),
                NearMiss("less than Gaussian weights", measure=lambda: _below(_gaussian)),
                NearMiss("less than half of s³", measure=lambda: _below(lambda s: s**3 / 2)),
            ],
        ),
        Measured(
            lambda: np.array([0.0, 1.0]),
            lambda: np.array([float(_zeros("zeros")), 1.0]),
            tolerance=0.0,
            because="zeros are counted one by one in networks that were trained without pruning; a one gives a scale",
            near_misses=[
                NearMiss("after pruning", measure=lambda: np.array([float(_zeros("zeros", "weights")), 1.0])),
                NearMiss(
                    "more than half of them are zero",
                    predict=lambda: np.array([float(_zeros("weights")) / 2, 1.0]),
                    erratum=MOST_ARE_ZERO,
                ),
            ],
        ),
    ]


def _zeros(name: str, phase: str = "dense") -> int:
    return sum(run[name] for file in (DIGITS, CIFAR) for run in _phase(file, phase))


def _ascents(accuracies: list[float]) -> float:
    """1 if the accuracies never fall from one convolution to the next, as they would if earlier were more sensitive."""
    return float(all(later >= earlier for earlier, later in pairwise(accuracies)))


def _published_scan() -> list[float]:
    return [value for stage, value in SCAN.items() if stage != "classifier"]


def _recorded_scans() -> list[list[float]]:
    found = []
    for run in _phase(CIFAR, "scan"):
        index = run["sparsities"].index(0.9)
        found.append([counts[index] for stage, counts in run["right"].items() if stage != "classifier"])
    return found


@claim("obs-pruning-sensitivity", source="dltheoreticalanalysis, krizhevsky2009")
def sensitivity_does_not_fall_from_the_input_to_the_output():
    """With one convolution alone at sparsity 0.9, accuracy does not rise steadily from the first convolution to the
    last: neither in the published scan nor in any recorded network on CIFAR-10."""
    return [
        Measured(
            lambda: np.append(np.zeros(1 + len(_recorded_scans())), 1.0),
            lambda: np.array([_ascents(scan) for scan in (_published_scan(), *_recorded_scans())] + [1.0]),
            tolerance=0.0,
            because="an order is kept or not; a one is appended to give a scale",
            near_misses=[
                NearMiss(
                    "earlier layers are more sensitive: it rises steadily in all of them",
                    predict=lambda: np.ones(2 + len(_recorded_scans())),
                    erratum=EARLIER_IS_MORE_SENSITIVE,
                ),
            ],
        ),
    ]


def _criterion(moment: str, criterion: str, sparsity: float) -> np.ndarray:
    from dltheory.pruning.experiment.recorded import criteria_lines

    return np.array(criteria_lines(_runs(DIGITS), moment)[criterion][sparsity])


def _dense(file: str) -> np.ndarray:
    return np.array([run["test"] for run in _phase(file, "dense")])


@claim("obs-pruning-criteria", uses=["thm-obd", "thm-obs", "thm-finetune-recovers"])
def the_surgeon_wins_before_fine_tuning_and_all_are_close_after():
    """On the digits, layer by layer and before fine-tuning, every recorded network is most accurate with the surgeon at
    sparsities 0.5 and 0.7. After fine-tuning at 0.9 magnitude, chance, OBD, the surgeon and iterative pruning are all
    within five points of the dense network, on average over the networks."""

    def surgeon_first(sparsity: float, moment: str = "before", winner: str = "OBS") -> np.ndarray:
        others = [name for name in ("magnitude", "random", "OBD", "OBS") if name != winner]
        return np.array([_criterion(moment, winner, sparsity) > _criterion(moment, name, sparsity) for name in others])

    def close(*criteria: str, moment: str = "after", points: float = 0.05) -> np.ndarray:
        return np.array([_criterion(moment, name, 0.9).mean() > _dense(DIGITS).mean() - points for name in criteria])

    return [
        Measured(
            lambda: np.ones(2),
            lambda: _facts(lambda: surgeon_first(0.5), lambda: surgeon_first(0.7)),
            tolerance=0.0,
            because="an order holds in every network or it does not",
            near_misses=[
                NearMiss(
                    "OBD wins",
                    measure=lambda: _facts(*(lambda s=s: surgeon_first(s, winner="OBD") for s in (0.5, 0.7))),
                ),
                NearMiss(
                    "after fine-tuning too",
                    measure=lambda: _facts(*(lambda s=s: surgeon_first(s, moment="after") for s in (0.5, 0.7))),
                ),
            ],
        ),
        Measured(
            lambda: np.ones(1),
            lambda: _facts(lambda: close("magnitude", "random", "OBD", "OBS", "iterative")),
            tolerance=0.0,
            because="five points are the scatter of single networks and more",
            near_misses=[
                NearMiss("without fine-tuning", measure=lambda: _facts(lambda: close("OBS", moment="before"))),
                NearMiss("better than dense by five", measure=lambda: _facts(lambda: close("magnitude", points=-0.05))),
            ],
        ),
    ]


def _won_back(file: str) -> np.ndarray:
    """How much test accuracy is missing to the dense network after fine-tuning at the notebook's sparsities."""
    return _dense(file) - np.array([run["after"]["test"] for run in _phase(file, "weights")])


@claim(
    "obs-pruning-cifar10",
    uses=["thm-finetune-recovers"],
    source="krizhevsky2009, dltheoreticalanalysis",
)
def fine_tuning_wins_back_what_pruning_cost_on_cifar10() -> list[Evidence]:
    """Recorded on CIFAR-10 (JPEG) with a quarter of the notebook's channels: after fine-tuning, the notebook's
    sparsities cost less than two points of test accuracy in every network."""
    return [
        Measured(
            lambda: np.ones(1),
            lambda: _facts(lambda: _won_back(CIFAR) < 0.02),
            tolerance=0.0,
            because="the published network lost 0.02 points; one on 10 000 test images is known to 0.7 points",
            near_misses=[
                NearMiss(
                    "without fine-tuning",
                    measure=lambda: _facts(
                        lambda: (
                            _dense(CIFAR) - np.array([run["before"]["test"] for run in _phase(CIFAR, "weights")]) < 0.02
                        )
                    ),
                ),
            ],
        ),
    ]
