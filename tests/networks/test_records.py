"""The committed records: complete, drawn, and made by the code that is here."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

from dltheory.cli import main
from dltheory.lab.runs.records import Planned
from dltheory.networks import figures, reproduction
from dltheory.networks.claims import blocks, predictions
from dltheory.networks.experiment import linearised
from dltheory.networks.experiment.recorded import FILES, record, runs
from dltheory.networks.experiment.sharpness import METHODS
from dltheory.networks.reproduction import noise, training


@pytest.mark.parametrize("part", FILES)
def test_every_planned_run_is_recorded(part: str) -> None:
    planned = {each.key for each in reproduction.PARTS[part].plan()}
    assert set(record(part)["runs"]) == planned
    assert record(part)["experiment"] == reproduction.PARTS[part].experiment


def test_the_recorded_methods_are_those_of_the_code() -> None:
    for run in runs("sharpness", "full batch"):
        assert [used["eta"] for used in run["methods"]] == pytest.approx([method.eta for method in METHODS])


@pytest.mark.thorough
def test_a_recorded_run_comes_out_again() -> None:
    again = linearised.compare(16, range(2))
    (recorded,) = (run for run in runs("linearised") if run["width"] == 16)
    assert [one.error for one in again] == pytest.approx(recorded["error"][:2], rel=1e-4)


def test_the_rates_of_the_record_are_those_of_the_predictions() -> None:
    assert noise.KEEPS == predictions.KEEPS
    assert tuple(runs("dropout")[0]["keeps"]) == predictions.KEEPS


@pytest.mark.thorough
def test_a_recorded_first_step_comes_out_again() -> None:
    again, recorded = training.first_step_run(0), runs("first-step")[0]
    assert recorded["seed"] == 0
    for name in ("q", "kappa", "steepest", "flattest"):
        assert again[name] == pytest.approx(recorded[name], rel=1e-4)


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
