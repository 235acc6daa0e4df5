"""What verifying costs as claims are added, what a second process saves, and what an edit costs.

Claims of one kind mixture (a universal, an identity, an agreement) are copied 8, 16, 32 and 64 times, under other
numbers, and verified. Times are medians of three runs, all sizes in turn, so that other work on the machine hits all
alike; what counts are the ratios. Then the book is copied, verified whole, edited, and verified again; here processor
time is counted, since one run cannot be compared with another by the clock while other work is on the machine.
"""

from __future__ import annotations

import ast
import os
import resource

# one thread a process, as ``verify`` has it; set before NumPy is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sympy as sp

from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss, claim, load, run_all
from verifiedbook.definitions import Definitions
from verifiedbook.dependencies import Dependencies
from verifiedbook.project import Project, find

SIZES = (8, 16, 32, 64)
REPEATS = 3
MODULE = "synthetic.claims"
ROOT = Path(__file__).resolve().parents[1]
EDIT = "_edited = 1"  # a line that leaves what a function gives alone


def add_claim(number: int) -> None:
    """Register one more claim; ``number`` changes its constants, so that nothing is answered from a cache."""
    x, y = sp.symbols("x y", real=True)

    def evidence() -> list[Evidence]:
        shifted = (x - number) ** 2 + x * y + y**2
        return [
            ForAll([y > 0], shifted + number > 0, near_misses=[NearMiss("much less", then=shifted > number + 1)]),
            Identity(lambda: sp.expand(shifted), shifted, near_misses=[NearMiss("lost term", rhs=shifted - y**2)]),
            Agreement(
                lambda a: np.linalg.norm(a) ** 2,
                lambda a: np.trace(a.T @ a),
                instances=lambda rng: {"a": rng.normal(size=(60, 40))},
                seed=number,
                near_misses=[NearMiss("without the square", predict=lambda a: np.linalg.norm(a))],
            ),
        ]

    evidence.__module__, evidence.__qualname__, evidence.__doc__ = MODULE, f"claim_{number}", "A synthetic claim."
    claim(f"thm-synthetic-{number}")(evidence)


def seconds(labels: list[str], jobs: int) -> float:
    """Wall time of verifying ``labels``; every claim must hold, or the timing says nothing."""
    start = time.perf_counter()
    results = run_all(labels, [MODULE], jobs)
    elapsed = time.perf_counter() - start
    if failed := [result for result in results.values() if result.status != "proved"]:
        sys.exit(f"this claim does not hold: {failed[0]}")
    return elapsed


def processor_time() -> float:
    """Seconds that the processes this one has waited for, and theirs, have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def verified(root: Path, *arguments: str) -> tuple[float, str]:
    """Processor time of ``verify`` in a copy of the book, with all its processes, and how many claims it ran."""
    start = processor_time()
    command = [sys.executable, "-m", "dltheory", "verify", *arguments]
    # compiled modules are kept, as they usually are: a run that compiles everything again measures that
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    elapsed = processor_time() - start
    said = next((line for line in done.stdout.splitlines() if line.startswith("verified ")), "")
    if done.returncode or not said:
        sys.exit(f"the book is not verified:\n{done.stdout}{done.stderr}")
    return elapsed, " ".join(said.split()[1:4])


def edits() -> None:
    """Print what an edit costs as a share of verifying everything: of a docstring, of a derivation of each chapter."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        left_out = shutil.ignore_patterns("_build", ".*", "__pycache__", "checkpoints", "*.egg-info")
        shutil.copytree(ROOT, root, ignore=left_out)
        whole, said = verified(root, "--all")
        print(f"verify --all: {whole:.1f} s of processor time for {said} claims")
        dearest = functions(find(root))
        docstring = root / dearest[0].path
        docstring.write_text(docstring.read_text(encoding="utf-8").replace('"""', '"""In short: ', 1), encoding="utf-8")
        report("a docstring", whole, *verified(root))
        for function in dearest:
            path = root / function.path
            lines = path.read_text(encoding="utf-8").splitlines()
            lines.insert(function.line - 1, " " * function.indent + EDIT)
            path.write_text("\n".join([*lines, ""]), encoding="utf-8")
            report(function.name, whole, *verified(root))


@dataclass(frozen=True)
class Function:
    """A function of a derivation, and where its first statement stands."""

    name: str
    path: Path
    line: int
    indent: int


def functions(project: Project) -> list[Function]:
    """Of each chapter the function of its derivation on which most claims depend."""
    definitions = Definitions(Dependencies(project.sources(), project.results))
    counts: Counter[tuple[Path, str]] = Counter()
    nodes = {}
    for claimed in load(project.claim_modules).values():
        build = claimed.build
        for unit in definitions.of_definition(build.__module__, build.__qualname__):
            if "derivation" in unit.path.as_posix() and isinstance(unit.node, ast.FunctionDef):
                counts[unit.path, unit.node.name] += 1
                nodes[unit.path, unit.node.name] = unit.node
    found: dict[str, Function] = {}
    for (path, name), _ in counts.most_common():
        relative = path.relative_to(project.root)
        chapter, first = relative.parts[2], nodes[path, name].body[0]
        found.setdefault(chapter, Function(f"{chapter}: {name}", relative, first.lineno, first.col_offset))
    return [found[chapter] for chapter in project.chapters if chapter in found]


def report(edited: str, whole: float, seconds: float, said: str) -> None:
    """One line: what was edited, how many claims ran, and the share of verifying everything."""
    print(f"{edited:40s} {said:9s} claims {seconds:7.1f} s  ratio {seconds / whole:.3f}")


def main() -> None:
    """Print seconds by size, the exponent of growth, and the ratio of one process to two."""
    sys.modules[MODULE] = types.ModuleType(MODULE)
    for number in range(max(SIZES)):
        add_claim(number)
    labels = list(load([MODULE]))
    seconds(labels[:2], 1)  # imports
    times: dict[tuple[int, int], list[float]] = {(size, jobs): [] for size in SIZES for jobs in (1, 2)}
    for _ in range(REPEATS):
        for (size, jobs), runs in times.items():
            runs.append(seconds(labels[:size], jobs))
    median = {key: statistics.median(runs) for key, runs in times.items()}
    print("claims   1 process   2 processes   ratio")
    for size in SIZES:
        one, two = median[size, 1], median[size, 2]
        print(f"{size:6d} {one:9.2f} s {two:11.2f} s {one / two:7.2f}")
    one_process = [median[size, 1] for size in SIZES]
    exponent = np.polyfit(np.log(SIZES), np.log(one_process), 1)[0]
    print(f"time grows like claims^{exponent:.2f} (1 is linear)")
    edits()


if __name__ == "__main__":
    main()
