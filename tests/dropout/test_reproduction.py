"""``reproduce dropout``: resumed without repetition, compared in pairs, a sentence for a user's slip."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dltheory.cli import reproduce
from dltheory.dropout import reproduction
from dltheory.dropout.experiment.recorded import Row, recorded
from dltheory.lab.runs.records import RESULTS, read
from dltheory.lab.training import TrainingSettings


def test_runs_with_the_same_seeds_are_compared_in_pairs_and_others_are_not() -> None:
    def rows(seeds: tuple[int, ...]) -> list[Row]:
        none = (0,) * 5
        plain = Row(1.0, True, (0.1,) * 5, (0.2,) * 5, none, none, (0, 1, 2, 3, 4))
        return [plain, Row(0.25, True, (0.5,) * 5, (0.2,) * 5, none, none, seeds)]

    assert "p = 0.0625" in reproduction.comparisons(rows((0, 1, 2, 3, 4)))[0]
    assert "p = 0.00794" in reproduction.comparisons(rows((5, 6, 7, 8, 9)))[0]


def test_the_published_settings_are_run_first_and_every_variant_gets_every_seed() -> None:
    runs = reproduction.plan("all", 2)
    assert [run.arguments["keep"] for run in runs[:4]] == [1.0, 1.0, 0.25, 0.25]
    assert all(run.arguments["relu_on_logits"] for run in runs[:4])
    assert len(runs) == len({run.key for run in runs}) == 16
    assert len(reproduction.plan("published", 3)) == 6


def test_the_command_reproduces_the_digits_resumes_and_prints_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = TrainingSettings(epochs=2, batch=64, eta=0.05)
    monkeypatch.setattr("dltheory.dropout.experiment.cheating.DIGITS_TRAINING", short)
    arguments = ["dropout", "--seeds", "1", "--variants", "published", "--threads", "1", "--jobs", "1"]
    arguments += ["--out", str(tmp_path)]
    first = CliRunner().invoke(reproduce, arguments)
    assert first.exit_code == 0, first.output
    assert "2 runs planned, 0 done before" in first.output
    assert "Test accuracy, digits" in first.output
    found = json.loads((tmp_path / "dropout-digits.json").read_text())
    assert {run["keep"] for run in found["runs"].values()} == {1.0, 0.25}
    second = CliRunner().invoke(reproduce, arguments)
    assert "2 runs planned, 2 done before" in second.output
    assert json.loads((tmp_path / "dropout-digits.json").read_text()) == found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dropout", "--data", "x"], "--data goes with --dataset cifar10"),
        (["dropout", "--dataset", "cifar10", "--data", "/no/such/place"], "does not exist; it should be a folder"),
        (["dropout", "--seeds", "0"], "--seeds"),
        (["dropout", "--dataset", "mnist"], "is not one of 'digits', 'cifar10'"),
    ],
)
def test_a_slip_on_the_command_line_gets_one_sentence(arguments: list[str], message: str) -> None:
    found = CliRunner().invoke(reproduce, arguments)
    assert found.exit_code != 0
    assert message in found.output
    assert "Traceback" not in found.output


def test_help_needs_no_torch() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from dltheory.cli import reproduce; "
        "CliRunner().invoke(reproduce, ['dropout', '--help']); "
        "sys.exit('torch' in sys.modules or 'sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


@pytest.mark.parametrize("name", ["dropout-digits.json", "dropout-cifar10.json"])
def test_the_committed_records_are_complete_for_the_published_settings(name: str) -> None:
    rows = {(row.keep, row.relu_on_logits): row for row in recorded(name)}
    assert len(rows[1.0, True].clean) >= 5
    assert len(rows[0.25, True].clean) >= 5
    assert len(recorded(name)) == len(rows)
    provenance = read(RESULTS / name)["provenance"]
    assert all(entry["commit"] and entry["packages"]["torch"] and entry["date"] for entry in provenance)


def test_the_table_shows_published_beside_reproduced() -> None:
    rows = [Row(1.0, True, (0.1, 0.12), (0.8, 0.9), (1, 0), (2, 1), (0, 1))]
    text = reproduction.as_markdown(rows, published=True)
    assert "| 0 | yes | 2 | 11 % | 11.0 ± 12.7 % | 80 % | 85.0 ± 63.5 % | 2(1) 1 |" in text
    assert all(line.count("|") == text.splitlines()[0].count("|") for line in text.splitlines())
