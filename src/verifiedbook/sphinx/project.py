"""Where the project's files lie, and the records of this build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from ..dependencies import Dependencies
from ..project import DEFAULTS, Project, ProjectError, find
from .records import Records, read_records

logger = logging.getLogger(__name__)


def project_of(app: Sphinx) -> Project:
    """The project that the pages belong to; where no table describes it, what is usual, in the folder above them."""
    source = Path(app.srcdir)
    try:
        return find(source)
    except ProjectError:
        folders = [folder for folder in (source, *source.parents) if (folder / "pyproject.toml").is_file()]
        root = folders[0] if folders else source.parent
        pins = tuple(root / name for name in DEFAULTS["pins"])
        return Project(root, "", (), source, root / DEFAULTS["results"], pins)


def prepare(app: Sphinx) -> None:
    """Read the records once for a build, with one warning if that does not work, and start a fresh import graph."""
    records = read_records(record_of(app), project_of(app).command)
    if records.problem:
        logger.warning("%s", records.problem, type="claims")
    cast(Any, app).claim_records = records
    cast(Any, app).claim_dependencies = import_graph(app)


def record_of(app: Sphinx) -> Path:
    """Where `verify` has written what holds."""
    project = project_of(app)
    return project.root / app.config.claims_json if app.config.claims_json else project.record


def import_graph(app: Sphinx) -> Dependencies:
    """The import graph as it is at this moment."""
    project = project_of(app)
    roots = app.config.claims_packages or project.sources()
    return Dependencies({name: Path(folder) for name, folder in roots.items()}, project.results)


def records_of(app: Sphinx) -> Records:
    """The records that :func:`prepare` has read for this build."""
    return cast(Records, cast(Any, app).claim_records)


def dependencies_of(app: Sphinx) -> Dependencies:
    """The import graph of this build."""
    return cast(Dependencies, cast(Any, app).claim_dependencies)


def code_link(code: Mapping[str, Any], app: Sphinx) -> list[nodes.Node]:
    """Path and line of a claim, as a link where ``claims_code_url`` says where the code is published."""
    place = f"{code.get('path', '')}:{code.get('line', '')}"
    shown = nodes.inline(place, place, classes=["claim-place"])  # a literal would not wrap on a narrow page
    if not app.config.claims_code_url:
        return [nodes.Text("code: "), shown]
    address = app.config.claims_code_url
    for name in ("path", "line"):
        address = address.replace(f"{{{name}}}", str(code.get(name, "")))
    return [nodes.Text("code: "), nodes.reference("", "", shown, refuri=address, internal=False)]
