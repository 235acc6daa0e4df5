"""Who does the runs: this process, processes on the cores of this machine, or the workers of a Dask scheduler.

A crew takes jobs and answers with futures. A job may be done twice, when its worker was lost, but only the process that
owns the record writes, and it writes each run once.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dltheory.lab.runs.records import Planned, gather_provenance

#: What is told of an epoch that is over: the key of its run.
Tick = Callable[[str], None]
#: ``execute(planned, earlier, advance)``: the outcome of a run, given those of the runs that it comes ``after``.
Execute = Callable[[Planned, Mapping[str, Mapping[str, Any]], Callable[[], None]], Mapping[str, Any]]
#: torch's random numbers and its number of threads belong to the process: a worker with several threads does one run
#: at a time, or its outcome would depend on its neighbours.
_ONE_AT_A_TIME = threading.Lock()


class CrewError(RuntimeError):
    """The runs cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Job:
    """One run, in a form that can be sent elsewhere."""

    execute: Execute
    planned: Planned
    earlier: Mapping[str, Mapping[str, Any]]
    threads: int | None
    device: str

    def done(self, tick: Tick) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """The outcome, and where and with what it was made."""
        import torch

        with _ONE_AT_A_TIME:
            if self.threads:
                torch.set_num_threads(self.threads)
            outcome = self.execute(self.planned, self.earlier, lambda: tick(self.planned.key))
            name = torch.cuda.get_device_name() if self.device == "cuda" else "cpu"
            packages = ("torch", "numpy", "scikit-learn", "pillow")
            return outcome, gather_provenance(packages, device=name, threads=torch.get_num_threads())


class Crew(Protocol):
    """Does so many jobs at a time. A job raises one of ``lost`` when its worker is gone and it may be given again, and
    one of ``over`` when it may not.
    """

    slots: int
    lost: tuple[type[BaseException], ...]
    over: tuple[type[BaseException], ...]

    def submit(self, job: Job) -> Future[tuple[Mapping[str, Any], dict[str, Any]]]: ...
    def counts(self) -> Mapping[str, int]: ...
    def renew(self) -> None: ...
    def leave(self) -> None: ...


class Here:
    """This process: a job is done when it is submitted, and ``refresh`` is called after each epoch."""

    slots = 1
    lost: tuple[type[BaseException], ...] = ()
    over: tuple[type[BaseException], ...] = ()

    def __init__(self, refresh: Callable[[], None] = lambda: None) -> None:
        self._refresh, self._counts = refresh, Counter[str]()

    def submit(self, job: Job) -> Future[tuple[Mapping[str, Any], dict[str, Any]]]:
        """The future of a job that is done; what the job raises is raised here."""
        future: Future[tuple[Mapping[str, Any], dict[str, Any]]] = Future()
        future.set_result(job.done(self._tick))
        return future

    def _tick(self, key: str) -> None:
        self._counts[key] += 1
        self._refresh()

    def counts(self) -> Mapping[str, int]:
        """Epochs by run."""
        return self._counts

    def renew(self) -> None:
        """Nothing can be lost."""

    def leave(self) -> None:
        """Nothing to end."""


@dataclass(frozen=True)
class Marks:
    """Ticks as the sizes of files in a folder, which every process of a machine can write."""

    folder: Path

    def __call__(self, key: str) -> None:
        """One byte more."""
        with self._file(key).open("ab") as file:
            file.write(b".")

    def count(self, key: str) -> int:
        """How many ticks there were."""
        file = self._file(key)
        return file.stat().st_size if file.exists() else 0

    def _file(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:16]


class Processes:
    """So many processes of this machine, by joblib's executor; one that dies is replaced, and its run repeated."""

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    over: tuple[type[BaseException], ...] = ()

    def __init__(self, jobs: int) -> None:
        self.slots, self._keys = jobs, set[str]()
        self._folder = tempfile.TemporaryDirectory(prefix="runs-")
        self._marks = Marks(Path(self._folder.name))
        self._executor = self._new()

    def _new(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor

        return ProcessPoolExecutor(self.slots)

    def submit(self, job: Job) -> Future[tuple[Mapping[str, Any], dict[str, Any]]]:
        """The future of the job."""
        self._keys.add(job.planned.key)
        future: Future[tuple[Mapping[str, Any], dict[str, Any]]] = self._executor.submit(job.done, self._marks)
        return future

    def counts(self) -> Mapping[str, int]:
        """Epochs by run."""
        return {key: self._marks.count(key) for key in self._keys}

    def renew(self) -> None:
        """New processes in place of those that were lost."""
        self._executor.shutdown(kill_workers=True)
        self._executor = self._new()

    def leave(self) -> None:
        """End the processes, whatever they do."""
        self._executor.shutdown(kill_workers=True)
        self._folder.cleanup()


@dataclass(frozen=True)
class Events:
    """Ticks as events of a topic, which Dask carries from its workers to whoever listens."""

    topic: str

    def __call__(self, key: str) -> None:
        """One event more."""
        from distributed import get_worker

        get_worker().log_event(self.topic, key)


class Dask:
    """The workers of an existing scheduler, which has ``patience`` seconds to answer.

    It gives the runs of a lost worker to another one by itself.
    """

    lost: tuple[type[BaseException], ...] = ()

    def __init__(self, address: str, jobs: int, patience: float = 10) -> None:
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise CrewError("--dask needs Dask, which is not installed: pip install distributed") from None
        try:
            self._client = Client(address, timeout=patience, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise CrewError(
                f"--dask {address}: no scheduler answers there ({type(error).__name__}); "
                "start one with `dask scheduler`, workers with `dask worker ADDRESS`, and give the address it prints"
            ) from error
        self.slots, self._counts = jobs, Counter[str]()
        self.over: tuple[type[BaseException], ...] = (KilledWorker, CancelledError)
        self._events = Events(f"runs-{uuid.uuid4().hex}")
        self._client.subscribe_topic(self._events.topic, self._note)
        self._executor = self._client.get_executor(pure=False)

    def _note(self, event: tuple[float, str]) -> None:
        self._counts[event[1]] += 1

    def submit(self, job: Job) -> Future[tuple[Mapping[str, Any], dict[str, Any]]]:
        """The future of the job."""
        future: Future[tuple[Mapping[str, Any], dict[str, Any]]] = self._executor.submit(job.done, self._events)
        return future

    def counts(self) -> Mapping[str, int]:
        """Epochs by run."""
        return dict(self._counts)

    def renew(self) -> None:
        """The scheduler sees to that."""

    def leave(self) -> None:
        """Take back what is not done, and leave the scheduler as it was."""
        self._executor.shutdown(wait=False)
        self._client.close()
