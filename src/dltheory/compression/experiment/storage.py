"""Matrices with zeros, really stored: dense, as a bitmask with values, as compressed sparse rows; and read back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dltheory.lab.models import VGG
from dltheory.lab.validation import whole
from dltheory.pruning.experiment.masks import apply_masks, magnitude_masks

#: Widths of an index in bytes and their types; torch's own choice is the wider.
INDEX_TYPES = {4: torch.int32, 8: torch.int64}


@dataclass(frozen=True)
class Bitmask:
    """One bit for each weight in row order, first weight in the highest bit, and the values that are not zero."""

    shape: tuple[int, ...]
    bits: NDArray[np.uint8]
    values: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Bytes of bits and values; the shape is not counted, as in no format."""
        return self.bits.nbytes + self.values.nbytes


def to_bitmask(weights: NDArray[np.float32]) -> Bitmask:
    """``weights`` as bitmask and values. A negative zero is a zero: it comes back without its sign."""
    kept = weights != 0
    return Bitmask(weights.shape, np.packbits(kept), weights[kept])


def from_bitmask(stored: Bitmask) -> NDArray[np.float32]:
    """The weights again, in their shape."""
    total = int(np.prod(stored.shape))
    kept = np.unpackbits(stored.bits, count=total).astype(bool)
    weights = np.zeros(total, dtype=np.float32)
    weights[kept] = stored.values
    return weights.reshape(stored.shape)


def to_csr(weights: torch.Tensor, index_bytes: int = 4) -> torch.Tensor:
    """``weights``: (rows, columns) as torch's compressed sparse rows with indices of 4 or 8 bytes."""
    if index_bytes not in INDEX_TYPES:
        raise ValueError(f"index_bytes = {index_bytes}: it is 4 or 8")
    if weights.dim() != 2:
        raise ValueError(f"weights has shape {tuple(weights.shape)}: compressed rows need a matrix")
    kind = INDEX_TYPES[index_bytes]
    with warnings.catch_warnings():
        # torch says once that the format is in beta, and that it does not check what it has just made itself
        warnings.simplefilter("ignore", UserWarning)
        stored = weights.to_sparse_csr()
        return torch.sparse_csr_tensor(
            stored.crow_indices().to(kind), stored.col_indices().to(kind), stored.values(), stored.shape
        )


def csr_nbytes(stored: torch.Tensor) -> int:
    """Bytes of row pointers, column indices and values."""
    return sum(nbytes(part) for part in (stored.crow_indices(), stored.col_indices(), stored.values()))


def nbytes(tensor: torch.Tensor) -> int:
    """Bytes of the numbers of a dense tensor."""
    return tensor.element_size() * tensor.numel()


def sparse_matrix(rows: int, columns: int, nonzero: int, seed: int = 0) -> torch.Tensor:
    """A (rows, columns) matrix of normal numbers, all but ``nonzero`` of them at random places set to zero."""
    rows, columns = whole("rows", rows, at_least=1), whole("columns", columns, at_least=1)
    if not 0 <= whole("nonzero", nonzero) <= rows * columns:
        raise ValueError(f"nonzero = {nonzero}: a matrix of {rows} x {columns} has {rows * columns} weights")
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(rows * columns, generator=generator)
    # a normal number can be exactly 0, if hardly ever: then the count would be wrong
    weights[weights == 0] = 1.0
    weights[torch.randperm(rows * columns, generator=generator)[nonzero:]] = 0
    return weights.view(rows, columns)


def stored_bytes(weights: torch.Tensor) -> dict[str, int]:
    """Bytes of one matrix in every format, each measured on the arrays that hold it."""
    return {
        "dense": nbytes(weights),
        "bitmask": to_bitmask(weights.numpy()).nbytes,
        "csr, 4 bytes an index": csr_nbytes(to_csr(weights, 4)),
        "csr, 8 bytes an index": csr_nbytes(to_csr(weights, 8)),
    }


def pruned_source(sparsities: dict[str, float]) -> VGG:
    """The source's network with random weights, of which magnitude pruning has removed the given fractions."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = VGG((3, 32, 32))
    apply_masks(model, magnitude_masks(model, sparsities))
    return model


def network_bytes(model: VGG) -> dict[str, int]:
    """Bytes of all parameters by format. Only tensors with rows and columns are ever stored sparsely.

    ``values`` counts the values that are not zero and nothing else, which cannot be read back.
    """
    total = dict.fromkeys(("dense", "values", "bitmask", "csr, 4 bytes an index", "csr, 8 bytes an index"), 0)
    for parameter in model.parameters():
        weights = parameter.detach()
        if weights.dim() < 2:
            found = dict.fromkeys(total, nbytes(weights))
        else:
            found = stored_bytes(weights.flatten(1)) | {"values": 4 * int(weights.count_nonzero())}
        total = {name: size + found[name] for name, size in total.items()}
    return total
