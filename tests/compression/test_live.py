"""A machine to touch: its JavaScript counts and times what the experiments count and time."""

import numpy as np
import pytest

from dltheory.compression.experiment import latency
from dltheory.compression.figures.live import MACHINES, figure

FIGURE = figure()
DATA = FIGURE.data()


def test_every_formula_in_javascript_is_the_one_of_python(formulas_agree):
    whole = list(range(1, 40))
    formulas_agree(
        FIGURE, {name: whole for name in ("k", "C_in", "C_out", "H_out", "W_out")} | {"A": (0.1, 9), "Z": (0.1, 9)}
    )


@pytest.mark.parametrize(("ratio", "batch"), [(0.0, 1), (0.5, 8), (0.37, 3), (0.9, 128)])
def test_the_operations_are_those_of_the_experiment(ratio, batch, live_modules):
    code = "return module.operations(data.data, data.ratio, data.batch)"
    shown = live_modules(FIGURE, code, {"data": DATA, "ratio": ratio, "batch": batch})
    expected = latency.operations(latency.outline(1.0, ratio), batch)
    assert [one["name"] for one in shown] == [one.name for one in expected]
    assert [one["macs"] for one in shown] == [one.macs for one in expected]
    assert [one["moved"] for one in shown] == [one.moved for one in expected]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("ratio", [0.0, 0.6])
def test_the_time_is_the_one_of_the_model_with_pooling_at_the_rate_of_memory(machine, ratio, live_modules):
    values = MACHINES[machine][1]
    code = "return module.summary(data.data, data.values)"
    shown = live_modules(FIGURE, code, {"data": DATA, "values": values | {"c": ratio}})
    rates = latency.Rates(values["macs"], values["bytes"], values["bytes"], values["o"])
    operations = latency.operations(latency.outline(1.0, ratio), values["batch"])
    assert shown["pruned"]["total"] == pytest.approx(latency.predicted_seconds(operations, rates), rel=1e-12)
    limits = latency.limits(operations, rates)
    assert shown["shares"]["multiplications"] == pytest.approx(limits["multiplications"], rel=1e-9)
    assert shown["shares"]["memory"] == pytest.approx(limits["memory"] + limits["pooling"], rel=1e-9)
    assert shown["shares"]["overhead"] == pytest.approx(limits["overhead"], rel=1e-9)
    dense = latency.operations(latency.outline(1.0, 0.0), values["batch"])
    macs = [sum(one.macs for one in network) for network in (dense, operations)]
    assert shown["fewer"] == pytest.approx(macs[0] / macs[1])
    assert 1 - 1e-12 <= shown["speedup"] <= latency.bound(dense, operations)


def test_layers_add_up_to_the_whole(live_modules):
    shown = live_modules(FIGURE, "return module.network(data, data.initial)", DATA)
    assert np.sum([list(layer.values()) for layer in shown["layers"]]) == pytest.approx(shown["total"])


def test_the_still_picture_is_the_same_in_every_build():
    assert FIGURE.still("svg") == FIGURE.still("svg")
    assert FIGURE.still("pdf").startswith(b"%PDF")


def test_the_still_picture_has_layers_that_add_up_to_the_model_and_the_panels_of_the_caption():
    spent = FIGURE._layers(FIGURE.ratio)
    rates = latency.Rates(4e10, 1.5e10, 1.5e10, 4e-6)
    whole = latency.predicted_seconds(latency.operations(latency.outline(1.0, 0.5), 8), rates)
    assert list(spent) == ["multiplications", "memory", "overhead"]
    assert 1e-3 * np.sum(list(spent.values())) == pytest.approx(whole)
    titles = [(axes.get_title() or axes.get_title(loc="left")) for axes in FIGURE._draw().axes]
    assert titles == ["milliseconds", "MACs a second", "speed-up"]
