"""A sample of ``tools/fuzz.py``: wrong command lines, damaged files and odd answers end in a sentence, every time."""

from __future__ import annotations

import random
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    # a process of its own: the tool takes the work out of commands
    command = [sys.executable, str(ROOT / "tools" / "fuzz.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.thorough
def test_a_hundred_tries_of_every_kind_leave_no_traceback() -> None:
    done = fuzz("--count", "100", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"^(\w+): (\d+) tries, (\d+) accepted, (\d+) refused, (\d+) escaped", done.stdout, re.MULTILINE)
    assert [kind for kind, *_ in told] == ["lines", "files", "answers"]
    for _, tries, accepted, refused, escaped in told:
        assert int(accepted) + int(refused) == int(tries)
        assert int(escaped) == 0
    assert done.stdout.endswith("0 tracebacks\n")


def test_what_escapes_and_what_never_ends_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    module = runpy.run_path(str(ROOT / "tools" / "fuzz.py"))
    tries = iter(("fine", "escapes", "never ends", "fine"))

    def attempt(chance: random.Random) -> str:
        kind = next(tries)
        if kind == "escapes":
            raise KeyError("nobody meant this")
        while kind == "never ends":
            pass
        return "refused"

    monkeypatch.setitem(module["fuzz"].__globals__, "LIMIT", 0.2)
    monkeypatch.setitem(module["KINDS"], "odd", lambda zoo: attempt)
    before = signal.getsignal(signal.SIGVTALRM)
    try:
        found = [(outcome, type(error)) for _, outcome, error in module["fuzz"]("odd", 4, 0, None)]
    finally:
        signal.signal(signal.SIGVTALRM, before)
    escaped = [("escaped", KeyError), ("escaped", module["Stuck"])]
    assert found == [("refused", type(None)), *escaped, ("refused", type(None))]
