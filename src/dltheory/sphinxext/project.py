"""Where the project's files lie, and the records of this build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from .dependencies import Dependencies
from .records import Records, read_records

logger = logging.getLogger(__name__)

PINS = ("requirements.txt", "constraints.txt")


def project_root(app: Sphinx) -> Path:
    """The folder of the checkout: the nearest one above the sources with a ``pyproject.toml``, else the one above."""
    source = Path(app.srcdir)
    for folder in (source, *source.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
    return source.parent


def prepare(app: Sphinx) -> None:
    """Read the records once for a build, with one warning if that does not work, and start a fresh import graph."""
    path = Path(app.config.claims_json) if app.config.claims_json else Path("_build", "claims.json")
    records = read_records(project_root(app) / path)
    if records.problem:
        logger.warning("%s", records.problem, type="claims")
    cast(Any, app).claim_records = records
    roots = app.config.claims_packages or {"dltheory": Path(__file__).resolve().parents[1]}
    graph = Dependencies({name: Path(folder) for name, folder in roots.items()}, project_root(app) / "results")
    cast(Any, app).claim_dependencies = graph


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
