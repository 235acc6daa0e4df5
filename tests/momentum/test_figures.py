"""Figures draw what they are given: data solid, predictions dashed, every axis named."""

import numpy as np

from dltheory.momentum import figures
from dltheory.momentum.experiment import regression, spectrum


def _named(axes):
    return bool(axes.get_xlabel()) and bool(axes.get_ylabel())


def test_the_landscape_ends_at_the_optimum_it_marks():
    problem = regression.source_problem()
    paths = regression.momentum_paths(problem, 2e-4, 0.6, 40)
    (axes,) = figures.source_landscape_figure(problem, paths, ["a run"]).axes
    star = axes.lines[-1].get_xydata()[0]
    np.testing.assert_allclose(star, problem.optimum)
    np.testing.assert_allclose(axes.lines[0].get_xydata(), paths[:, 0])
    assert _named(axes)


def test_diverging_losses_leave_the_picture_and_nothing_else_does():
    excess = np.array([[1.0, 1.0], [1e-3, 1e9]])
    (axes,) = figures.excess_figure(excess, ["good", "bad"]).axes
    assert np.isnan(axes.lines[1].get_ydata()[1])
    assert not np.isnan(axes.lines[0].get_ydata()).any()


def test_the_hump_is_dashed_where_predicted_and_solid_where_measured():
    times, curve = np.array([1, 2, 3]), np.array([2.0, 1.5, 0.5])
    (axes,) = figures.hump_figure(times, [curve], [curve], [curve / 4], ["a"]).axes
    measured, predicted, plain = axes.lines[:3]
    assert measured.get_linestyle() == "-"
    assert predicted.is_dashed()
    assert plain.get_linestyle() == ":"
    assert _named(axes)


def test_roots_are_drawn_in_one_panel_for_each_weight():
    weights = (0.8, 0.3)
    paths = [spectrum.eigenvalues(np.linspace(0.1, 1, 5), b) for b in weights]
    marks = [(paths[0][0], paths[0][1])] * 2
    figure = figures.roots_figure(paths, weights, marks)
    assert len(figure.axes) == 2
    np.testing.assert_allclose(figure.axes[1].lines[2].get_xdata(), paths[1][:, 0].real)


def test_the_phase_diagram_leaves_unstable_steps_blank():
    steps, weights = np.geomspace(0.01, 10, 30), np.linspace(0.1, 1, 20)
    radius = spectrum.spectral_radius(steps[None, :], weights[:, None])
    sign = spectrum.discriminant(steps[None, :], weights[:, None], 1.0)
    figure = figures.phase_figure(steps, weights, radius, sign, [(0.1, 0.5, "a run", 0), (1.0, 0.5, "a run", 0)])
    assert figure.axes[0].get_xscale() == "log"
    assert _named(figure.axes[0])
    assert len(figure.legends[0].get_texts()) == 1  # both modes of a run share one entry
