"""The product of a matrix that holds zeros with a dense one, timed over the density: dense kernel against sparse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse

from dltheory.compression.experiment.storage import sparse_matrix, to_csr
from dltheory.compression.experiment.timing import Spread, interleaved
from dltheory.lab.validation import whole

#: A convolution with 512 filters of 3 x 3 on 512 channels, written as a matrix.
ROWS, COLUMNS = 512, 9 * 512
#: Kernels that are timed: dense, the same with zeros in place, two libraries' compressed rows.
KERNELS = ("dense", "zeros", "torch CSR", "SciPy CSR")

Times = dict[str, dict[float, list[float]]]


def measure(
    densities: Sequence[float], width: int, rounds: int, after_round: Callable[[int], None] = lambda done: None
) -> Times:
    """Seconds of (512, 4608) times (4608, ``width``), by kernel and density, one number a round.

    Indices take four bytes. The dense matrix without zeros is timed anew beside every density.
    """
    width = whole("width", width, at_least=1)
    generator = torch.Generator().manual_seed(1)
    full = sparse_matrix(ROWS, COLUMNS, ROWS * COLUMNS)
    inputs = torch.randn(COLUMNS, width, generator=generator)
    calls: dict[str, Callable[[], object]] = {}
    for density in densities:
        weights = sparse_matrix(ROWS, COLUMNS, round(density * ROWS * COLUMNS))
        rows, other_rows = to_csr(weights, 4), sparse.csr_matrix(weights.numpy())
        kernels: tuple[Callable[[], object], ...] = (
            lambda: full @ inputs,
            lambda weights=weights: weights @ inputs,  # type: ignore[misc]
            lambda rows=rows: rows @ inputs,  # type: ignore[misc]
            lambda rows=other_rows: rows @ inputs.numpy(),  # type: ignore[misc]
        )
        calls |= {f"{kernel}, {density:g}": call for kernel, call in zip(KERNELS, kernels, strict=True)}
    times = interleaved(calls, rounds, after_round)
    return {kernel: {density: times[f"{kernel}, {density:g}"] for density in densities} for kernel in KERNELS}


@dataclass(frozen=True)
class Crossing:
    """The density at which a sparse kernel takes as long as the dense one, and between which it surely lies.

    ``lower`` compares the slow quartile of the sparse kernel with the fast one of the dense, ``upper`` the reverse.
    """

    density: float
    lower: float
    upper: float


def crossing(times: Times, kernel: str) -> Crossing:
    """Where ``kernel`` crosses the dense product of the same matrices, interpolated on logarithmic scales.

    Raises ValueError if it does not cross within the densities measured.
    """
    densities = sorted(times[kernel])
    sparse_times = [Spread.of(times[kernel][density]) for density in densities]
    dense = Spread.of([second for density in densities for second in times["zeros"][density]])
    return Crossing(
        _reaches(densities, [time.median for time in sparse_times], dense.median, kernel),
        _reaches(densities, [time.upper for time in sparse_times], dense.lower, kernel),
        _reaches(densities, [time.lower for time in sparse_times], dense.upper, kernel),
    )


def _reaches(densities: Sequence[float], seconds: Sequence[float], level: float, kernel: str) -> float:
    """The smallest density at which rising ``seconds`` reach ``level``."""
    if seconds[0] >= level or max(seconds) < level:
        raise ValueError(f"{kernel} does not cross {level:.3g} s at densities {densities[0]:g} to {densities[-1]:g}")
    above = next(position for position, second in enumerate(seconds) if second >= level)
    places, values = np.log(densities[above - 1 : above + 1]), np.log(seconds[above - 1 : above + 1])
    return float(np.exp(np.interp(np.log(level), values, places)))
