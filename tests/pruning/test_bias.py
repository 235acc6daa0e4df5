"""Singular coordinates along descent: sizes, what is removed, and when the order turns round."""

from __future__ import annotations

import numpy as np
import pytest

from dltheory.pruning.experiment import bias


def test_the_run_follows_the_formula_on_a_wide_design() -> None:
    rng = np.random.default_rng(0)
    found = bias.sizes(rng.normal(size=(3, 7)), rng.normal(size=3), [1, 2, 50], fraction=0.4)
    assert found.measured.shape == (3, 3)
    assert found.measured == pytest.approx(found.predicted, rel=1e-9)


def test_the_synthetic_design_has_the_singular_values_and_targets_it_promises() -> None:
    X, y = bias.synthetic(bias.Design(directions=6, smallest=0.1, seed=3))
    U, sigma, _ = np.linalg.svd(X, full_matrices=False)
    assert sigma == pytest.approx(np.geomspace(1, 0.1, 6))
    assert np.abs(U.T @ y) == pytest.approx(np.ones(6))


def test_exactly_count_entries_are_removed_whatever_ties() -> None:
    assert bias.removed([3.0, 1.0, 1.0, 1.0], 2).tolist() == [2, 3]
    assert bias.removed([3.0, 1.0, 2.0], 0).tolist() == []
    with pytest.raises(ValueError, match="count = 5: there are only 3"):
        bias.removed([1.0, 2.0, 3.0], 5)


def test_the_order_turns_round_between_the_times_of_the_theorem() -> None:
    X, y = bias.synthetic(bias.Design(directions=8, smallest=0.2))
    early, late = bias.turning_times(bias.sizes(X, y, [1]))
    times = [1, int(early), int(np.ceil(1.1 * late))]
    assert bias.among_smallest(bias.sizes(X, y, times).measured, 4).tolist() == [4, 4, 0]


def test_what_is_kept_is_a_band_of_singular_values_at_every_time() -> None:
    X, y = bias.synthetic(bias.Design(directions=9, smallest=0.1))
    found = bias.sizes(X, y, range(1, 200, 7))
    for row in found.measured:
        for count in range(9):
            assert bias.is_band(np.setdiff1d(np.arange(9), bias.removed(row, count)))


def test_a_band_has_no_hole() -> None:
    assert bias.is_band([2, 3, 4])
    assert bias.is_band([])
    assert not bias.is_band([0, 2])


def test_the_peak_is_where_the_size_is_largest_on_a_fine_grid() -> None:
    z = np.linspace(1e-4, 1, 200_001)[:-1]
    for steps in (2, 3, 20):
        assert bias.peak(steps) == pytest.approx(z[((1 - (1 - z) ** steps) / np.sqrt(z)).argmax()], abs=1e-5)
    assert bias.peak(2) == pytest.approx(2 / 3, rel=1e-12)


def test_the_peaks_come_down_to_that_of_the_flow() -> None:
    places = [steps * bias.peak(steps) for steps in (2, 3, 5, 20, 1000)]
    assert places == sorted(places, reverse=True)
    assert bias.flow_peak() < places[-1] < bias.flow_peak() + 1e-3
    assert np.exp(bias.flow_peak()) == pytest.approx(1 + 2 * bias.flow_peak())


def test_on_the_diabetes_data_the_flattest_direction_ends_as_the_largest() -> None:
    found = bias.on_diabetes()
    assert bias.rank_of_flattest(found.measured)[[0, -1]].tolist() == [1, 9]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"times": [0, 1]}, "times has shape"),
        ({"times": []}, "times has shape"),
        ({"times": [1], "fraction": 0.5}, "fraction = 0.5"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bias.sizes(np.eye(2), np.ones(2), **arguments)


def test_the_peak_passes_a_direction_when_twice_step_and_curvature_times_time_is_the_root() -> None:
    none = np.zeros((0, 2))
    found = bias.Sizes(np.array([2.0, 0.5]), 0.1, np.zeros(0, dtype=np.int64), none, none)
    root = 1.2564312086261697  # e^x = 1 + 2x, by hand
    assert np.exp(root) == pytest.approx(1 + 2 * root)
    assert bias.turning_times(found) == pytest.approx((root / 0.8, root / 0.05))
