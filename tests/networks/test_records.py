"""The committed records: complete, drawn, and made by the code that is here."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

from dltheory.cli import main
from dltheory.lab.runs.records import Planned
from dltheory.networks import figures, reproduction
from dltheory.networks.claims import blocks, predictions
from dltheory.networks.experiment import curvature, dropout, linearised, minimum, sharpness
from dltheory.networks.experiment.model import Problem, digits
from dltheory.networks.experiment.recorded import FILES, record, runs
from dltheory.networks.experiment.sharpness import METHODS
from dltheory.networks.experiment.training import Method
from dltheory.networks.reproduction import noise, training

METHOD = ("eta", "beta", "ahead")


@pytest.mark.parametrize("part", FILES)
def test_every_planned_run_is_recorded(part: str) -> None:
    planned = {each.key for each in reproduction.PARTS[part].plan()}
    assert set(record(part)["runs"]) == planned
    assert record(part)["experiment"] == reproduction.PARTS[part].experiment


def test_the_recorded_methods_are_those_of_the_code() -> None:
    for run in runs("sharpness", "full batch"):
        assert [used["eta"] for used in run["methods"]] == pytest.approx([method.eta for method in METHODS])


def same(found: Any, recorded: Any) -> bool:
    """Whether numbers computed again are those of the record, which has six digits of each."""
    return np.asarray(found) == pytest.approx(np.array(recorded, dtype=float), rel=5e-5, abs=1e-9)


def test_a_recorded_wide_network_comes_out_again_beside_its_linear_model() -> None:
    (again,) = linearised.compare(16, range(1))
    (recorded,) = (run for run in runs("linearised") if run["width"] == 16)
    assert again.times[::4].tolist() == recorded["times"]
    for name in ("error", "moved", "kernel", "sigma"):
        assert same(getattr(again, name), recorded[name][0]), name
    assert same(again.residuals[::4, :6].T, recorded["residuals"])
    assert same(again.predicted[::4, :6].T, recorded["predicted"])


def test_the_first_steps_of_a_recorded_wide_network_with_momentum_come_out_again() -> None:
    (again,) = linearised.compare(64, range(1), steps=16, beta=training.MOMENTUM_BETA)
    (recorded,) = (run for run in runs("linearised") if (run["width"], run["beta"]) == (64, training.MOMENTUM_BETA))
    assert same(again.residuals[::4, :6].T, np.array(recorded["residuals"])[:, :5])
    assert same(again.predicted[::4, :6].T, np.array(recorded["predicted"])[:, :5])


def test_recorded_ends_come_out_again() -> None:
    again, recorded = training.ends_run(16, 0), runs("ends")[0]
    assert (recorded["width"], recorded["seed"]) == (16, 0)
    for name in again:
        assert same(again[name], recorded[name]), name


def test_the_recorded_sharpness_of_the_first_steps_comes_out_again() -> None:
    for kind, chosen, arguments in (
        ("full batch", (3, 7), {}),
        ("mini-batch", (0,), {"batch": training.BATCH}),
        ("cross-entropy", (0,), {"kind": "cross-entropy", "steps": 20, "every": training.CROSS_ENTROPY_EVERY}),
    ):
        recorded = runs("sharpness", kind)[0]
        methods = [Method(**{name: recorded["methods"][place][name] for name in METHOD}) for place in chosen]
        again = sharpness.runs(methods, [recorded["seed"]], **({"steps": sharpness.EVERY} | arguments))
        assert again.times.tolist() == recorded["times"][:2]
        for place, row in enumerate(chosen):
            assert same(again.loss[place], recorded["loss"][row][:2]), kind
            assert same(again.sharpness[place], recorded["sharpness"][row][:2]), kind
    assert runs("sharpness", "full batch")[0]["times"] == list(range(0, sharpness.STEPS + 1, sharpness.EVERY))


def test_the_recorded_second_term_at_the_start_comes_out_again() -> None:
    recorded = runs("sharpness", "second term")[0]
    problem, theta = sharpness.problem(), sharpness.NETWORK.first(recorded["seed"])
    shares = [recorded[name][0] for name in ("relative", "along")]
    assert curvature.second_term_share(problem, theta) == pytest.approx(shares, rel=2e-3)  # the tolerance of Lanczos
    assert same(float(problem.loss(theta)), recorded["loss"][0])
    assert recorded["times"] == np.linspace(0, sharpness.STEPS, training.SECOND_TERM_TIMES + 1).tolist()


def test_a_recorded_network_trained_without_dropout_comes_out_again() -> None:
    recorded = runs("dropout", "squared")[0]
    theta = dropout.trained([recorded["seed"]], 2, 1.0)[0]
    loss = Problem(dropout.NETWORK, *digits(500)).loss(theta)
    assert same(float(loss), recorded["pruned"]["1"]["loss"])
    assert dropout.accuracy_when_pruned(theta, 2, 1.0, 1, 0) == recorded["pruned"]["1"]["accuracy"][0]
    draws, seed = 50, 3000 + recorded["seed"]
    for place, keep in enumerate((1.0, *recorded["pruned_keeps"])):
        found = dropout.accuracy_when_pruned(theta, 2, keep, draws, seed)
        assert found == pytest.approx(recorded["pruned"]["1"]["accuracy"][place], abs=1e-6)


def test_a_recorded_run_near_a_minimum_comes_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded, asked = runs("minimum")[0], list[tuple[float, ...]]()

    def twice_as_much(found: minimum.Minimum, *arguments: float) -> np.ndarray:
        """Noise that leaves twice what the formula says, at once; the second chain three times that."""
        asked.append(arguments)
        step, memory, deviation = arguments[:3]
        floor = minimum.FLOOR(step, memory, found.values, deviation**2)
        return np.array([2 * floor, 6 * floor])

    monkeypatch.setattr(minimum, "noise_floors", twice_as_much)
    again = minimum.near(recorded["seed"])
    for name in ("kappa", "rate", "predicted_rate", "hump", "predicted_hump", "distance", "curvature"):
        assert same(getattr(again, name), recorded[name]), name
    assert again.rate == pytest.approx(recorded["rate"], abs=1e-6)  # all six digits: the window of the fit counts
    assert again.floors == pytest.approx(np.full(len(recorded["floors"]), 4))
    assert again.floor == pytest.approx(4)
    # the page: memory 0.8, steps of 0.1, 3000 of them, in 16 chains; of these the last 2400 are looked at
    assert asked == [(0.1, 0.8, 1e-4, 3000, 600, 16, 5000 + recorded["seed"])]


@pytest.mark.parametrize("part", ["pruning", "blocks"])
def test_networks_that_were_pruned_were_trained_as_the_code_trains(part: str) -> None:
    settings = record(part)["settings"]
    trains = {name: parameter.default for name, parameter in signature(minimum.trained).parameters.items()}
    assert trains["examples"] == settings["examples"]
    sizes = settings["sizes"] if part == "pruning" else settings["networks"]["one hidden layer"][0]
    assert list(trains["sizes"]) == sizes
    assert trains["first"] == 0


def test_the_rates_of_the_record_are_those_of_the_predictions() -> None:
    assert noise.KEEPS == predictions.KEEPS
    assert tuple(runs("dropout")[0]["keeps"]) == predictions.KEEPS


def test_a_recorded_first_step_comes_out_again() -> None:
    again, recorded = training.first_step_run(0), runs("first-step")[0]
    assert recorded["seed"] == 0
    for name in ("q", "kappa", "steepest", "flattest"):
        assert same(again[name], recorded[name]), name


def test_figures_are_drawn_from_the_records() -> None:
    full = runs("sharpness", "full batch")
    squared, entropy = runs("dropout", "squared"), runs("dropout", "cross-entropy")
    plain = [run for run in runs("linearised") if run["beta"] == 1]
    values = np.array([run["error"] for run in plain])
    widths = [run["width"] for run in plain]
    slope = linearised.fitted_slope(widths, values)
    drawn = [
        figures.sharpness_figure(full),
        figures.plateau_figure(full, 0.05),
        figures.limits_figure(runs("sharpness", "cross-entropy"), runs("sharpness", "mini-batch"), full),
        figures.second_term_figure(runs("sharpness", "second term")),
        figures.width_figure(widths, {"outputs": (values, slope)}, {"outputs": 16}),
        figures.directions_figure([plain[0], plain[-1]]),
        figures.minimum_figure(runs("minimum")),
        figures.penalty_figure(squared, entropy),
        figures.random_pruning_figure(squared, entropy),
        figures.singles_figure(runs("pruning")),
        figures.greedy_figure(runs("pruning")),
        figures.blocks_figure(runs("blocks"), blocks.predicted_ranges()),
        figures.ends_figure([run for run in runs("ends") if run["seed"] == 0]),
    ]
    assert all(isinstance(figure, Figure) for figure in drawn)


def test_a_part_resumes_where_it_stopped(tmp_path, monkeypatch) -> None:
    part = reproduction.PARTS["minimum"]
    made: list[int] = []

    def run(seed: int) -> dict[str, int]:
        made.append(seed)
        return {"seed": seed}

    plan = [Planned(f"seed {seed}", {"seed": seed}) for seed in range(2)]
    small = reproduction.Part(part.experiment, part.settings, lambda: plan, run)
    monkeypatch.setitem(reproduction.PARTS, "minimum", small)
    asked = ["reproduce", "networks", "--part", "minimum", "--jobs", "1", "--out", str(tmp_path)]
    for _ in range(2):
        result = CliRunner().invoke(main, asked)
        assert result.exit_code == 0, result.output
    assert made == [0, 1]


def test_a_record_of_something_else_is_refused_in_one_sentence(tmp_path) -> None:
    (tmp_path / FILES["minimum"]).write_text("[]")
    result = CliRunner().invoke(main, ["reproduce", "networks", "--part", "minimum", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "is no record of runs" in result.output
