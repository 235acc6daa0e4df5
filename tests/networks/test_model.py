"""The network as a function of a flat vector, against torch's own layers."""

from __future__ import annotations

import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from dltheory.networks.experiment.model import DTYPE, Network, Problem, cross_entropy, digits, parity, squared


def as_layers(network: Network, theta: torch.Tensor) -> nn.Sequential:
    """The same network as torch builds it."""
    layers: list[nn.Module] = []
    for layer in range(network.layers):
        inputs, outputs = network.sizes[layer], network.sizes[layer + 1]
        linear = nn.Linear(inputs, outputs, dtype=DTYPE)
        weights, biases = (theta[part] for part in network.slices(layer))
        scale = inputs**-0.5 if network.parametrisation == "tangent" else 1.0
        linear.load_state_dict({"weight": scale * weights.view(outputs, inputs), "bias": biases})
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("parametrisation", ["standard", "tangent"])
def test_outputs_are_those_of_torchs_layers(parametrisation: str) -> None:
    network = Network((64, 5, 4, 10), parametrisation)
    theta, (inputs, _) = network.first(1), digits(20)
    assert torch.allclose(network.outputs(theta, inputs), as_layers(network, theta)(inputs), atol=1e-12)


def test_the_upper_layers_continue_what_the_lower_ones_begin() -> None:
    network, (inputs, _) = Network((64, 5, 4, 10)), digits(20)
    theta = network.first(2)
    for layer in (0, 1, 2):
        activations = network.hidden(theta, inputs, layer)
        assert torch.equal(network.above(theta, activations, layer), network.outputs(theta, inputs))


def test_the_flat_vector_holds_every_weight_and_bias_once() -> None:
    network = Network((7, 3, 2))
    assert network.count == 7 * 3 + 3 + 3 * 2 + 2 == len(network.first(0))
    assert int(network.is_weight().sum()) == 7 * 3 + 3 * 2


def test_a_seed_always_draws_the_same_weights_and_another_seed_others() -> None:
    network = Network((7, 3, 2))
    assert torch.equal(network.first(5), network.first(5))
    assert not torch.equal(network.first(5), network.first(6))


def test_the_gain_is_that_of_the_last_layer_alone() -> None:
    plain, scaled = Network((7, 3, 2)).first(0), Network((7, 3, 2), gain=0.5).first(0)
    last, _ = Network((7, 3, 2)).slices(1)
    assert torch.allclose(scaled[last], plain[last] / 2)
    assert torch.equal(scaled[: last.start], plain[: last.start])


def test_losses_are_means_over_examples() -> None:
    outputs, targets = torch.randn(6, 4, dtype=DTYPE), torch.eye(4, dtype=DTYPE)[torch.tensor([0, 1, 2, 3, 0, 1])]
    assert squared(outputs, targets).item() == pytest.approx(((outputs - targets) ** 2).sum().item() / 6)
    expected = functional.cross_entropy(outputs, targets.argmax(dim=1))
    assert cross_entropy(outputs, targets).item() == pytest.approx(expected.item())


def test_the_ridge_is_on_all_weights_and_biases() -> None:
    network, (inputs, targets) = Network((64, 3, 10)), digits(5)
    theta = network.first(0) + 1
    plain, ridged = Problem(network, inputs, targets), Problem(network, inputs, targets, ridge=0.5)
    assert (ridged.loss(theta) - plain.loss(theta)).item() == pytest.approx(0.5 * theta.square().sum().item())


def test_parity_is_one_for_even_digits_and_the_pixels_have_mean_square_one() -> None:
    pixels, signs = parity(50)
    _, classes = digits(50)
    assert pixels.square().mean().item() == pytest.approx(1)
    assert [s > 0 for s in signs[:, 0]] == [c % 2 == 0 for c in classes.argmax(dim=1)]


def test_digits_are_those_of_scikit_learn_from_a_number_on() -> None:
    shipped = load_digits()
    centred = (shipped.data - shipped.data.mean(axis=0)) / 16
    for asked, start, count in ((digits(), 0, 500), (digits(3, 20), 20, 3), (digits(1, 1796), 1796, 1)):
        assert asked[0].numpy() == pytest.approx(centred[start : start + count], abs=1e-12)
        assert asked[1].argmax(dim=1).tolist() == shipped.target[start : start + count].tolist()
        assert asked[1].sum() == count


def test_a_seed_draws_weights_of_the_variance_that_keeps_the_size_of_activations() -> None:
    standard, tangent = Network((400, 300, 1)).first(0), Network((400, 300, 1), "tangent").first(0)
    (first, bias), (last, _) = (Network((400, 300, 1)).slices(layer) for layer in (0, 1))
    assert standard[first].std().item() == pytest.approx(1 / 20, rel=0.02)
    assert not standard[bias].any()
    assert torch.allclose(tangent[first], 20 * standard[first])
    assert torch.allclose(tangent[last], 300**0.5 * standard[last])


def test_more_images_than_there_are_is_one_clear_error() -> None:
    with pytest.raises(ValueError, match="there are 1797 images"):
        digits(1798)
    for count, start in ((0, 0), (1, -1), (2, 1796)):
        with pytest.raises(ValueError, match="there are 1797 images"):
            digits(count, start)
