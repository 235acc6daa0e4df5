"""Claims about the bytes that sparse matrices take, counted by formula and on real arrays."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.compression.derivation import storage as d
from dltheory.compression.derivation.storage import index_bytes, nonzero, rows, weights
from verifiedbook.claims import Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses

from .published import VALUES_ONLY

#: A name for whole bytes: the solvers know no rounding up. For whole N, 8⌈N/8⌉ is at least N and less than N + 8.
PUT = {d.mask_bytes: sp.Symbol("m", positive=True)}
ROUNDED_UP = [weights <= 8 * d.mask_bytes, 8 * d.mask_bytes <= weights + 7]
CASES = [
    {"rows": 1, "columns": 1, "nonzero": 1},
    {"rows": 3, "columns": 5, "nonzero": 4},
    {"rows": 64, "columns": 27, "nonzero": 1037},
    {"rows": 10, "columns": 512, "nonzero": 1024},
    {"rows": 512, "columns": 4608, "nonzero": 707789},
    {"rows": 7, "columns": 9, "nonzero": 0},
    {"rows": 16, "columns": 16, "nonzero": 256},
]


dense, bitmask, csr = d.dense_bytes, d.bitmask_bytes, d.csr_bytes
share = nonzero / weights


@claim("thm-sparse-storage", source="dltheoreticalanalysis")
def bytes_of_three_formats() -> Clauses:
    """The counts, added up and measured on real arrays; each order, what it needs, and how far off that is."""
    bitmask_dense, csr_dense, csr_bitmask = d.LARGE.keys()
    solved = _thresholds()
    return clauses(
        i=[_counted(), _on_arrays(), _read_back_whole(), *_of_the_source()],
        ii=[_order(bitmask, dense, d.bitmask_below_dense, bitmask_dense), solved],
        iii=[_necessary(bitmask < dense, d.LARGE[bitmask_dense], sp.Rational(15, 16))],
        iv=[_order(csr, dense, d.csr_below_dense, csr_dense), solved],
        v=[_necessary(csr < dense, d.LARGE[csr_dense], 2 / (index_bytes + 4))],
        vi=[_order(csr, bitmask, d.csr_below_bitmask, csr_bitmask), solved],
        vii=[_necessary(csr < bitmask, d.LARGE[csr_bitmask], 1 / (9 * index_bytes))],
        viii=[
            _short_by(bitmask_dense, d.bitmask_below_dense, sp.Rational(6, 32) / weights),
            _short_by(csr_dense, d.csr_below_dense, rows / weights),
            _short_by(csr_bitmask, d.csr_below_bitmask, rows / weights),
        ],
        reads={"": [(1, "<=", rows), (1, "<=", index_bytes)]},
    )


def _counted() -> Identity:
    return Identity(
        lambda: [d.derive_bytes(name) for name in d.STORED],
        [dense, bitmask, csr],
        near_misses=[
            NearMiss("as many row pointers as rows", rhs=[dense, bitmask, csr.subs(rows, rows - 1)]),
            NearMiss("a byte for each bit", rhs=[dense, weights + 4 * nonzero, csr]),
        ],
    )


def _thresholds() -> Identity:
    """The density at which two formats take the same, solved for."""
    pairs = [(bitmask, dense), (csr, dense), (csr, bitmask)]
    wrong = [(bitmask, dense), *((csr.subs(rows, rows - 1), other) for other in (dense, bitmask))]
    return Identity(
        lambda: [d.threshold(*pair) for pair in pairs],
        [d.bitmask_below_dense, d.csr_below_dense, d.csr_below_bitmask],
        near_misses=[
            NearMiss("as many row pointers as rows", lhs=lambda: [d.threshold(*pair) for pair in wrong]),
        ],
    )


def _on_arrays() -> Exact:
    return Exact(
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
    )


def _read_back_whole() -> Exact:
    return Exact(
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
    )


def _of_the_source() -> list[Exact]:
    """The source's network, stored, and the sizes that it prints."""
    return [
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


def _order(first: sp.Expr, second: sp.Expr, threshold: sp.Expr, name: str) -> ForAll:
    """``first`` takes fewer bytes than ``second`` if and only if the density is below ``threshold``."""
    large = d.LARGE[name]
    return ForAll(
        ROUNDED_UP,
        sp.Equivalent(first < second, share < threshold),
        put=PUT,
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
        put=PUT,
        near_misses=[
            NearMiss(f"{lower}: a smaller bound", then=share < lower),
            NearMiss("the saving is not asked for", given=shape[:-1]),
        ],
    )


def _short_by(name: str, threshold: sp.Expr, less: sp.Expr) -> ForAll:
    """The threshold lies below its limit by no more than the page says."""
    shape = [*ROUNDED_UP, rows >= 1, index_bytes >= 1]
    return ForAll(
        shape,
        d.LARGE[name] - threshold <= d.SHORT_BY[name],
        put=PUT,
        near_misses=[
            NearMiss("by less", then=d.LARGE[name] - threshold <= less),
            NearMiss("by half of that", then=d.LARGE[name] - threshold <= d.SHORT_BY[name] / 2),
            NearMiss("by nothing", then=d.LARGE[name] - threshold <= 0),
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
