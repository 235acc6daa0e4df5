"""Verify several times on a machine that is busy, and say whether every claim had the same status every time.

``python tools/load.py [--load 8] [--times 5] [LABEL or CHAPTER]...``: ``--load`` processes compute for nothing
meanwhile. Without names it verifies everything.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click


def spin() -> None:
    """Compute for ever, and end when nobody is there to end it."""
    parent = os.getppid()
    while os.getppid() == parent:
        sum(range(1_000_000))


def statuses(names: tuple[str, ...]) -> dict[str, str]:
    """The status of each claim, from one run."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "claims.json"
        command = [sys.executable, "-m", "dltheory", "verify", *(names or ["--all"]), "--json", str(found)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        claims = json.loads(found.read_text(encoding="utf-8"))["claims"] if found.is_file() else []
        if not claims or " changed while " in " ".join(done.stdout.split()):
            sys.exit(done.stdout + done.stderr)  # nothing was verified, or the sources were edited meanwhile
        return {claim["label"]: claim["status"] for claim in claims}


@click.command()
@click.option("--load", type=click.IntRange(0), default=8, show_default=True, help="Processes that compute meanwhile.")
@click.option("--times", type=click.IntRange(2), default=5, show_default=True, help="Runs to compare.")
@click.argument("names", nargs=-1, metavar="[LABEL or CHAPTER]...")
def main(load: int, times: int, names: tuple[str, ...]) -> None:
    """Exit status 0 only if every claim has the same status in every run."""
    spinners = [multiprocessing.Process(target=spin, daemon=True) for _ in range(load)]
    for process in spinners:
        process.start()
    runs = []
    for number in range(1, times + 1):
        start = time.perf_counter()
        runs.append(statuses(names))
        counts = {status: list(runs[-1].values()).count(status) for status in sorted(set(runs[-1].values()))}
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        seconds = time.perf_counter() - start
        print(f"run {number}: {told}; {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    for process in spinners:
        process.terminate()
    differing = [label for label in runs[0] if len({run.get(label) for run in runs}) > 1]
    for label in differing:
        print(f"{label}: {', '.join(run.get(label, 'missing') for run in runs)}")
    if differing:
        sys.exit(1)
    print(f"{len(runs[0])} claims have the same status in {times} of {times} runs")


if __name__ == "__main__":
    main()
