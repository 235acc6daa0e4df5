"""Multiply-accumulates and parameters: polynomials, whole channels, torch's own layers and torchprofile."""

from __future__ import annotations

import pytest
import sympy as sp
import torch

from dltheory.compression.derivation import counts
from dltheory.compression.experiment.channels import without_channels
from dltheory.compression.experiment.cost import layer_costs
from dltheory.lab.models import VGG
from verifiedbook.printing import latex


def test_the_polynomials_are_the_sums_over_the_layers() -> None:
    for ratio in (sp.Rational(1, 4), sp.Rational(1, 2)):  # all channels stay whole
        channels = counts.rounded_channels(ratio)
        assert counts.source_macs().subs(counts.ratio, ratio).doit() == counts.macs(channels)
        assert counts.source_parameters().subs(counts.ratio, ratio).doit() == counts.parameters(channels)


def test_the_polynomials_are_printed_in_powers_of_what_is_kept() -> None:
    # the kernels' nine places, over the images that four poolings leave: 32, 16, 8, 4 pixels wide
    inner = 9 * (64 * 128 * 32**2 + (128 + 256) * 256 * 16**2 + (256 + 512) * 512 * 8**2 + 512 * 512 * 4**2)
    outer = 9 * (3 * 64 * 32**2 + 512 * 512 * 4**2)  # with inputs or outputs that stay
    powers = rf"{inner} \left(1 - c\right)^{{2}} + {outer} \left(1 - c\right) + {512 * 10}"
    assert latex(counts.source_macs()) == powers


def test_every_layer_of_the_formula_is_a_layer_of_the_module() -> None:
    channels = (4, 5, 6, 6, 7, 7, 8, 8)
    counted = layer_costs(VGG((3, 16, 16), channels=channels), (3, 16, 16))
    formula = counts.layers(channels, (3, 16, 16))
    assert [layer.name for layer in counted] == [layer.name for layer in formula]
    assert [layer.macs for layer in counted] == [layer.macs for layer in formula]


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (4, 4), (4, 8), (8, 4)])
def test_an_image_that_cannot_be_halved_any_more_is_counted_as_it_runs(rows: int, columns: int) -> None:
    channels, image = (2, 2, 3, 3, 4, 4, 4, 4), (1, rows, columns)
    counted = layer_costs(VGG(image, channels=channels), image)
    assert sum(layer.macs for layer in counted) == counts.macs(channels, image)


@pytest.mark.parametrize("ratio", [sp.Rational(k, 10) for k in range(10)])
def test_channels_are_rounded_as_the_network_rounds_them(ratio: sp.Rational) -> None:
    smaller = without_channels(VGG((3, 8, 8)), float(ratio))
    assert list(smaller.channels) == counts.rounded_channels(ratio)


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (4, 8)])
def test_torchprofile_adds_one_for_each_output_of_batch_norm_and_of_the_mean(rows: int, columns: int) -> None:
    profile = pytest.importorskip("torchprofile")
    channels, image = (4, 5, 6, 6, 7, 7, 8, 8), (3, rows, columns)
    model = VGG(image, channels=channels).eval()
    with torch.no_grad():
        found = profile.profile_macs(model, torch.zeros(1, *image))
    assert found == counts.macs(channels, image) + counts.profiled_extra(channels, image)
