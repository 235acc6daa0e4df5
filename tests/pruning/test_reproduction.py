"""``reproduce pruning``: resumed without repetition, the tables from the record, a sentence for a user's slip."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from dltheory.cli import reproduce
from dltheory.lab.images import digits, split
from dltheory.lab.runs.records import RESULTS, read
from dltheory.pruning.experiment import finetune, recorded
from dltheory.pruning.reproduction import phases as reproduction

RECORDS = ("pruning-digits-width0.25.json", "pruning-cifar10-width0.25.json")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe of seconds on few images; what is run is the same."""
    short = replace(
        finetune.DIGITS,
        training=replace(finetune.DIGITS.training, epochs=2, warm_up=0.5),
        tuning=replace(finetune.DIGITS.tuning, epochs=1),
    )
    monkeypatch.setattr(finetune, "DIGITS", short)
    monkeypatch.setattr(reproduction, "COMPARED", {"digits": (0.5,)})
    monkeypatch.setattr(reproduction, "ROUNDS", 2)


def invoke(out: Path, *more: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(
        reproduce, ["pruning", "--width", "0.0625", "--seeds", "1", "--threads", "1", "--out", str(out), *more]
    )


@pytest.mark.usefixtures("quick")
def test_a_run_writes_every_phase_and_a_second_one_repeats_nothing(tmp_path: Path) -> None:
    done = invoke(tmp_path)
    assert done.exit_code == 0, done.output
    assert "6 runs planned, 0 done" in done.output
    path = tmp_path / "pruning-digits-width0.0625.json"
    record = read(path)
    assert [run["phase"] for run in record["runs"].values()] == list(reproduction.PHASES)
    before = path.read_bytes()
    again = invoke(tmp_path)
    assert "6 runs planned, 6 done" in again.output
    assert path.read_bytes() == before
    weights = record["runs"]["seed 0, weights"]
    assert weights["zeros"] == weights["weights"] - weights["kept"]
    assert record["runs"]["seed 0, dense"]["zeros"] == 0
    rows = record["runs"]["seed 0, criteria"]["rows"]
    assert [row["criterion"] for row in rows] == ["magnitude", "random", "OBD", "OBS", "iterative"]
    for told in ("dense", "weights pruned, fine-tuned", "most important channels kept", "conv7", "iterative"):
        assert told in done.output


@pytest.mark.usefixtures("quick")
def test_after_an_interruption_the_trained_network_is_taken_up_again(tmp_path: Path) -> None:
    assert invoke(tmp_path, "--no-criteria").exit_code == 0
    path = tmp_path / "pruning-digits-width0.0625.json"
    record = json.loads(path.read_text())
    kept = {key: run for key, run in record["runs"].items() if run["phase"] in ("dense", "scan")}
    path.write_text(json.dumps(record | {"runs": kept}))
    network = next((tmp_path / "checkpoints").glob("*.pt"))
    trained = network.stat().st_mtime_ns
    assert "5 runs planned, 2 done" in invoke(tmp_path, "--no-criteria").output
    assert network.stat().st_mtime_ns == trained
    assert json.loads(path.read_text())["runs"] == record["runs"]


@pytest.mark.usefixtures("quick")
def test_a_damaged_network_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    (folder / "vgg-digits-width0.0625-seed0.pt").write_bytes(b"nothing")
    done = invoke(tmp_path)
    assert done.exit_code == 1
    assert "Error: " in done.output
    assert "seed0.pt is no checkpoint" in done.output.replace("\n", " ")
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.usefixtures("quick")
def test_a_network_of_another_recipe_is_not_taken_for_this_one(tmp_path: Path) -> None:
    assert invoke(tmp_path, "--no-criteria", "--epochs", "1").exit_code == 0
    (tmp_path / "pruning-digits-width0.0625.json").unlink()
    done = invoke(tmp_path, "--no-criteria")
    assert done.exit_code == 1
    assert "comes from another training (it differs in training)" in done.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "somewhere"], "--data goes with --dataset cifar10"),
        (["--dataset", "cifar10", "--data", "nowhere.tar"], "nowhere.tar does not exist"),
        (["--width", "9"], "Invalid value for '--width'"),
        (["--seeds", "0"], "Invalid value for '--seeds'"),
        (["--device", "cuda"], "torch finds no CUDA device"),
    ],
)
def test_a_slip_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    import torch

    if "cuda" in arguments and torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    done = CliRunner().invoke(reproduce, ["pruning", "--out", str(tmp_path), *arguments])
    assert done.exit_code != 0
    assert sentence in done.output.replace("\n", " ")
    assert "Traceback" not in done.output


def test_progress_counts_the_epochs_that_are_trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    counted: list[int] = []
    monkeypatch.setattr(reproduction, "COMPARED", {"digits": (0.5, 0.9)})
    recipe = replace(
        finetune.DIGITS,
        training=replace(finetune.DIGITS.training, epochs=1, warm_up=0.0),
        tuning=replace(finetune.DIGITS.tuning, epochs=1),
    )
    data = replace(split(digits(), 0.2))
    place = reproduction.Workplace("digits", data, recipe, 0.0625, tmp_path, lambda: counted.append(1))
    for planned in reproduction.plan(1):
        if planned.arguments["phase"] in ("dense", "channels", "criteria"):
            counted.clear()
            reproduction.run(planned, place, {})
            assert len(counted) == reproduction.epochs_of(planned, recipe, "digits"), planned.key


@pytest.mark.parametrize(
    ("file", "images", "epochs", "networks"),
    [(RECORDS[0], [1149, 288, 360], 15, 5), (RECORDS[1], [45000, 5000, 10000], 30, 2)],
)
def test_the_committed_records_are_complete_and_say_where_they_come_from(
    file: str, images: list[int], epochs: int, networks: int
) -> None:
    record = read(RESULTS / file)
    assert record["experiment"] == reproduction.EXPERIMENT
    assert record["settings"]["images"] == images
    assert record["settings"]["training"]["epochs"] == epochs
    seeds = {run["seed"] for run in record["runs"].values()}
    assert len(seeds) >= networks
    phases = [phase for phase in reproduction.PHASES if phase != "criteria" or "digits" in file]
    assert {(run["seed"], run["phase"]) for run in record["runs"].values()} == {
        (seed, phase) for seed in seeds for phase in phases
    }
    for entry in record["provenance"]:
        assert entry["commit"]
        assert not entry.get("modified")
        assert entry["processor"]
        assert entry["packages"]["torch"]
        assert entry["date"]


@pytest.mark.parametrize("file", RECORDS)
def test_recorded_counts_are_those_of_the_sparsities(file: str) -> None:
    from dltheory.lab.models import VGG
    from dltheory.pruning.experiment import masks

    record = read(RESULTS / file)
    shape = (1, 8, 8) if "digits" in file else (3, 32, 32)
    model = VGG.of_width(shape, record["settings"]["width"])
    for run in recorded.of_phase(record["runs"], "weights") + recorded.of_phase(record["runs"], "chosen"):
        removed = sum(
            masks.removed_count(masks.weight(model, stage).numel(), sparsity)
            for stage, sparsity in run["sparsities"].items()
        )
        assert run["weights"] - run["kept"] == removed == run["zeros"]


def test_published_numbers_stand_beside_the_right_rows() -> None:
    record = read(RESULTS / RECORDS[1])
    lines = {line.name: line for line in recorded.accuracy_lines(record["runs"])}
    assert lines["dense"].published == 0.9295
    assert lines["weights pruned"].published == 0.8898
    assert lines["sparsities from the scan"].published is None
    scan = {line.name: line for line in recorded.scan_lines(record["runs"])}
    assert scan["conv4"].published == 0.3878
    assert len(scan["conv4"].values) == len(recorded.of_phase(record["runs"], "scan"))
