"""Bytes of sparse formats against other libraries' arrays, and thresholds against a search over every count."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch
from scipy import sparse
from sympy import Rational

from dltheory.compression.derivation import storage as formulas
from dltheory.compression.experiment.storage import (
    from_bitmask,
    network_bytes,
    pruned_source,
    sparse_matrix,
    stored_bytes,
    to_bitmask,
    to_csr,
)
from dltheory.pruning.experiment.masks import magnitude_mask


def sizes(rows: int, columns: int, nonzero: int, index: int = 4) -> tuple[int, int, int]:
    """Dense, bitmask and CSR bytes by the formulas of the book."""
    values = {
        formulas.weights: rows * columns,
        formulas.rows: rows,
        formulas.nonzero: nonzero,
        formulas.index_bytes: index,
    }
    return tuple(int(size.subs(values)) for size in (formulas.dense_bytes, formulas.bitmask_bytes, formulas.csr_bytes))


@pytest.mark.parametrize(("rows", "columns", "nonzero"), [(4, 9, 11), (1, 1, 0), (31, 7, 217)])
def test_compressed_rows_take_the_bytes_of_scipys_arrays(rows: int, columns: int, nonzero: int) -> None:
    matrix = sparse_matrix(rows, columns, nonzero)
    theirs = sparse.csr_matrix(matrix.numpy())
    assert theirs.indices.dtype == np.int32
    expected = theirs.data.nbytes + theirs.indices.nbytes + theirs.indptr.nbytes
    assert sizes(rows, columns, nonzero)[2] == expected == stored_bytes(matrix)["csr, 4 bytes an index"]


def test_every_format_gives_back_what_was_stored() -> None:
    for seed, (rows, columns) in enumerate([(1, 8), (5, 13), (16, 27)]):
        matrix = sparse_matrix(rows, columns, rows * columns // 3, seed)
        assert np.array_equal(from_bitmask(to_bitmask(matrix.numpy())), matrix.numpy())
        for index in (4, 8):
            assert torch.equal(to_csr(matrix, index).to_dense(), matrix)


def test_a_bitmask_stores_the_first_weight_in_the_highest_bit_and_fills_up_the_last_byte() -> None:
    stored = to_bitmask(np.array([[2.0, 0, 0, 3], [0, 0, 0, 4], [0, 5, 0, 0]], dtype=np.float32))
    assert [f"{byte:08b}" for byte in stored.bits] == ["10010001", "01000000"]
    assert stored.values.tolist() == [2, 3, 4, 5]
    assert stored.nbytes == 2 + 4 * 4


def test_a_negative_zero_is_not_stored_and_a_nan_is() -> None:
    stored = to_bitmask(np.array([-0.0, np.nan, 1.0], dtype=np.float32))
    assert len(stored.values) == 2
    assert np.isnan(from_bitmask(stored)[1])


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 5), (3, 32), (16, 64)])
@pytest.mark.parametrize("index", [4, 8])
def test_thresholds_separate_every_count_of_weights(rows: int, columns: int, index: int) -> None:
    total = rows * columns
    values = {formulas.weights: total, formulas.rows: rows, formulas.index_bytes: index}
    limits = [
        limit.subs(values)
        for limit in (formulas.bitmask_below_dense, formulas.csr_below_dense, formulas.csr_below_bitmask)
    ]
    for nonzero in range(total + 1):
        dense, bitmask, csr = sizes(rows, columns, nonzero, index)
        smaller = [bitmask < dense, csr < dense, csr < bitmask]
        assert smaller == [bool(nonzero < limit * total) for limit in limits]


def test_large_matrices_come_close_to_the_limits() -> None:
    values = {formulas.weights: 10**9, formulas.rows: 10**3, formulas.index_bytes: 4}
    assert float(formulas.bitmask_below_dense.subs(values)) == pytest.approx(31 / 32, rel=1e-5)
    assert float(formulas.csr_below_dense.subs(values)) == pytest.approx(1 / 2, rel=1e-5)
    assert float(formulas.csr_below_bitmask.subs(values)) == pytest.approx(1 / 32, rel=1e-4)


def test_thresholds_lie_as_far_below_the_limits_as_is_said() -> None:
    N, rows, index = 9, 1, 4
    # two bytes of mask for nine weights, dense 36 bytes
    at = {formulas.weights: N, formulas.rows: rows, formulas.index_bytes: index}
    assert formulas.SHORT_BY["bitmask below dense"].subs(at) == Fraction(31, 32) - (1 - Fraction(2, 36))
    # two bytes of mask for sixteen weights, three pointers to two rows
    N, rows = 16, 2
    at = {formulas.weights: N, formulas.rows: rows, formulas.index_bytes: index}
    short = Fraction(1, 8 * index) - (Fraction(2, index) - (rows + 1)) / N
    assert formulas.SHORT_BY["CSR below bitmask"].subs(at) == short
    # the larger an index, the nearer
    index = 10**9
    short = Fraction(4, index + 4) - Fraction(4 * N - index * (rows + 1), (index + 4) * N)
    assert float(formulas.SHORT_BY["CSR below dense"].subs(at)) == pytest.approx(float(short))


def test_the_published_sizes_are_those_of_the_values_alone() -> None:
    assert f"{formulas.source_bytes('dense') / 2**20:.2f}" == "35.20"
    assert f"{formulas.source_bytes('values') / 2**20:.2f}" == "11.42"
    mask = formulas.source_bytes("bitmask") - formulas.source_bytes("values")
    assert f"{mask / 2**20:.2f}" == "1.10"


def test_rounded_mebibytes_agree_with_decimal_arithmetic() -> None:
    for size in (0, 1, 5000, 6081, 2**15, 2**20, 11974240, 2**19 + 2**20):
        exact = Decimal(size) / 2**20
        assert formulas.mebibytes(size) == Fraction(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_the_nearest_whole_number_of_weights_is_removed() -> None:
    for columns, tenths in product(range(1, 10), range(10)):
        wanted = Fraction(tenths * columns, 10)
        if wanted % 1 != Fraction(1, 2):
            nearest = min(range(columns + 1), key=lambda count: abs(count - wanted))
            assert formulas.Layer("any", 1, columns, Rational(tenths, 10)).nonzero == columns - nearest


def test_the_layers_have_the_sparsities_that_the_source_chose() -> None:
    assert [layer.sparsity * 10 for layer in formulas.SOURCE] == [4, 5, 6, 6, 6, 7, 7, 7, 8]


def test_the_pruned_network_has_as_many_zeros_as_the_counts_say() -> None:
    network = pruned_source({layer.name: float(layer.sparsity) for layer in formulas.SOURCE})
    for layer in formulas.SOURCE:
        weight = network.get_submodule(layer.name).weight
        assert tuple(weight.flatten(1).shape) == (layer.rows, layer.columns)
        assert int(weight.count_nonzero()) == layer.nonzero
        assert int(magnitude_mask(weight, float(layer.sparsity)).sum()) == layer.nonzero
    found = network_bytes(network)
    assert found["dense"] == sum(4 * parameter.numel() for parameter in network.parameters())
    assert found["values"] < found["bitmask"] < found["csr, 4 bytes an index"] < found["csr, 8 bytes an index"]
    flat = [p.flatten(1) if p.dim() > 1 else None for p in network.parameters()]
    kept = sum(4 * p.numel() for p, rows in zip(network.parameters(), flat, strict=True) if rows is None)
    counts = [(*rows.shape, int(rows.count_nonzero())) for rows in flat if rows is not None]
    assert found["values"] == kept + sum(4 * nonzero for _, _, nonzero in counts)
    assert found["bitmask"] == kept + sum(sizes(*count)[1] for count in counts)
    for index in (4, 8):
        assert found[f"csr, {index} bytes an index"] == kept + sum(sizes(*count, index)[2] for count in counts)


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="index_bytes = 2"):
        to_csr(torch.ones(2, 2), 2)
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2\)"):
        to_csr(torch.ones(2, 2, 2))
    with pytest.raises(ValueError, match="nonzero = 5: a matrix of 2 x 2 has 4 weights"):
        sparse_matrix(2, 2, 5)


def test_weights_that_are_left_are_normal_numbers_at_random_places() -> None:
    matrix = sparse_matrix(200, 100, 10_000)
    left = matrix[matrix != 0]
    assert (float(left.mean()), float(left.std())) == (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.05))
    assert int(matrix[:100].count_nonzero()) == pytest.approx(5000, abs=300)


def test_a_matrix_may_have_no_weight_left():
    assert not sparse_matrix(2, 3, 0).any()
    assert sparse_matrix(2, 3, 6).all()
    assert [int(sparse_matrix(5, 7, kept).count_nonzero()) for kept in (1, 17)] == [1, 17]
