"""Where wide networks end, and a shorter first step near a minimum: what was measured."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses

_WIDE, _NARROW = 2048, 16
_RUNS = "width 2048, three seeds"


@claim(
    "obs-network-ends",
    uses=["thm-linearised-residual", "thm-ridge-filter", "thm-early-stopping", "thm-pruning-and-gd-bias"],
    source="jacot2018",
)
def where_wide_networks_end() -> Clauses:
    """The end of descent, the weights along singular directions, a ridge and early stopping, at width 2048."""
    return clauses(
        i=[
            Measured(
                lambda: [1.0] * 3,
                lambda: [1 + run["distance"] for run in _runs(_WIDE)],
                tolerance=predictions.END_TOLERANCE,
                scale=1.0,
                because=f"1 plus the distance over the length of the way, {_RUNS}; fixed before the runs",
                near_misses=[NearMiss("at width 16", measure=lambda: [1 + run["distance"] for run in _runs(_NARROW)])],
            )
        ],
        ii=[
            Measured(
                lambda: [1.0] * 6,
                lambda: _coordinates(_WIDE),
                tolerance=predictions.COORDINATES_TOLERANCE,
                scale=1.0,
                because=f"1 plus the error over the norm, early and late, {_RUNS}; fixed before the runs",
                near_misses=[NearMiss("at width 16", measure=lambda: _coordinates(_NARROW))],
            )
        ],
        iii=[
            Measured(
                lambda: [0] * 6 + [1],
                lambda: [*_out_of_order(_WIDE), 1],
                tolerance=0.0,
                scale=1.0,
                because="pairs in the other order among those whose σ differ by more than five per cent: early those "
                "in which the larger σ has not the larger coordinate, late those in which it has; a one gives a scale",
                near_misses=[
                    NearMiss("at width 16", measure=lambda: [*_out_of_order(_NARROW), 1]),
                    NearMiss("late as early", measure=lambda: [*_out_of_order(_WIDE, turned=False), 1]),
                ],
            )
        ],
        iv=[
            Measured(
                lambda: _column("predicted_ridge_coordinates", _WIDE),
                lambda: _column("ridge_coordinates", _WIDE),
                tolerance=predictions.RIDGE_FILTER_TOLERANCE,
                because=f"every coordinate, twenty directions, {_RUNS}; fixed before the runs",
                near_misses=[
                    NearMiss(
                        "at width 16",
                        predict=lambda: _column("predicted_ridge_coordinates", _NARROW),
                        measure=lambda: _column("ridge_coordinates", _NARROW),
                    ),
                    NearMiss("half the ridge", predict=lambda: _half_the_ridge()),
                ],
            )
        ],
        v=[
            Measured(
                lambda: _ratio(_column("x", _WIDE)),
                lambda: _column("stopped", _WIDE) / _column("ridged", _WIDE),
                tolerance=predictions.STOPPING_TOLERANCE,
                because=f"every direction, {_RUNS}; fixed before the runs",
                near_misses=[
                    NearMiss("they fit the same", predict=lambda: 0 * _column("x", _WIDE) + 1),
                    NearMiss(
                        "at width 16",
                        predict=lambda: _ratio(_column("x", _NARROW)),
                        measure=lambda: _column("stopped", _NARROW) / _column("ridged", _NARROW),
                    ),
                ],
            )
        ],
    )


def _runs(width: int) -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return [run for run in runs("ends") if run["width"] == width]


def _column(name: str, width: int) -> Any:
    """The values of all directions and seeds of a width, one after another."""
    import numpy as np

    return np.concatenate([run[name] for run in _runs(width)])


def _coordinates(width: int) -> Any:
    """1 plus the error of the coordinates over their norm, early and late, for every seed."""
    import numpy as np

    found = []
    for run in _runs(width):
        for when in ("early", "late"):
            predicted = np.array(run[f"predicted_{when}"])
            found.append(1 + np.linalg.norm(np.array(run[when]) - predicted) / np.linalg.norm(predicted))
    return found


def _out_of_order(width: int, turned: bool = True) -> list[int]:
    """How many pairs are out of order early, and late, where the order has ``turned``, for every seed."""
    import numpy as np

    found = []
    for run in _runs(width):
        sigma = np.array(run["sigma"])
        clear = sigma[:, None] > predictions.CLEARLY * sigma[None, :]
        for when in ("early", "late"):
            size = np.abs(run[when])
            smaller = size[:, None] <= size[None, :]
            found.append(int((clear & (~smaller if when == "late" and turned else smaller)).sum()))
    return found


def _ratio(x: Any) -> Any:
    """R(x), what the flow has fitted over what the ridge has."""
    import sympy as sp

    from dltheory.foundations import derivation

    ratio = derivation.filter_ratio
    (symbol,) = ratio.free_symbols
    return sp.lambdify(symbol, ratio, "numpy")(x)


def _half_the_ridge() -> Any:
    """The coordinates that the filter with half the ridge has."""
    import numpy as np

    from dltheory.networks.experiment.ends import RIDGE

    parts = [run["size"] * np.array(run["sigma"]) / (np.array(run["sigma"]) ** 2 + RIDGE / 2) for run in _runs(_WIDE)]
    return np.concatenate(parts)


@claim("obs-network-first-step", uses=["cor-momentum-short-first-step", "obs-network-minimum"])
def shorter_first_step_near_a_minimum() -> Clauses:
    """Every distance of tuned heavy ball with a shorter first step, from both ends of the spectrum."""
    return clauses(
        i=[
            Measured(
                lambda: _predicted_distances(),
                lambda: _distances(),
                tolerance=predictions.SHORT_FIRST_STEP_TOLERANCE,
                because="every step from both ends at three minima, 10⁻⁶ away; fixed before the runs",
                near_misses=[
                    NearMiss("with the whole first step", predict=lambda: _predicted_distances(whole=True)),
                    NearMiss("no memory of the start: qᵗ", predict=lambda: _predicted_distances(plain=True)),
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [0, 1],
                lambda: [_rises(), 1],
                tolerance=0.0,
                scale=1.0,
                because="steps after which a run is no nearer than before; a one gives a scale",
                near_misses=[NearMiss("with the whole first step", measure=lambda: [_rises(whole=True), 1])],
            )
        ],
    )


def _first_steps() -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return runs("first-step")


def _distances() -> Any:
    import numpy as np

    return np.concatenate([run[end] for run in _first_steps() for end in ("steepest", "flattest")])


def _predicted_distances(whole: bool = False, plain: bool = False) -> Any:
    """The corollary's factor for the times of each run; that of the transient; or the powers of q alone."""
    import numpy as np

    found = []
    for run in _first_steps():
        q, times = run["q"], np.arange(len(run["steepest"]))
        slope = 1 + q if whole else (1 - q**2) / (1 + q**2)
        found += 2 * [q**times * (1 + (0 if plain else slope) * times)]
    return np.concatenate(found)


def _rises(whole: bool = False) -> int:
    """How many steps do not come nearer; of the recorded runs with the whole first step, where it is asked for."""
    import numpy as np

    from dltheory.networks.experiment.recorded import runs

    if whole:
        return sum(run["hump"] > 1 for run in runs("minimum"))
    return int(sum((np.diff(run[end]) >= 0).sum() for run in _first_steps() for end in ("steepest", "flattest")))
