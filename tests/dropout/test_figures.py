"""Figures draw what they are given: predictions dashed, every run a dot, and nothing missing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dltheory.dropout.experiment import diabetes, scatter, toy
from dltheory.dropout.experiment.recorded import Row
from dltheory.dropout.figures import images, linear


def lines(figure) -> list:
    return [line for axes in figure.axes for line in axes.get_lines()]


def is_dashed(line) -> bool:
    return line.get_linestyle() == "--"


def test_bounds_are_dashed_and_measured_condition_numbers_solid() -> None:
    found = diabetes.conditioning(np.array([0.2, 0.5, 0.8]))
    drawn = lines(linear.conditioning_figure(found))
    assert [is_dashed(line) for line in drawn] == [False, True, False, True]
    assert np.array_equal(drawn[2].get_ydata(), found.standardised)


def test_the_cloud_shows_every_run_and_two_ellipses() -> None:
    found = scatter.cloud(steps=20, chains=30)
    axes = linear.cloud_figure(found).axes[0]
    assert [len(line.get_xdata()) for line in axes.get_lines()] == [30, 30, 1]
    wide, narrow = axes.patches
    assert wide.width > 0
    assert np.prod([wide.width, wide.height]) > np.prod([narrow.width, narrow.height]) * 0.01


def test_the_scaling_figure_starts_at_step_size_zero() -> None:
    found = scatter.scaling(np.array([1e-3]), chains=100, steps=5)
    axes = linear.scaling_figure(found, np.array([1e-4, 1e-3]), np.array([27.0, 39.0])).axes[0]
    assert axes.get_xlim()[0] == 0
    assert axes.get_ylim()[0] == 0


def test_optimisers_are_drawn_path_by_path_with_their_ends_named() -> None:
    paths = {"Adam": toy.adam(5, None), "sign": toy.adam(3, 0.5)}
    axes = linear.optimisers_figure(paths, {"here": (1.0, 1.0)}).axes[0]
    assert [text.get_text() for text in axes.texts] == ["here"]
    assert [text.get_text() for text in axes.get_legend().get_texts()][1:] == ["Adam", "sign"]


def test_every_seed_is_a_dot_and_published_runs_are_diamonds() -> None:
    rows = [
        Row(1.0, True, (0.1, 0.11, 0.12), (0.8, 0.9, 1.0), (0, 0, 0), (2, 1, 0), (0, 1, 2)),
        Row(0.5, False, (0.3, 0.35), (0.9, 0.95), (0, 0), (0, 0), (0, 1)),
    ]
    axes = images.runs_figure(rows, published=True).axes[0]
    dots = [line for line in axes.get_lines() if line.get_marker() == "." and len(line.get_xdata())]
    assert sorted(len(line.get_xdata()) for line in dots) == [2, 2, 3, 3]
    diamonds = [line for line in axes.get_lines() if line.get_marker() == "D" and len(line.get_xdata())]
    assert [float(line.get_ydata()[0]) for line in diamonds] == [11, 80]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0\nReLU", "0.5\nnone"]


def test_epochs_are_drawn_in_percent_with_the_lost_classes_counted() -> None:
    run = {"seed": 3, "never_predicted": [1, 9], "epochs": {"cheating": [0.5, 0.8]}}
    axes = images.epochs_figure([run]).axes[0]
    assert list(axes.get_lines()[0].get_ydata()) == [50.0, 80.0]
    assert axes.figure.legends[0].get_texts()[0].get_text() == "seed 3: 2 classes lost"


def test_digits_are_shown_in_two_rows_with_their_bits() -> None:
    figure = images.marked_digits_figure(np.zeros((2, 8, 8)), np.ones((2, 8, 8)), [3, 9])
    assert len(figure.axes) == 4
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == ["3\n0011", "9\n1001"]


def test_captions_say_of_how_many_runs_and_steps_figures_are_made() -> None:
    page = (Path(__file__).parents[2] / "book" / "dropout.md").read_text(encoding="utf-8")

    def made_with(function: Callable[..., object]) -> dict[str, object]:
        return {name: each.default for name, each in inspect.signature(function).parameters.items()}

    measured, cloud, swept = made_with(scatter.scaling), made_with(scatter.cloud), made_with(toy.sweep)
    assert measured["seed"] == cloud["seed"] == swept["seed"] == 0
    assert measured["keep"] == cloud["keep"] == 0.5
    for said in (
        f"after {measured['steps']} steps from the minimiser",
        f"measured over {measured['chains']:,} runs".replace(",", " "),
        f"average of {cloud['steps']} iterates (orange) of {cloud['chains']} runs",
        f"$\\eta={cloud['eta']}$",
        f"two standard deviations over {swept['chains']} runs",
        f"(over {made_with(toy.variants)['chains']} runs)",
    ):
        assert said in page
