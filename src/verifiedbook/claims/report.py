"""What a run found, as a JSON document (version 2) that the book displays and other programs may read."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from ..check import binding
from ..project import Project
from ..replacing import replacing
from ..statements import Statement
from .evidence import Outcome
from .grading import settle
from .registry import Claim
from .runner import Result

VERSION = 2
#: What the engine itself decides with.
_PACKAGES = ("sympy", "z3-solver", "cvc5", "mpmath")


class ReportError(ValueError):
    """A report cannot be read or written; the message says which file and what to do."""


def document(
    results: Mapping[str, Result],
    claims: Mapping[str, Claim],
    stated: Mapping[str, Statement],
    project: Project,
) -> dict[str, Any]:
    """The JSON document of ``results``; ``stated`` is what the book prints under each label.

    It is the same whenever it is made from the same commit: how long it took stands in :func:`timing`.
    """
    found = [_claim(result, claims[label], stated.get(label)) for label, result in results.items()]
    settle(found)
    at = commit(project.root)
    return {
        "version": VERSION,
        "packages": versions(project),
        "environment": {
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "date": date(project.root, at),
            "commit": at,
        },
        "claims": found,
    }


def timing(results: Mapping[str, Result], jobs: int) -> dict[str, Any]:
    """When and in how many processes ``results`` were found, and the seconds of each and of its pieces of evidence."""
    seconds = {
        label: {
            "seconds": round(result.seconds, 3),
            "evidence": [round(outcome.seconds, 3) for outcome in result.outcomes],
        }
        for label, result in results.items()
    }
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {"version": VERSION, "date": now, "jobs": jobs, "claims": seconds}


def _claim(result: Result, claim: Claim, stated: Statement | None) -> dict[str, Any]:
    texts, argued = stated.clauses if stated else {}, dict(result.argued)
    return {
        "label": claim.label,
        "chapter": claim.chapter,
        "title": (stated.title if stated else "") or claim.title,
        "status": result.status,
        "problem": result.problem,
        "assumptions": list(result.assumptions),
        "statement": claim.statement,
        "uses": list(claim.uses),
        "source": claim.source,
        "code": claim.code(),
        "clauses": [
            {
                "name": name,
                "text": texts.get(name, "").strip(),
                "status": "",
                "evidence": list(places),
                "rules": [],
                "reason": argued.get(name, ""),
                "cited": name in result.cited or (not result.outcomes and bool(claim.source)),
            }
            for name, places in result.filed
        ],
        "relations": {
            "bound": result.bound,
            "declared": [{"text": text, "reason": reason} for text, reason in result.declared],
            "read": result.read,
        },
        "evidence": [_evidence(outcome) for outcome in result.outcomes],
    }


def _evidence(outcome: Outcome) -> dict[str, Any]:
    found = outcome.certificate
    certificate = found and _bound(found, outcome.assumptions, outcome.conclusion)
    return {
        **({"certificate": certificate} if outcome.certifiable or certificate else {}),
        "kind": outcome.kind,
        "status": outcome.status,
        "detail": outcome.detail,
        "scope": outcome.scope,
        "complete": outcome.complete,
        "steps": [
            {
                "name": step.name,
                "kind": step.kind,
                "assumptions": list(step.assumptions),
                "conclusion": step.conclusion,
                "certificate": step.certificate and _bound(step.certificate, step.assumptions, step.conclusion),
            }
            for step in outcome.steps
        ],
        "rule": outcome.rule,
        "cites": [list(cited) for cited in outcome.cites],
        "changed": outcome.changed,
        "assumptions": list(outcome.assumptions),
        "conclusion": outcome.conclusion,
        "witness": outcome.witness,
        "near_misses": [
            {
                "description": miss.description,
                "rejected": miss.rejected,
                "witness": miss.witness,
                "erratum": asdict(miss.erratum) if miss.erratum else None,
            }
            for miss in outcome.near_misses
        ],
    }


def _bound(certificate: Mapping[str, Any], assumptions: Sequence[str], conclusion: str) -> dict[str, Any]:
    """The certificate, tied to what is printed beside it."""
    return {**certificate, "of": binding(list(assumptions), conclusion, certificate["statement"])}


def read(path: Path) -> dict[str, Any]:
    """The document at ``path``; :class:`ReportError` if it is missing, damaged or of another version."""
    content = read_json(path)
    if (
        not isinstance(content, dict)
        or content.get("version") != VERSION
        or not isinstance(content.get("claims"), list)
    ):
        raise ReportError(f"{path} is not a version {VERSION} record of claims; `verify` makes it again")
    return content


def read_json(path: Path) -> Any:
    """What the JSON file at ``path`` holds; :class:`ReportError` if it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"{path} does not exist; `verify` makes it") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ReportError(f"{path} cannot be read ({error}); `verify` makes it again") from None


def write(content: dict[str, Any], path: Path) -> None:
    """Write ``content`` to ``path``, all or nothing; :class:`ReportError` if that is impossible.

    A link stays a link, to what is written; what is no file, such as ``/dev/stdout``, is written to and not replaced.
    """
    check_writable(path)
    if path.exists() and not path.is_file():
        try:
            path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise ReportError(f"cannot write {path}: {error.strerror}") from None
        return
    try:
        with replacing(path.resolve()) as beside, beside.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror}; nothing of it is kept") from None


def check_writable(path: Path) -> None:
    """Make the folder of ``path``; :class:`ReportError` now, rather than after the work, if it cannot be written."""
    try:
        if path.is_dir():
            raise ReportError(f"cannot write {path}: it is a folder; name a file")
        if path.exists() and not path.is_file():
            return
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror or error}; choose a folder you may write to") from None


def commit(root: Path) -> str | None:
    """The commit that ``root`` is at, with ``+`` if files differ from it; None outside a git checkout of its own.

    A copy that was unpacked inside another repository is not part of that one, whatever ``GIT_DIR`` says.
    """
    try:
        _git(root, "ls-files", "--error-unmatch", "pyproject.toml")
        return _git(root, "rev-parse", "--short=12", "HEAD") + ("+" if _git(root, "status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def date(root: Path, at: str | None) -> str | None:
    """The day that the report is of: that of ``SOURCE_DATE_EPOCH``, else of the commit ``at``; None without either."""
    stamp = os.environ.get("SOURCE_DATE_EPOCH", "")
    if stamp.isascii() and stamp.isdigit() and len(stamp) < 12:
        return datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date().isoformat()
    if at is None:
        return None
    seconds = _git(root, "log", "-1", "--format=%ct")
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date().isoformat()


def _git(root: Path, *arguments: str) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, env=ours, capture_output=True, text=True, check=True).stdout.strip()


def versions(project: Project) -> dict[str, str]:
    """The versions installed of what the engine decides with and of what the project names."""
    installed = {}
    for package in (*_PACKAGES, *project.versions):
        try:
            installed[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return installed
