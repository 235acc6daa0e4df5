"""Singular coordinates along descent: sizes, what is removed, and when the order turns round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

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
    assert bias.is_band([2, 3, 4]) is True
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


def test_the_page_draws_24_directions_from_1_to_a_twentieth_with_seed_0() -> None:
    page = (Path(__file__).parents[2] / "book" / "pruning.md").read_text(encoding="utf-8")
    assert f"Size of the {bias.Design().directions} singular coordinates" in page
    assert bias.Design() == bias.Design(24, 0.05, seed=0)
    X, y = bias.synthetic(bias.Design())
    found = bias.sizes(X, y, [1])
    assert found.eta * found.sigma[0] ** 2 == pytest.approx(0.25)
    np.testing.assert_allclose(found.sigma, np.geomspace(1, 0.05, 24), rtol=1e-9)


def test_a_synthetic_design_has_random_singular_vectors_and_five_rows_more() -> None:
    X, y = bias.synthetic(bias.Design(directions=3, smallest=0.5, seed=2))
    rng = np.random.default_rng(2)
    U, V = (np.linalg.qr(rng.normal(size=size))[0] for size in ((8, 3), (3, 3)))
    np.testing.assert_allclose(X, U @ np.diag([1, 0.5**0.5, 0.5]) @ V.T, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(y, U @ np.ones(3), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("config", [{"directions": 1}, {"smallest": 0.0}, {"smallest": 1.0}])
def test_a_design_that_is_none_is_refused(config: dict) -> None:
    assert bias.synthetic(bias.Design(directions=2))[0].shape == (7, 2)
    with pytest.raises(ValueError, match=r"directions|smallest"):
        bias.synthetic(bias.Design(**config))


def test_of_the_coordinates_removed_and_smaller_are_counted_row_by_row() -> None:
    magnitudes = np.array([[1.0, 2.0, 3.0, 0.5], [4.0, 3.0, 2.0, 1.0], [0.1, 0.2, 0.3, 0.4]])
    assert bias.among_smallest(magnitudes, 2).tolist() == [1, 2, 0]
    assert bias.rank_of_flattest(magnitudes).tolist() == [0, 0, 3]
    assert bias.removed([3.0, 1.0], 2).tolist() == [0, 1]


def test_the_diabetes_data_are_followed_at_about_fifty_times_up_to_5000() -> None:
    found, equal = bias.on_diabetes(), bias.on_diabetes(equal_targets=True, times=(1, 3))
    assert found.times.tolist() == sorted({int(time) for time in np.geomspace(1, 5000, 50)})
    X, y = load_diabetes(return_X_y=True)
    U, sigma, _ = np.linalg.svd(X, full_matrices=False)
    np.testing.assert_allclose(found.sigma, sigma, rtol=1e-9)
    shrunk = [1 - (1 - 0.5 * sigma**2 / sigma[0] ** 2) ** time for time in found.times]
    np.testing.assert_allclose(found.measured, shrunk * np.abs(U.T @ (y - y.mean())) / sigma, rtol=1e-6)
    np.testing.assert_allclose(equal.measured, [shrunk[0] / sigma, shrunk[2] / sigma], rtol=1e-6)
    assert equal.times.tolist() == [1, 3]


def test_one_step_has_no_peak() -> None:
    with pytest.raises(ValueError, match="steps = 1"):
        bias.peak(1)
