"""Figures draw what they are given: predictions dashed, measurements solid, and nothing missing."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from dltheory.pruning.experiment import diabetes
from dltheory.pruning.figures import linear


def dashed(axes) -> list:
    return [line for line in axes.get_lines() if line.get_linestyle() == "--"]


def test_curves_show_every_criterion_measured_and_predicted_before_and_after() -> None:
    curves = diabetes.curves()
    top, bottom = linear.curves_figure(curves).axes
    for axes, predicted in ((top, curves.predicted_before), (bottom, curves.predicted_after)):
        drawn = [np.asarray(line.get_ydata()) for line in dashed(axes)]
        for values in predicted.values():
            assert any(np.allclose(line, 100 * values[1:]) for line in drawn)
        assert axes.get_yscale() == "log"
    assert len(dashed(top)) == 5  # random pruning is predicted before refitting only
    assert len(dashed(bottom)) == 4
    dots = [line for line in bottom.get_lines() if line.get_marker() == "o"]
    assert np.asarray(dots[0].get_ydata()) == pytest.approx(100 * curves.best[1][1:])


def test_saliencies_are_drawn_cheapest_first_with_statsmodels_on_top_of_the_surgeon() -> None:
    found = diabetes.saliencies()
    axes = linear.saliencies_figure(found).axes[0]
    damage, surgeon, software = axes.get_lines()[:3]
    assert np.all(np.diff(surgeon.get_ydata()) > 0)
    assert software.get_ydata() == pytest.approx(surgeon.get_ydata())
    assert np.all(damage.get_ydata() >= surgeon.get_ydata())
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert sorted(names) == sorted(found.features)


def test_fine_tuning_is_solid_from_a_predicted_start_to_a_dashed_end() -> None:
    run = diabetes.fine_tuning(diabetes.MAGNITUDE, steps=5)
    axes = linear.fine_tuning_figure({"one": run, "two": run}).axes[0]
    path, end, start = axes.get_lines()[:3]
    assert len(path.get_ydata()) == 6
    assert end.get_ydata()[0] == pytest.approx(100 * run.end)
    assert start.get_ydata() == pytest.approx([100 * run.start])
    assert len(dashed(axes)) == 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]


@pytest.fixture(scope="module")
def by_hand() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Gram matrix, weights and moments of the diabetes data, and what the weights explain together."""
    X, y = load_diabetes(return_X_y=True)
    y = y - y.mean()
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    return X.T @ X, w, X.T @ y, float(np.square(X @ w).sum())


def rise(by_hand: tuple, removed: tuple[int, ...], refitted: bool) -> float:
    """What removing a set costs, over what all weights explain: from the Gram matrix alone."""
    gram, w, moments, total = by_hand
    kept = [index for index in range(10) if index not in removed]
    if refitted:
        explained = moments[kept] @ np.linalg.solve(gram[np.ix_(kept, kept)], moments[kept]) if kept else 0.0
        return float((total - explained) / total)
    gone = list(removed)
    return float(w[gone] @ gram[np.ix_(gone, gone)] @ w[gone] / total)


def test_curves_are_rises_along_each_order_and_over_all_sets_of_a_size(by_hand: tuple) -> None:
    curves, orders = diabetes.curves(), diabetes.orders()
    for refitted, measured, predicted in (
        (False, curves.before, curves.predicted_before),
        (True, curves.after, curves.predicted_after),
    ):
        for name, order in orders.items():
            wanted = [rise(by_hand, tuple(order[:count]), refitted) for count in range(11)]
            np.testing.assert_allclose(measured[name], wanted, atol=1e-9)
            np.testing.assert_allclose(predicted[name], wanted, atol=1e-9)
        sizes = [[rise(by_hand, P, refitted) for P in combinations(range(10), count)] for count in range(11)]
        np.testing.assert_allclose(curves.best[refitted], [min(group) for group in sizes], atol=1e-9)
        np.testing.assert_allclose(curves.mean[refitted], [np.mean(group) for group in sizes], atol=1e-9)
        for row, part in zip(curves.spread[refitted], (0.1, 0.9), strict=True):
            np.testing.assert_allclose(row, [np.quantile(group, part) for group in sizes], atol=1e-9)
    np.testing.assert_allclose(curves.predicted_mean, curves.mean[0], atol=1e-9)


def test_every_criterion_removes_what_it_holds_cheapest(by_hand: tuple) -> None:
    gram, w, _, total = by_hand
    assert diabetes.explained() == pytest.approx(total, rel=1e-9)
    raw = load_diabetes(scaled=False).data
    saliency = w**2 / np.diag(np.linalg.inv(gram))
    greedy: list[int] = []
    while len(greedy) < 10:
        left = [index for index in range(10) if index not in greedy]
        greedy.append(min(left, key=lambda index: rise(by_hand, (*greedy, index), True)))
    assert diabetes.orders() == {
        "magnitude, unit columns (= OBD)": np.argsort(np.abs(w)).tolist(),
        "magnitude, original units": np.argsort(np.abs(w) / raw.std(axis=0)).tolist(),
        "OBS, ranked once": np.argsort(saliency).tolist(),
        "OBS, greedy": greedy,
    }
    found = diabetes.saliencies()
    assert found.features == tuple(load_diabetes().feature_names)
    np.testing.assert_allclose(found.damage, w**2 * np.diag(gram) / total, rtol=1e-9)
    np.testing.assert_allclose(found.surgeon, saliency / total, rtol=1e-9)


def test_five_weights_go_where_nothing_is_said_and_ends_and_conditions_are_those_of_the_hessian(by_hand: tuple) -> None:
    gram = by_hand[0]
    run, gone = diabetes.fine_tuning(diabetes.MAGNITUDE, steps=3), tuple(diabetes.orders()[diabetes.MAGNITUDE][:5])
    kept = [index for index in range(10) if index not in gone]
    assert run.start == pytest.approx(rise(by_hand, gone, False), rel=1e-9)
    assert run.end == pytest.approx(rise(by_hand, gone, True), rel=1e-9)
    whole, block = np.linalg.eigvalsh(gram), np.linalg.eigvalsh(gram[np.ix_(kept, kept)])
    assert run.condition == pytest.approx(whole[-1] / whole[0], rel=1e-6)
    assert run.kept_condition == pytest.approx(block[-1] / block[0], rel=1e-6)
    page = (Path(__file__).parents[2] / "book" / "pruning.md").read_text(encoding="utf-8")
    assert "five of ten weights removed" in page
