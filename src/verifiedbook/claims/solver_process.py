"""One solver in a process of its own: a JSON line with a text and a time limit in, a JSON line with an answer out.

Run as a script, ``python solver_process.py z3``. Solvers do not always keep their own time limits, and code that is not
Python cannot be interrupted from within; a process can be ended. Nothing else of the package is imported here.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from typing import Any

Reply = dict[str, Any]  # verdict, detail, and model: name -> ["exact" or "rounded", "numerator/denominator"]


def z3_reply(text: str, timeout: float) -> Reply:
    """z3's answer; irrational values of a model are rounded to 40 digits."""
    import z3

    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", int(1000 * timeout))
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


def cvc5_reply(text: str, timeout: float) -> Reply:
    """cvc5's answer. It reports errors as text among its answers, so only the words *sat* and *unsat* count."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("tlimit-per", str(int(1000 * timeout)))
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

if __name__ == "__main__":
    sys.set_int_max_str_digits(0)  # numbers in a counterexample may be long
    reply = REPLIES[sys.argv[1]]
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(reply(question["text"], question["timeout"])), flush=True)
