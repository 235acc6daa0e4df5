"""Layer by layer pruning is least squares: Gram matrices, saliencies and refits against computations written out."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from dltheory.lab.models import VGG
from dltheory.pruning.experiment import criteria, layerwise, masks


@pytest.fixture(scope="module")
def model() -> VGG:
    torch.manual_seed(0)
    return VGG.of_width((2, 8, 8), 0.0625).eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randn(150, 2, 8, 8, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def grams(model: VGG, images: torch.Tensor) -> dict[str, torch.Tensor]:
    return layerwise.gram_matrices(model, images)


def positive(size: int, seed: int = 0) -> torch.Tensor:
    root = torch.randn(2 * size, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return root.T @ root


@torch.no_grad()
def test_a_gram_matrix_gives_the_squared_norm_of_a_layers_outputs(
    model: VGG, images: torch.Tensor, grams: dict[str, torch.Tensor]
) -> None:
    activations = images
    for stage in model.stages:
        weights = masks.weight(model, stage).detach()
        if stage == "classifier":
            outputs = functional.linear(activations.mean((2, 3)), weights)
        else:
            outputs = functional.conv2d(activations, weights, padding=1)
        flat = weights.flatten(1).double()
        assert float(((flat @ grams[stage]) * flat).sum()) == pytest.approx(
            float(outputs.double().square().sum()) / len(images), rel=1e-5
        )
        activations = model.stage(stage, activations)


def test_obd_saliency_is_the_error_of_removing_one_weight() -> None:
    gram, weights = positive(6), torch.randn(3, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = layerwise.obd_saliency(weights, gram)
    for row, column in ((0, 0), (2, 5)):
        removed = torch.zeros(6, dtype=torch.float64)
        removed[column] = weights[row, column]
        assert float(found[row, column]) == pytest.approx(float(removed @ gram @ removed))


def test_obs_saliency_is_the_error_after_a_refit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layerwise, "DAMPING", 0.0)
    gram, weights = positive(6), torch.randn(2, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = layerwise.obs_saliency(weights, gram)
    for row in range(2):
        for column in range(6):
            kept = torch.ones_like(weights, dtype=torch.bool)
            kept[row, column] = False
            change = layerwise.refitted(weights, kept, gram) - weights
            assert float(found[row, column]) == pytest.approx(float(((change @ gram) * change).sum()))


def test_a_refit_is_least_squares_on_the_kept_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layerwise, "DAMPING", 0.0)
    source = torch.Generator().manual_seed(3)
    X, weights = (torch.randn(size, generator=source, dtype=torch.float64) for size in ((30, 5), (2, 5)))
    kept = torch.tensor([[True, False, True, True, False], [False, True, True, False, True]])
    fitted = layerwise.refitted(weights, kept, X.T @ X)
    for row in range(2):
        expected = torch.linalg.lstsq(X[:, kept[row]], X @ weights[row]).solution
        assert torch.allclose(fitted[row, kept[row]], expected)
        assert not fitted[row, ~kept[row]].any()


def test_nothing_moves_where_nothing_is_removed() -> None:
    gram, weights = positive(4), torch.randn(2, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert torch.equal(layerwise.refitted(weights, torch.ones(2, 4, dtype=torch.bool), gram), weights)


def test_output_by_output_obs_beats_obd_beats_chance(model: VGG, grams: dict[str, torch.Tensor]) -> None:
    # on every layer a refit of the same mask can only help, and OBD's single errors are the smaller ones
    everywhere = criteria.everywhere(model, 0.5)
    error: dict[str, float] = {}
    for criterion in criteria.ONE_SHOT:
        pruned, chosen = criteria.prune(model, criterion, everywhere, grams, seed=0)
        kept, total = masks.kept_and_total(chosen)
        assert total - kept == sum(masks.removed_count(kept.numel(), 0.5) for kept in chosen.values())
        error[criterion] = sum(
            layerwise.output_error(masks.weight(model, stage), masks.weight(pruned, stage), grams[stage])
            for stage in model.stages
        )
    assert error["OBS"] < error["OBD"] < error["random"]


def test_a_layer_whose_inputs_are_all_0_loses_its_smallest_weights_and_none_moves() -> None:
    weights = torch.tensor([[3.0, -1.0, 2.0]])
    dead = torch.zeros(3, 3, dtype=torch.float64)
    assert torch.equal(layerwise.obs_saliency(weights, dead), weights.double().square())
    kept = torch.tensor([[True, False, True]])
    assert torch.equal(layerwise.refitted(weights, kept, dead), weights * kept)
    assert layerwise.output_error(weights, weights * kept, dead) == 0


def test_inputs_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="the Gram matrix holds numbers that are not finite"):
        layerwise.obs_saliency(torch.ones(1, 2), torch.full((2, 2), float("nan"), dtype=torch.float64))


def test_a_hessian_that_is_not_affordable_is_refused(
    model: VGG, grams: dict[str, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layerwise, "AFFORDABLE", 10)
    with pytest.raises(ValueError, match="affordable up to 10"):
        criteria.prune(model, "OBS", criteria.everywhere(model, 0.5), grams, 0)
    monkeypatch.setattr(layerwise, "AFFORDABLE", max(map(len, grams.values())))
    criteria.prune(model, "OBS", criteria.everywhere(model, 0.5), grams, 0)


def test_the_inverse_is_affordable_up_to_1500_inputs(model: VGG) -> None:
    assert layerwise.prune_by_obs(model, {"wide": torch.zeros(1500, 0)}, {}) == {}
    with pytest.raises(ValueError, match=r"a layer has 1501 inputs .* affordable up to 1500"):
        layerwise.prune_by_obs(model, {"wide": torch.zeros(1501, 0)}, {})


def test_an_unknown_criterion_is_refused(model: VGG) -> None:
    with pytest.raises(ValueError, match="criterion is 'taste'; it is one of magnitude, random, OBD, OBS"):
        criteria.prune(model, "taste", {}, {}, 0)


def test_chance_knows_nothing_of_the_networks_first_weights() -> None:
    from dltheory.lab.training import seeded

    for seed in (0, 3):
        with seeded(seed):
            model = VGG.of_width((1, 8, 8), 0.25)
        _, chosen = criteria.prune(model, "random", criteria.everywhere(model, 0.5), {}, seed)
        for stage, kept in chosen.items():
            positive = (masks.weight(model, stage)[kept] > 0).double()
            # a share of n coins has standard deviation 1/(2 sqrt n); five of them
            assert abs(float(positive.mean()) - 0.5) < 2.5 / len(positive) ** 0.5, stage


def test_the_error_of_a_layer_s_outputs_is_that_of_the_outputs() -> None:
    generator = torch.Generator().manual_seed(5)
    inputs, weights, changed = (torch.randn(size, generator=generator) for size in ((9, 4), (3, 4), (3, 4)))
    before, after = inputs @ weights.T, inputs @ changed.T
    wanted = ((before - after).square().sum() / before.square().sum()).item()
    found = layerwise.output_error(weights, changed, (inputs.T @ inputs).double())
    assert found == pytest.approx(wanted, rel=1e-5)
    assert layerwise.output_error(weights, weights, (inputs.T @ inputs).double()) == 0


def test_a_thousandth_of_the_mean_diagonal_is_added_to_the_diagonal() -> None:
    gram = torch.tensor([[3.0, 1.0], [1.0, 5.0]], dtype=torch.float64)
    wanted = torch.tensor([[3.004, 1.0], [1.0, 5.004]], dtype=torch.float64)
    assert torch.allclose(layerwise.damped(gram), wanted, rtol=1e-12)
