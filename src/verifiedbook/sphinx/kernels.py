"""What kernels find around them, and what they may not say: one thread each, caches below ``_build``, no complaints."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Where libraries keep what they compute once, each in a folder; a home that cannot be written makes them complain.
_FOLDERS = {"MPLCONFIGDIR": "matplotlib", "IPYTHONDIR": "ipython", "JUPYTER_RUNTIME_DIR": "jupyter"}
#: How MyST-NB is told that nothing may be written to standard error.
_REFUSING = ("warn", "remove-warn", "error", "severe")


@contextlib.contextmanager
def surroundings(build: Path) -> Iterator[None]:
    """Let kernels started meanwhile compute in one thread each, however many run, and keep their caches in ``build``.

    What the reader has set stays.
    """
    wanted = dict.fromkeys(_ONE_THREAD, "1")
    for name, folder in _FOLDERS.items():
        with contextlib.suppress(OSError):
            (build / ".libraries" / folder).mkdir(parents=True, exist_ok=True)
            wanted[name] = str(build / ".libraries" / folder)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: before[name] or value for name, value in wanted.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]


def complaint(notebook: Any, how: str) -> str:
    """What the cells wrote to standard error, if that is refused: then the result may not be kept."""
    if how not in _REFUSING:
        return ""
    cells = [cell for cell in notebook.cells if "remove-stderr" not in cell.metadata.get("tags", ())]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "".join(output.text for output in outputs if output.get("name") == "stderr")
