"""What was measured of pruning trained networks by their curvature."""

from __future__ import annotations

from typing import Any

from dltheory.networks.claims import predictions
from verifiedbook.claims import Agreement, Clauses, Measured, NearMiss, claim, clauses

#: Rises below this are rounding: the weights of pixels that are always black, among others.
ROUNDING = 1e-8


def pruned_networks() -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return runs("pruning")


def _columns(run: dict[str, Any], *names: str) -> Any:
    """Columns of the single weights, where both the prediction and the rise are above rounding."""
    import numpy as np

    columns = [np.array(run["singles"][name] if name in run["singles"] else run[name], dtype=float) for name in names]
    return [column[np.all([part > ROUNDING for part in columns], axis=0)] for column in columns]


def _correlations(predicted: str, measured: str) -> Any:
    import numpy as np

    return [np.corrcoef(*np.log(_columns(run, predicted, measured)))[0, 1] for run in pruned_networks()]


def _biases(predicted: str, measured: str) -> list[float]:
    found = []
    for run in pruned_networks():
        guess, rise = _columns(run, predicted, measured)
        found.append(float(rise.sum() / guess.sum()))
    return found


@claim(
    "obs-network-surgeon",
    uses=["thm-obd", "thm-obs", "obs-network-second-term"],
    source="lecun1990, hassibi1993",
)
def single_weights() -> Clauses:
    """Rises of the loss when one weight goes, predicted with the Gauss–Newton matrix and measured."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 6,
                lambda: [c > predictions.PRUNING_CORRELATION for c in _both_correlations()],
                tolerance=0.0,
                because="correlation of the logarithms above 0.99, OBD and OBS, three seeds",
                near_misses=[
                    NearMiss(
                        "magnitude as good as either", measure=lambda: [c > 0.99 for c in _magnitude_correlations()]
                    )
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [predictions.DAMAGE_BIAS] * 3,
                lambda: _biases("damage", "measured_damage"),
                tolerance=predictions.DAMAGE_BIAS_TOLERANCE / 1.06,
                because="OBD: sum of rises over sum of predictions, 1.06 ± 0.06, fixed before the run",
                near_misses=[
                    NearMiss("twice as large: ½ forgotten", predict=lambda: [2 * predictions.DAMAGE_BIAS] * 3)
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 3,
                lambda: [b > predictions.SURGERY_BIAS_AT_LEAST for b in _biases("surgery", "measured_surgery")],
                tolerance=0.0,
                because="OBS: the rises are more than one and a half times the predictions",
                near_misses=[
                    NearMiss(
                        "so are those of OBD", measure=lambda: [b > 1.5 for b in _biases("damage", "measured_damage")]
                    )
                ],
            )
        ],
        iv=[
            Measured(
                lambda: [1.0] * 3,
                lambda: _exact_medians(),
                tolerance=predictions.EXACT_HESSIAN_MEDIAN_TOLERANCE,
                because="with the exact Hessian the median of rise over prediction is 1 ± 0.03",
                near_misses=[NearMiss("with Gauss–Newton", measure=lambda: _exact_medians(inner=True))],
            )
        ],
        v=[
            Measured(
                lambda: [1] * 3,
                lambda: [_breaks_inside(run) for run in pruned_networks()],
                tolerance=0.0,
                because="the median error of OBD passes a quarter between |w| = 0.2 and 0.8",
                near_misses=[
                    NearMiss(
                        "already at 0.1", measure=lambda: [_breaks_inside(r, (0.05, 0.2)) for r in pruned_networks()]
                    )
                ],
            )
        ],
        vi=[
            Measured(
                lambda: [1.0] * 3,
                lambda: _cheaper(),
                tolerance=0.0,
                because="no weight costs more by surgery than by removal alone",
                changed=f"the corollary says it, but no prediction was written down: {predictions.AFTERWARDS}",
                near_misses=[NearMiss("half of it at most", measure=lambda: _cheaper(factor=0.5))],
            )
        ],
        vii=[
            Agreement(
                lambda seed: _saliencies(seed)[0],
                lambda seed: _saliencies(seed)[1],
                [{"seed": 0}],
                tolerance=1e-6,
                because="a Cholesky factorisation of 200 rows with a condition number of about 10⁴",
                near_misses=[
                    NearMiss("OBD in place of OBS", predict=lambda seed: _saliencies(seed)[2]),
                ],
            )
        ],
    )


def _cheaper(factor: float = 1.0) -> Any:
    """The share of weights whose measured rise by surgery is at most ``factor`` times that by removal alone."""
    import numpy as np

    found = []
    for run in pruned_networks():
        removed, adjusted = _columns(run, "measured_damage", "measured_surgery")
        found.append(float(np.mean(adjusted <= factor * removed * (1 + 1e-9))))
    return found


def _both_correlations() -> Any:
    return [*_correlations("damage", "measured_damage"), *_correlations("surgery", "measured_surgery")]


def _magnitude_correlations() -> Any:
    return [*_correlations("size", "measured_damage"), *_correlations("size", "measured_surgery")]


def _exact_medians(inner: bool = False) -> Any:
    import numpy as np

    found = []
    for run in pruned_networks():
        guess, rise = _columns(run, "damage" if inner else "exact_damage", "measured_damage")
        found.append(float(np.median(rise / guess)))
    return found


def errors_by_size(run: dict[str, Any], edges: Any) -> Any:
    """The median of |rise/prediction − 1| for OBD in bins of |w|; NaN in empty bins."""
    import numpy as np

    size, guess, rise = _columns(run, "size", "damage", "measured_damage")
    place, error = np.digitize(size, edges) - 1, np.abs(rise / guess - 1)
    return np.array([np.median(error[place == k]) if (place == k).any() else np.nan for k in range(len(edges) - 1)])


def _breaks_inside(run: dict[str, Any], window: tuple[float, float] = predictions.BREAKS_BETWEEN) -> bool:
    """Whether the first bin (edges 0.05, 0.1, ..., 1.6) with a median error above ¼ lies inside the window."""
    import numpy as np

    edges = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
    errors = errors_by_size(run, edges)
    first = int(np.argmax(errors > 0.25))
    return bool(errors[first] > 0.25 and window[0] <= edges[first] and edges[first + 1] <= window[1])


def _saliencies(seed: int) -> tuple[Any, Any, Any]:
    """OBS for every weight of a small untrained network: from the inverse; by minimising the quadratic under the
    constraint; and OBD."""
    import numpy as np

    from dltheory.networks.experiment import curvature
    from dltheory.networks.experiment.model import Network, Problem, digits

    network = Network((64, 2, 10))
    theta = network.first(seed)
    H = curvature.dense_gauss_newton(Problem(network, *digits(40), ridge=1e-3), theta)
    w, chosen = theta.numpy(), range(0, network.count, 7)
    inverse = np.linalg.inv(H)
    fitted = []
    for j in chosen:
        others = np.delete(np.arange(len(w)), j)
        rest = np.linalg.solve(H[np.ix_(others, others)], H[others, j] * w[j])  # the change of the others
        change = np.insert(rest, j, -w[j])
        fitted.append(change @ H @ change / 2)
    by_inverse = [w[j] ** 2 / inverse[j, j] / 2 for j in chosen]
    return np.array(by_inverse), np.array(fitted), np.array([H[j, j] * w[j] ** 2 / 2 for j in chosen])
