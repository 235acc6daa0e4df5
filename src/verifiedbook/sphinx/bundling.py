"""The folder of the site's own Python, written beside the pages when they are done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from ..browser.bundle import bundle
from ..browser.obtain import ObtainError, translated
from ..check import checksum
from ..replacing import replacing
from .answers import graded
from .answers import modules_of as modules_of_answers
from .believed import tell
from .cells import modules_of
from .prerender import TEMML
from .project import dependencies_of, project_of
from .python import FOLDER, has_python, reach_of


def copy(app: Sphinx, error: Exception | None) -> None:
    """Put Python and the code that it is to run beside the pages."""
    if error or not has_python(app):
        return
    root = project_of(app).root
    try:
        packages = translated(root)
    except ObtainError as problem:
        raise ExtensionError(f"{problem}; or say claims_python = False in the configuration") from problem
    bundle(Path(app.outdir) / FOLDER, root, packages, code(app, modules_of(app)), records(app), TEMML)


def records(app: Sphinx) -> Sequence[Any]:
    """The graded exercises as data; kept from the last build if nothing that they depend on has changed."""
    digest = dependencies_of(app).digest(code(app, modules_of_answers(app)))
    kept = Path(app.outdir).parent / "exercises.json"
    if kept.is_file():
        try:
            found = json.loads(kept.read_text(encoding="utf-8"))
            if found["checksum"] != checksum(found["records"]):
                raise ValueError("records")
            if found["digest"] == digest:
                return list(found["records"])
        except (OSError, ValueError, LookupError, TypeError):
            tell(app, f"{kept} is not as it was written, so the exercises are worked out again")
    from ..exercises import record  # SymPy is needed only now

    made = [record(exercise) for exercise in graded(app).values()]
    with replacing(kept) as beside:
        beside.write_text(json.dumps({"digest": digest, "checksum": checksum(made), "records": made}), encoding="utf-8")
    return made


def code(app: Sphinx, modules: Iterable[str]) -> set[Path]:
    """The files that Python in the browser needs of the engine, and of ``modules``."""
    return reach_of(app).of(["verifiedbook.browser.session", *modules])


def setup(app: Sphinx) -> None:
    """Register what writes it."""
    app.connect("build-finished", copy)
