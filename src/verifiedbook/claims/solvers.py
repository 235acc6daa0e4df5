"""z3 and cvc5 behind one interface: an SMT-LIB text in, an answer out. Only *sat* and *unsat* count."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote

import sympy as sp

_SCRIPT = Path(__file__).with_name("solver_process.py")
#: A solver that waits rather than computes is ended by the clock, after so many seconds and so many times its limit.
_CEILING = 60.0, 30.0
_GRACE = 5.0  # seconds that a process whose answers have ended may take to end itself
_LONGER = 4.0  # a second try may take this many times what the first may


@dataclass(frozen=True)
class Answer:
    """``verdict`` is *unknown* for a time-out, an error text and anything else that is not an answer.

    ``model`` maps symbol names to exact rationals, or to 30-digit floats where the value is irrational.
    """

    verdict: Literal["sat", "unsat", "unknown"]
    detail: str = ""
    model: Mapping[str, sp.Number] = field(default_factory=dict)


class Solver(Protocol):
    """Anything that answers an SMT-LIB text within a limit in seconds of processor time."""

    name: str

    def decide(self, text: str, timeout: float) -> Answer: ...


class ProcessSolver:
    """A solver in a process of its own, started when first asked and ended when it overruns its time.

    What it leaves undecided for want of time is put to it once more, for longer.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def decide(self, text: str, timeout: float) -> Answer:
        for limit in (timeout, _LONGER * timeout):
            answer = self._decide(text, limit)
            if answer is not None:
                return answer
        return Answer("unknown", f"undecided in {limit:g} s of processor time, not refuted")

    def _decide(self, text: str, limit: float) -> Answer | None:
        """The answer to ``text``; None if there was none in time."""
        try:
            self._start()
            line = self._exchange(json.dumps({"text": text, "timeout": limit}), _CEILING[0] + _CEILING[1] * limit)
        except BaseException:
            self.end()  # whatever it would still say is no answer to the next question
            raise
        if line is None:
            self.end()
            return None
        try:
            reply = json.loads(line)
        except ValueError:
            code = self.end(_GRACE)
            if code == -signal.SIGPROF:
                return None
            return Answer("unknown", "the solver stopped" + (f": {line.strip()}" if line.strip() else ""))
        if reply["verdict"] not in ("sat", "unsat"):
            return Answer("unknown", reply.get("detail", ""))
        model = {unquote(name): _number(*value) for name, value in reply.get("model", {}).items()}
        return Answer(reply["verdict"], reply.get("detail", ""), model)

    def end(self, patience: float = 0.0) -> int | None:
        """End the process, if this process started it; the status that it ended with, after ``patience`` by itself."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        process.kill()
        process.communicate()
        return process.returncode

    def _start(self) -> None:
        """Start the solver unless it runs. A forked worker does not share its parent's."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return
        self.end()
        command = [sys.executable, str(_SCRIPT), self.name, str(os.getpid())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._owner = os.getpid()
        atexit.register(self.end)

    def _exchange(self, question: str, seconds: float) -> str | None:
        """The line that answers ``question``, empty if the process ended; None if none came in time."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            return self._process.stdout.readline() if selector.select(seconds) else None


def _number(kind: str, fraction: str) -> sp.Number:
    value = sp.Rational(fraction)
    return value if kind == "exact" else sp.Float(value, 30)


SOLVERS: tuple[Solver, ...] = (ProcessSolver("z3"), ProcessSolver("cvc5"))
