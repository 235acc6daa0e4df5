"""Formulas as JavaScript: what Node computes is what SymPy means."""

from dataclasses import dataclass, field

import pytest
import sympy as sp

from verifiedbook.live import LiveFigure, function, module

a, b = sp.symbols("a b", positive=True)


@dataclass(frozen=True)
class Some:
    """A figure of which only the formulas matter."""

    cases: dict = field(default_factory=dict)
    name: str = "kit"
    heights: tuple[int, int] = (1, 1)

    def still(self, suffix):
        return b""

    def data(self):
        return {}

    def formulas(self):
        return self.cases


CASES = {
    "quotient": ((a, b), a / b**2),
    "negative": ((a, b), -(b**2) - a / (a * b) ** 3),
    "piecewise": ((a, b), sp.Piecewise((sp.sqrt(a), a <= b), (sp.Abs(a - 2 * b), True))),
    "matrix": ((a, b), sp.Matrix([[a, sp.Rational(1, 3)], [b**a, sp.log(a + b)]])),
    "pair": ((a, b), (sp.exp(-a), sp.erf(2 * a) - sp.erf(b / 3), sp.erf(-2 * a - b))),
    "constant": ((), 3 + 2 * sp.sqrt(2)),
    "nested": ((a, b), ((a + b) ** 2 + 1) ** 2 / (a + b) ** 2),
    "most": ((a, b), sp.Max(a, b, sp.Rational(1, 2))),
}


def test_every_kind_of_expression_is_computed_as_sympy_means_it(formulas_agree):
    formulas_agree(Some(CASES), {"a": (0.1, 2), "b": (0.1, 2)})


def test_a_symbol_that_is_no_argument_is_refused():
    with pytest.raises(ValueError, match=r"'f': \['b'\] are no arguments"):
        function("f", (a,), a + b)


@pytest.mark.parametrize("name", ["let", "1f", "a-b", "lambda", "alert()"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match="must be a plain name"):
        function(name, (a,), a)


def test_the_module_is_the_same_in_every_build_and_one_function_a_formula():
    assert module(CASES) == module(dict(CASES))
    assert module(CASES).count("export function ") == len(CASES)


def test_what_is_no_figure_is_told_apart():
    assert isinstance(Some(), LiveFigure)
    assert not isinstance(object(), LiveFigure)
