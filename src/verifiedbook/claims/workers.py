"""Work side by side in processes that end with the one that started them, and that may be lost without losing work."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

Told = Callable[[str], None]
Work = Callable[..., Any]

_TRIES = 2  # a task whose process is ended twice is what ends it
_PR_SET_PDEATHSIG = 1


@dataclass
class _Worker:
    process: Any
    connection: Connection
    task: str | None = None


def side_by_side(
    tasks: Mapping[str, tuple[Any, ...]], work: Work, jobs: int, warn: Told
) -> Generator[tuple[str, Any], None, None]:
    """``work(*arguments)`` for each of ``tasks``, which are arguments by name, as it ends, in up to ``jobs`` processes.

    A task whose process is ended from outside is given to another one, and ``warn`` hears of it; if that one ends too,
    what comes is a sentence. However this generator ends, no process is left.
    """
    # forked workers have everything imported already; elsewhere each worker imports it once
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    waiting, tries = deque(tasks), dict.fromkeys(tasks, 0)
    workers: list[_Worker] = []
    try:
        while waiting or any(worker.task is not None for worker in workers):
            while waiting and len(workers) < jobs:
                workers.append(_start(context, work))
            for worker in workers:
                if worker.task is None and waiting:
                    _give(worker, waiting.popleft(), tasks, tries)
            busy = {worker.connection: worker for worker in workers if worker.task is not None}
            for connection in wait(list(busy)):
                worker = busy[connection]  # type: ignore[index]
                task, worker.task = worker.task, None
                assert task is not None
                try:
                    yield task, worker.connection.recv()
                except (EOFError, OSError):
                    workers.remove(worker)
                    _end(worker)
                    how = _ending(worker.process.exitcode)
                    if tries[task] < _TRIES:
                        warn(f"a process {how} while it verified {task}, which runs again")
                        waiting.appendleft(task)
                    else:
                        yield task, f"undecided: its process {how}, {_TRIES} times; is there enough memory?"
    finally:
        for worker in workers:
            _end(worker)


def _start(context: Any, work: Work) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, os.getpid()))
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, task: str, tasks: Mapping[str, tuple[Any, ...]], tries: dict[str, int]) -> None:
    worker.task = task
    tries[task] += 1
    with contextlib.suppress(OSError):  # a process that has ended is found when its answer is waited for
        worker.connection.send(tasks[task])


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.connection.close()


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def _serve(connection: Connection, work: Work, leader: int) -> None:
    """What a worker does: one task after another, until there is nobody to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the leader hears it too, and ends its workers
    end_with(leader)
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(work(*connection.recv()))


def end_with(parent: int) -> None:
    """Make this process end when its ``parent`` does, however that ends."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    elif hasattr(os, "getppid"):
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if hasattr(os, "getppid") and os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
