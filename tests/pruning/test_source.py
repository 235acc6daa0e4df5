"""The source's numbers, as its notebooks print them in percent."""

from __future__ import annotations

import pytest

from dltheory.pruning.derivation import source


def test_the_sparsities_are_those_that_the_notebook_chooses() -> None:
    assert list(source.SPARSITIES) == [*(f"conv{position}" for position in range(8)), "classifier"]
    assert list(source.SPARSITIES.values()) == [0.4, 0.5, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8]


def test_the_accuracies_are_those_that_the_notebook_prints() -> None:
    percent = {"dense": 92.95, "weights, before": 88.98, "weights, after": 92.93}
    assert {name: 100 * value for name, value in source.ACCURACY.items()} == pytest.approx(percent)
    scan = [31.81, 84.78, 78.56, 51.31, 38.78, 82.19, 83.65, 91.34, 92.52]
    assert [100 * value for value in source.SCAN.values()] == pytest.approx(scan)
