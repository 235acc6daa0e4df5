"""Claims about the bytes that sparse matrices take, counted by formula and on real arrays."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.compression.derivation import storage as d
from dltheory.compression.derivation.storage import index_bytes, nonzero, rows, weights
from verifiedbook.claims import Exact, ForAll, Identity, NearMiss, claim

from .published import VALUES_ONLY

#: The bytes of the bitmask, as a number of its own: the solvers know no rounding up.
mask = sp.Symbol("m", positive=True)
#: What rounding up to whole bytes allows, for whole N: 8m is at least N and less than N + 8.
ROUNDED_UP = [weights <= 8 * mask, 8 * mask <= weights + 7]
CASES = [
    {"rows": 1, "columns": 1, "nonzero": 1},
    {"rows": 3, "columns": 5, "nonzero": 4},
    {"rows": 64, "columns": 27, "nonzero": 1037},
    {"rows": 10, "columns": 512, "nonzero": 1024},
    {"rows": 512, "columns": 4608, "nonzero": 707789},
    {"rows": 7, "columns": 9, "nonzero": 0},
    {"rows": 16, "columns": 16, "nonzero": 256},
]


def _plain(formula: sp.Expr) -> sp.Expr:
    return formula.subs(d.mask_bytes, mask)


dense, bitmask, csr = (_plain(size) for size in (d.dense_bytes, d.bitmask_bytes, d.csr_bytes))
share = nonzero / weights


@claim(
    "thm-sparse-storage",
    source="dltheoreticalanalysis",
    rests_on="That each format stores what its formula counts is seen on real arrays; the order of the formulas is "
    "proved for all real numbers, so for the whole ones that occur.",
)
def bytes_of_three_formats():
    """A matrix of $N$ weights in $N_r$ rows, $k$ not zero, takes $4N$ bytes dense, $\\lceil N/8\\rceil+4k$ with a
    bitmask, $\\iota(N_r+1)+(\\iota+4)k$ as CSR with $\\iota$ bytes an index. Bitmask is below dense iff
    $\\frac kN<1-\\lceil N/8\\rceil/(4N)$, CSR below dense iff $\\frac kN<\\frac{4N-\\iota(N_r+1)}{(\\iota+4)N}$,
    CSR below bitmask iff $\\frac kN<\\frac{\\lceil N/8\\rceil/\\iota-(N_r+1)}N$. In particular these need
    $\\frac kN<\\frac{31}{32}$, $\\frac kN<\\frac4{\\iota+4}$ and $\\frac kN<\\frac1{8\\iota}$."""
    return [
        _order("bitmask", bitmask, dense, _plain(d.bitmask_below_dense), d.LARGE["bitmask below dense"]),
        _order("CSR", csr, dense, d.csr_below_dense, d.LARGE["CSR below dense"]),
        _order("CSR", csr, bitmask, _plain(d.csr_below_bitmask), d.LARGE["CSR below bitmask"]),
        _necessary(bitmask < dense, d.LARGE["bitmask below dense"], sp.Rational(15, 16)),
        _necessary(csr < dense, d.LARGE["CSR below dense"], 2 / (index_bytes + 4)),
        _necessary(csr < bitmask, d.LARGE["CSR below bitmask"], 1 / (9 * index_bytes)),
        Identity(
            lambda: [
                d.threshold(d.bitmask_bytes, d.dense_bytes),
                d.threshold(d.csr_bytes, d.dense_bytes),
                d.threshold(d.csr_bytes, d.bitmask_bytes),
            ],
            [d.bitmask_below_dense, d.csr_below_dense, d.csr_below_bitmask],
            near_misses=[
                NearMiss(
                    "as many row pointers as rows",
                    rhs=[part.subs(rows, rows - 1) for part in (d.bitmask_below_dense, d.csr_below_dense)]
                    + [d.csr_below_bitmask.subs(rows, rows - 1)],
                ),
            ],
        ),
        Exact(
            _predicted_bytes,
            _stored_bytes,
            CASES,
            near_misses=[
                NearMiss("a bool tensor is a bitmask: a byte for a bit", predict=_with_mask_of(weights)),
                NearMiss("whole bytes by rounding down", predict=_with_mask_of(sp.floor(weights / 8))),
                NearMiss(
                    "as many row pointers as rows",
                    predict=lambda rows, columns, nonzero: _predicted_bytes(rows, columns, nonzero, pointers=rows),
                ),
            ],
        ),
        Exact(
            lambda rows, columns, nonzero: [_digest(_matrix(rows, columns, nonzero))] * 3,
            lambda rows, columns, nonzero: _read_back(rows, columns, nonzero),
            CASES,
            near_misses=[
                NearMiss(
                    "the lowest bit is the first weight",
                    measure=lambda rows, columns, nonzero: _read_back(rows, columns, nonzero, bitorder="little"),
                ),
                NearMiss(
                    "the nonzero values alone can be read back",
                    measure=lambda rows, columns, nonzero: _read_back(rows, columns, nonzero, places=False),
                ),
            ],
        ),
        Exact(
            _source_predicted,
            lambda: _source_stored(),
            [{}],
            near_misses=[
                NearMiss(
                    "batch norm is pruned as well",
                    predict=lambda: {
                        name: size - sp.Integer(2 * d.SOURCE_UNPRUNED) for name, size in _source_predicted().items()
                    },
                ),
            ],
        ),
        Exact(
            lambda: (sp.Rational(3520, 100), sp.Rational(1142, 100), sp.Rational(3244, 100)),
            lambda: _published_units("values"),
            [{}],
            near_misses=[
                NearMiss("MB of a million bytes", measure=lambda: _published_units("values", unit=10**6)),
                NearMiss("the classifier is not pruned", measure=lambda: _published_units("values", 8)),
                NearMiss(
                    "11.42 MiB is the size of the pruned network: it can be stored in that",
                    measure=lambda: _published_units("bitmask"),
                    erratum=VALUES_ONLY,
                ),
            ],
        ),
    ]


def _order(name: str, first: sp.Expr, second: sp.Expr, threshold: sp.Expr, large: sp.Expr) -> ForAll:
    """``first`` takes fewer bytes than ``second`` if and only if the density is below ``threshold``."""
    return ForAll(
        ROUNDED_UP,
        sp.Equivalent(first < second, share < threshold),
        near_misses=[
            NearMiss("also at the threshold itself", then=sp.Equivalent(first < second, share <= threshold)),
            NearMiss(
                f"the limit for large matrices, {large}, for all", then=sp.Equivalent(first < second, share < large)
            ),
            NearMiss("above it", then=sp.Equivalent(first < second, share > threshold)),
        ],
    )


def _necessary(smaller: sp.Rel, large: sp.Expr, lower: sp.Expr) -> ForAll:
    """What a saving needs, whatever the shape, if there is a row and an index takes a byte or more."""
    shape = [*ROUNDED_UP, rows >= 1, index_bytes >= 1, smaller]
    return ForAll(
        shape,
        share < large,
        near_misses=[
            NearMiss(f"{lower}: a smaller bound", then=share < lower),
            NearMiss("the saving is not asked for", given=shape[:-1]),
        ],
    )


def _values(rows_: int, columns: int, kept: int, width: int) -> dict[sp.Symbol, int]:
    return {weights: rows_ * columns, nonzero: kept, rows: rows_, index_bytes: width}


def _predicted_bytes(rows: int, columns: int, nonzero: int, pointers: int | None = None) -> dict[str, sp.Expr]:
    """Bytes of every format by the formulas; ``pointers`` replaces the number of row pointers."""
    by_width = {width: _values(rows, columns, nonzero, width) for width in (4, 8)}
    missing = 0 if pointers is None else rows + 1 - pointers
    return {
        "dense": d.dense_bytes.subs(by_width[4]),
        "bitmask": d.bitmask_bytes.subs(by_width[4]),
        "csr, 4 bytes an index": d.csr_bytes.subs(by_width[4]) - 4 * missing,
        "csr, 8 bytes an index": d.csr_bytes.subs(by_width[8]) - 8 * missing,
    }


def _with_mask_of(size: sp.Expr) -> Any:
    def predict(rows: int, columns: int, nonzero: int) -> dict[str, sp.Expr]:
        wrong = (d.bitmask_bytes - d.mask_bytes + size).subs(_values(rows, columns, nonzero, 4))
        return _predicted_bytes(rows, columns, nonzero) | {"bitmask": wrong}

    return predict


def _matrix(rows: int, columns: int, nonzero: int) -> Any:
    from dltheory.compression.experiment.storage import sparse_matrix

    return sparse_matrix(rows, columns, nonzero)


def _stored_bytes(rows: int, columns: int, nonzero: int) -> dict[str, int]:
    from dltheory.compression.experiment.storage import stored_bytes

    return stored_bytes(_matrix(rows, columns, nonzero))


def _digest(matrix: Any) -> str:
    """A digest of shape and bytes: equal if every number is equal to the last bit."""
    import hashlib

    import numpy as np

    array = np.ascontiguousarray(matrix)
    return f"{array.shape} {hashlib.sha256(array.tobytes()).hexdigest()[:16]}"


def _read_back(rows: int, columns: int, nonzero: int, bitorder: str = "big", places: bool = True) -> list[str]:
    """Digests of what comes back from the bitmask and from CSR with either index."""
    from dataclasses import replace

    import numpy as np

    from dltheory.compression.experiment.storage import from_bitmask, to_bitmask, to_csr

    matrix = _matrix(rows, columns, nonzero)
    stored = to_bitmask(matrix.numpy())
    kept = np.unpackbits(stored.bits, count=matrix.numel())
    if not places:
        kept = np.arange(matrix.numel()) < nonzero
    if bitorder != "big" or not places:
        stored = replace(stored, bits=np.packbits(kept, bitorder=bitorder))
    csr_matrices = [to_csr(matrix, width).to_dense() for width in (4, 8)]
    return [_digest(from_bitmask(stored)), *map(_digest, csr_matrices)]


def _source_predicted() -> dict[str, sp.Expr]:
    names = {"dense": ("dense", 4), "values": ("values", 4), "bitmask": ("bitmask", 4)}
    names |= {f"csr, {width} bytes an index": ("csr", width) for width in (4, 8)}
    return {name: d.source_bytes(*arguments) for name, arguments in names.items()}


@cache
def _source_stored() -> dict[str, int]:
    from dltheory.compression.experiment.storage import network_bytes, pruned_source

    return network_bytes(pruned_source({layer.name: float(layer.sparsity) for layer in d.SOURCE}))


def _published_units(name: str, layers: int = 9, unit: int = 2**20) -> tuple[sp.Rational, ...]:
    """Dense and pruned size in MiB and their quotient in percent, with two decimals, from the stored network.

    Only the first ``layers`` layers are pruned.
    """
    stored = _source_stored()
    left_out = sum(4 * (layer.weights - layer.nonzero) for layer in d.SOURCE[layers:])
    dense_size, pruned = stored["dense"], stored[name] + left_out
    scale = sp.Rational(2**20, unit)
    return (
        d.mebibytes(dense_size * scale),
        d.mebibytes(pruned * scale),
        d.mebibytes(sp.Rational(pruned, dense_size) * 100 * 2**20),
    )
