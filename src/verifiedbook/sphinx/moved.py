"""What a build must not keep of the one before: entries of a page read again, links to old places, pages nobody writes.

Sphinx forgets what a page contributed only when its turn to be read comes: a label that has moved to a page read before
that looks like one given twice. It does not write again a page that only links to what moved. And it removes no page of
its output: not that of a document that is gone, not an index that the configuration no longer asks for.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .domain import claims_domain

_LAST = 900  # after the handlers of Sphinx itself, which give the numbers


def forget(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Forget all that the pages to be read contributed, before the first of them is read."""
    for docname in docnames:
        app.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)


def note_links(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which labels the page just read links to."""
    targets = {str(node["reftarget"]) for node in doctree.findall(addnodes.pending_xref) if "reftarget" in node}
    claims_domain(app.env).data["links"][app.env.docname] = sorted(targets)


def led_astray(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages with a link whose target has another page, number or title than when they were last written."""
    data, places = claims_domain(env).data, _places(env)
    found = []
    for docname, targets in data["links"].items():
        told = repr([(target, places.get(target)) for target in targets])
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        if data["led"].get(docname) != digest:
            data["led"][docname] = digest
            found.append(docname)
    return found


def _places(env: BuildEnvironment) -> dict[str, Any]:
    """Page, number and title of everything that a label can lead to."""
    standard, mathematics = env.domaindata.get("std", {}), env.domaindata.get("math", {})
    numbers: dict[tuple[str, str], Any] = {}
    for docname, sections in env.toc_secnumbers.items():
        numbers.update({(docname, anchor.removeprefix("#")): number for anchor, number in sections.items()})
    for docname, kinds in env.toc_fignumbers.items():
        for counted in kinds.values():
            numbers.update({(docname, anchor): number for anchor, number in counted.items()})
    found: dict[str, Any] = {}
    for label, (docname, anchor) in standard.get("anonlabels", {}).items():
        found[label] = (docname, anchor, numbers.get((docname, anchor)), "")
    for label, (docname, anchor, title) in standard.get("labels", {}).items():
        found[label] = (docname, anchor, numbers.get((docname, anchor)), str(title))
    for label, (docname, number) in mathematics.get("objects", {}).items():
        found[label] = (docname, number)
    theorems = claims_domain(env).theorems
    for label, entry in getattr(env, "proof_list", {}).items():
        title = theorems[label].title if label in theorems else ""
        found[label] = (entry["docname"], numbers.get((entry["docname"], label)), title)
    return found


def remove_unwritten(app: Sphinx, error: Exception | None) -> None:
    """Remove what earlier builds wrote and this configuration no longer would: pages of documents, and indices."""
    if error is None and app.builder.format == "html":
        for path in (*_gone(app), *_unasked(app)):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def _gone(app: Sphinx) -> Iterator[Path]:
    """The page, and the source shown beside it, of each document that is there no more."""
    builder: Any = app.builder
    sources = Path(app.outdir) / "_sources"
    ends = [suffix + app.config.html_sourcelink_suffix for suffix in app.config.source_suffix]
    for path in sources.rglob("*"):
        name = path.relative_to(sources).as_posix()
        end = next((end for end in (*ends, *app.config.source_suffix, ".ipynb") if name.endswith(end)), None)
        if end is not None and path.is_file() and (docname := name.removesuffix(end)) not in app.env.found_docs:
            yield from (path, Path(builder.get_outfilename(docname)))


def _unasked(app: Sphinx) -> Iterator[Path]:
    """The pages of indices that are not asked for, or would be empty."""
    builder: Any = app.builder
    asked = app.config.html_domain_indices
    for domain in app.env.domains.values():
        for index in domain.indices:
            name = f"{domain.name}-{index.name}"
            wanted = asked if isinstance(asked, bool) else name in asked
            if name not in app.env.found_docs and not (wanted and index(domain).generate()[0]):
                yield Path(builder.get_outfilename(name))
    if not app.config.html_use_index and "genindex" not in app.env.found_docs:
        yield Path(builder.get_outfilename("genindex"))


def setup(app: Sphinx) -> None:
    """Register the steps with Sphinx."""
    app.connect("env-before-read-docs", forget, priority=_LAST)
    app.connect("doctree-read", note_links)
    app.connect("env-get-updated", led_astray, priority=_LAST)
    app.connect("build-finished", remove_unwritten)
