"""Surgery of a network against plain linear algebra, dropout's penalty against exact means."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from dltheory.networks.experiment import dropout, one_image, retraining, surgeon
from dltheory.networks.experiment.minimum import Minimum, fitted_rate
from dltheory.networks.experiment.model import DTYPE, Network, Problem, digits, parity
from dltheory.pruning.experiment import linear


@pytest.fixture(scope="module")
def regression() -> Minimum:
    """A network without a hidden layer at its minimum: least squares with a ridge, where the quadratic is exact."""
    network = Network((64, 1))
    inputs, _ = digits(80)
    targets = torch.randn(80, 1, dtype=DTYPE, generator=torch.Generator().manual_seed(0))
    problem = Problem(network, inputs, targets, ridge=0.01)
    columns = torch.cat([inputs, torch.ones(80, 1, dtype=DTYPE)], dim=1)
    H = (2 / 80 * columns.T @ columns + 0.02 * torch.eye(65, dtype=DTYPE)).numpy()
    theta = np.linalg.solve(H, (2 / 80 * columns.T @ targets).numpy())[:, 0]
    values, vectors = np.linalg.eigh(H)
    return Minimum(problem, torch.tensor(theta), H, values, vectors)


def test_on_a_linear_model_every_prediction_is_exact(regression: Minimum) -> None:
    found = surgeon.singles(regression, regression.hessian)
    assert np.allclose(found.damage, found.measured_damage, atol=1e-14)
    assert np.allclose(found.surgery, found.measured_surgery, atol=1e-14)
    assert (found.surgery <= found.damage + 1e-15).all()
    blocks = surgeon.random_blocks(regression, 5, 4, seed=0)
    damage, removed, surgery, adjusted = surgeon.block_rises(regression, regression.hessian, blocks)
    assert np.allclose(damage, removed, atol=1e-13)
    assert np.allclose(surgery, adjusted, atol=1e-13)


def test_gauss_newton_is_the_hessian_of_a_linear_model(regression: Minimum) -> None:
    assert np.allclose(surgeon.gauss_newton(regression), regression.hessian, atol=1e-12)


def test_greedy_surgery_is_that_of_the_pruning_chapter() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 6)), rng.normal(size=30)
    network = Network((6, 1))
    problem = Problem(network, torch.tensor(X), torch.tensor(y)[:, None])
    w = linear.least_squares(X, y)
    theta = torch.tensor(np.append(w, 0.0))  # a bias that nothing moves
    H = np.zeros((7, 7))
    H[:6, :6] = 2 / 30 * X.T @ X
    H[6, 6] = 1.0
    found = surgeon.greedy_surgeon(Minimum(problem, theta, H, np.ones(7), np.eye(7)), H, 5)
    assert found.order.tolist() == linear.greedy_surgeon(X, y)[:5]
    assert np.allclose(found.predicted, found.measured, atol=1e-12)


def test_retraining_a_linear_model_is_the_surgeons_change(regression: Minimum) -> None:
    for block in surgeon.random_blocks(regression, 4, 3, seed=1):
        price = linear.surgeon_cost(regression.hessian, regression.theta.numpy(), [int(place) for place in block])
        assert retraining.retrained_rise(regression, regression.hessian, block) == pytest.approx(price, abs=1e-9)


def test_retraining_starts_from_the_surgeons_change_and_from_plain_removal(
    regression: Minimum, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, block, theta = list[np.ndarray](), np.array([3, 10]), regression.theta.numpy()
    monkeypatch.setattr(retraining, "_retrained", lambda found, start, block: starts.append(start) or 1.0)
    retraining.retrained_rise(regression, regression.hessian, block)
    assert starts[0][block] == pytest.approx(0, abs=1e-12)
    others = np.setdiff1d(np.arange(65), block)  # they are at their best
    assert (regression.hessian @ (starts[0] - theta))[others] == pytest.approx(0, abs=1e-12)
    assert np.array_equal(starts[1], theta)


def test_each_output_has_weights_and_a_bias_of_its_own() -> None:
    rng, H, alone = np.random.default_rng(5), np.zeros((10, 10)), list[tuple[np.ndarray, np.ndarray]]()
    theta, nothing = rng.normal(size=10), (torch.zeros(1, 4), torch.zeros(1, 1))
    for output in range(2):
        root, places = rng.normal(size=(8, 5)), [4 * output + unit for unit in range(4)] + [8 + output]
        H[np.ix_(places, places)] = root.T @ root
        one = Minimum(Problem(Network((4, 1)), *nothing), torch.tensor(theta[places]), np.eye(5), np.ones(5), np.eye(5))
        alone += retraining.greedy_against_best(one, root.T @ root)
    both = Minimum(Problem(Network((4, 2)), *nothing), torch.tensor(theta), H, np.ones(10), np.eye(10))
    for found, expected in zip(retraining.greedy_against_best(both, H), alone, strict=True):
        assert np.allclose(found, expected, rtol=1e-10)


def test_greedy_and_best_sets_are_those_of_the_pruning_chapter() -> None:
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(12, 5)) @ rng.normal(size=(5, 5)), rng.normal(size=12)
    problem = Problem(Network((5, 1)), torch.tensor(X), torch.tensor(y)[:, None])
    H = np.eye(6)  # the bias by itself
    H[:5, :5] = 2 / 12 * X.T @ X
    theta = torch.tensor(np.append(linear.least_squares(X, y), 0.0))
    ((greedy, best),) = retraining.greedy_against_best(Minimum(problem, theta, H, np.ones(6), np.eye(6)), H)
    subsets, path = linear.all_subsets(X, y), linear.greedy_surgeon(X, y)
    floor = linear.loss(X, y, linear.least_squares(X, y))
    for size in range(1, 5):
        assert best[size - 1] == pytest.approx(subsets.after[size].min() / 12)
        refitted = linear.loss(X, y, linear.refit(X, y, path[:size])) - floor
        assert greedy[size - 1] == pytest.approx(refitted / 12)


def test_a_quadratic_is_the_training_of_a_last_layer() -> None:
    values, start = np.array([4.0, 9.0, 1.0]), np.array([0.0, 0.8, 0.6])
    curvature, error = one_image.as_last_layer(values, start)
    assert curvature == pytest.approx(2 * np.array([1, 4, 9]) / 9 / 4)  # of the sum of squares, at a half of the roots
    assert np.abs(error) == pytest.approx([0.6, 0.0, 0.8], abs=1e-12)


def test_contributions_before_training_are_weights_times_activations() -> None:
    network, image = Network((64, 4, 3)), digits(1)[0][0]
    (W, b), (V, _) = ([network.first(2)[part] for part in network.slices(layer)] for layer in (0, 1))
    expected = V.view(3, 4) * torch.tanh(W.view(4, 64) @ image + b)
    assert one_image.contributions(2, 0.5, trained=False) == pytest.approx(expected.numpy())


def test_contributions_after_training_are_least_for_three_targets() -> None:
    wanted, found = one_image.targets(4)[:, None], one_image.contributions(4, 0.6)
    # the loss of one output, (y - s)² + λ s²/4 for the sum s of four equal parts, in the ratio of (1 - 0.6)/0.6
    assert wanted.shape == (3, 1)
    assert found == pytest.approx(np.repeat(wanted / (1 + (0.4 / 0.6) / 4) / 4, 4, axis=1), abs=1e-5)


def test_a_rate_is_found_in_a_sequence_that_has_it() -> None:
    times = np.arange(1, 200)
    sizes = np.concatenate([[1.0], times * 0.9**times])
    assert fitted_rate(sizes, slice(50, 150), power=1) == pytest.approx(0.9)
    assert fitted_rate(0.9 ** np.arange(60), slice(10, 50)) == pytest.approx(0.9)


def test_the_penalty_of_the_last_layer_is_the_exact_mean_over_all_masks() -> None:
    network, (inputs, targets) = Network((64, 2, 10)), digits(1)
    problem, theta, keep = Problem(network, inputs, targets), network.first(0), 0.6
    activations, plain, mean = network.hidden(theta, inputs, 1), float(problem.loss(theta)), 0.0
    for bits in product((0.0, 1.0), repeat=2):
        chance = np.prod([keep if bit else 1 - keep for bit in bits])
        outputs = network.above(theta, activations * torch.tensor(bits, dtype=DTYPE) / keep, 1)
        mean += chance * float(problem.loss_of_outputs(outputs))
    assert dropout.penalty(problem, theta, 1, keep) == pytest.approx(mean - plain)
    assert dropout.last_layer_penalty(problem, theta, keep) == pytest.approx(mean - plain)


def test_small_noise_on_a_lower_layer_adds_the_penalty() -> None:
    network, (inputs, targets) = Network((64, 3, 4, 10)), digits(8)
    problem, theta = Problem(network, inputs, targets, "cross-entropy"), network.first(1)
    size, plain = 1e-2, float(problem.loss(theta))
    losses = []
    for signs in product((-1.0, 1.0), repeat=3):  # all eight signs of each unit, shared by the images
        noise = 1 + size * torch.tensor(signs, dtype=DTYPE)
        losses.append(float(dropout.masked_loss(problem, theta, 1, noise)))
    keep = 1 / (1 + size**2)  # λ = size²
    assert np.mean(losses) - plain == pytest.approx(dropout.penalty(problem, theta, 1, keep), rel=1e-3)


def test_the_penalty_of_the_last_layer_is_a_mean_over_the_images() -> None:
    network, (inputs, targets) = Network((64, 3, 10)), digits(4)
    theta = network.first(1)
    alone = [
        dropout.last_layer_penalty(Problem(network, inputs[[i]], targets[[i]]), theta, 0.7) for i in range(len(inputs))
    ]
    whole = Problem(network, inputs, targets)
    assert dropout.last_layer_penalty(whole, theta, 0.7) == pytest.approx(np.mean(alone))
    assert dropout.penalty(whole, theta, 1, 0.7) == pytest.approx(np.mean(alone))


def test_features_are_what_the_last_layer_of_a_trained_network_sees() -> None:
    inputs, targets = parity(40)
    network = Network((64, 16, 5, 1))
    theta = network.first(3).requires_grad_()
    optimiser = torch.optim.SGD([theta], lr=0.1)
    for _ in range(100):
        optimiser.zero_grad()
        (network.outputs(theta, inputs) - targets).square().mean().backward()
        optimiser.step()
    (W, b), (V, c) = ([theta.detach()[part] for part in network.slices(layer)] for layer in (0, 1))
    expected = torch.tanh(torch.tanh(inputs @ W.view(16, 64).T + b) @ V.view(5, 16).T + c)
    features, centred = dropout.frozen_features(3)
    assert features == pytest.approx(expected.numpy(), abs=1e-10)
    assert centred == pytest.approx((targets - targets.mean()).numpy()[:, 0])
