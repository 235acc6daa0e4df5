"""The VGG: the source's layers in the source's order, in stages that together are the network."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dltheory.lab.models import VGG, VGG_CHANNELS


def reference() -> nn.Sequential:
    """The source's network, layer by layer."""
    layers: list[nn.Module] = []
    inputs = 3
    for outputs in (64, 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"):
        if outputs == "pool":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


@pytest.mark.parametrize("training", [True, False])
def test_it_computes_what_the_sources_layers_compute(training: bool) -> None:
    torch.manual_seed(0)
    ours, theirs = VGG((3, 32, 32)).train(training), reference().train(training)
    own = [value for name, value in ours.state_dict().items()]
    names = list(theirs.state_dict())
    assert [tuple(value.shape) for value in own] == [tuple(theirs.state_dict()[name].shape) for name in names]
    theirs.load_state_dict(dict(zip(names, own, strict=True)))
    images = torch.randn(4, 3, 32, 32)
    assert torch.allclose(ours(images), theirs(images), atol=1e-5)


def test_it_has_the_sources_number_of_parameters() -> None:
    assert sum(parameter.numel() for parameter in VGG((3, 32, 32)).parameters()) == 9_228_362


@pytest.mark.parametrize(
    ("shape", "pooled"), [((1, 8, 8), [1, 3, 5]), ((3, 32, 32), [1, 3, 5, 7]), ((1, 4, 4), [1, 3])]
)
def test_it_pools_as_long_as_there_is_more_than_one_pixel(shape: tuple[int, int, int], pooled: list[int]) -> None:
    model = VGG.of_width(shape, 0.0625)
    assert model.pooled == pooled
    assert model(torch.zeros(2, *shape)).shape == (2, 10)


def test_its_stages_one_after_the_other_are_the_network() -> None:
    model = VGG.of_width((1, 8, 8), 0.125).eval()
    images = torch.randn(3, 1, 8, 8)
    activations = images
    for name in model.stages:
        activations = model.stage(name, activations)
    assert torch.equal(activations, model(images))
    assert model.stages == (*(f"conv{position}" for position in range(8)), "classifier")


def test_a_width_scales_all_channels() -> None:
    assert VGG.of_width((3, 32, 32), 0.25).channels == tuple(count // 4 for count in VGG_CHANNELS)
    assert VGG.of_width((3, 32, 32), 0.001).channels == (1,) * 8


@pytest.mark.parametrize("width", [0, -1, 5, float("nan")])
def test_a_width_out_of_range_is_refused(width: float) -> None:
    with pytest.raises(ValueError, match="width is"):
        VGG.of_width((3, 32, 32), width)


def test_the_wrong_number_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 8 positive numbers"):
        VGG((3, 32, 32), 10, (1, 2, 3))
