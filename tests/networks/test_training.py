"""Runs side by side against torch's optimiser and against runs alone; lines against the polynomial's roots."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dltheory.networks.experiment.model import Network, Problem, digits
from dltheory.networks.experiment.sharpness import METHODS, plateau, second_term
from dltheory.networks.experiment.training import Method, shuffled_batches, train

NETWORK = Network((64, 3, 10))


def problem() -> Problem:
    return Problem(NETWORK, *digits(20))


@pytest.mark.parametrize(("beta", "ahead"), [(1.0, False), (0.3, False), (0.4, True)])
def test_a_run_is_that_of_torchs_optimiser(beta: float, ahead: bool) -> None:
    start = NETWORK.first(0)
    found = train(problem(), [Method(0.3, beta, ahead)], start[None], 12, 4).last[0]
    if ahead:  # torch's Nesterov starts otherwise: the recurrence itself is the oracle
        older = newer = start
        for _ in range(12):
            look = newer + (1 - beta) * (newer - older)
            look = look.detach().requires_grad_()
            problem().loss(look).backward()
            newer, older = look.detach() - 0.3 * beta * look.grad, newer
        expected = newer
    else:
        theta = start.clone().requires_grad_()
        method = torch.optim.SGD([theta], lr=0.3 * beta, momentum=1 - beta)
        for _ in range(12):
            method.zero_grad()
            problem().loss(theta).backward()
            method.step()
        expected = theta.detach()
    assert torch.allclose(found, expected, atol=1e-12)


def test_runs_side_by_side_are_the_runs_alone() -> None:
    methods = [Method(0.2), Method(0.4, 0.5), Method(0.2, 0.5, True)]
    starts = torch.stack([NETWORK.first(seed) for seed in range(3)])
    together = train(problem(), methods, starts, 8, 4)
    assert together.times.tolist() == [0, 4, 8]
    assert train(problem(), methods, starts, 1, 1).loss.shape == (3, 2)
    for place, method in enumerate(methods):
        alone = train(problem(), [method], starts[place][None], 8, 4)
        assert torch.allclose(together.last[place], alone.last[0], atol=1e-12)
        assert np.allclose(together.sharpness[place], alone.sharpness[0], rtol=1e-4)


def test_a_method_made_for_a_line_has_that_line() -> None:
    for method in METHODS:
        again = Method.with_line(method.line, method.beta, method.ahead)
        assert again.eta == pytest.approx(method.eta)
    assert Method(0.25).line == pytest.approx(8)
    assert Method(0.25, 0.5, True).line < 2 / (0.25 * 0.5) < Method(0.25, 0.5).line


@pytest.mark.parametrize("method", METHODS[:1] + METHODS[3:4] + METHODS[-1:])
def test_on_a_quadratic_runs_shrink_below_the_line_and_grow_above_it(method: Method) -> None:
    alpha, memory = method.eta * method.beta, 1 - method.beta

    def size(curvature: float) -> float:
        older = newer = 1.0
        for _ in range(3000):
            look = newer + memory * (newer - older)
            newer, older = look - alpha * curvature * (look if method.ahead else newer), newer
        return abs(newer)

    assert size(0.99 * method.line) < 1e-3
    assert size(1.01 * method.line) > 1e3


def test_a_diverged_run_leaves_the_others_alone() -> None:
    starts = torch.stack([NETWORK.first(0)] * 2)
    found = train(problem(), [Method(1e4), Method(0.1)], starts, 6, 6)
    assert np.isnan(found.sharpness[0, -1])
    assert np.isfinite(found.sharpness[1]).all()


def test_every_epoch_uses_every_example_once() -> None:
    batch = shuffled_batches(20, 5, seed=0)
    first, second = (torch.cat([batch(step) for step in steps]) for steps in (range(4), range(4, 8)))
    assert sorted(first.tolist()) == list(range(20)) == sorted(second.tolist())
    assert first.tolist() != second.tolist()


def test_the_plateau_is_the_mean_of_the_second_half_over_the_line() -> None:
    assert plateau(np.array([[9.0, 9.0, 4.0, 6.0]]), 5.0) == pytest.approx([1.0])
    assert plateau(np.array([[9.0, 9.0, 9.0, 4.0, 6.0]]), 5.0) == pytest.approx([1.0])
    assert plateau(np.array([[9.0, 4.0]]), 2.0) == pytest.approx([2.0])
    assert plateau(np.array([[9.0, 4.0]]), 2.0, share=0.1) == pytest.approx([2.0])  # at least the last one


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="beta lie in"):
        Method(0.1, 0.0)
    with pytest.raises(ValueError, match="eta must be positive"):
        Method(0.0)
    with pytest.raises(ValueError, match="one of each"):
        train(problem(), [Method(0.1)], torch.stack([NETWORK.first(0)] * 2), 1, 1)
    with pytest.raises(ValueError, match="beta = 1"):
        second_term(Method(0.1, 0.5), 0, 2, 1)
