"""Long runs: resumed without repetition, never half written, and compared by tests that count every deal."""

from __future__ import annotations

import json
import subprocess
from itertools import permutations
from pathlib import Path
from statistics import fmean

import click
import pytest
import torch
from rich.console import Console
from scipy import stats

from dltheory.lab.runs import records
from dltheory.lab.runs.comparison import mean_interval, paired_p_value, permutation_p_value
from dltheory.lab.runs.progress import Means, carry_out_showing
from dltheory.lab.runs.records import Planned, Record, RecordError, believed, carry_out, gather_provenance, read

PLAN = [Planned(f"run {number}", {"number": number}) for number in range(4)]
WHERE = {"date": "2026-01-01", "machine": "one"}


def square(planned: Planned) -> dict[str, int]:
    return {"number": planned.arguments["number"], "square": planned.arguments["number"] ** 2}


def test_all_planned_runs_are_done_in_order_and_can_be_read_back(tmp_path: Path) -> None:
    record = Record(tmp_path / "deep" / "record.json", "squares", {"epochs": 1})
    assert carry_out(record, PLAN, square, WHERE) == 4
    found = read(tmp_path / "deep" / "record.json")
    assert list(found["runs"]) == [planned.key for planned in PLAN]
    assert [run["square"] for run in found["runs"].values()] == [0, 1, 4, 9]
    assert found["provenance"] == [WHERE]


def test_after_an_interruption_only_the_missing_runs_are_done(tmp_path: Path) -> None:
    done: list[str] = []

    def interrupted(planned: Planned) -> dict[str, int]:
        if planned.key == "run 2":
            raise KeyboardInterrupt
        done.append(planned.key)
        return square(planned)

    path = tmp_path / "record.json"
    with pytest.raises(KeyboardInterrupt):
        carry_out(Record(path, "squares", {}), PLAN, interrupted, WHERE)
    resumed = Record(path, "squares", {})
    assert [planned.key for planned in resumed.missing(PLAN)] == ["run 2", "run 3"]
    assert carry_out(resumed, PLAN, lambda planned: done.append(planned.key) or square(planned), WHERE) == 2
    assert done == [planned.key for planned in PLAN]
    assert carry_out(Record(path, "squares", {}), PLAN, square, WHERE) == 0


def test_runs_of_two_machines_keep_apart_and_another_day_is_no_other_machine(tmp_path: Path) -> None:
    record = Record(tmp_path / "record.json", "squares", {})
    record.add("a", {}, WHERE)
    record.add("b", {}, {**WHERE, "date": "2026-01-02"})
    record.add("c", {}, {**WHERE, "machine": "two"})
    assert [run["provenance"] for run in record.runs.values()] == [0, 0, 1]
    assert len(read(record.path)["provenance"]) == 2


def test_a_record_of_other_settings_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    Record(path, "squares", {"epochs": 1}).add("a", {}, WHERE)
    with pytest.raises(RecordError, match="holds other runs"):
        Record(path, "squares", {"epochs": 2})
    with pytest.raises(RecordError, match="holds other runs"):
        Record(path, "cubes", {"epochs": 1})


@pytest.mark.parametrize("text", ['{"format": 1', "[]", '{"format": 1}', '{"format": 99, "runs": {}}'])
def test_a_damaged_record_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(RecordError, match="remove it to start again"):
        Record(path, "squares", {})


def test_a_record_on_disk_is_whole_at_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(tmp_path / "record.json", "squares", {})
    record.add("a", {"value": 1}, WHERE)

    def fail(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        record.add("b", {"value": 2}, WHERE)
    assert list(read(record.path)["runs"]) == ["a"]


def test_provenance_names_commit_processor_and_versions() -> None:
    found = gather_provenance(("numpy", "no-such-package"), threads=1)
    assert found["packages"]["no-such-package"] == "not installed"
    assert found["packages"]["numpy"][0].isdigit()
    assert found["threads"] == 1
    assert found["processor"]
    assert found["commit"] is None or len(found["commit"]) == 40


def test_a_commit_counts_only_for_the_code_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "src").mkdir()
    code = tmp_path / "src" / "code.py"
    code.write_text("a = 1\n")
    (tmp_path / "pyproject.toml").write_text("")  # by which a checkout of the project is known
    for arguments in (["init"], ["add", "."], ["commit", "-m", "code"]):
        git(*arguments)
    monkeypatch.setattr(records, "_CHECKOUT", tmp_path)
    assert "modified" not in gather_provenance(())
    (tmp_path / "notes.txt").write_text("no code")
    assert "modified" not in gather_provenance(())
    code.write_text("a = 2\n")
    changed = gather_provenance(())
    assert changed["modified"]
    told = records.provenance_sentence(
        {"settings": {"data": "x"}, "provenance": [{**changed, "device": "cpu", "threads": 2}]}
    )
    assert "with uncommitted changes: " in told
    assert "2 threads" in told


def test_the_interval_is_students() -> None:
    values = [0.1, 0.4, 0.3, 0.35]
    low, high = stats.t.interval(0.95, 3, loc=fmean(values), scale=stats.sem(values))
    found = mean_interval(values)
    assert (found.mean - found.half_width, found.mean + found.half_width) == pytest.approx((low, high))


def test_one_seed_has_no_interval() -> None:
    assert mean_interval([0.5]).percent() == "50.0 % (one seed)"
    with pytest.raises(ValueError, match="at least one run"):
        mean_interval([])


def test_the_permutation_test_counts_every_way_to_deal() -> None:
    a, b = [0.3, 0.9, 0.7], [0.2, 0.4]
    observed = abs(fmean(a) - fmean(b))
    deals = [abs(fmean(deal[:3]) - fmean(deal[3:])) >= observed - 1e-12 for deal in permutations([*a, *b])]
    assert permutation_p_value(a, b) == pytest.approx(sum(deals) / len(deals))


def test_the_permutation_test_agrees_with_scipys() -> None:
    a, b = [0.31, 0.9, 0.72, 0.5], [0.2, 0.4, 0.35]
    oracle = stats.permutation_test((a, b), lambda x, y: fmean(x) - fmean(y), n_resamples=10_000)
    assert permutation_p_value(a, b) == pytest.approx(oracle.pvalue)


def test_five_seeds_against_five_cannot_get_below_two_in_252() -> None:
    assert permutation_p_value([1, 2, 3, 4, 5], [11, 12, 13, 14, 15]) == 2 / 252
    assert permutation_p_value([1.0], [2.0]) == 1


def test_the_paired_test_exchanges_the_runs_of_a_seed_as_scipy_does() -> None:
    a, b = [0.31, 0.9, 0.72, 0.5, 0.4], [0.2, 0.4, 0.75, 0.35, 0.1]
    oracle = stats.permutation_test((a, b), lambda x, y: fmean(x) - fmean(y), permutation_type="samples")
    assert paired_p_value(a, b) == pytest.approx(oracle.pvalue)


def test_five_pairs_cannot_get_below_two_in_32() -> None:
    assert paired_p_value([11, 12, 13, 14, 15], [1, 2, 3, 4, 5]) == 2 / 32
    assert paired_p_value([1.0, 2.0], [1.0, 2.0]) == 1
    with pytest.raises(ValueError, match="same seeds"):
        paired_p_value([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="too many"):
        paired_p_value([0.0] * 18, [1.0] * 18)


@pytest.mark.parametrize(
    "change",
    [{"runs": []}, {"runs": {"a": 1}}, {"provenance": {}}, {"provenance": ["here"]}, {"format": [1]}, {"settings": 3}],
)
def test_a_record_of_another_shape_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    whole = {"format": 1, "experiment": "e", "settings": {}, "provenance": [], "runs": {}}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(whole | change))
    with pytest.raises(RecordError, match=r"record\.json .*(remove it|move it away)"):
        Record(path, "e", {})


def test_a_record_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text('{"a":' * 100_000)
    with pytest.raises(RecordError, match=r"record\.json is no JSON"):
        read(tmp_path / "record.json")


def test_what_fails_on_finished_runs_is_laid_to_their_file(tmp_path: Path) -> None:
    said = r"record\.json holds runs that are not written as this experiment writes"
    with pytest.raises(RecordError, match=said), believed(tmp_path / "record.json"):
        dict[str, float]()["clean"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "too little memory for this run; use"),
        (
            torch.AcceleratorError("CUDA error: no kernel image\nCompile with"),
            r"cannot do this run \(CUDA error: no kernel image\)",
        ),
    ],
)
def test_what_a_graphics_card_cannot_do_is_one_sentence(error: Exception, said: str, tmp_path: Path) -> None:
    def execute(*_: object) -> dict[str, object]:
        raise error

    record = Record(tmp_path / "record.json", "e", {})
    with pytest.raises(click.ClickException, match=said):
        carry_out_showing(Console(), record, [Planned("a", {})], execute, lambda _: 1, Means("cpu", 1))


def test_a_folder_that_cannot_be_written_is_found_before_any_run() -> None:
    def execute(*_: object) -> dict[str, int]:
        raise AssertionError("a run was done")

    with pytest.raises(RecordError, match=r"/proc/none/record\.json cannot be written: .*; choose another folder with"):
        carry_out(Record(Path("/proc/none/record.json"), "e", {}), PLAN, execute, WHERE)


def test_two_commands_do_not_write_one_record_and_the_later_one_goes_on_from_the_first(tmp_path: Path) -> None:
    first, second = (Record(tmp_path / "record.json", "squares", {}) for _ in range(2))

    def while_another_begins(planned: Planned) -> dict[str, int]:
        with pytest.raises(RecordError, match=r"another command adds runs to .*record\.json; wait for it, or choose"):
            carry_out(second, PLAN, square, WHERE)
        return square(planned)

    assert carry_out(first, PLAN[:2], while_another_begins, WHERE) == 2
    assert carry_out(second, PLAN, square, WHERE) == 2
    assert list(read(tmp_path / "record.json")["runs"]) == [planned.key for planned in PLAN]
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]
