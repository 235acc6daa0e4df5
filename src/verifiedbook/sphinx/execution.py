"""Execute exactly the chapters whose code, modules, recorded results or pins changed, several at a time.

jupyter-cache knows a notebook by its own code and its kernel. Here the kernel's description also carries a digest of
everything else the cells depend on, put into the front matter while Sphinx reads a page (the file is not touched); so
its cache answers only for what is really the same. The chapters it does not answer for are executed side by side before
Sphinx reads any page, and MyST-NB then finds every result in the cache.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import yaml
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from ..dependencies import Dependencies
from ..statements import fences
from .believed import tell
from .domain import claims_domain
from .kernels import complaint, surroundings
from .project import dependencies_of, import_graph, project_of

if TYPE_CHECKING:
    from .kept import Kept

logger = logging.getLogger(__name__)

JOBS_VARIABLE = "VERIFIEDBOOK_EXECUTE_JOBS"
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_KERNELSPEC = re.compile(r"^kernelspec:[^\n]*\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)
# a cell that prints docstrings or code depends on every word of a module, any other on what the module does
_SHOWS_SOURCE = re.compile(r"getsource|__doc__|\bhelp\(|\?[ \t]*$", re.MULTILINE)


#: Instead of seconds: files were saved meanwhile.
_EDITED = -1.0


class ChapterError(SphinxError):
    """A chapter's code stopped; the page would show results that are not there."""

    category = "Chapter failed"


class Execution:
    """The chapters of one build: what each depends on, and which were executed."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._inputs: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self.executed: list[str] = []

    def begin(self, app: Sphinx) -> None:
        """Forget the last build in this process."""
        self._inputs, self._texts, self.executed = {}, {}, []

    def outdated(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> list[str]:
        """Chapters whose dependencies are not what they were when Sphinx last read them."""
        known = claims_domain(env).data["inputs"]
        return [docname for docname in sorted(env.found_docs) if self.inputs(docname) != known.get(docname, "")]

    def inputs(self, docname: str) -> str:
        """The digest of what the cells of ``docname`` depend on; empty for a page that is not executed."""
        if docname not in self._inputs:
            self._texts[docname], self._inputs[docname] = self._read(docname, dependencies_of(self._app))
        return self._inputs[docname]

    def _read(self, docname: str, graph: Dependencies) -> tuple[str, str]:
        path = Path(self._app.env.doc2path(docname))
        text = path.read_text(encoding="utf-8") if path.suffix == ".md" and path.is_file() else ""
        return text, self._digest(docname, text, graph) if self._is_executed(path, text) else ""

    def _edited(self, docname: str) -> bool:
        """Whether ``docname`` depends on something that no longer says what it said."""
        return self._read(docname, import_graph(self._app)) != (self._texts[docname], self._inputs[docname])

    def _digest(self, docname: str, text: str, graph: Dependencies) -> str:
        cells = [fence.content for fence in fences(text) if fence.directive == "code-cell"]
        files = graph.of_cells(cells) | graph.of_rooms(PurePosixPath(docname).name)
        shown = any(_SHOWS_SOURCE.search(cell) for cell in cells)
        return graph.digest([*files, *project_of(self._app).pins], code_only=not shown)

    def _is_executed(self, path: Path, text: str) -> bool:
        config = getattr(self._app.env, "mystnb_config", None)
        if config is None or config.execution_mode != "cache":
            return False
        from myst_nb.core.read import is_myst_markdown_notebook

        left_out = any(PurePosixPath(path.as_posix()).match(pattern) for pattern in config.execution_excludepatterns)
        return is_myst_markdown_notebook(text) and not left_out

    def sign(self, app: Sphinx, docname: str, source: list[str]) -> None:
        """Put the digest into the front matter that MyST-NB is about to read."""
        if digest := self.inputs(docname):
            claims_domain(app.env).data["inputs"][docname] = digest
            source[0] = signed(source[0], digest)

    def execute(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Execute those of ``docnames`` that the cache has no result for, and put the results there.

        A failed chapter stops the build, after the results of the others are stored. Where failures are allowed to
        pass (``nb_execution_raise_on_error`` is off), MyST-NB executes it again to show how far it got. A chapter that
        is refused, or that was edited meanwhile, stops the build too: what came of it must not be kept.
        """
        chapters = [docname for docname in docnames if self.inputs(docname)]
        if not chapters:
            return
        from .kept import Kept

        kept = Kept(Path(env.mystnb_config.execution_cache_path))  # type: ignore[attr-defined]
        notebooks = {docname: self._notebook(docname) for docname in chapters}
        waiting = {docname: notebook for docname, notebook in notebooks.items() if not kept.has(notebook)}
        for path in kept.damaged:
            tell(app, f"{path} is not what was stored, so what it held is executed again")
        if not waiting:
            return
        jobs = min(workers(app), len(waiting))
        logger.info("executing %s, %d at a time", ", ".join(waiting), jobs)
        self.executed += waiting
        with surroundings(project_of(app).root / "_build"):
            results = asyncio.run(self._run_all(waiting, jobs, kept))
        config: Any = env.mystnb_config  # type: ignore[attr-defined]
        failed, edited = [], []
        for docname, result in results.items():
            said = complaint(waiting[docname], config.output_stderr)
            if isinstance(result, Exception):
                logger.warning("a cell failed: %s", result, location=docname, type="mystnb", subtype="exec")
            elif said:  # what is refused is not kept, or every later build would refuse it too
                told = "a cell wrote to standard error, which no page may: %s"
                logger.warning(told, said[-2000:], location=docname, type="mystnb", subtype="stderr")
            else:
                edited += [docname] if result == _EDITED else []
                continue
            failed.append(docname)
        if failed and config.execution_raise_on_error:
            raise ChapterError(f"a cell failed in {', '.join(failed)}; what it said is above")
        if edited:
            raise ChapterError(f"files were saved while {', '.join(edited)} was executed; build again")

    def _notebook(self, docname: str) -> Any:
        """The notebook as MyST-NB will read it."""
        from myst_nb.core.read import create_nb_reader

        env: Any = self._app.env
        text = signed(self._texts[docname], self.inputs(docname))
        reader = create_nb_reader(env.doc2path(docname), env.myst_config, env.mystnb_config, text)
        if reader is None:
            raise TypeError(f"{docname} is not a notebook")
        return reader.read(text)

    async def _run_all(self, notebooks: Mapping[str, Any], jobs: int, kept: Kept) -> dict[str, float | Exception]:
        """Execute ``notebooks`` in place, ``jobs`` kernels at a time, and keep what may be kept as soon as it ended.

        For each its seconds, its error, or :data:`_EDITED`.
        """
        free = asyncio.Semaphore(jobs)
        config: Any = self._app.env.mystnb_config  # type: ignore[attr-defined]

        async def run(docname: str, notebook: Any) -> float | Exception:
            async with free:
                result = await self._run(docname, notebook)
            if isinstance(result, Exception) or complaint(notebook, config.output_stderr):
                return result
            if self._edited(docname):
                return _EDITED
            kept.keep(self._app.env.doc2path(docname), notebook, result)
            return result

        taken = await asyncio.gather(*(run(docname, notebook) for docname, notebook in notebooks.items()))
        return dict(zip(notebooks, taken, strict=True))

    async def _run(self, docname: str, notebook: Any) -> float | Exception:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        config: Any = self._app.env.mystnb_config  # type: ignore[attr-defined]
        start = time.perf_counter()
        client = NotebookClient(
            notebook,
            timeout=config.execution_timeout,
            allow_errors=config.execution_allow_errors,
            record_timing=False,
            resources={"metadata": {"path": str(Path(self._app.env.doc2path(docname)).parent)}},
        )
        _encrypt(client.create_kernel_manager())
        try:
            await client.async_execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return error
        return time.perf_counter() - start

    def report(self, app: Sphinx, error: Exception | None) -> None:
        """Say how many chapters were executed, and which."""
        total = sum(1 for docname in app.env.found_docs if self.inputs(docname)) if error is None else 0
        if total:
            names = f": {', '.join(self.executed)}" if self.executed else ""
            tell(app, f"executed {len(self.executed)} of {total} chapters{names}")


def _encrypt(manager: Any) -> None:
    """Give a kernel keys for its sockets; without them it warns on every start that they carry plain text."""
    import zmq

    if zmq.has("curve"):
        manager.curve_publickey, manager.curve_secretkey = zmq.curve_keypair()


def signed(text: str, digest: str) -> str:
    """``text`` with ``digest`` in the kernel's description of its front matter, every line where it was."""
    front = _FRONT.match(text)
    if front is None:
        return text
    metadata = yaml.safe_load(front[1]) or {}
    kernel = {"name": "python3", "display_name": "Python 3", **(metadata.get("kernelspec") or {}), "inputs": digest}
    line = f"kernelspec: {json.dumps(kernel)}\n"
    found = _KERNELSPEC.search(front[1])
    if found is None:  # no kernel is named, so the first line of the block gives way to two
        return text[: front.start(1)] + line + text[front.start(1) :]
    start, end = front.start(1) + found.start(), front.start(1) + found.end()
    return text[:start] + line + "\n" * (found[0].count("\n") - 1) + text[end:]


def workers(app: Sphinx) -> int:
    """How many kernels may run at once: the environment variable, else ``claims_parallel``, else up to four cores."""
    given = os.environ.get(JOBS_VARIABLE, app.config.claims_parallel)
    if given is None or given == "":
        return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    try:
        return max(1, int(given))
    except ValueError:
        logger.warning("%s = %r is not a number of kernels; executing one at a time", JOBS_VARIABLE, given)
        return 1


def setup(app: Sphinx) -> None:
    """Register the steps with Sphinx."""
    execution = Execution(app)
    app.connect("builder-inited", execution.begin)
    app.connect("env-get-outdated", execution.outdated)
    app.connect("env-before-read-docs", execution.execute)
    app.connect("source-read", execution.sign)
    app.connect("build-finished", execution.report)
