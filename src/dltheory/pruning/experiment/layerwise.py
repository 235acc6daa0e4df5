"""Pruning a network layer by layer as least squares: each layer is a linear map of its own inputs.

With the inputs of a layer as rows of $X$ (for a convolution: the patches under its filter) and one output channel as
$Xw$, removing weights changes the output by $\\lVert X(w-w')\\rVert^2$. So all that the chapter proves of a quadratic
holds exactly, output by output, with $G=X^\\top X$ and no loss at the start. What it does to the network's accuracy is
measured. The same idea as in Dong, Chen and Pan (2017) and Frantar and Alistarh (2022).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn import functional

from dltheory.lab.models import VGG
from dltheory.pruning.experiment.masks import Masks, keep_largest, removed_count, weight

#: What is added to the diagonal of a Gram matrix, as a share of its mean: channels that never fire make it singular.
DAMPING = 1e-3
#: Gram matrices up to this size are inverted; beyond, the Hessian is not affordable on a CPU.
AFFORDABLE = 1500


@torch.no_grad()
def gram_matrices(model: VGG, images: torch.Tensor) -> dict[str, torch.Tensor]:
    """$G=X^\\top X$ of every layer's inputs over all ``images`` and positions, float64, divided by the images' number.

    For a convolution with weight (outputs, inputs, 3, 3) the matrix is (9 inputs, 9 inputs), in the order of the
    flattened filter; for the linear layer (inputs, inputs).
    """
    model.eval()
    grams: dict[str, torch.Tensor] = {}
    for start in range(0, len(images), 100):
        activations = images[start : start + 100]
        for stage in model.stages:
            rows = _rows(model.get_submodule(stage), activations)
            part = (rows.mT @ rows).double() / len(images)
            grams[stage] = grams[stage] + part if stage in grams else part
            activations = model.stage(stage, activations)
    return grams


def _rows(layer: nn.Module, activations: torch.Tensor) -> torch.Tensor:
    """The layer's inputs as rows of a matrix: one row for each position of the filter, or one for each image."""
    if isinstance(layer, nn.Linear):
        return activations.mean((2, 3))
    patches = functional.unfold(activations.contiguous(), layer.kernel_size, padding=layer.padding)
    return patches.transpose(1, 2).flatten(0, 1)


def damped(gram: torch.Tensor) -> torch.Tensor:
    """$G$ with ``DAMPING`` times its mean diagonal added to the diagonal; $I$ where $G=0$."""
    if not bool(torch.isfinite(gram).all()):
        raise ValueError("the Gram matrix holds numbers that are not finite: the network or its images do, too")
    mean = gram.diagonal().mean()
    share = torch.where(mean > 0, DAMPING * mean, torch.ones_like(mean))
    return gram + share * torch.eye(len(gram), dtype=gram.dtype, device=gram.device)


def obd_saliency(weights: torch.Tensor, gram: torch.Tensor) -> torch.Tensor:
    """$w_j^2G_{jj}$ for every weight of a layer, in its shape: what removing this weight alone adds to the error."""
    return (weights.flatten(1).double().square() * gram.diagonal()).view(weights.shape)


def obs_saliency(weights: torch.Tensor, gram: torch.Tensor) -> torch.Tensor:
    """$w_j^2/[G^{-1}]_{jj}$, the same when the other weights of that output are fitted again."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped(gram)))
    return (weights.flatten(1).double().square() / inverse.diagonal()).view(weights.shape)


def refitted(weights: torch.Tensor, kept: torch.Tensor, gram: torch.Tensor) -> torch.Tensor:
    """For each output the kept weights that come closest to its dense outputs: $w_S+G_{SS}^{-1}G_{SP}w_P$, else 0.

    ``weights`` and ``kept``: (outputs, ...); ``gram`` of their flattened rest.
    """
    gram = damped(gram)
    fitted = torch.zeros_like(weights.flatten(1), dtype=torch.float64)
    for row, (values, stay) in enumerate(zip(weights.flatten(1).double(), kept.flatten(1), strict=True)):
        if stay.any():
            rows = gram[stay]
            # the right side holds the removed weights only, so that nothing moves where nothing was removed
            change = torch.cholesky_solve(
                (rows[:, ~stay] @ values[~stay])[:, None], torch.linalg.cholesky(rows[:, stay])
            )
            fitted[row, stay] = values[stay] + change[:, 0]
    return fitted.view(weights.shape).to(weights.dtype)


@torch.no_grad()
def output_error(weights: torch.Tensor, changed: torch.Tensor, gram: torch.Tensor) -> float:
    """$\\sum\\lVert X(w-w')\\rVert^2/\\sum\\lVert Xw\\rVert^2$ over a layer's outputs; 0 where none changes."""
    before, after = weights.flatten(1).double(), changed.flatten(1).double()
    error, scale = (((part @ gram) * part).sum() for part in (before - after, before))
    return (error / scale).item() if error else 0.0


@torch.no_grad()
def prune_by_obd(model: VGG, grams: Mapping[str, torch.Tensor], sparsities: Mapping[str, float]) -> Masks:
    """Remove from each layer, in place, the weights of least OBD saliency; what is kept does not change."""
    return _prune(model, grams, sparsities, surgeon=False)


@torch.no_grad()
def prune_by_obs(model: VGG, grams: Mapping[str, torch.Tensor], sparsities: Mapping[str, float]) -> Masks:
    """Remove from each layer, in place, the weights of least OBS saliency, and fit the others to the dense outputs."""
    if (widest := max(len(gram) for gram in grams.values())) > AFFORDABLE:
        raise ValueError(f"a layer has {widest} inputs to each output; the inverse is affordable up to {AFFORDABLE}")
    return _prune(model, grams, sparsities, surgeon=True)


def _prune(model: VGG, grams: Mapping[str, torch.Tensor], sparsities: Mapping[str, float], surgeon: bool) -> Masks:
    masks = {}
    for name, sparsity in sparsities.items():
        weights, gram = weight(model, name), grams[name]
        score = obs_saliency if surgeon else obd_saliency
        kept = keep_largest(score(weights, gram), removed_count(weights.numel(), sparsity))
        weights.copy_(refitted(weights, kept, gram) if surgeon else weights * kept)
        masks[name] = kept
    return masks
