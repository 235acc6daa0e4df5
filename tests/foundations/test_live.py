"""Gradient descent to touch: its JavaScript runs what the experiments run."""

import numpy as np
import pytest

from dltheory.foundations.experiment import gradient_descent
from dltheory.foundations.figures.live import figure

FIGURE = figure()
START = FIGURE.data()["initial"]
CODE = "return data.values.map((values) => module.summary(values, data.kappa))"


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    formulas_agree(FIGURE, {"eta": (0.1, 1.2), "x": (-2, 2)})


@pytest.mark.parametrize("eta", [0.05, 0.5, 0.99, 1.05])
def test_the_path_is_a_run_of_gradient_descent(eta, live_modules):
    kappa = FIGURE.condition
    (shown,) = live_modules(FIGURE, CODE, {"values": [START | {"eta": eta}], "kappa": kappa})
    # descent starts from 0 in the experiments: the errors are those of a target at minus the start
    X = np.diag([kappa**-0.5, 1.0])
    target = -np.array([START["x"], START["y"]])
    run = gradient_descent(X, X @ target, eta, 60) - target
    np.testing.assert_allclose(np.array(shown["path"], float), run, rtol=1e-8, atol=1e-12)
    sizes = np.linalg.norm(run, axis=1)
    assert (sizes <= sizes[0] * shown["worst"] ** np.arange(61) * (1 + 1e-9)).all(), "the dotted line is a bound"
    assert (shown["worst"] < 1) == (eta < shown["limit"])


def test_the_best_step_has_the_least_slower_factor(live_modules):
    steps = np.linspace(0.05, 1.1, 211)
    values = [START | {"eta": float(step)} for step in steps]
    shown = live_modules(FIGURE, CODE, {"values": values, "kappa": FIGURE.condition})
    assert steps[np.argmin([one["worst"] for one in shown])] == pytest.approx(shown[0]["best"], abs=0.005)


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")
