"""Every committed record was made with the settings that the code has now."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from dltheory.compression.experiment import speed
from dltheory.dropout.experiment.cheating import training_of
from dltheory.lab.runs.records import RESULTS, read
from dltheory.networks.experiment.recorded import FILES, record
from dltheory.networks.reproduction import PARTS
from dltheory.pruning.experiment import finetune


def settings(name: str) -> dict:
    return dict(read(RESULTS / f"{name}.json")["settings"])


@pytest.mark.parametrize("part", FILES)
def test_the_record_of_a_network_has_the_settings_of_the_code(part: str) -> None:
    assert record(part)["settings"] == json.loads(json.dumps(PARTS[part].settings))


@pytest.mark.parametrize("dataset", ["cifar10", "digits"])
def test_the_cheating_feature_was_trained_as_the_code_trains(dataset: str) -> None:
    trained = asdict(training_of(dataset))
    recorded = settings(f"dropout-{dataset}")
    assert {key: recorded[key] for key in ("epochs", "batch", "eta")} == {
        key: trained[key] for key in ("epochs", "batch", "eta")
    }


@pytest.mark.parametrize(("dataset", "recipe"), [("cifar10", finetune.CIFAR10), ("digits", finetune.DIGITS)])
def test_pruned_networks_were_trained_and_tuned_as_the_code_does(dataset: str, recipe: finetune.Recipe) -> None:
    recorded = settings(f"pruning-{dataset}-width0.25")
    for phase in ("training", "tuning"):
        now = asdict(getattr(recipe, phase))
        assert {key: now[key] for key in recorded[phase] if key in now and key != "precision"} == {
            key: value for key, value in recorded[phase].items() if key in now and key != "precision"
        }
        assert {"epochs", "batch", "eta", "decay", "warm_up"} <= now.keys()


def test_speeds_were_measured_at_the_ratios_and_densities_of_the_code() -> None:
    recorded = settings(speed.FILE.removesuffix(".json"))
    assert recorded["ratios"] == list(speed.RATIOS)
    assert recorded["densities"] == list(speed.DENSITIES)
