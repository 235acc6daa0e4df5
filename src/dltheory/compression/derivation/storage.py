"""Bytes that a matrix with zeros takes in three formats, and the densities at which their order changes.

A matrix has $N$ weights in $N_r$ rows, $k$ of them not zero, and each value takes four bytes. *Dense* stores every
value. *Bitmask* stores one bit for each weight, filled up to whole bytes, and the nonzero values. *CSR* (compressed
sparse rows) stores the nonzero values, a column index for each, and $N_r+1$ row pointers, with $\\iota$ bytes an index.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Integer, Rational, Sum, Symbol, ceiling, solve

from dltheory.pruning.derivation import source

from .counts import CHANNELS, CLASSES, IMAGE, KERNEL

# All stand for whole numbers. They are declared real, because the thresholds are proved for real numbers.
weights = Symbol("N", positive=True)
nonzero = Symbol("k", nonnegative=True)
rows = Symbol("N_r", positive=True)
index_bytes = Symbol("iota", positive=True)
density = Symbol("rho", nonnegative=True)

#: Bytes of a single-precision number.
VALUE_BYTES = 4

#: Bytes of one bit for each of the $N$ weights.
mask_bytes = ceiling(weights / 8)

dense_bytes = VALUE_BYTES * weights
bitmask_bytes = mask_bytes + VALUE_BYTES * nonzero
csr_bytes = index_bytes * (rows + 1) + (index_bytes + VALUE_BYTES) * nonzero

#: What a format stores: how many of what, and bytes for each.
STORED: dict[str, tuple[tuple[Expr, Expr | int], ...]] = {
    "dense": ((weights, VALUE_BYTES),),
    "bitmask": ((mask_bytes, 1), (nonzero, VALUE_BYTES)),
    "csr": ((rows + 1, index_bytes), (nonzero, index_bytes), (nonzero, VALUE_BYTES)),
}


def derive_bytes(name: str) -> Expr:
    """Bytes of everything that the format ``name`` stores, added one by one."""
    item = Symbol("i", integer=True)
    return Add(*(Sum(size, (item, 1, count)).doit() for count, size in STORED[name]))


#: The densities $k/N$ below which the first takes fewer bytes than the second.
bitmask_below_dense = 1 - mask_bytes / (4 * weights)
csr_below_dense = (4 * weights - index_bytes * (rows + 1)) / ((index_bytes + 4) * weights)
csr_below_bitmask = (mask_bytes / index_bytes - (rows + 1)) / weights

#: What these come to for a large matrix with long rows. Each is an upper bound: a saving needs a density below it.
LARGE = {
    "bitmask below dense": Rational(31, 32),
    "CSR below dense": 4 / (index_bytes + 4),
    "CSR below bitmask": 1 / (8 * index_bytes),
}

#: By how much a threshold may lie below its limit, at most.
SHORT_BY = {
    "bitmask below dense": Rational(7, 32) / weights,
    "CSR below dense": (rows + 1) / weights,
    "CSR below bitmask": (rows + 1) / weights,
}


def threshold(first: Expr, second: Expr) -> Expr:
    """The density $k/N$ at which two formats take the same number of bytes; both are linear in $k$."""
    (equal,) = solve((first - second).subs(nonzero, density * weights), density)
    return equal


@dataclass(frozen=True)
class Layer:
    """A weight matrix of the source's network, one row a filter, and the sparsity the source chose for it."""

    name: str
    rows: int
    columns: int
    sparsity: Rational

    @property
    def weights(self) -> int:
        return self.rows * self.columns

    @property
    def nonzero(self) -> int:
        """What stays when the nearest whole number to $sN$ is removed; no $sN$ of the source ends in one half."""
        removed = int((self.sparsity * self.weights + Rational(1, 2)) // 1)
        return self.weights - removed


#: The layers that the source prunes.
SOURCE = (
    *(
        Layer(f"conv{place}", outputs, KERNEL**2 * inputs, Rational(tenths, 10))
        for place, (inputs, outputs, tenths) in enumerate(
            zip((IMAGE[0], *CHANNELS), CHANNELS, source.TENTHS.values(), strict=False)
        )
    ),
    Layer("classifier", CLASSES, CHANNELS[-1], Rational(source.TENTHS["classifier"], 10)),
)

#: What it does not prune: a scale and a shift for every channel, and the classifier's bias.
SOURCE_UNPRUNED = 2 * sum(CHANNELS) + CLASSES


def layer_bytes(name: str, layer: Layer, index: int) -> Integer:
    """Bytes of one pruned layer in the format ``name``: dense, values, bitmask or csr."""
    formula = {
        "dense": dense_bytes,
        "values": VALUE_BYTES * nonzero,
        "bitmask": bitmask_bytes,
        "csr": csr_bytes,
    }[name]
    return formula.subs({weights: layer.weights, nonzero: layer.nonzero, rows: layer.rows, index_bytes: index})


def source_bytes(name: str, index: int = 4) -> Integer:
    """Bytes of the source's pruned network; ``values`` counts nonzero values only, as the source does."""
    return sum((layer_bytes(name, layer, index) for layer in SOURCE), Integer(VALUE_BYTES * SOURCE_UNPRUNED))


def mebibytes(size: Expr, digits: int = 2) -> Rational:
    """``size`` bytes in MiB, rounded half up to ``digits`` decimals, exactly."""
    scale = 10**digits
    return Rational(int((Rational(size) * scale / 2**20 + Rational(1, 2)) // 1), scale)
