"""The two symbolic convolutions: what acts on numbers, and the permutation that the near misses need."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import torch
from torch.nn import functional

from dltheory.compression.derivation import channels


def test_the_relu_acts_on_numbers_and_stays_a_function_of_symbols() -> None:
    assert [channels.ReLU(value) for value in (sp.Rational(-1, 2), sp.Integer(3))] == [0, 3]
    assert isinstance(channels.ReLU(sp.Symbol("a")), channels.ReLU)


def test_the_cycle_is_not_its_own_inverse() -> None:
    assert channels.inverse(channels.CYCLE) != channels.CYCLE
    assert [channels.CYCLE[place] for place in channels.inverse(channels.CYCLE)] == [0, 1, 2]


def test_the_symbols_have_the_sizes_that_the_claim_says() -> None:
    layers = channels.symbolic()
    assert (layers.first.shape, layers.bias.shape, layers.norm.shape) == ((3, 2), (3, 1), (3, 4))
    assert layers.second.shape == (2, 3 * 2)
    assert len(channels.image()) == 3


def test_the_two_convolutions_are_those_of_torch() -> None:
    rng = np.random.default_rng(0)
    first, bias, second, image = (rng.integers(-5, 6, size=size) for size in ((3, 2), (3,), (2, 3, 2), (6,)))
    gain, shift, mean, deviation = rng.integers(1, 6, size=(4, 3))
    norm = sp.Matrix(np.stack([gain, shift, mean, deviation], axis=1))
    layers = channels.TwoLayers(sp.Matrix(first), sp.Matrix(bias), norm, sp.Matrix(second.reshape(2, 6)))

    tensors = [torch.tensor(each, dtype=torch.float64) for each in (image, first, bias, mean, deviation, gain, shift)]
    pixels, filters, biases, means, deviations, gains, shifts = tensors
    hidden = functional.conv1d(pixels.view(1, 1, -1), filters.view(3, 1, 2), biases)
    hidden = functional.batch_norm(hidden, means, deviations**2, gains, shifts, eps=0.0)
    expected = functional.conv1d(functional.relu(hidden), torch.tensor(second, dtype=torch.float64))[0].numpy()

    pixel_values = [sp.Integer(int(pixel)) for pixel in image]
    for found in (layers.output(pixel_values), channels.in_matrices(layers, pixel_values)):
        assert np.array(found.tolist(), dtype=float) == pytest.approx(expected)
