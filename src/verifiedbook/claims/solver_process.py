"""One solver in a process of its own: a JSON line with a text and a time limit in, a JSON line with an answer out.

Run as a script, ``python solver_process.py z3 PARENT``. Solvers do not always keep their own time limits, which count
by the clock anyway, and code that is not Python cannot be interrupted from within; a process can be ended. This one the
system ends when a question has used up its processor time, and when the process that asked is no longer there. Nothing
else of the package is imported here.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Reply = dict[str, Any]  # verdict, detail, and model: name -> ["exact" or "rounded", "numerator/denominator"]


def z3_reply(text: str) -> Reply:
    """z3's answer; irrational values of a model are rounded to 40 digits.

    A context of its own: the model does not depend on what was asked before.
    """
    import z3

    solver = z3.SolverFor("QF_NRA", ctx=z3.Context())
    try:
        solver.from_string(text)
        verdict = str(solver.check())
    except z3.Z3Exception as error:
        return {"verdict": "unknown", "detail": f"error: {error}"}
    if verdict == "sat":
        model = solver.model()
        return {"verdict": "sat", "model": {d.name(): _z3_number(model[d]) for d in model.decls() if d.arity() == 0}}
    return {"verdict": verdict, "detail": solver.reason_unknown() if verdict == "unknown" else ""}


def _z3_number(value: Any) -> list[str]:
    import z3

    exact = z3.is_rational_value(value)
    value = value if exact else value.approx(40)
    return ["exact" if exact else "rounded", f"{value.numerator_as_long()}/{value.denominator_as_long()}"]


def cvc5_reply(text: str) -> Reply:
    """cvc5's answer. It reports errors as text among its answers, so only the words *sat* and *unsat* count."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("produce-models", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "claim")
    manager = parser.getSymbolManager()
    said = ""
    try:
        while not (command := parser.nextCommand()).isNull():
            said += str(command.invoke(solver, manager))
    except RuntimeError as error:
        return {"verdict": "unknown", "detail": f"error: {error}"}
    said = said.strip()
    if said == "sat":
        values = {str(term).strip("|"): solver.getValue(term) for term in manager.getDeclaredTerms()}
        if not all(value.isRealValue() for value in values.values()):
            return {"verdict": "sat", "detail": "irrational witness", "model": {}}
        exact = {name: Fraction(value.getRealValue()) for name, value in values.items()}
        model = {name: ["exact", f"{value.numerator}/{value.denominator}"] for name, value in exact.items()}
        return {"verdict": "sat", "model": model}
    if said == "unsat":
        return {"verdict": "unsat"}
    return {"verdict": "unknown", "detail": said or "no answer"}


REPLIES = {"z3": z3_reply, "cvc5": cvc5_reply}

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Make this process end when its ``parent`` does, however that ends, also in the middle of an answer."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


@contextlib.contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Let the system end this process with SIGPROF once it has computed for ``seconds``."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


if __name__ == "__main__":
    name, parent = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks hears it too, and ends this one
    end_with(parent)
    sys.set_int_max_str_digits(0)  # numbers in a counterexample may be long
    importlib.import_module(name)  # before any time is counted
    reply = REPLIES[name]
    for line in sys.stdin:
        question = json.loads(line)
        with processor_time(question["timeout"]):
            answer = reply(question["text"])
        print(json.dumps(answer), flush=True)
