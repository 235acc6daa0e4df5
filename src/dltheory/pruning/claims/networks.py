"""What is measured on networks, read from the records: energy, sensitivity, criteria, fine-tuning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from dltheory.pruning.derivation.source import SCAN
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses

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
def trained_weights_hold_less_than_uniform_ones_but_for_the_first_layer() -> Clauses:
    """Shares of the squared norm in all layers but the first, and in the first; zeros, counted."""
    return clauses(
        i=Measured(
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
        ii=Measured(
            lambda: 1.0,
            lambda: float(not _below(lambda s: s**3, first=True).all()),
            tolerance=0.0,
            because="one layer of one network is enough",
            changed="it was seen, not predicted",
            near_misses=[
                NearMiss("in the others not always either", measure=lambda: float(not _below(lambda s: s**3).all())),
            ],
        ),
        iii=Measured(
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
    )


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


def _scans() -> list[list[float]]:
    return [_published_scan(), *_recorded_scans()]


def _rank_correlation(accuracies: list[float]) -> float:
    """Spearman's, of accuracy and depth."""
    from scipy.stats import spearmanr

    return float(spearmanr(np.arange(len(accuracies)), accuracies).statistic)


@claim("obs-pruning-sensitivity", source="dltheoreticalanalysis, krizhevsky2009")
def sensitivity_falls_from_the_input_to_the_output_but_not_steadily() -> Clauses:
    """Of each scan: whether some later layer is the more sensitive one, and the sign of the rank correlation."""
    return clauses(
        i=Measured(
            lambda: np.ones(len(_scans())),
            lambda: 1 - np.array([_ascents(scan) for scan in _scans()]),
            tolerance=0.0,
            because="an order is kept or not",
            near_misses=[
                NearMiss(
                    "earlier layers are more sensitive than later ones, each than the next",
                    measure=lambda: np.array([_ascents(scan) for scan in _scans()]),
                    erratum=EARLIER_IS_MORE_SENSITIVE,
                ),
            ],
        ),
        ii=Measured(
            lambda: np.ones(len(_scans())),
            lambda: np.array([float(_rank_correlation(scan) > 0) for scan in _scans()]),
            tolerance=0.0,
            because="a sign",
            changed="it was looked at after the first clause had been found, and seen before it was stated",
            near_misses=[
                NearMiss(
                    "above 0.9, nearly steadily",
                    measure=lambda: np.array([float(_rank_correlation(scan) > 0.9) for scan in _scans()]),
                ),
            ],
        ),
    )


_CRITERIA = ("magnitude", "random", "OBD", "OBS", "iterative")


def _criterion(moment: str, criterion: str, sparsity: float) -> np.ndarray:
    from dltheory.pruning.experiment.recorded import criteria_lines

    return np.array(criteria_lines(_runs(DIGITS), moment)[criterion][sparsity])


def _dense(file: str) -> np.ndarray:
    return np.array([run["test"] for run in _phase(file, "dense")])


@claim("obs-pruning-criteria", uses=["thm-obd", "thm-obs", "thm-finetune-recovers"])
def the_surgeon_wins_before_fine_tuning_and_all_are_close_after() -> Clauses:
    """Comparisons of test accuracy in every network, and of means for each criterion."""

    def surgeon_first(sparsity: float, moment: str = "before", winner: str = "OBS") -> np.ndarray:
        others = [name for name in ("magnitude", "random", "OBD", "OBS") if name != winner]
        return np.array([_criterion(moment, winner, sparsity) > _criterion(moment, name, sparsity) for name in others])

    def close(*criteria: str, moment: str = "after", points: float = 0.05) -> np.ndarray:
        return np.array([_criterion(moment, name, 0.9).mean() > _dense(DIGITS).mean() - points for name in criteria])

    return clauses(
        i=Measured(
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
        ii=Measured(
            lambda: np.ones(len(_CRITERIA)),
            lambda: close(*_CRITERIA).astype(float),
            tolerance=0.0,
            because="five points are the scatter of single networks and more; one comparison for each criterion",
            changed="it was written down when the first network had been seen",
            near_misses=[
                NearMiss("without fine-tuning", measure=lambda: close(*_CRITERIA[:4], "OBS", moment="before") * 1.0),
                NearMiss("within one point", measure=lambda: close(*_CRITERIA, points=0.01).astype(float)),
            ],
        ),
    )


def _won_back(file: str, moment: str = "after") -> np.ndarray:
    """How much test accuracy is missing to the dense network after fine-tuning at the notebook's sparsities."""
    return _dense(file) - np.array([run[moment]["test"] for run in _phase(file, "weights")])


@claim(
    "obs-pruning-cifar10",
    uses=["thm-finetune-recovers"],
    source="krizhevsky2009, dltheoreticalanalysis",
)
def fine_tuning_wins_back_what_pruning_cost_on_cifar10() -> Clauses:
    """How much accuracy is missing after fine-tuning, in each network."""
    return clauses(
        [
            Measured(
                lambda: np.ones_like(_won_back(CIFAR)),
                lambda: (_won_back(CIFAR) < 0.02).astype(float),
                tolerance=0.0,
                because="the published network lost 0.02 points; one on 10 000 test images is known to 0.7 points",
                near_misses=[
                    NearMiss(
                        "without fine-tuning",
                        measure=lambda: (_won_back(CIFAR, "before") < 0.02).astype(float),
                    ),
                ],
            ),
        ]
    )
