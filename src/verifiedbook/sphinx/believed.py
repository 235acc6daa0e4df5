"""What a build may believe of the one before: what is exactly as that one left it when it ended.

A build that was killed, a disk that was full, a file that was damaged or edited leave pages, environments and pictures
that Sphinx would never make again: it looks at times, and whether a file is there. So a build that ends well notes what
every file says, and the next one compares. Nothing has to be told that it was interrupted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

from myst_nb.sphinx_ext import OUTPUT_FOLDER
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from ..replacing import replacing
from .domain import claims_domain
from .live import made

NOTE = "left-{}.json"
READ = "read"  # the note about what all builders share: what was read
_FIRST, _LAST = 1, 100_000

logger = logging.getLogger(__name__)


class StorageError(SphinxError):
    """The disk is full, or a folder may not be written; the message says which."""

    category = "Not built"


class Belief:
    """What one build believes, by notes beside Sphinx's environment: on what was read, and on what a builder wrote."""

    def __init__(self) -> None:
        self._everything = False
        self._texts: dict[str, str | None] = {}

    def look_at_what_was_read(self, app: Sphinx, _config: Config) -> None:
        """Before the environment is loaded: forget all that was read if any of it is not as it was left."""
        if not (Path(app.doctreedir) / ENV_PICKLE_FILENAME).is_file():
            return
        files, note = _read(app), _noted(app, READ)
        changed = next((name for name in sorted({*files, *note}) if _digest(files.get(name)) != note.get(name)), None)
        if changed is None:
            return
        tell(app, f"{changed} is not as the last build left it (did that end?), so every page is read again")
        try:
            for path in files.values():
                path.unlink(missing_ok=True)  # pictures too: one that is there would not be written again
        except OSError as error:
            raise StorageError(_unwritten(error)) from error

    def look_at_what_was_written(self, app: Sphinx) -> None:
        """Write every page again if one is not as it was left, or if pages were read since that it does not show."""
        try:
            for folder in (app.doctreedir, app.outdir, Path(app.outdir).parent):
                tempfile.TemporaryFile(dir=folder).close()  # rather now than after the work
        except OSError as error:
            raise StorageError(_unwritten(error)) from error
        files, note = _written(app), _noted(app, app.builder.name)
        current = note.pop("", None) == _state(app)
        changed = next((name for name in sorted(note) if _digest(files.get(name)) != note[name]), None)
        self._everything = not current or changed is not None
        if current and changed is not None:
            tell(app, f"{changed} is not as the last build left it, so every page is written again")

    def outdated(
        self, _app: Sphinx, env: BuildEnvironment, _added: set[str], _changed: set[str], _removed: set[str]
    ) -> list[str]:
        """Pages that say something else than when they were read, or whose files do, however old they claim to be."""
        known = claims_domain(env).data["texts"]
        self._texts = {name: _digest(Path(env.doc2path(name))) for name in env.found_docs}
        beside = {name: _beside(env, name) for name in env.found_docs}
        return [name for name in env.found_docs if known.get(name) != (self._texts[name], beside[name])]

    def name_what_is_read(self, _app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Give what is read now a name of its own, by which a builder knows later whether its pages show it."""
        if docnames:
            claims_domain(env).data["state"] = {"name": uuid.uuid4().hex}

    def remember(self, _app: Sphinx, env: BuildEnvironment) -> None:
        """What the pages said before they were read, and their files after: what was saved meanwhile is read again."""
        known = claims_domain(env).data["texts"]
        known.update({name: (self._texts.get(name), _beside(env, name)) for name in env.found_docs - known.keys()})

    def pages(self, _app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Every page, if none may be kept as it was written; otherwise none is named."""
        return sorted(env.found_docs) if self._everything else []

    def explain(self, _app: Sphinx, error: Exception | None) -> None:
        """Say in one sentence that something could not be written or read; everything else is told as it is."""
        cause = getattr(error, "orig_exc", None) or error
        if isinstance(cause, OSError) and cause.errno is not None:
            raise StorageError(_unwritten(cause))

    def note(self, app: Sphinx, error: Exception | None) -> None:
        """Note what every file says, but not after a build whose warnings are errors, which the next has to repeat."""
        strict = app.warningiserror and app._warncount
        if error or app.statuscode or strict or not Path(app.doctreedir).is_dir():
            return
        _note(app, READ, {name: _digest(path) for name, path in _read(app).items()})
        written = {name: _digest(path) for name, path in _written(app).items()}
        _note(app, app.builder.name, {"": _state(app), **written})


def _unwritten(error: OSError) -> str:
    name = error.filename2 or error.filename or "a file"
    return f"{name} could not be written or read: {error.strerror or error}; nothing of this build is kept"


def tell(app: Sphinx, sentence: str) -> None:
    """Say ``sentence`` in a quiet build too; a warning would stop a strict one."""
    if app.quiet:
        print(sentence, flush=True)
    else:
        logger.info("%s", sentence)


def _read(app: Sphinx) -> dict[str, Path]:
    """What later builds take over without looking: environment, pages as read, pictures of cells and live figures."""
    doctrees = Path(app.doctreedir)
    found = {path.relative_to(doctrees).as_posix(): path for path in doctrees.rglob("*.doctree")}
    found[ENV_PICKLE_FILENAME] = doctrees / ENV_PICKLE_FILENAME
    for folder in (Path(app.outdir).parent / OUTPUT_FOLDER, made(app)):
        found.update({f"{folder.name}/{path.name}": path for path in folder.glob("*") if path.is_file()})
    return found


def _written(app: Sphinx) -> dict[str, Path]:
    """What lies in the folder of the builder."""
    outdir, doctrees = Path(app.outdir), Path(app.doctreedir)
    files = (path for path in outdir.rglob("*") if path.is_file() and doctrees not in path.parents)
    return {path.relative_to(outdir.parent).as_posix(): path for path in files}


def _state(app: Sphinx) -> str:
    return str(claims_domain(app.env).data["state"].get("name", ""))


def _digest(path: Path | None) -> str | None:
    with contextlib.suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else None
    return None


def _beside(env: BuildEnvironment, docname: str) -> str:
    """A digest of the files that Sphinx knows the page ``docname`` to depend on."""
    files = sorted(env.dependencies.get(docname, ()))
    said = [f"{name} {_digest(Path(env.srcdir) / name)}" for name in files]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _noted(app: Sphinx, name: str) -> dict[str, str | None]:
    """What a note says; nothing if there is none, or none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((Path(app.doctreedir) / NOTE.format(name)).read_text(encoding="utf-8"))
        return dict(found) if isinstance(found, dict) else {}
    return {}


def _note(app: Sphinx, name: str, content: Mapping[str, str | None]) -> None:
    path = Path(app.doctreedir) / NOTE.format(name)
    with replacing(path) as beside:
        beside.write_text(json.dumps(content, indent=0), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the steps with Sphinx."""
    belief = Belief()
    app.connect("config-inited", belief.look_at_what_was_read, priority=_LAST)
    app.connect("builder-inited", belief.look_at_what_was_written)
    app.connect("env-get-outdated", belief.outdated)
    app.connect("env-before-read-docs", belief.name_what_is_read)
    app.connect("env-updated", belief.remember)
    app.connect("env-get-updated", belief.pages)
    app.connect("build-finished", belief.explain, priority=_FIRST)
    app.connect("build-finished", belief.note, priority=_LAST)
