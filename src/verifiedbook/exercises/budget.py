"""A limit on work: so many calls of functions, the same on a slow machine and on a fast one.

SymPy may run for ever on a formula of forty characters. Processor time would stop it too, but then the verdict would
depend on the machine, and signals reach only the main thread of some systems; calls can be counted everywhere, in a
browser too. A few million of them are about a second.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

#: Seconds of processor time after which work stops, however few calls it made: what counting cannot see.
SECONDS = 20.0


class Exhausted(BaseException):
    """The work is not done within its limit. Not an ``Exception``: what is limited must not catch it by mistake."""


def _lets_errors_pass(frame: FrameType) -> bool:
    """Whether an exception that is raised in ``frame`` reaches its caller: not from a generator that is being thrown
    away, nor from what runs when an object dies."""
    code = frame.f_code
    if code.co_flags & inspect.CO_GENERATOR or code.co_name == "__del__":
        return False
    return frame.f_globals.get("__name__") not in ("weakref", "_weakrefset")


@contextmanager
def budget(calls: int) -> Iterator[None]:
    """Raise ``Exhausted`` in the block as soon as it has made ``calls`` calls of functions."""
    left, deadline = calls, time.process_time() + SECONDS
    outer = sys.getprofile()

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0 and event == "call" and _lets_errors_pass(frame):
            raise Exhausted
        if left % 4096 == 0 and time.process_time() > deadline:
            left = 0

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(outer)
