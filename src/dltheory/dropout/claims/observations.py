"""What is measured rather than proved: the toy problem as published, the diabetes data, the cheating feature."""

from __future__ import annotations

from functools import cache

import numpy as np

from dltheory.dropout.experiment import diabetes, linear, toy
from verifiedbook.claims import Measured, NearMiss, claim


@cache
def _toy_rows() -> dict[str, toy.Variant]:
    return {row.name: row for row in toy.variants(seed=1, chains=1000)}


def _predicted_mean() -> np.ndarray:
    return linear.mean_path(toy.X, toy.Y, 0.5, toy.ETA, toy.STEPS)[-1]


def _deviations(name: str, scatter_of: str | None = None) -> np.ndarray:
    """How many predicted standard deviations a published run is off its predicted mean, weight by weight."""
    scatter = toy.scatter_of_one_run() if scatter_of is None else np.asarray(_toy_rows()[scatter_of].scatter)
    return np.abs(np.asarray(toy.PUBLISHED[name]) - _predicted_mean()) / scatter


@claim(
    "obs-dropout-toy",
    uses=["thm-dropout-mean-dynamics", "thm-dropout-iterate-covariance", "thm-dropout-equal-contributions"],
    source="dltheoreticalanalysis",
)
def the_published_toy_runs_are_predicted():
    """On $10w_1+w_2=11$ the published runs with dropout lie where mean and covariance of the iterates put them, that of
    batch 1 less than one standard deviation off; the published run without dropout has a bias and converges to the
    least-norm solution of three weights."""
    three = np.array([110.0, 11.0, 11.0]) / 102
    return [
        Measured(
            lambda: three,
            lambda: toy.PUBLISHED["gradient descent, with a bias"],
            tolerance=5.1e-5,
            scale=1.0,
            because="the published weights are rounded to four digits after the point",
            near_misses=[
                NearMiss("the solution of two weights", predict=lambda: np.array([110.0, 11.0, 0.0]) / 101),
            ],
        ),
        Measured(
            _predicted_mean,
            lambda: toy.PUBLISHED["dropout 0.5, batch 1024"],
            tolerance=3.5e-3,
            scale=3.5,
            because="three standard deviations of a run of 1024 masks a step are 0.012 of 3.5, for either weight",
            near_misses=[
                NearMiss("the minimiser: 1000 steps are enough", predict=lambda: np.array([11 / 30, 11 / 3])),
                NearMiss("the run had batch 1", measure=lambda: toy.PUBLISHED["dropout 0.5, batch 1"]),
                NearMiss(
                    "half the step",
                    predict=lambda: linear.mean_path(toy.X, toy.Y, 0.5, toy.ETA / 2, toy.STEPS)[-1],
                ),
            ],
        ),
        Measured(
            lambda: np.ones(2),
            lambda: (_deviations("dropout 0.5, batch 1") < 1).astype(float),
            tolerance=0.0,
            because="less than one standard deviation, for either weight, is what the statement says",
            near_misses=[
                NearMiss(
                    "of the scatter of batch 1024",
                    measure=lambda: (_deviations("dropout 0.5, batch 1", "dropout 0.5, batch 1024") < 1).astype(float),
                ),
                NearMiss("more than one", measure=lambda: (_deviations("dropout 0.5, batch 1") > 1).astype(float)),
            ],
        ),
        Measured(
            lambda: toy.scatter_of_one_run(),
            lambda: _toy_rows()["dropout 0.5, batch 1"].scatter,
            tolerance=0.1,
            because="a standard deviation from 1000 runs is known to 2.3 %, and four times that is allowed",
            near_misses=[
                NearMiss("batch 1024 scatters as much", measure=lambda: _toy_rows()["dropout 0.5, batch 1024"].scatter),
                NearMiss("iterates do not scatter", predict=lambda: np.zeros(2) + 1e-9),
            ],
        ),
    ]


@cache
def _comparison() -> diabetes.Comparison:
    return diabetes.compare(steps=600, chains=6, seed=1)


@claim(
    "obs-dropout-diabetes",
    uses=["thm-dropout-minimiser", "thm-dropout-scale-free", "thm-dropout-mean-dynamics"],
    source="efron2004",
)
def descent_with_dropout_finds_ridge_on_the_diabetes_data():
    """On the diabetes data averaged stochastic descent with dropout ends at the closed form, which is scikit-learn's
    ridge regression on standardised columns; a change of units moves ridge's predictions and not dropout's."""
    factors = np.array([0.1, 3.0, 10.0])
    return [
        Measured(
            lambda: _comparison().closed_form,
            lambda: _comparison().averaged,
            tolerance=0.02,
            scale=443.0,
            because="of the largest coefficient: averages of six runs are known to 0.5 %; the slowest has decayed",
            near_misses=[
                NearMiss("least squares", predict=lambda: _least_squares()),
                NearMiss("twice the ridge strength", predict=lambda: linear.minimiser(*_data(), 1 / 1.5)),
            ],
        ),
        Measured(
            lambda: _comparison().closed_form,
            lambda: _comparison().ridge,
            tolerance=1e-10,
            because="two solvers of one system of ten equations",
            near_misses=[NearMiss("ridge without λ", measure=lambda: _least_squares())],
        ),
        Measured(
            lambda: np.append(diabetes.change_of_units(factors)[0], 1.0),
            lambda: np.array([0.0, 0.0, 0.0, 1.0]),
            tolerance=1e-10,
            scale=1.0,
            because="relative to the largest prediction: the change is rounding",
            near_misses=[NearMiss("ridge", predict=lambda: np.append(diabetes.change_of_units(factors)[1], 1.0))],
        ),
    ]


def _data() -> tuple[np.ndarray, np.ndarray]:
    from dltheory.lab.data import diabetes as load

    loaded = load()
    return loaded.X, loaded.y


def _least_squares() -> np.ndarray:
    X, y = _data()
    return np.linalg.lstsq(X, y, rcond=None)[0]


def _runs(keep: float, relu: bool, name: str = "dropout-cifar10.json") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean and cheating accuracy and number of lost classes of every recorded seed."""
    from dltheory.dropout.experiment.recorded import recorded

    for row in recorded(name):
        if (row.keep, row.relu_on_logits) == (keep, relu):
            return np.array(row.clean), np.array(row.cheating), np.array(row.never_predicted)
    raise ValueError(f"{name} holds no runs with keep probability {keep:g} and relu {relu}")


def _every_run_is_higher(accuracy: int = 0, reverse: bool = False, paired: bool = True) -> np.ndarray:
    """1 if every run with dropout is above every run without, else 0; and the probability of the difference.

    ``accuracy``: 0 on clean images, 1 with the feature. Runs of a seed share their initial weights, so they are
    exchanged in pairs; not ``paired``: dealt out as if they shared nothing.
    """
    from dltheory.lab.runs.comparison import paired_p_value, permutation_p_value

    higher, lower = _runs(0.25, True)[accuracy], _runs(1.0, True)[accuracy]
    if reverse:
        higher, lower = lower, higher
    p_value = paired_p_value if paired else permutation_p_value
    return np.array([float(higher.min() > lower.max()), p_value(higher.tolist(), lower.tolist())])


@claim(
    "obs-dropout-cheating-feature",
    uses=["thm-dropout-relu-on-logits"],
    source="dltheoreticalanalysis, krizhevsky2009",
)
def dropout_makes_the_network_look_elsewhere():
    """Recorded on CIFAR-10, five seeds and more: without dropout every run relies on the feature alone, and its
    accuracy is 100 % less 10 % for each class that the ReLU on the logits has lost; with dropout 0.75 the accuracy
    on clean images is higher in every run than in any without."""
    return [
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
        Measured(
            lambda: np.full(len(_runs(1.0, True)[0]), 0.1),
            lambda: _runs(1.0, True)[0],
            tolerance=0.1,
            because="clean images carry no feature, so a network that sees nothing else guesses among ten classes",
            near_misses=[
                NearMiss("with dropout too", measure=lambda: _runs(0.25, True)[0][: len(_runs(1.0, True)[0])])
            ],
        ),
        Measured(
            lambda: np.array([1.0, 2 / 2 ** len(_runs(1.0, True)[0])]),
            lambda: _every_run_is_higher(),
            tolerance=0.0,
            because="both are counts; if every pair of runs differs in one direction, two exchanges are as large",
            near_misses=[
                NearMiss("with the feature too", measure=lambda: _every_run_is_higher(accuracy=1)),
                NearMiss("dropout lowers it", measure=lambda: _every_run_is_higher(reverse=True)),
                NearMiss(
                    "runs of a seed share nothing: a smaller probability",
                    measure=lambda: _every_run_is_higher(paired=False),
                ),
            ],
        ),
    ]
