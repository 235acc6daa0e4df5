"""A record of runs on disk: what was run, on what, with which outcome. It grows run by run."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from verifiedbook.replacing import replacing

FORMAT = 1
_CHECKOUT = Path(__file__).resolve().parents[4]
#: Where committed records lie: in a checkout of the project, or where pip put them.
RESULTS = _CHECKOUT / "results"
if not RESULTS.is_dir():
    RESULTS = Path(sysconfig.get_path("data")) / "share" / "dltheory" / "results"
#: What a run depends on.
_CODE = ("src", "requirements.txt", "constraints.txt")


class RecordError(ValueError):
    """A record cannot be read or does not belong to this experiment; the message names the file and what to do."""


@dataclass(frozen=True)
class Planned:
    """One run that is to be done: ``key`` names it within its record, ``arguments`` are what differs between runs.

    ``after`` are the keys of runs that must be done before it, since it goes on from what they left.
    """

    key: str
    arguments: Mapping[str, Any]
    after: tuple[str, ...] = ()


class Record:
    """``{"format", "experiment", "settings", "provenance", "runs": {key: outcome}}`` in one JSON file.

    ``settings`` are what all runs share. A record on disk with other settings is not continued: two experiments must
    not end in one table.
    """

    def __init__(self, path: Path, experiment: str, settings: Mapping[str, Any]) -> None:
        self.path, self.experiment, self.settings = path, experiment, _plain(settings)
        self.provenance: list[dict[str, Any]] = []
        self.runs: dict[str, dict[str, Any]] = {}
        if path.exists():
            self._read()

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """See, before any work, that the record can be written, and keep others from writing it meanwhile.

        What another command has added since this one began is read. Raises RecordError.
        """
        lock = self.path.with_suffix(".lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RecordError(
                f"{self.path} cannot be written: {error.strerror}; choose another folder with --out"
            ) from error
        try:
            _lock(handle)
            if os.fstat(handle).st_ino != os.stat(lock).st_ino:  # its owner has just ended and removed it
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):
            os.close(handle)
            raise RecordError(
                f"another command adds runs to {self.path}; wait for it, or choose another folder with --out"
            ) from None
        try:
            if self.path.exists():
                self._read()
            yield
        finally:
            with suppress(OSError):
                lock.unlink()
            os.close(handle)

    def _read(self) -> None:
        found = read(self.path)
        if found["experiment"] != self.experiment or found["settings"] != self.settings:
            raise RecordError(
                f"{self.path} holds other runs ({found['experiment']}, {json.dumps(found['settings'])}); "
                "move it away or choose another folder with --out"
            )
        self.provenance, self.runs = found["provenance"], found["runs"]

    def missing(self, plan: Sequence[Planned]) -> list[Planned]:
        """The planned runs that the record does not hold yet."""
        return [planned for planned in plan if planned.key not in self.runs]

    def add(
        self, key: str, outcome: Mapping[str, Any], provenance: Mapping[str, Any], order: Sequence[str] = ()
    ) -> None:
        """Keep one finished run, with the position of its provenance, and write everything to disk.

        Runs whose keys are in ``order`` are written in this order, whichever was finished first.
        """
        source = {name: value for name, value in provenance.items() if name != "date"}
        known = [{name: value for name, value in entry.items() if name != "date"} for entry in self.provenance]
        if source not in known:
            self.provenance.append(dict(provenance))
            known.append(source)
        self.runs[key] = {**_plain(outcome), "provenance": known.index(source)}
        place = {name: at for at, name in enumerate(order)}
        self.runs = dict(sorted(self.runs.items(), key=lambda run: place.get(run[0], -1)))
        self._write()

    def _write(self) -> None:
        head = {
            "format": FORMAT,
            "experiment": self.experiment,
            "settings": self.settings,
            "provenance": self.provenance,
        }
        # a line a run: small, and a later run shows as one added line
        runs = ",\n".join(f"  {json.dumps(key)}: {json.dumps(run)}" for key, run in self.runs.items())
        text = json.dumps(head, indent=1)[:-2] + ',\n "runs": {\n' + runs + "\n }\n}\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path) as beside:
            beside.write_text(text, encoding="utf-8")


def _lock(handle: int) -> None:
    """Raises BlockingIOError if another process holds the file."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return  # a file system without locks


def read(path: Path) -> dict[str, Any]:
    """The record in ``path``. Raises :class:`RecordError` for a file that is damaged or something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{path} is no JSON ({error}); remove it to start again") from error
    expected = {"format", "experiment", "settings", "provenance", "runs"}
    if not isinstance(found, dict) or set(found) != expected or found["format"] != FORMAT:
        raise RecordError(f"{path} is no record of runs in format {FORMAT}; remove it to start again")
    runs, sources = found["runs"], found["provenance"]
    if not isinstance(runs, dict) or not isinstance(sources, list):
        raise _spoilt(path)
    if not all(isinstance(each, dict) for each in (*runs.values(), *sources)):
        raise _spoilt(path)
    return found


@contextmanager
def believed(path: Path) -> Iterator[None]:
    """Within, what fails on the runs of the record in ``path`` is laid to its file: :class:`RecordError`.

    For reading finished runs only: a file of this project's own writing holds what the reader looks for.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise _spoilt(path) from error


def _spoilt(path: Path) -> RecordError:
    return RecordError(
        f"{path} holds runs that are not written as this experiment writes them; remove it, or get it again"
    )


def carry_out(
    record: Record,
    plan: Sequence[Planned],
    execute: Callable[[Planned], Mapping[str, Any]],
    provenance: Mapping[str, Any],
) -> int:
    """Do the runs that are missing, in order, writing the record after each; their number comes back."""
    if not record.missing(plan):
        return 0
    with record.reserved():
        waiting = record.missing(plan)
        for planned in waiting:
            record.add(planned.key, execute(planned), provenance)
    return len(waiting)


def gather_provenance(packages: Sequence[str], **more: Any) -> dict[str, Any]:
    """Where and with what a run is done: date, commit, processor, cores, Python and the packages' versions."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        # a commit says how a result was made only if the code was that of the commit
        **({"modified": True} if _git("status", "--porcelain", "--", *_CODE) else {}),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": found,
        **more,
    }


def provenance_sentence(record: Mapping[str, Any]) -> str:
    """On what, with what and when a record's runs were done, one sentence a machine."""
    sentences = []
    for entry in record["provenance"]:
        packages = ", ".join(f"{name} {version}" for name, version in entry["packages"].items())
        commit = f", commit `{entry['commit'][:7]}`" if entry["commit"] else ""
        commit += " with uncommitted changes" if entry.get("modified") else ""
        sentences.append(
            f"Recorded on {record['settings']['data']}, {entry['date']}{commit}: {entry['processor']}, "
            f"device {entry['device']}, {entry['threads']} thread{'s' * (entry['threads'] > 1)}; "
            f"Python {entry['python']}, {packages}."
        )
    return " ".join(sentences)


def _git(*arguments: str) -> str | None:
    """What git says about the checkout this code lies in, or ``None`` where there is none, or nothing to say.

    A copy that was unpacked inside another repository is not part of that one, whatever ``GIT_DIR`` says.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    found = ""
    try:
        for command in (("ls-files", "--error-unmatch", "pyproject.toml"), arguments):
            found = subprocess.run(
                ["git", *command], cwd=_CHECKOUT, env=ours, capture_output=True, text=True, timeout=10, check=True
            ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return found.strip() or None


def _processor() -> str:
    """The processor's name as Linux tells it, else as Python does."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """As it will be read back: tuples as lists, keys as text."""
    return json.loads(json.dumps(value))
