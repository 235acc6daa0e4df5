"""Sharpness to touch: its lines are those of the record, and its runs are the record's."""

import numpy as np
import pytest

from dltheory.networks.experiment import recorded
from dltheory.networks.figures.live import figure

FIGURE = figure()
DATA = FIGURE.data()


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    formulas_agree(FIGURE, {})


def test_the_lines_are_those_that_the_record_was_made_with(live_modules):
    methods = recorded.runs("sharpness", "full batch")[0]["methods"]
    lines = live_modules(FIGURE, "return data.runs.map(module.line)", DATA)
    np.testing.assert_allclose(lines, [method["line"] for method in methods], rtol=1e-12)


def test_every_run_is_shown_once_and_the_lowest_line_first(live_modules):
    shown = live_modules(FIGURE, """return ["descent", "momentum", "nesterov"].map((method) =>
        module.runsOf(data, method).map((run) => [module.line(run), run.sharpness.at(-1)]))""", DATA)  # fmt: skip
    assert sum(map(len, shown)) == len(DATA["runs"])
    assert all(runs == sorted(runs) for runs in shown)


def test_the_plateau_is_the_mean_of_the_second_half(live_modules):
    code = "return [0, 1, 2].map((run) => module.summary(data, {...data.initial, method: 'descent', run}))"
    for shown in live_modules(FIGURE, code, DATA):
        values = shown["shown"]["sharpness"]
        assert shown["plateau"] == pytest.approx(np.mean(values[-(len(values) // 2) :]))
        assert shown["limit"] == pytest.approx(2 / shown["shown"]["eta"])


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")


def test_the_still_picture_shows_sharpness_and_loss_of_every_run():
    sharp, loss = FIGURE._draw().axes
    runs = FIGURE.data()["runs"]
    assert len(loss.get_lines()) == len(runs) == len(sharp.get_lines()) - 1
    assert sorted(line.get_ydata()[-1] for line in loss.get_lines()) == sorted(run["loss"][-1] for run in runs)
