"""Channels: permuting them changes nothing, removing them leaves a smaller dense network of the right parts."""

from __future__ import annotations

import pytest
import torch

from dltheory.compression.experiment import channels, cost
from dltheory.lab.models import VGG


def lively(width: float = 0.125, seed: int = 0) -> VGG:
    """A network whose batch norms have something in them, in float64 and evaluation mode."""
    torch.manual_seed(seed)
    model = VGG.of_width((3, 16, 16), width).double()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for name, low, high in (
                ("weight", 0.5, 2),
                ("bias", -1, 1),
                ("running_mean", -1, 1),
                ("running_var", 1, 3),
            ):
                torch.nn.init.uniform_(getattr(module, name), low, high)
    return model.eval()


def images(seed: int = 1) -> torch.Tensor:
    return torch.randn(5, 3, 16, 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_any_permutation_of_hidden_channels_leaves_the_outputs() -> None:
    model = lively()
    torch.manual_seed(5)
    orders = [torch.randperm(count) for count in model.channels[:-1]]
    moved = channels.permuted(model, orders)
    assert torch.allclose(moved(images()), model(images()), rtol=1e-12, atol=1e-12)
    assert not torch.equal(moved.conv3.weight, model.conv3.weight)


def test_sorting_puts_the_most_important_channels_first_in_every_layer() -> None:
    sorted_model = channels.sorted_by_importance(lively().float())
    for position in range(7):
        norms = channels.importance(getattr(sorted_model, f"conv{position + 1}").weight)
        assert torch.all(norms[:-1] >= norms[1:])


def test_importance_is_the_norm_of_what_the_next_layer_multiplies_a_channel_with() -> None:
    weight = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    for channel, norm in enumerate(channels.importance(weight)):
        assert norm == pytest.approx(float(torch.linalg.norm(weight[:, channel])))


def test_removing_channels_that_the_next_layer_ignores_changes_nothing() -> None:
    model = lively().float()
    smaller_shape = channels.without_channels(model, 0.5)
    with torch.no_grad():
        for position in range(7):
            stay = smaller_shape.channels[position]
            getattr(model, f"conv{position + 1}").weight[:, stay:] = 0
    smaller = channels.without_channels(model, 0.5)
    assert torch.allclose(smaller(images().float()), model(images().float()), atol=1e-5)


def test_a_smaller_network_keeps_the_first_channels_and_all_of_the_last_layer() -> None:
    model = lively().float()
    smaller = channels.without_channels(model, 0.3)
    assert smaller.channels == (6, 11, 22, 22, 45, 45, 45, 64)
    assert torch.equal(smaller.conv1.weight, model.conv1.weight[:11, :6])
    assert torch.equal(smaller.norm1.running_var, model.norm1.running_var[:11])
    assert torch.equal(smaller.classifier.weight, model.classifier.weight)


@pytest.mark.parametrize("shape", [(3, 16, 16), (1, 8, 8)])
def test_a_smaller_network_keeps_memory_layout_and_mode(shape: tuple[int, int, int]) -> None:
    model = VGG.of_width(shape, 0.125).to(memory_format=torch.channels_last).train()
    smaller = channels.without_channels(model, 0.5)
    assert smaller.conv3.weight.is_contiguous(memory_format=torch.channels_last)
    assert smaller.training


def test_making_a_smaller_network_leaves_the_randomness_outside_as_it_was() -> None:
    model = lively()
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    channels.without_channels(model, 0.5)
    assert torch.equal(torch.rand(3), expected)


def test_an_order_with_a_channel_twice_is_refused() -> None:
    model = lively()
    orders = [torch.arange(count) for count in model.channels[:-1]]
    orders[2][1] = 0
    with pytest.raises(ValueError, match=r"orders\[2\] is no permutation"):
        channels.permuted(model, orders)


def test_the_notebooks_network_costs_what_the_formulas_say() -> None:
    from sympy import Rational

    from dltheory.compression.derivation import counts
    from dltheory.compression.experiment.speed import RATIOS
    from dltheory.lab.models import VGG_CHANNELS, VGG_POOLED

    assert (VGG_CHANNELS, VGG_POOLED) == (counts.CHANNELS, counts.POOLED)
    for ratio in RATIOS:
        exact = Rational(str(ratio))
        assert [channels.kept_channels(count, ratio) for count in VGG_CHANNELS[:-1]] == counts.rounded_channels(exact)[
            :-1
        ]
    smaller = channels.without_channels(VGG((3, 32, 32)), 0.3)
    kept = counts.rounded_channels(Rational(3, 10))
    assert cost.total_macs(smaller, (3, 32, 32)) == counts.macs(kept)
    assert cost.parameter_count(smaller) == counts.parameters(kept)


def test_at_least_one_channel_stays() -> None:
    assert channels.kept_channels(3, 0.99) == 1


@pytest.mark.parametrize("ratio", [-0.1, 1.0, float("inf")])
def test_a_ratio_outside_of_0_to_1_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="ratio"):
        channels.kept_channels(8, ratio)


def test_orders_of_the_wrong_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="the hidden channels are"):
        channels.permuted(lively(), [torch.arange(2)])


def test_costs_of_a_layer_are_those_of_a_loop_over_its_outputs() -> None:
    model = VGG.of_width((3, 8, 8), 0.0625)
    found = {layer.name: layer for layer in cost.layer_costs(model, (3, 8, 8))}
    counted = 0
    for _outputs in range(4):
        for _row in range(8):
            for _column in range(8):
                counted += 3 * 3 * 3
    assert found["conv0"].macs == counted
    assert found["classifier"].macs == 32 * 10
    assert found["classifier"].parameters == 330
    assert found["conv1"].inputs == 4 * 64
    assert found["conv1"].outputs == 8 * 64


def test_a_layer_may_have_one_filter() -> None:
    found = {layer.name: layer for layer in cost.layer_costs(VGG((3, 2, 2), channels=(1,) * 8), (3, 2, 2))}
    assert (found["conv0"].macs, found["conv0"].parameters) == (27 * 4, 27)
    assert found["classifier"].macs == 10
