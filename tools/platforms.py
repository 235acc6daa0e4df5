"""Asks a resolver, for each promised Python and system, whether every pin has a wheel there; nothing is installed.

``make platforms`` prints the table; exit status 1 if a promised pair does not resolve, or one that is known not to
resolve does (then README says too little).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11.0", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Linux, x86-64, glibc 2.28": "x86_64-manylinux_2_28",
    "Linux, 64-bit ARM, glibc 2.39": "aarch64-manylinux_2_39",
    "macOS 14, Apple silicon": "aarch64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
}
#: Systems without a wheel for everything, and the first distribution that has none; README says what to do.
WITHOUT = {
    "Linux, 64-bit ARM, glibc 2.34": ("aarch64-manylinux_2_34", "z3-solver"),
    "Linux, musl": ("x86_64-unknown-linux-musl", "z3-solver"),
    "macOS 14, Intel": ("x86_64-apple-darwin", "torch"),
}


def missing(python: str, platform: str) -> str:
    """The sentence in which the resolver says what is missing; empty if everything resolves to wheels."""
    asked = ["uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--python-version", python]
    asked += ["--python-platform", platform, "--constraint", "constraints.txt", "requirements.txt", "-o", os.devnull]
    found = subprocess.run(
        [sys.executable, "-m", *asked],
        cwd=ROOT,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if found.returncode == 0 else " ".join(found.stderr.split())


def main() -> None:
    table = Table("system", *PYTHONS)
    wrong = []
    for system, platform in SYSTEMS.items():
        told = {python: missing(python, platform) for python in PYTHONS}
        wrong += [f"{system}, Python {python}: {sentence}" for python, sentence in told.items() if sentence]
        table.add_row(system, *("no" if told[python] else "yes" for python in PYTHONS))
    for system, (platform, named) in WITHOUT.items():
        sentence = missing("3.12", platform)
        if not re.search(rf"\b{re.escape(named)}==", sentence):
            wrong.append(f"{system}: {sentence or 'everything has a wheel now'}, where {named} was known to have none")
        table.add_row(system, *[f"no wheel of {named}" if python == "3.12" else "" for python in PYTHONS])
    Console().print(table)
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
