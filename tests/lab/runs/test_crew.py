"""Runs side by side leave the same record as one after another, whoever does them and whoever is lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dltheory.lab.runs import progress
from dltheory.lab.runs.crew import Crew, CrewError, Dask, Here, Job, Processes
from dltheory.lab.runs.progress import Means
from dltheory.lab.runs.records import Planned, Record, read
from dltheory.lab.runs.together import carry_out_together

#: Each pair goes on from one another; the pairs do not.
PLAN = [
    Planned(f"{pair}{half}", {"pair": pair, "half": half}, () if half == "a" else (f"{pair}a",))
    for pair in "wxyz"
    for half in "ab"
]
EPOCHS = 3


def runs_in(folder: Path, fatal: str = "", always: bool = False) -> Callable[..., Mapping[str, Any]]:
    """A run that leaves a line in ``folder`` when it begins; the first process to begin ``fatal`` is killed in it."""

    def execute(
        planned: Planned, earlier: Mapping[str, Mapping[str, Any]], advance: Callable[[], None]
    ) -> Mapping[str, Any]:
        log = folder / planned.key
        begun_before = log.exists()
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        for _ in range(EPOCHS):
            time.sleep(0.02)
            advance()
        if planned.key == fatal and (always or not begun_before):
            os.kill(os.getpid(), signal.SIGKILL)
        return {"told": planned.arguments["pair"] * 2, "from": [run["told"] for run in earlier.values()]}

    return execute


def carried_out(path: Path, crew: Crew, execute: Any, seen: Any = lambda counts: None) -> Record:
    record = Record(path, "letters", {})

    def job(planned: Planned) -> Job:
        return Job(execute, planned, {key: record.runs[key] for key in planned.after}, 1, "cpu")

    carry_out_together(record, PLAN, crew, job, seen)
    return record


def outcomes(path: Path) -> list[tuple[str, Any, Any]]:
    return [(key, run["told"], run["from"]) for key, run in read(path)["runs"].items()]


@pytest.fixture
def alone(tmp_path: Path) -> list[tuple[str, Any, Any]]:
    """What the runs leave one after another."""
    (tmp_path / "alone").mkdir()
    return outcomes(carried_out(tmp_path / "alone.json", Here(), runs_in(tmp_path / "alone")).path)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """The folder in which each run says that it begins."""
    (tmp_path / "begun").mkdir()
    return tmp_path / "begun"


def times(begun: Path) -> dict[str, int]:
    return {file.name: len(file.read_text().splitlines()) for file in begun.iterdir()}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each run is written to a record."""
    found: Counter[str] = Counter()
    add = Record.add

    def counted(self: Record, key: str, *rest: Any) -> None:
        found[key] += 1
        add(self, key, *rest)

    monkeypatch.setattr(Record, "add", counted)
    return found


def test_processes_leave_the_same_record_in_the_same_order(tmp_path: Path, alone: list[Any], begun: Path) -> None:
    seen: list[Mapping[str, int]] = []
    record = carried_out(tmp_path / "record.json", Processes(2), runs_in(begun), seen.append)
    assert outcomes(record.path) == alone
    assert alone[1] == ("wb", "ww", ["ww"])
    assert set(times(begun).values()) == {1}
    assert len({pid for file in begun.iterdir() for pid in file.read_text().splitlines()} - {str(os.getpid())}) == 2
    assert seen[-1] == {planned.key: EPOCHS for planned in PLAN}


def test_a_process_that_is_killed_is_replaced_and_its_run_repeated(
    tmp_path: Path, alone: list[Any], begun: Path, written: Counter[str]
) -> None:
    record = carried_out(tmp_path / "record.json", Processes(2), runs_in(begun, fatal="xa"))
    assert outcomes(record.path) == alone
    assert times(begun)["xa"] == 2
    assert set(written.values()) == {1}
    assert len(written) == len(PLAN)


def test_a_run_that_kills_every_process_is_given_up_and_what_is_finished_is_kept(tmp_path: Path, begun: Path) -> None:
    with pytest.raises(CrewError, match=r"xa lost its worker 3 times.*the same command goes on from there"):
        carried_out(tmp_path / "record.json", Processes(1), runs_in(begun, fatal="xa", always=True))
    assert [run[0] for run in outcomes(tmp_path / "record.json")] == ["wa", "wb"]
    carried_out(tmp_path / "record.json", Processes(2), runs_in(begun))
    assert times(begun)["wa"] == 1


@pytest.mark.parametrize("crew", [Here, lambda: Processes(2)], ids=["here", "processes"])
def test_what_a_run_raises_is_raised_and_the_crew_is_sent_away(
    tmp_path: Path, begun: Path, crew: Callable[[], Crew]
) -> None:
    def broken(planned: Planned, earlier: Mapping[str, Any], advance: Callable[[], None]) -> Mapping[str, Any]:
        if planned.key == "wb":
            raise ZeroDivisionError("no luck")
        return {"told": "", "from": []}

    with pytest.raises(ZeroDivisionError, match="no luck"):
        carried_out(tmp_path / "record.json", crew(), broken)
    assert "wa" in read(tmp_path / "record.json")["runs"]


def test_a_run_that_waits_for_what_nobody_plans_is_named(tmp_path: Path) -> None:
    record = Record(tmp_path / "record.json", "letters", {})
    with pytest.raises(CrewError, match="b waits for a run that is not planned: a"):
        carry_out_together(record, [Planned("b", {}, ("a",))], Here(), lambda planned: pytest.fail("it was begun"))


def test_no_more_threads_are_used_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(progress, "Processes", lambda jobs: asked.append(jobs))
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    chosen = [
        Means("cpu", threads=threads, jobs=jobs).crew(5, print)[1]
        for threads, jobs in [(None, None), (2, None), (None, 2)]
    ]
    assert (asked, chosen) == ([5, 4, 2], [1, 2, 4])
    assert isinstance(Means("cuda").crew(5, print)[0], Here)
    assert isinstance(Means("cpu").crew(1, print)[0], Here)


@pytest.fixture
def scheduler(tmp_path: Path, missing: Callable[[str], None]) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of one thread that nobody restarts."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        missing("Dask is not installed: pip install distributed")
    told = tmp_path / "scheduler.json"
    base = [sys.executable, "-m", "distributed.cli.dask_"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    command = [*base[:2], f"{base[2]}scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*command, "--scheduler-file", str(told)], **quiet)]
    for _ in range(2):
        worker = [*base[:2], f"{base[2]}worker", "--scheduler-file", str(told), "--nthreads", "1"]
        started.append(subprocess.Popen([*worker, "--no-nanny", "--no-dashboard"], **quiet))
    try:
        while not told.exists() or not told.read_text().strip():
            assert started[0].poll() is None, "the scheduler has ended"
            time.sleep(0.05)
        yield json.loads(told.read_text())["address"]
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.filterwarnings("default:::distributed", "default::ResourceWarning")
def test_a_cluster_leaves_the_same_record_although_a_worker_is_killed_half_way(
    tmp_path: Path, scheduler: str, alone: list[Any], begun: Path, written: Counter[str]
) -> None:
    seen: list[Mapping[str, int]] = []
    record = carried_out(tmp_path / "record.json", Dask(scheduler, 2), runs_in(begun, fatal="xa"), seen.append)
    assert outcomes(record.path) == alone
    assert times(begun)["xa"] == 2
    pids = {pid for file in begun.iterdir() for pid in file.read_text().splitlines()}
    assert len(pids - {str(os.getpid())}) == 2
    assert set(written.values()) == {1}
    assert len(written) == len(PLAN)
    assert seen[-1]["zb"] == EPOCHS


@pytest.mark.filterwarnings("default:::distributed", "default::ResourceWarning")
def test_an_address_where_no_scheduler_answers_is_said_in_one_sentence(missing: Callable[[str], None]) -> None:
    try:
        import distributed  # noqa: F401
    except ImportError:
        missing("Dask is not installed: pip install distributed")
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "tcp://"):
        with pytest.raises(CrewError, match=r"no scheduler answers there .*; start one with `dask scheduler`"):
            Dask(address, 2, patience=1)


def test_without_dask_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CrewError, match="--dask needs Dask, which is not installed: pip install distributed"):
        Dask("tcp://127.0.0.1:9", 2)
