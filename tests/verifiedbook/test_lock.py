"""Two commands at once in one folder: the second says that it waits, and goes on when the first has ended."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from verifiedbook.lock import hold

pytest.importorskip("fcntl")

#: Holds the folder until a line comes, and says what it is told.
HOLDER = """
import sys
from pathlib import Path
from verifiedbook.lock import hold
let_go = hold(Path(sys.argv[1]), lambda sentence: print(sentence, flush=True))
print("held", flush=True)
sys.stdin.readline()
let_go()
print("let go", flush=True)
sys.stdin.readline()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", ["lets go", "is killed"])
def test_the_second_waits_for_the_first_and_says_so(how: str, tmp_path: Path) -> None:
    first, second = holder(tmp_path), None
    try:
        assert said(first) == "held"
        second = holder(tmp_path)
        waits = f"another command verifies or builds in {tmp_path}; this one goes on when that has ended"
        assert said(second) == waits
        time.sleep(0.2)
        assert second.poll() is None
        if how == "lets go":
            assert first.stdin is not None
            first.stdin.write("\n")
            first.stdin.flush()
            assert said(first) == "let go"
        else:
            first.kill()
        assert said(second) == "held"
    finally:
        end(first, *([second] if second else []))


def test_a_command_within_a_command_waits_for_nobody(tmp_path: Path) -> None:
    told: list[str] = []
    outer, inner = hold(tmp_path, told.append), hold(tmp_path, told.append)
    inner()
    other = holder(tmp_path)
    try:
        assert said(other).startswith("another command")
        outer()
        assert said(other) == "held"
    finally:
        end(other)
    assert told == []


def test_two_folders_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    let_go = hold(tmp_path / "one", print)
    other = holder(tmp_path / "two")
    try:
        assert said(other) == "held"
    finally:
        end(other)
        let_go()


def test_a_folder_that_cannot_be_written_is_held_by_nobody() -> None:
    hold(Path("/proc/nowhere"), pytest.fail)()
