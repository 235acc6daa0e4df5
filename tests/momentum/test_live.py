"""Momentum to touch: its JavaScript computes what Python computes, and its envelope holds."""

import re

import numpy as np
import pytest
import sympy as sp

from dltheory.momentum import derivation as d
from dltheory.momentum.derivation import envelope as e
from dltheory.momentum.derivation.symbols import beta, eta, q, sigma, t
from dltheory.momentum.experiment import methods, regression, spectrum
from dltheory.momentum.figures.live import flagship

FIGURE = flagship()
INTEGERS = list(range(1, 30))
RANGES = {
    "eta": (0.05, 3), "sigma": (0.2, 1.5), "kappa": (1.5, 300), "m": (0.1, 1), "ell": (1.1, 9), "t": INTEGERS,
    "T": (-1.5, 1.5), "z1": (0.5, 0.9), "z2": (-0.4, 0.4), "x1": (-2, 1), "xi": (-0.99, 0.99), "g": (-2, 2),
}  # fmt: skip
MODE = """return data.map(([values, sigma, count]) => {
    const mode = module.mode(values, sigma, count);
    return {...mode, hull: mode.errors.map((_, t) => mode.envelope(t))};
});"""


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    formulas_agree(FIGURE, RANGES)


def cases(count=150):
    """Random parameters of runs, stable ones and others, for both methods and all first steps."""
    generator = np.random.default_rng(11)
    for k in range(count):
        step, weight, value = np.exp(generator.uniform(-3, 1.2)), generator.uniform(0.04, 1), generator.uniform(0.1, 1)
        method = ("momentum", "nesterov")[k % 2]
        start = ("rest", "gradient", "short")[k % 3]
        yield {"eta": step, "beta": weight, "method": method, "start": start}, value, 60


def run(values, value, count):
    """x_t of one direction by the method as it is defined, from its first step."""
    step, memory, h = values["eta"] * values["beta"], 1 - values["beta"], 2 * value**2
    first = {"rest": step, "gradient": values["eta"], "short": step / (1 + memory)}[values["start"]]
    path = [1.0, 1 - first * h]
    for _ in range(count - 1):
        moved = path[-1] + memory * (path[-1] - path[-2])
        path.append(moved - step * h * (path[-1] if values["method"] == "momentum" else moved))
    return np.array(path)


def test_the_errors_in_the_figure_are_those_of_the_method(live_modules):
    asked = list(cases())
    for (values, value, count), mode in zip(asked, live_modules(FIGURE, MODE, asked), strict=True):
        np.testing.assert_allclose(np.array(mode["errors"], float), run(values, value, count), rtol=1e-7, atol=1e-12)


def test_the_envelope_is_never_exceeded_and_is_reached(live_modules):
    nearest = []
    for case, mode in zip(cases(), live_modules(FIGURE, MODE, list(cases())), strict=True):
        errors, hull = np.abs(np.array(mode["errors"], float)), np.array(mode["hull"], float)
        assert (errors <= hull * (1 + 1e-6) + 1e-12).all(), case
        nearest.append((errors[1:] / np.maximum(hull[1:], 1e-300)).max())
    assert np.median(nearest) > 0.95


def test_the_roots_in_the_figure_are_the_eigenvalues(live_modules):
    asked = [case for case in cases() if case[0]["method"] == "momentum"]
    for (values, value, _), mode in zip(asked, live_modules(FIGURE, MODE, asked), strict=True):
        expected = np.linalg.eigvals(spectrum.iteration_matrix(values["eta"], values["beta"], value))
        found = np.array(mode["roots"]) @ [1, 1j]
        np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(expected), atol=1e-7)
        assert mode["radius"] == pytest.approx(np.abs(expected).max(), abs=1e-7)


def summary(live_modules, **values):
    start = FIGURE.data()["initial"] | values
    return live_modules(FIGURE, "return module.summary(data)", start)


def test_it_opens_at_polyaks_optimum_with_two_double_roots_and_the_hump_of_the_theorem(live_modules):
    shown = summary(live_modules)
    rate = methods.RATE(FIGURE.condition)
    assert [part["regime"] for part in shown["parts"]] == ["double", "double"]
    assert shown["worst"] == pytest.approx(rate, abs=1e-6)
    times = np.arange(81)
    assert shown["peak"] == pytest.approx(methods.TRANSIENT(rate, times).max(), rel=1e-5)
    assert shown["takenLimit"] == pytest.approx(2 - FIGURE.data()["initial"]["beta"])


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("polyak", {"worst": 0.6, "method": "momentum"}),
        ("nesterov", {"worst": 0.75, "method": "nesterov"}),
        ("short", {"worst": 0.6, "peak": 1.0}),
        ("critical", {"flat": "double"}),
        ("limit", {"stable": False}),
        ("source2", {"start": "gradient", "beta": 0.6}),
    ],
)
def test_a_preset_is_what_it_is_called(key, expected, live_modules):
    start = FIGURE.data()["initial"] | {"kappa": 16}
    code = """const values = {...data.start, ...module.preset(data.key, data.start, data.all)};
        const s = module.summary(values); return {...s, ...values, flat: s.parts[1].regime};"""
    found = live_modules(FIGURE, code, {"start": start, "key": key, "all": FIGURE.data()})
    for name, value in expected.items():
        assert found[name] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value)


def test_the_sources_runs_are_in_units_of_its_steep_direction():
    source, given = regression.source_problem(), FIGURE.data()["source"]
    assert given["kappa"] == pytest.approx(source.condition_number)
    steps = [run[0] / source.sigma[0] ** 2 for run in given["runs"]]
    np.testing.assert_allclose(steps, [1e-4, 1e-4, 2e-4], rtol=1e-10)


def test_the_phase_of_the_oscillation_obeys_the_recurrence_from_its_first_step():
    x = {k: e.oscillation().subs(t, k) for k in range(5)}
    theta = sp.Symbol("theta", positive=True)
    for k in range(1, 4):
        step = (x[k + 1] - 2 * e.xi * x[k] + x[k - 1]).subs(sp.acos(e.xi), theta)
        step = step.subs(sp.sqrt(1 - e.xi**2), sp.sin(theta)).subs(e.xi, sp.cos(theta))
        assert sp.simplify(sp.expand_trig(step)) == 0
    assert x[0] == 1
    assert sp.simplify(x[1] - (e.xi + e.offset)) == 0


def test_the_linear_growth_is_the_transient_of_the_chapter_at_both_ends():
    from_rest = e.xi - q  # x_1 = 1 - alpha h = 2 q xi - q^2 at the best parameters
    for end, factor in ((-1, d.transient_factor()), (1, d.slowest_mode_factor())):
        growth = 1 + t * sp.Symbol("s", positive=True)
        size = (from_rest if end == 1 else -from_rest).subs(e.xi, end)
        assert sp.simplify(q**t * growth.subs(sp.Symbol("s", positive=True), size) - factor) == 0


def test_nesterovs_limit_and_double_roots_are_where_its_roots_say():
    step, weight, value = 0.3, 0.4, 0.8
    at = {eta: step, beta: weight, sigma: value}
    coefficients = [1, -float(e.nesterov_trace().subs(at)), float(e.nesterov_product().subs(at))]
    h, memory = 2 * value**2, 1 - weight
    matrix = (1 - step * weight * h) * np.array([[1 + memory, -memory], [0, 0]]) + [[0, 0], [1, 0]]
    np.testing.assert_allclose(np.sort_complex(np.roots(coefficients)), np.sort_complex(np.linalg.eigvals(matrix)))
    limit = at | {eta: float(e.nesterov_limit().subs(at))}
    trace, product = (float(part.subs(limit)) for part in (e.nesterov_trace(), e.nesterov_product()))
    assert 1 + trace + product == pytest.approx(0, abs=1e-12), "the polynomial vanishes at -1"


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")
    assert re.search(rb"<svg", FIGURE.still("svg"))
