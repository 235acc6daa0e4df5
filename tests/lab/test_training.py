"""Training: repeats with its seed, takes the steps it says, on the batches it says."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from dltheory.lab.models import DropoutNetwork, InvertedDropout
from dltheory.lab.training import (
    MomentumSettings,
    TrainingSettings,
    batches,
    evaluate,
    outputs,
    seeded,
    shifted_and_mirrored,
    train,
)


def tiny_set(count: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    """Images of 8x8 pixels whose class is the brighter half."""
    generator = torch.Generator().manual_seed(0)
    images, labels = torch.rand(count, 1, 8, 8, generator=generator), torch.arange(count) % 2
    images[labels == 1, :, :4] += 2
    images[labels == 0, :, 4:] += 2
    return images, labels


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def trained(seed: int, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    with seeded(seed):
        model = DropoutNetwork((1, 8, 8), 2, keep=0.5)
        train(model, images, labels, TrainingSettings(epochs=2, batch=8, eta=0.1))
    return weights(model)


def test_the_same_seed_trains_the_same_network_and_another_seed_another() -> None:
    images, labels = tiny_set()
    assert torch.equal(trained(3, images, labels), trained(3, images, labels))
    assert not torch.equal(trained(3, images, labels), trained(4, images, labels))


def test_a_seed_leaves_the_randomness_outside_as_it_was() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    with seeded(1):
        torch.rand(100)
    assert torch.equal(torch.rand(3), expected)


def test_a_pass_visits_every_image_once_in_batches_of_the_size_asked_for() -> None:
    with seeded(0):
        chosen = list(batches(10, 4))
    assert [len(batch) for batch in chosen] == [4, 4, 2]
    assert sorted(torch.cat(chosen).tolist()) == list(range(10))


def test_one_epoch_takes_the_steps_of_a_loop_written_out() -> None:
    images, labels = tiny_set(20)
    settings = TrainingSettings(epochs=1, batch=8, eta=0.05)
    with seeded(5):
        model = DropoutNetwork((1, 8, 8), 2)
        losses = train(model, images, labels, settings)
    with seeded(5):
        reference = DropoutNetwork((1, 8, 8), 2)
        order = torch.randperm(20)
        total = 0.0
        for start in (0, 8, 16):
            chosen = order[start : start + 8]
            loss = functional.cross_entropy(reference(images[chosen]), labels[chosen])
            gradients = torch.autograd.grad(loss, list(reference.parameters()))
            with torch.no_grad():
                for parameter, gradient in zip(reference.parameters(), gradients, strict=True):
                    parameter -= 0.05 * gradient
            total += loss.item() * len(chosen)
    assert torch.allclose(weights(model), weights(reference), atol=1e-7)
    assert losses == pytest.approx([total / 20], rel=1e-6)


def test_channels_last_images_give_the_batches_of_ordinary_ones() -> None:
    images, labels = torch.rand(12, 3, 8, 8), torch.arange(12) % 2
    seen: dict[str, list[torch.Tensor]] = {"plain": [], "last": []}

    class Spy(DropoutNetwork):
        name = "plain"

        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            seen[self.name].append(batch.contiguous())
            return super().forward(batch)

    for name, given in (("plain", images), ("last", images.contiguous(memory_format=torch.channels_last))):
        with seeded(2):
            model = Spy((3, 8, 8), 2)
            model.name = name
            train(model, given, labels, TrainingSettings(epochs=1, batch=5))
    assert len(seen["plain"]) == 3
    assert all(torch.equal(a, b) for a, b in zip(seen["plain"], seen["last"], strict=True))


def test_the_network_learns_what_can_be_learnt() -> None:
    images, labels = tiny_set()
    with seeded(0):
        model = DropoutNetwork((1, 8, 8), 2, relu_on_logits=False)
        train(model, images, labels, TrainingSettings(epochs=20, batch=8, eta=0.1))
    assert evaluate(model, images, labels).accuracy == 1


def test_evaluation_counts_and_drops_nothing() -> None:
    images, labels = tiny_set(30)
    with seeded(0):
        model = DropoutNetwork((1, 8, 8), 2, keep=0.5)
    first, second = evaluate(model, images, labels), evaluate(model, images, labels)
    assert first == second
    assert sum(first.predicted) == 30
    predicted = outputs(model, images).argmax(dim=1)
    assert first.accuracy == (predicted == labels).double().mean().item()


def test_outputs_in_pieces_are_outputs_at_once() -> None:
    model = DropoutNetwork((1, 8, 8), 3).eval()
    images = torch.rand(1203, 1, 8, 8)
    with torch.no_grad():
        assert torch.allclose(outputs(model, images), model(images), atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 0}, "epochs and batch must be at least 1"),
        ({"batch": 0}, "at least 1"),
        ({"eta": 0.0}, "eta is 0.0"),
    ],
)
def test_impossible_settings_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingSettings(**{"epochs": 1, **changes})


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="3 images and 2 labels"):
        train(DropoutNetwork((1, 8, 8)), torch.zeros(3, 1, 8, 8), torch.zeros(2), TrainingSettings(epochs=1))


def test_the_network_has_the_layers_of_the_source() -> None:
    model = DropoutNetwork((3, 32, 32), keep=0.25)
    shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    assert list(shapes.values()) == [(16, 3, 3, 3), (16,), (32, 16, 3, 3), (32,), (10, 2048), (10,)]
    assert [layer.keep for layer in model.modules() if isinstance(layer, InvertedDropout)] == [0.25, 0.25]


def test_the_relu_on_the_logits_can_be_left_out() -> None:
    images = torch.randn(50, 1, 8, 8)
    with seeded(0):
        model = DropoutNetwork((1, 8, 8), relu_on_logits=True).eval()
    assert torch.equal(model(images), model.scores(images).relu())
    model.relu_on_logits = False
    assert torch.equal(model(images), model.scores(images))
    assert (model(images) < 0).any()


@pytest.mark.parametrize("keep", [0.0, 1.5, -1.0])
def test_a_keep_probability_out_of_range_is_refused(keep: float) -> None:
    with pytest.raises(ValueError, match=r"a keep probability lies in \(0, 1\]"):
        DropoutNetwork((1, 8, 8), keep=keep)


def test_images_that_cannot_be_halved_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="images of 30x32 pixels cannot be halved twice"):
        DropoutNetwork((3, 30, 32))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("keep", [0.25, 0.5, 0.3])
def test_inverted_dropout_keeps_the_share_it_should_and_rescales_it(keep: float, layout: torch.memory_format) -> None:
    inputs = torch.ones(64, 16, 16, 16).contiguous(memory_format=layout)
    with seeded(0):
        found = InvertedDropout(keep)(inputs)
    assert found.unique().tolist() == pytest.approx([0.0, 1 / keep])
    deviation = (keep * (1 - keep) / inputs.numel()) ** 0.5
    assert abs((found > 0).double().mean().item() - keep) < 5 * deviation
    # neighbours share a draw of 64 bits, and must not share their fate
    flat = (found > 0).permute(0, 2, 3, 1).flatten().double() - keep
    for lag in (1, 2, 4, 8):
        assert abs((flat[lag:] * flat[:-lag]).mean().item()) < 5 * keep * (1 - keep) / inputs.numel() ** 0.5


def test_inverted_dropout_passes_gradient_where_it_keeps() -> None:
    inputs = torch.randn(5, 7, requires_grad=True)
    with seeded(1):
        found = InvertedDropout(0.25)(inputs)
    found.sum().backward()
    assert torch.equal(inputs.grad, (found != 0).float() * 4)


def test_inverted_dropout_does_nothing_in_evaluation_or_when_all_is_kept() -> None:
    inputs = torch.randn(3, 4)
    assert InvertedDropout(0.5).eval()(inputs) is inputs
    assert InvertedDropout(1.0)(inputs) is inputs


def test_momentum_and_decay_take_the_steps_of_a_loop_written_out() -> None:
    images, labels = tiny_set(20)
    settings = MomentumSettings(epochs=2, batch=8, eta=0.05, memory=0.8, decay=0.01, warm_up=0.5)
    with seeded(5):
        model = DropoutNetwork((1, 8, 8), 2)
        train(model, images, labels, settings)
    with seeded(5):
        reference = DropoutNetwork((1, 8, 8), 2)
        velocities = [torch.zeros_like(parameter) for parameter in reference.parameters()]
        for epoch in range(2):
            order = torch.randperm(20)
            for step, start in enumerate((0, 8, 16)):
                chosen = order[start : start + 8]
                passed = epoch + step / 3
                falling = 0.05 * (1 + math.cos(math.pi * (passed - 0.5) / 1.5)) / 2
                eta = 0.05 * passed / 0.5 if passed < 0.5 else falling
                loss = functional.cross_entropy(reference(images[chosen]), labels[chosen])
                gradients = torch.autograd.grad(loss, list(reference.parameters()))
                with torch.no_grad():
                    for value, gradient, velocity in zip(reference.parameters(), gradients, velocities, strict=True):
                        velocity.mul_(0.8).add_(gradient + 0.01 * value)
                        value -= eta * velocity
    assert torch.allclose(weights(model), weights(reference), atol=1e-6)


def test_the_step_size_rises_to_eta_and_falls_to_zero() -> None:
    settings = MomentumSettings(epochs=10, eta=0.3, warm_up=2)
    assert settings.step_size(0) == 0
    assert settings.step_size(1) == pytest.approx(0.15)
    assert settings.step_size(2) == pytest.approx(0.3)
    assert settings.step_size(6) == pytest.approx(0.15)
    assert settings.step_size(10) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    "wrong", [{"memory": 1.0}, {"decay": -1.0}, {"warm_up": 3.0}, {"precision": "float16"}, {"eta": 0.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MomentumSettings(**({"epochs": 3} | wrong))


def test_mixed_precision_keeps_weights_in_single_precision_and_still_learns() -> None:
    images, labels = tiny_set(40)
    with seeded(0):
        model = DropoutNetwork((1, 8, 8), 2, relu_on_logits=False)
        losses = train(model, images, labels, MomentumSettings(epochs=8, batch=8, eta=0.05, precision="bfloat16"))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert losses[-1] < 0.2 * losses[0]


def test_augmentation_moves_and_mirrors_whole_images() -> None:
    torch.manual_seed(0)
    image = torch.arange(1.0, 26).view(1, 1, 5, 5)
    seen = shifted_and_mirrored(image.expand(400, 1, 5, 5), reach=1)
    padded = functional.pad(image, [1] * 4)
    windows = [padded[..., row : row + 5, column : column + 5] for row in range(3) for column in range(3)]
    windows += [window.flip(-1) for window in windows]
    counts = torch.zeros(18)
    for moved in seen:
        matches = [bool(torch.equal(moved[None], window)) for window in windows]
        assert sum(matches) == 1
        counts += torch.tensor(matches)
    # 400 draws from 18 equally likely ones: a count has mean 22.2 and deviation 4.6
    assert counts.min() > 4


def test_augmentation_keeps_the_memory_layout() -> None:
    images = torch.randn(6, 3, 8, 8)
    assert shifted_and_mirrored(images).is_contiguous()
    last = images.contiguous(memory_format=torch.channels_last)
    assert shifted_and_mirrored(last).is_contiguous(memory_format=torch.channels_last)
