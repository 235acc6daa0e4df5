"""Experiments that the book reads from records, run small: against exact means, plain loops and linear theory."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.linalg import solve_discrete_lyapunov

from dltheory.momentum.experiment.methods import TRANSIENT
from dltheory.networks.experiment import curvature, dropout, ends, linearised, minimum, sharpness, surgeon
from dltheory.networks.experiment.minimum import Minimum
from dltheory.networks.experiment.model import DTYPE, Network, Problem, digits
from dltheory.networks.experiment.training import Method, train
from dltheory.pruning.experiment import linear


@pytest.fixture(scope="module")
def regression() -> Minimum:
    """Least squares with a ridge as a network of one layer, at its minimum."""
    X = torch.randn(40, 3, dtype=DTYPE, generator=torch.Generator().manual_seed(1))
    y = torch.randn(40, 1, dtype=DTYPE, generator=torch.Generator().manual_seed(2))
    columns = torch.cat([X, torch.ones(40, 1, dtype=DTYPE)], dim=1)
    H = (2 / 40 * columns.T @ columns + 0.02 * torch.eye(4, dtype=DTYPE)).numpy()
    theta = np.linalg.solve(H, (2 / 40 * columns.T @ y).numpy())[:, 0]
    return Minimum(Problem(Network((3, 1)), X, y, ridge=0.01), torch.tensor(theta), H, *np.linalg.eigh(H))


def test_a_network_of_few_images_ends_where_linear_theory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ends, "EXAMPLES", 6)
    monkeypatch.setattr(ends, "LATE", 1000)
    found = ends.ends(256, 3)
    assert found.early == pytest.approx(found.predicted_early, rel=5e-3)
    assert found.late == pytest.approx(found.predicted_late, rel=2e-2)
    assert found.ridge_coordinates == pytest.approx(found.predicted_ridge_coordinates, rel=2e-2)
    # what is fitted is a coordinate times its singular value, over the size that all first residuals have
    assert found.predicted_late * found.sigma == pytest.approx(np.full(6, found.size), rel=1e-4)
    assert found.stopped == pytest.approx(1 - np.exp(-found.x), abs=1e-2)
    assert found.ridged == pytest.approx(found.x / (1 + found.x), abs=1e-2)
    assert 0 < found.distance < 0.2


@pytest.fixture
def tiny() -> tuple[Problem, torch.Tensor]:
    """Two hidden units and three images."""
    network = Network((64, 2, 2))
    inputs, targets = digits(3)
    return Problem(network, inputs, targets[:, :2]), network.first(5)


def changes(problem: Problem, theta: torch.Tensor, keep: float, masks: int) -> tuple[float, float]:
    """Mean and standard deviation of the loss under one mask of the hidden units less the loss, by enumeration."""
    activations, plain = problem.network.hidden(theta, problem.inputs, 1), float(problem.loss(theta))
    chances, found = [], []
    for bits in product((0.0, 1.0), repeat=masks):
        chances.append(np.prod([keep if bit else 1 - keep for bit in bits]))
        noise = torch.tensor(bits, dtype=DTYPE) / keep
        outputs = problem.network.above(theta, activations * noise.view(-1, 2), 1)
        found.append(float(problem.loss_of_outputs(outputs)) - plain)
    mean = np.average(found, weights=chances)
    return float(mean), float(np.average((np.array(found) - mean) ** 2, weights=chances) ** 0.5)


@pytest.mark.parametrize(("shared", "masks"), [(True, 2), (False, 6)])
def test_the_excess_under_dropout_is_the_mean_over_all_masks(
    tiny: tuple[Problem, torch.Tensor], shared: bool, masks: int
) -> None:
    found = dropout.excess(*tiny, 1, 0.6, 2000, seed=0, shared=shared)
    mean, deviation = changes(*tiny, 0.6, masks)
    assert found.error == pytest.approx(deviation / 2000**0.5, rel=0.1)
    assert abs(found.value - mean) < 5 * found.error


def test_removed_weights_of_the_last_layer_cost_the_mean_over_all_masks(tiny: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = tiny
    place, costs, chances = problem.network.slices(1)[0], [], []
    for bits in product((0.0, 1.0), repeat=4):
        changed = theta.clone()
        changed[place] *= torch.tensor(bits, dtype=DTYPE) / 0.7
        chances.append(np.prod([0.7 if bit else 0.3 for bit in bits]))
        costs.append(float(problem.loss(changed) - problem.loss(theta)))
    mean = np.average(costs, weights=chances)
    found = dropout.pruned_weights_excess(problem, theta, 0.7, 2000, seed=0)
    assert found.error == pytest.approx((np.average((costs - mean) ** 2, weights=chances) / 2000) ** 0.5, rel=0.1)
    assert abs(found.value - mean) < 5 * found.error


def test_means_are_those_of_the_masks_that_the_seed_draws(tiny: tuple[Problem, torch.Tensor]) -> None:
    problem, theta = tiny
    network, plain = problem.network, problem.loss(theta)
    hidden = network.hidden(theta, problem.inputs, 1)

    def drawn(*shape: int) -> list[torch.Tensor]:
        generator = torch.Generator().manual_seed(9)
        return [(torch.rand(shape, generator=generator, dtype=DTYPE) < 0.6) / 0.6 for _ in range(3)]

    last = theta[network.slices(1)[0]].view(2, 2)
    units = [problem.loss_of_outputs(hidden * mask @ last.T) - plain for mask in drawn(3, 2)]  # biases are 0
    single = [problem.loss_of_outputs(hidden @ (last * mask.view(2, 2)).T) - plain for mask in drawn(4)]
    for found, losses in (
        (dropout.excess(problem, theta, 1, 0.6, 3, 9), units),
        (dropout.pruned_weights_excess(problem, theta, 0.6, 3, 9), single),
    ):
        assert found.value == pytest.approx(np.mean(losses))
        assert found.error == pytest.approx((np.var(losses) * 3 / 2 / 3) ** 0.5)


@pytest.mark.parametrize("keep", [1.0, 0.5])
def test_training_with_dropout_is_that_of_torchs_optimiser_with_these_masks(
    monkeypatch: pytest.MonkeyPatch, keep: float
) -> None:
    network = Network((64, 3, 10))
    monkeypatch.setattr(dropout, "NETWORK", network)
    monkeypatch.setattr(dropout, "STEPS", 4)
    found = dropout.trained([7, 8], 1, keep, examples=12)
    problem, method = Problem(network, *digits(12)), dropout.METHOD
    for place, seed in enumerate((7, 8)):
        theta = network.first(seed).requires_grad_()
        optimiser = torch.optim.SGD([theta], lr=method.eta * method.beta, momentum=1 - method.beta)
        generator = torch.Generator().manual_seed(10_000 + seed)
        for _ in range(4):
            kept = torch.rand(12, 3, generator=generator, dtype=DTYPE) < keep
            optimiser.zero_grad()
            dropped = torch.tanh(network.affine(theta, 0, problem.inputs)) * kept / keep
            (problem.targets - network.affine(theta, 1, dropped)).square().sum(dim=1).mean().backward()
            optimiser.step()
        assert torch.allclose(found[place], theta.detach(), atol=1e-12)


def test_accuracy_is_that_of_the_units_that_stay() -> None:
    theta = dropout.NETWORK.first(0)
    inputs, targets = digits(1000, 500)
    labels = targets.argmax(dim=1)
    plain = (dropout.NETWORK.outputs(theta, inputs).argmax(dim=1) == labels).double().mean()
    assert dropout.accuracy_when_pruned(theta, 2, 1.0, 1, 0) == pytest.approx(float(plain))
    # nothing left, and no bias: every output is 0, and the first of them counts
    assert dropout.accuracy_when_pruned(theta, 2, 1e-12, 2, 0) == pytest.approx(float((labels == 0).double().mean()))
    half = dropout.accuracy_when_pruned(theta, 2, 0.5, 3, 4)
    # behind the last hidden layer, without biases, a factor changes no decision; before it, it does
    assert half == dropout.accuracy_when_pruned(theta, 2, 0.5, 3, 4, scaled=False) != plain
    kept = torch.rand(32, generator=torch.Generator().manual_seed(4), dtype=DTYPE) < 0.5
    for scaled, factor in ((True, 2.0), (False, 1.0)):
        outputs = dropout.NETWORK.above(theta, dropout.NETWORK.hidden(theta, inputs, 1) * kept * factor, 1)
        right = (outputs.argmax(dim=1) == labels).double().mean()
        assert dropout.accuracy_when_pruned(theta, 1, 0.5, 1, 4, scaled) == pytest.approx(float(right))


def test_what_is_learnt_is_what_the_residual_has_lost() -> None:
    residuals = np.array([2.0, -4.0]) * np.array([0.5, 0.25]) ** np.arange(4)[:, None]
    assert linearised.learnt(residuals) == pytest.approx(1 - np.array([0.5, 0.25]) ** np.arange(4)[:, None])


def test_noise_keeps_momentum_where_the_lyapunov_equation_says(regression: Minimum) -> None:
    step, memory, deviation = 0.15, 0.5, 1e-3
    found = minimum.noise_floors(regression, step, memory, deviation, 1500, 300, 40, seed=3)
    assert found.shape == (40, 4)
    for place, value in enumerate(regression.values):
        move = np.array([[1 + memory - step * value, -memory], [1, 0]])
        spread = solve_discrete_lyapunov(move, np.diag([(step * deviation) ** 2, 0]))[0, 0]
        error = found[:, place].std(ddof=1) / 40**0.5
        assert found[:, place].mean() == pytest.approx(spread, abs=5 * error)
        assert error < 0.05 * spread


def test_noise_is_measured_from_the_step_that_is_asked_for_to_the_last(regression: Minimum) -> None:
    step, memory, deviation, H = 0.15, 0.5, 1e-3, torch.tensor(regression.hessian)
    found = minimum.noise_floors(regression, step, memory, deviation, 4, 2, 3, seed=3)
    generator, squares = torch.Generator().manual_seed(3), []
    newer = older = torch.zeros(3, 4, dtype=DTYPE)  # the way from the minimum
    for _ in range(4):
        error = deviation * torch.randn(3, 4, generator=generator, dtype=DTYPE)
        newer, older = newer + memory * (newer - older) - step * (newer @ H + error), newer
        squares.append((newer @ torch.tensor(regression.vectors)).square())
    assert found == pytest.approx(((squares[2] + squares[3]) / 2).numpy(), rel=1e-8)


def test_far_away_from_a_minimum_none_is_said_to_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    ridge, slopes = 1e-4, []
    far = np.zeros(64 + 1 + 10 + 10)
    far[64] = 100  # a unit that is 1 for every image: only the ridge pulls at its bias, and Newton's steps are short
    far[65:75] = far[75:] = digits(20)[1].mean(dim=0).numpy() / (2 + ridge)

    def does_not_move(both, start, **options):
        slopes.append(np.linalg.norm(both(far)[1]))
        return SimpleNamespace(x=far)

    monkeypatch.setattr(minimum, "minimize", does_not_move)
    with pytest.raises(ArithmeticError, match="did not end in a minimum"):
        minimum.trained(0, ridge, (64, 1, 10), 20)
    assert slopes == [pytest.approx(2 * ridge * 100)]


def test_near_a_minimum_momentum_does_what_the_book_says_of_a_quadratic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimum, "NEAR_SIZES", (64, 1, 10))
    monkeypatch.setattr(minimum, "NEAR_EXAMPLES", 20)
    found = minimum.near(0)
    assert found.kappa == pytest.approx(found.curvature[-1] / found.curvature[0])
    root = found.kappa**0.5
    assert found.predicted_rate == pytest.approx((root - 1) / (root + 1))
    assert found.rate == pytest.approx(found.predicted_rate, rel=1e-2)
    assert found.hump == pytest.approx(found.predicted_hump, rel=0.1)
    assert found.predicted_hump == pytest.approx(TRANSIENT(found.predicted_rate, np.arange(3000)).max())  # not cut off
    assert found.floor == pytest.approx(1, abs=0.1)
    assert np.median(found.floors) == pytest.approx(1, abs=0.1)
    assert found.distance[0] == 1


def test_a_saddle_with_one_way_down_is_no_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "first", lambda network, seed: torch.zeros(network.count, dtype=DTYPE))
    inputs, targets = digits(20)

    def lowest(ridge: float) -> np.ndarray:
        """Curvatures where training from weights of 0 ends: there only the last biases move."""
        at = torch.zeros(Network((64, 1, 10)).count, dtype=DTYPE)
        at[-10:] = targets.mean(dim=0) / (1 + ridge)
        H = curvature.dense_hessian(Problem(Network((64, 1, 10)), inputs, targets, ridge=ridge), at)
        return np.linalg.eigvalsh(H)[:2]

    between = -float(lowest(0.0).mean()) / 2
    assert lowest(between)[0] < 0 < lowest(between)[1]
    with pytest.raises(ArithmeticError, match="did not end in a minimum"):
        minimum.trained(0, between, (64, 1, 10), 20)
    assert minimum.trained(0, 3 * between, (64, 1, 10), 20).values[0] == pytest.approx(lowest(3 * between)[0])


def test_runs_for_a_figure_are_all_methods_from_all_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharpness, "NETWORK", Network((64, 2, 10)))
    methods, seeds = [Method(0.1), Method(0.2, 0.5)], [3, 4, 5]
    found = sharpness.runs(methods, seeds, 3, 3)
    assert found.loss.shape == (6, 2)
    for place, (method, seed) in enumerate(product(methods, seeds)):
        alone = train(sharpness.problem(), [method], sharpness.NETWORK.first(seed)[None], 3, 3)
        assert torch.allclose(found.last[place], alone.last[0], atol=1e-12)
    small = sharpness.runs(methods[:1], seeds[:1], 1, 1, batch=100)
    assert not torch.allclose(small.last[0], sharpness.runs(methods[:1], seeds[:1], 1, 1).last[0], atol=1e-6)


def test_weights_that_are_ranked_once_go_in_that_order(regression: Minimum) -> None:
    scores = np.array([3.0, 1.0, 2.0])
    w, H = regression.theta.numpy(), regression.hessian
    order = [1, 2, 0]
    for adjust in (False, True):
        found = surgeon.ranked_once(regression, scores, H, (1, 2, 3), adjust)
        for count, rise in zip((1, 2, 3), found, strict=True):
            gone = order[:count]
            once = w[gone] @ H[np.ix_(gone, gone)] @ w[gone] / 2
            assert rise == pytest.approx(linear.surgeon_cost(H, w, gone) if adjust else once)


@pytest.mark.parametrize(
    ("method", "name"),
    [(Method(0.1), "gradient descent"), (Method(0.1, 0.5), "momentum"), (Method(0.1, 0.5, True), "Nesterov")],
)
def test_methods_are_called_by_their_names(method: Method, name: str) -> None:
    assert method.name == name
