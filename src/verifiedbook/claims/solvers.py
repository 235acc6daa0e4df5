"""z3 and cvc5 behind one interface: an SMT-LIB text in, an answer out. Only *sat* and *unsat* count."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import sympy as sp

_SCRIPT = Path(__file__).with_name("solver_process.py")
_START = 20.0  # seconds that a solver's process may take to start, on a busy machine
_GRACE = 0.5  # seconds past its time limit after which a solver is ended


@dataclass(frozen=True)
class Answer:
    """``verdict`` is *unknown* for a time-out, an error text and anything else that is not an answer.

    ``model`` maps symbol names to exact rationals, or to 30-digit floats where the value is irrational.
    """

    verdict: Literal["sat", "unsat", "unknown"]
    detail: str = ""
    model: Mapping[str, sp.Number] = field(default_factory=dict)


class Solver(Protocol):
    """Anything that answers an SMT-LIB text within a time limit in seconds."""

    name: str

    def decide(self, text: str, timeout: float) -> Answer: ...


class ProcessSolver:
    """A solver in a process of its own, started when first asked and ended when it overruns its time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def decide(self, text: str, timeout: float) -> Answer:
        try:
            fresh = self._start()
            line = self._exchange(
                json.dumps({"text": text, "timeout": timeout}), timeout + (_START if fresh else _GRACE)
            )
        except BaseException:
            self.end()  # whatever it would still say is no answer to the next question
            raise
        if line is None:
            self.end()
            return Answer("unknown", f"no answer within {timeout:g} s")
        try:
            reply = json.loads(line)
        except ValueError:
            self.end()
            return Answer("unknown", "the solver stopped" + (f": {line.strip()}" if line.strip() else ""))
        if reply["verdict"] not in ("sat", "unsat"):
            return Answer("unknown", reply.get("detail", ""))
        model = {name: _number(*value) for name, value in reply.get("model", {}).items()}
        return Answer(reply["verdict"], reply.get("detail", ""), model)

    def end(self) -> None:
        """End the process, if this process started it."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def _start(self) -> bool:
        """Start the solver unless it runs; True if it had to be. A forked worker does not share its parent's."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return False
        self.end()
        command = [sys.executable, str(_SCRIPT), self.name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._owner = os.getpid()
        atexit.register(self.end)
        return True

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
