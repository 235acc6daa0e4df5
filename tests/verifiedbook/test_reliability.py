"""``verify`` interrupted, killed, slowed down, told to write where no file is: it says so, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from verifiedbook.claims import Identity, NearMiss, evidence, report, solvers
from verifiedbook.claims.evidence import TimeExceeded, limited
from verifiedbook.claims.workers import side_by_side

from .conftest import Book

linux = pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="looks for processes in /proc, as on Linux")
FOCUS = "src/optics/lenses/claims/focus.py"
COMMENT = "    # a comment\n"
#: Holds one claim up until it is killed, in the middle of a question to a solver.
STUCK = """
    import os
    from pathlib import Path

    from verifiedbook.claims import solvers

    Path("busy").write_text(str(os.getpid()))
    terms = " ".join(f"(* x{i} x{i} x{i} x{(i + 1) % 9} x{(i + 3) % 9})" for i in range(9))
    names = "".join(f"(declare-fun x{i} () Real)" for i in range(9))
    text = f"(set-logic QF_NRA){names}(assert (= (+ {terms}) 1.0))(assert (> (* x0 x1 x2) (+ 7.0 (* x3 x4 x5 x6))))"
    solvers.SOLVERS[1].decide(text + "(assert (< (* x7 x8) (- (* x0 x0 x5) 3.0)))(check-sat)", 600)
"""
#: Is killed once by itself, and holds then.
KILLED = """
    import os
    from pathlib import Path

    if not Path("killed").exists():
        Path("killed").touch()
        os.kill(os.getpid(), 9)
"""


def processes_in(folder: Path) -> list[int]:
    """Processes that work in ``folder``: verify, its workers and their solvers."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if Path(os.readlink(entry / "cwd")) == folder and "Z" not in (entry / "stat").read_text().split()[2]:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def gone(folder: Path, seconds: float = 10.0) -> bool:
    """Whether no process is left in ``folder`` soon."""
    end = time.monotonic() + seconds
    while processes_in(folder):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def stuck(optics: Book) -> Iterator[tuple[Book, subprocess.Popen[str]]]:
    """``verify`` with two processes, one of them in a solver for a long time."""
    optics.edit(FOCUS, COMMENT, STUCK)
    running = subprocess.Popen(
        [sys.executable, "-m", "verifiedbook", "verify", "--jobs", "2"],
        cwd=optics.root,
        env=optics.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while not (optics.root / "busy").exists() and running.poll() is None:
        time.sleep(0.05)
    time.sleep(1)
    assert running.poll() is None, running.communicate()[0]
    assert len(processes_in(optics.root)) >= 3
    yield optics, running
    for process in processes_in(optics.root):
        os.kill(process, signal.SIGKILL)
    running.communicate()


@linux
@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interruption_ends_everything_at_once(stuck, whole_group) -> None:
    book, running = stuck
    if whole_group:  # as a terminal does
        os.killpg(running.pid, signal.SIGINT)
    else:
        running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=10)[0]
    assert running.returncode == 1
    assert "Traceback" not in told
    assert gone(book.root)
    assert not book.record.exists()


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_leader_leaves_no_worker_and_no_solver(stuck, how) -> None:
    book, running = stuck
    running.send_signal(how)
    running.communicate(timeout=10)
    assert gone(book.root)


def test_a_claim_whose_process_is_killed_runs_again(optics: Book) -> None:
    optics.edit(FOCUS, COMMENT, KILLED)
    done = optics.verify("--jobs", "2")
    assert done.code == 0, done.told
    assert "a process was ended by SIGKILL while it verified thm-lens-image, which runs again" in done.told
    assert "Traceback" not in done.told
    assert len(optics.claims()) == 4


def test_a_claim_that_ends_every_process_fails_with_a_sentence(optics: Book) -> None:
    optics.edit(FOCUS, COMMENT, "    import os\n\n    os._exit(3)\n")
    done = optics.verify("--jobs", "2")
    assert done.code == 1
    assert optics.claims()["thm-lens-image"]["problem"] == (
        "undecided: its process ended with status 3, 2 times; is there enough memory?"
    )
    assert optics.claims()["thm-mirror-twice"]["status"] == "proved"


def _double(number: int) -> int:
    return 2 * number


@pytest.mark.parametrize("jobs", [1, 3, 20])
def test_every_task_is_done_once(jobs: int) -> None:
    tasks = {str(number): (number,) for number in range(12)}
    told: list[str] = []
    assert sorted(side_by_side(tasks, _double, jobs, told.append)) == sorted((n, 2 * int(n)) for n in tasks)
    assert told == []


def test_time_is_processor_time() -> None:
    with limited(0.2):
        time.sleep(0.6)  # waiting costs nothing
    with pytest.raises(TimeExceeded), limited(0.2):
        sum(number for number in count())


def test_what_only_waits_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_CEILING", (0.1, 1.0))
    start = time.monotonic()
    with pytest.raises(TimeExceeded), limited(0.1):
        time.sleep(60)
    assert time.monotonic() - start < 30


def test_code_that_swallows_every_exception_is_stopped_all_the_same() -> None:
    def greedy() -> None:
        while True:
            try:
                while True:
                    pass
            except Exception:
                continue

    outcome = Identity(greedy, 0, time_limit=0.05).run()
    assert outcome.status == "inconclusive"
    assert "not refuted" in outcome.detail


def test_a_second_longer_try_decides_what_the_first_could_not() -> None:
    def costly() -> int:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
        return 1

    misses = [NearMiss("two", rhs=2)]
    assert Identity(costly, 1, time_limit=0.2, near_misses=misses).run().status == "holds"


@pytest.mark.parametrize("solver", solvers.SOLVERS, ids=lambda solver: solver.name)
def test_a_solver_is_stopped_by_its_own_processor_time_and_answers_the_next_question(solver) -> None:
    names = "".join(f"(declare-fun x{i} () Real)" for i in range(9))
    terms = " ".join(f"(* x{i} x{i} x{i} x{(i + 1) % 9} x{(i + 3) % 9})" for i in range(9))
    hard = f"(set-logic QF_NRA){names}(assert (= (+ {terms}) 1.0))(assert (> (* x0 x1 x2) (+ 7.0 (* x3 x4 x5 x6))))"
    hard += "(assert (< (* x7 x8) (- (* x0 x0 x5) 3.0)))(check-sat)"
    answer = solver.decide(hard, 0.02)
    assert answer.verdict in ("unknown", "sat")
    if answer.verdict == "unknown":
        assert answer.detail == "undecided in 0.08 s of processor time, not refuted"
    assert solver.decide("(set-logic QF_NRA)(assert false)(check-sat)", 5).verdict == "unsat"


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    link.symlink_to(target)
    report.write({"claims": []}, link)
    assert link.is_symlink()
    assert json.loads(target.read_text()) == {"claims": []}
    report.write({"claims": []}, Path(os.devnull))
    assert not Path(os.devnull).is_file()


def test_the_report_can_go_to_standard_output(optics: Book) -> None:
    done = optics.run(sys.executable, "-m", "verifiedbook", "verify", "thm-mirror-twice", "--json", "/dev/stdout")
    assert done.code == 0, done.told
    assert '"label": "thm-mirror-twice"' in done.told


def test_a_terminal_that_cannot_write_the_signs_stops_nothing(optics: Book) -> None:
    plain = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = optics.run(sys.executable, "-m", "verifiedbook", "verify", **plain)
    assert done.code == 0, done.told
    assert "verified 4 of 4 claims" in done.told
    optics.edit(FOCUS, "d.image, near", "-d.image, near")
    failed = optics.run(sys.executable, "-m", "verifiedbook", "verify", **plain)
    assert failed.code == 1
    assert "UnicodeEncodeError" not in failed.told
    assert "counterexample" in failed.told


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_copy_inside_another_repository_names_no_foreign_commit(optics: Book, monkeypatch) -> None:
    outer = optics.root.parent
    git(outer, "init", "--quiet")
    (outer / "other.txt").touch()
    git(outer, "add", "other.txt")
    git(outer, "commit", "--quiet", "--message", "Other")
    assert report.commit(optics.root) is None
    monkeypatch.setenv("GIT_DIR", str(outer / ".git"))
    assert report.commit(optics.root) is None
    monkeypatch.delenv("GIT_DIR")
    git(outer, "add", ".")  # now it is a part of that repository
    git(outer, "commit", "--quiet", "--message", "All")
    assert report.commit(optics.root) == git(outer, "rev-parse", "--short=12", "HEAD")


def test_the_point_that_a_solver_gives_does_not_depend_on_what_it_was_asked_before() -> None:
    """Or two builds of the same book would print different counterexamples."""
    facts = ["(> (+ (* z y) z) 1.0)", "(>= (+ (* x x) y) 2.0)", "(< (+ (* z y) x) 0.0)"]
    asserted = "".join(f"(assert {fact})" for fact in facts)
    question, before = (
        f"(set-logic QF_NRA){''.join(f'(declare-const {name} Real)' for name in names)}{asserted}(check-sat)"
        for names in ("xyz", "zyx")
    )
    for name in ("z3", "cvc5"):
        fresh, used = solvers.ProcessSolver(name), solvers.ProcessSolver(name)
        used.decide(before, 20)
        assert fresh.decide(question, 20) == used.decide(question, 20)
