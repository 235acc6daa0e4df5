"""Pruning in linear regression against oracles of its own: other libraries, general optimisers, brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch
from scipy.optimize import LinearConstraint, minimize

from dltheory.lab.data import diabetes as load
from dltheory.pruning.experiment import diabetes, linear, random_pruning


def problem(seed: int = 0, n: int = 12, d: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)) + rng.normal(size=(n, 1)), rng.normal(size=n)
    return X, y, linear.least_squares(X, y)


def test_the_predicted_rise_is_the_difference_of_two_losses() -> None:
    X, y, w = problem()
    for removed in ([0], [1, 3], [0, 1, 2, 3, 4], []):
        pruned = w.copy()
        pruned[removed] = 0
        rise = np.square(y - X @ pruned).sum() - np.square(y - X @ w).sum()
        assert linear.predicted_rise(X, w, removed) == pytest.approx(rise, abs=1e-12)


def test_the_surgeons_change_is_what_a_constrained_optimiser_finds() -> None:
    X, _, w = problem()
    H, removed = 2 * X.T @ X, [1, 4]
    found = minimize(
        lambda delta: delta @ H @ delta / 2,
        np.zeros(5),
        jac=lambda delta: H @ delta,
        constraints=LinearConstraint(np.eye(5)[removed], -w[removed], -w[removed]),
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert linear.surgeon_change(H, w, removed) == pytest.approx(found.x, abs=1e-5)
    assert linear.surgeon_cost(H, w, removed) == pytest.approx(found.fun, rel=1e-8)


def test_the_surgeon_refits_least_squares() -> None:
    X, y, w = problem()
    moved = w + linear.surgeon_change(2 * X.T @ X, w, [2, 3])
    assert moved == pytest.approx(linear.refit(X, y, [2, 3]), abs=1e-12)
    assert moved[[2, 3]] == pytest.approx(0, abs=1e-14)


def test_single_saliencies_are_the_costs_of_sets_of_one() -> None:
    X, _, w = problem()
    H = 2 * X.T @ X
    one_by_one = [linear.surgeon_cost(H, w, [index]) for index in range(5)]
    assert linear.surgeon_saliencies(H, w) == pytest.approx(one_by_one)
    assert linear.damage_saliencies(X, w) == pytest.approx([linear.predicted_rise(X, w, [j]) for j in range(5)])


@pytest.mark.parametrize(
    "H", [np.zeros((2, 2)), np.ones((2, 2)), np.array([[1.0, 2.0], [2.0, 4.0]]), -np.eye(2), np.diag([1.0, 3e-16])]
)
def test_a_hessian_without_an_inverse_is_refused(H: np.ndarray) -> None:
    for call in (
        lambda: linear.surgeon_saliencies(H, np.ones(2)),
        lambda: linear.surgeon_change(H, np.ones(2), [0]),
        lambda: linear.surgeon_cost(H, np.ones(2), [0]),
    ):
        with pytest.raises(ValueError, match=r"H has eigenvalues .*it must be positive definite; drop columns"):
            call()


def test_a_hessian_that_just_has_an_inverse_is_not_refused() -> None:
    saliencies = linear.surgeon_saliencies(np.diag([1.0, 5e-16]), np.ones(2))  # above twice the rounding of 1
    np.testing.assert_allclose(saliencies, [0.5, 2.5e-16], rtol=1e-9)


def test_what_is_recovered_is_what_refitting_wins() -> None:
    X, y, w = problem()
    for removed in ([0], [1, 3], [0, 1, 2, 4]):
        before = linear.loss(X, y, linear.removed_at_once(w, removed))
        after = linear.loss(X, y, linear.refit(X, y, removed))
        assert linear.predicted_recovery(X, w, removed) == pytest.approx(before - after)
    assert linear.predicted_recovery(X, w, range(5)) == 0


def test_a_masked_step_is_autograds_step_with_the_removed_weights_put_back_to_zero() -> None:
    X, y, w = problem()
    weights = torch.tensor(w)
    weights[[1, 2]] = 0
    weights.requires_grad_()
    loss = ((torch.tensor(y) - torch.tensor(X) @ weights) ** 2).sum()
    loss.backward()
    stepped = (weights - 0.01 * weights.grad).detach().numpy()
    stepped[[1, 2]] = 0
    losses = linear.masked_descent(X, y, w, [1, 2], 0.01, 1)
    assert losses == pytest.approx([float(loss.detach()), linear.loss(X, y, stepped)])


def test_masked_descent_ends_at_the_refit() -> None:
    X, y, w = problem()
    losses = linear.masked_descent(X, y, w, [0], 0.4 / np.linalg.eigvalsh(X.T @ X)[-1], 5000)
    assert losses[-1] == pytest.approx(linear.loss(X, y, linear.refit(X, y, [0])))


def test_the_greedy_surgeon_is_backward_elimination() -> None:
    X, y, _ = problem(seed=3)
    gone: list[int] = []
    while len(gone) < 5:
        left = [index for index in range(5) if index not in gone]
        gone.append(min(left, key=lambda index: linear.loss(X, y, linear.refit(X, y, [*gone, index]))))
    assert linear.greedy_surgeon(X, y) == gone


def test_all_subsets_are_all_subsets_and_the_best_is_the_best() -> None:
    X, y, w = problem(d=4)
    found = linear.all_subsets(X, y)
    assert [len(group) for group in found.sets] == [1, 4, 6, 4, 1]
    rises = {P: linear.loss(X, y, linear.refit(X, y, P)) - linear.loss(X, y, w) for P in combinations(range(4), 2)}
    assert found.best(2) == min(rises, key=rises.__getitem__)
    assert found.after[2] == pytest.approx(list(rises.values()))


def test_a_fixed_count_is_the_mean_over_all_choices() -> None:
    X, y, w = problem()
    for kept in (0, 1, 3, 5):
        losses = [linear.loss(X, y, linear.removed_at_once(w, P)) for P in combinations(range(5), 5 - kept)]
        assert random_pruning.expected_loss_fixed_count(X, y, w, kept) == pytest.approx(np.mean(losses))


@pytest.mark.parametrize("removed", [[5], [-1], [0, 0], [0.5]])
def test_a_set_of_weights_that_is_none_is_refused(removed: list) -> None:
    X, y, w = problem()
    for call in (
        lambda: linear.predicted_rise(X, w, removed),
        lambda: linear.predicted_recovery(X, w, removed),
        lambda: linear.refit(X, y, removed),
        lambda: linear.removed_at_once(w, removed),
        lambda: linear.masked_descent(X, y, w, removed, 0.1, 1),
        lambda: linear.surgeon_change(X.T @ X, w, removed),
        lambda: linear.surgeon_cost(X.T @ X, w, removed),
    ):
        with pytest.raises(ValueError, match="removed"):
            call()


def test_dependent_columns_are_refused_where_weights_must_be_determined() -> None:
    X, y, _ = problem()
    X[:, 1] = 2 * X[:, 0]
    with pytest.raises(ValueError, match="X has rank 4 and 5 columns"):
        linear.least_squares(X, y)


def test_too_many_subsets_are_refused() -> None:
    with pytest.raises(ValueError, match="X has 17 columns"):
        linear.all_subsets(np.eye(20, 17), np.ones(20))


def test_more_weights_than_there_are_cannot_be_kept() -> None:
    X, y, w = problem()
    with pytest.raises(ValueError, match="kept = 6 of 5 weights"):
        random_pruning.expected_loss_fixed_count(X, y, w, 6)


def test_ties_are_ordered_by_index() -> None:
    assert linear.order(np.array([2.0, 1.0, 1.0, 0.0])) == [3, 1, 2, 0]


def test_units_change_magnitude_and_not_the_saliencies() -> None:
    data, units = load(), diabetes.in_original_units()
    standard, own = (linear.least_squares(X, data.y) for X in (data.X, units))
    assert linear.damage_saliencies(units, own) == pytest.approx(linear.damage_saliencies(data.X, standard))
    surgeons = [linear.surgeon_saliencies(2 * X.T @ X, w) for X, w in ((data.X, standard), (units, own))]
    assert surgeons[0] == pytest.approx(surgeons[1])
    assert linear.order(np.abs(standard)) != linear.order(np.abs(own))


def test_curves_start_at_nothing_and_end_at_everything() -> None:
    curves = diabetes.curves()
    for values in (*curves.before.values(), *curves.after.values(), *curves.best, *curves.mean):
        assert values[[0, -1]] == pytest.approx([0, 1], abs=1e-9)
    assert curves.predicted_mean[[0, -1]] == pytest.approx([0, 1], abs=1e-9)
    for name, values in curves.after.items():
        assert (values >= curves.best[1] - 1e-12).all()
        assert (values <= curves.before[name] + 1e-9).all()


def test_fine_tuning_runs_from_the_predicted_start_to_the_predicted_end() -> None:
    run = diabetes.fine_tuning(diabetes.GREEDY, steps=400)
    assert run.path[[0, -1]] == pytest.approx([run.start, run.end], rel=1e-4)
    assert run.kept_condition <= run.condition


def test_masked_descent_steps_by_one_over_the_largest_eigenvalue() -> None:
    run = diabetes.fine_tuning(diabetes.GREEDY, steps=2, count=4)
    data = diabetes.diabetes()
    w = np.linalg.lstsq(data.X, data.y, rcond=None)[0]
    gone = diabetes.orders()[diabetes.GREEDY][:4]
    mask = np.ones(10)
    mask[gone] = 0
    least, step, losses = ((data.y - data.X @ w) ** 2).sum(), 0.5 / np.linalg.norm(data.X, 2) ** 2, []
    total, w = ((data.X @ w) ** 2).sum(), w * mask
    for _ in range(3):
        residual = data.y - data.X @ w
        losses.append(((residual**2).sum() - least) / total)
        w = w + step * mask * (2 * data.X.T @ residual)
    np.testing.assert_allclose(run.path, losses, rtol=1e-9)


def test_the_threshold_of_saliencies_is_where_t_is_2() -> None:
    found, data = diabetes.saliencies(), load()
    w, _, _, _ = np.linalg.lstsq(data.X, data.y, rcond=None)
    residual = data.y - data.X @ w
    variance = residual @ residual / (len(data.y) - 10)
    t = w / np.sqrt(variance * np.diag(np.linalg.inv(data.X.T @ data.X)))
    np.testing.assert_allclose(found.t_square / found.threshold, (t / 2) ** 2, rtol=1e-9)
    assert found.threshold == pytest.approx(4 * variance / ((data.X @ w) ** 2).sum())


def test_of_two_weights_one_can_be_kept_and_of_one_none() -> None:
    X, y, w = problem(d=2)
    losses = [linear.loss(X, y, linear.removed_at_once(w, [index])) for index in range(2)]
    assert random_pruning.expected_loss_fixed_count(X, y, w, 1) == pytest.approx(np.mean(losses))
    with pytest.raises(ValueError, match="kept = 1 of 1 weights"):
        random_pruning.expected_loss_fixed_count(X[:, :1], y, w[:1], 1)


def test_sixteen_columns_are_not_too_many_subsets() -> None:
    with pytest.raises(ValueError, match="y has shape"):  # what comes after the count of columns
        linear.all_subsets(np.eye(20, 16), np.ones(3))
