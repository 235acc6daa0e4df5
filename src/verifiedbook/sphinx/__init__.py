"""The book's Sphinx extension: statuses under theorems, printed formulas, ledger, errata, graph, and what is executed.

Nothing here is imported by the rest of the package, and nothing here imports torch.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from ..lock import hold
from . import (
    answers,
    believed,
    bundling,
    cells,
    certificates,
    clauses,
    execution,
    graph,
    live,
    marks,
    moved,
    nodes,
    previews,
    project,
    publication,
    python,
    quoted,
    scripts,
    strict,
)
from .domain import ClaimsDomain, claims_domain
from .formula import Formula, FormulaRole
from .ledger import OVERVIEWS, Overview, Overviews, overview
from .project import project_of, records_of
from .status import Statuses


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Pages that show records which are not what they were, and overviews if anything at all is read again."""
    domain, records = claims_domain(env), records_of(app)
    shown: dict[str, str] = domain.data["shown"]
    pages = [name for name, digest in shown.items() if digest != records.digest(domain.labels_in(name))]
    stale = pages or added or changed or removed or domain.data.get("recorded") != records.fingerprint
    domain.data["recorded"] = records.fingerprint
    return [*pages, *(domain.data["overviews"] if stale else ())]


def bring_style(app: Sphinx, config: Config) -> None:
    """Add the style sheet that the boxes need, unless the book has one of its own."""
    if config.claims_style:
        config.html_static_path.append(str(Path(__file__).parent / "_static"))
        app.add_css_file("verifiedbook.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; no file is read before a build begins."""
    app.setup_extension("sphinx_proof")
    app.add_config_value("claims_json", None, "env", (str, Path))
    app.add_config_value("claims_code_url", "", "env", (str,))
    app.add_config_value("claims_packages", {}, "env", (dict,))
    app.add_config_value("claims_parallel", None, "", (int,))
    app.add_config_value("claims_style", True, "html", (bool,))
    app.add_config_value("claims_extension", _own_digest(), "env", (str,))
    app.add_domain(ClaimsDomain)
    nodes.setup(app)
    marks.setup(app)
    graph.setup(app)
    clauses.setup(app)
    app.add_node(overview)
    for name in OVERVIEWS:
        app.add_directive(name, Overview)
    app.add_directive("formula", Formula)
    app.add_role("formula", FormulaRole())
    app.add_transform(Statuses)
    app.add_post_transform(Overviews)
    app.connect("config-inited", one_at_a_time, priority=1)
    app.connect("config-inited", bring_style)
    app.connect("builder-inited", project.prepare)
    app.connect("env-get-outdated", outdated)
    believed.setup(app)
    execution.setup(app)
    moved.setup(app)
    live.setup(app)
    quoted.setup(app)
    certificates.setup(app)
    python.setup(app)
    answers.setup(app)
    cells.setup(app)
    bundling.setup(app)
    scripts.setup(app)
    previews.setup(app)
    publication.setup(app)
    strict.setup(app)
    if importlib.util.find_spec(f"{__name__}.page"):
        app.setup_extension(f"{__name__}.page")
    app.setup_extension(f"{__name__}.latex")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def one_at_a_time(app: Sphinx, config: Config) -> None:
    """Hold the book's folder from before what the last build knew is read until this one is over."""
    let_go = hold(project_of(app).root, lambda sentence: print(sentence, flush=True))
    app.connect("build-finished", lambda *_: let_go(), priority=2000)


def _own_digest() -> str:
    """A digest of the extension's own code, so that editing it makes Sphinx read every page again."""
    folder = Path(__file__).parent
    shown = sorted((folder.parent / "claims" / "inference").glob("*.py"))  # printed as they are
    sources = [*sorted(folder.rglob("*.py")), *shown, folder.parent / "printing.py", folder.parent / "live.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
