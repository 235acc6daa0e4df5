"""A bad argument is reported in one sentence with its name, its value and what is allowed."""

import numpy as np
import pytest

from dltheory.lab.validation import matrix, number, vector, whole


def test_good_arguments_come_back_as_floats_and_ints():
    assert matrix("X", [[1, 2]]).dtype == np.float64
    assert vector("y", [1, 2], 2).shape == (2,)
    assert number("eta", 1, above=0) == 1.0
    assert whole("steps", np.int64(3)) == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: matrix("X", [[1, np.nan]]), "X has 1 entry that are NaN or infinite"),
        (lambda: matrix("X", [[np.inf, np.nan]]), "X has 2 entries"),
        (lambda: matrix("X", [1, 2]), r"X has shape \(2,\): it must be a matrix"),
        (lambda: matrix("X", np.empty((0, 3))), r"X has shape \(0, 3\)"),
        (lambda: matrix("X", [["a"]]), "X is not an array of numbers"),
        (lambda: matrix("X", [[1], [1, 2]]), "X is not an array of numbers"),
        (lambda: vector("y", [1, 2, 3], 2), r"y has shape \(3,\): it must have shape \(2,\)"),
        (lambda: vector("y", [[1, 2]], 2), r"y has shape \(1, 2\)"),
        (lambda: number("eta", 0, above=0), "eta = 0: it must be a finite number above 0"),
        (lambda: number("eta", -1.5, above=0), "eta = -1.5"),
        (lambda: number("eta", np.nan), "eta = nan"),
        (lambda: number("p", 1, above=0, below=1), "p = 1: it must be a finite number above 0 and below 1"),
        (lambda: number("t", -1, at_least=0), "t = -1: it must be a finite number at least 0"),
        (lambda: number("eta", "0.1"), "eta = '0.1'"),
        (lambda: number("eta", True), "eta = True"),
        (lambda: number("eta", [1.0, 2.0]), r"eta = \[1.0, 2.0\]"),
        (lambda: number("eta", 1j), "eta = 1j"),
        (lambda: whole("steps", 1.5), "steps = 1.5: it must be a whole number of at least 0"),
        (lambda: whole("steps", -1), "steps = -1"),
        (lambda: whole("steps", True), "steps = True"),
        (lambda: whole("splits", 0, at_least=1), "splits = 0: it must be a whole number of at least 1"),
    ],
)
def test_a_bad_argument_is_named_with_its_value_and_what_is_allowed(call, said):
    with pytest.raises(ValueError, match=said) as raised:
        call()
    assert "\n" not in str(raised.value)
