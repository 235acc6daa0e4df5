"""A book that is not this one: two chapters on optics, copied where a test may edit it."""

from __future__ import annotations

import inspect
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ABSENT = {"dltheory", "torch", "torchvision", "sklearn", "statsmodels", "PEPit", "torchprofile", "matplotlib"}


class Absent:
    """An importer by which nothing that only this project's book needs can be found, its package least of all."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


#: Python reads this first in a process of its own.
SITE = f"""
import sys

ABSENT = {ABSENT!r}

{inspect.getsource(Absent)}
sys.meta_path.insert(0, Absent)
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said on either stream."""

    code: int | None
    told: str


@dataclass(frozen=True)
class Book:
    """A checkout of the small book, and what runs in it."""

    root: Path

    @property
    def record(self) -> Path:
        return self.root / "_build" / "claims.json"

    def environment(self, **more: str) -> dict[str, str]:
        paths = os.pathsep.join([str(self.root / "foreign"), str(self.root / "src")])
        return {**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore", **more}

    def run(self, *command: str, **environment: str) -> Done:
        """``command`` in the folder of the book, in a process that starts afresh."""
        done = subprocess.run(
            command, cwd=self.root, env=self.environment(**environment), capture_output=True, text=True, timeout=300
        )
        return Done(done.returncode, done.stdout + done.stderr)

    def verify(self, *arguments: str) -> Done:
        """``verify ARGUMENTS``, in a copy of this process, which has what is slow to import already."""
        from verifiedbook.claims import report, terminal  # noqa: F401

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # this process may have threads; the copy uses none
            process = multiprocessing.get_context("fork").Process(target=self._verify, args=(arguments,))
            process.start()
        process.join(300)
        return Done(process.exitcode, " ".join((self.root / "told.txt").read_text(encoding="utf-8").split()))

    def _verify(self, arguments: tuple[str, ...]) -> None:
        from verifiedbook.claims import registry
        from verifiedbook.cli import main

        warnings.simplefilter("ignore")
        for name in [name for name in sys.modules if name.split(".")[0] in ABSENT]:
            del sys.modules[name]
        registry._REGISTRY.clear()
        sys.meta_path.insert(0, Absent)  # type: ignore[arg-type]
        sys.path.insert(0, str(self.root / "src"))
        os.chdir(self.root)
        with (self.root / "told.txt").open("w", encoding="utf-8") as told:
            sys.stdout = sys.stderr = told
            main(["verify", *arguments])

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace ``old``, which must be there, by ``new``."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def claims(self) -> dict[str, dict[str, Any]]:
        """The claims recorded, by label."""
        return {claim["label"]: claim for claim in json.loads(self.record.read_text(encoding="utf-8"))["claims"]}

    def timing(self) -> dict[str, Any]:
        """The seconds recorded, by label."""
        found = json.loads(self.record.with_name("timing.json").read_text(encoding="utf-8"))
        return dict(found["claims"])


def copy_of_optics(root: Path) -> Book:
    shutil.copytree(Path(__file__).parent / "optics", root, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    (root / "foreign").mkdir()
    (root / "foreign" / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    return Book(root)


@pytest.fixture
def optics(tmp_path: Path) -> Book:
    """The small book, not verified yet."""
    return copy_of_optics(tmp_path / "optics")
