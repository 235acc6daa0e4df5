"""One run of ``verify``: what has to run, what may stand, and the report that holds both."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from .check import checksum
from .claims import Claim, Result, report, run_all, terminal
from .claims.certificate import kept
from .claims.grading import settle
from .incremental import Entry, Sources, earned, known, refreshed, same, stands
from .project import Project
from .statements import Statement, statements


class Session:
    """The claims of a project, what is recorded about them at ``path``, and the sources as they were at the start.

    ``told`` are sentences about the record; ``entries`` is what the report holds once it is written, by label.
    """

    def __init__(
        self,
        project: Project,
        claims: Mapping[str, Claim],
        stated: Iterable[Statement],
        sources: Sources,
        path: Path,
    ) -> None:
        self._project, self._claims, self._sources, self._path = project, claims, sources, path
        self._stated = {statement.label: statement for statement in stated}
        self._digests = {label: sources.digest(claim) for label, claim in claims.items()}
        self._known, problem = known(path)
        self.told = [problem] if problem else []
        self.told += [
            f"{path} is not a file of certificates; what it held is made again"
            for path in kept.damaged(project.certificates)
        ]
        self.entries: dict[str, Entry] = {}
        self.written = False
        self._edited: list[Path] = []
        self._dropped: list[str] = []
        self._unkept = ""

    def outdated(self, everything: bool) -> list[str]:
        """Labels of the claims that have no result which may stand; all of them if ``everything`` is to run."""
        return [
            label for label in self._claims if everything or not stands(self._known.get(label), self._digests[label])
        ]

    def run(self, labels: list[str], jobs: int, out: Console) -> dict[str, Result]:
        """Run the claims ``labels``; what they import is imported first."""
        if not labels:
            return {}
        self._sources.preload(self._claims[label] for label in labels)
        kept.keep_in(self._project.certificates)
        gc.freeze()  # claims make garbage; what is there now is none, in the processes that are forked neither
        gc.enable()
        with terminal.progress(out, len(labels)) as notify:
            warn = lambda sentence: out.print(sentence, soft_wrap=True, markup=False)  # noqa: E731
            return run_all(labels, self._project.claim_modules, jobs, notify, self._stated, warn)

    def write(self, results: Mapping[str, Result], jobs: int, others: bool) -> None:
        """Write the report: ``results``, and where ``others`` are wanted, what may stand of the rest.

        What was edited since the start is left out: the text that was proved is no longer the text that is there.
        """
        found = report.document(results, self._claims, self._stated, self._project)
        fresh = {entry["label"]: {**entry, "digest": self._digests[entry["label"]]} for entry in found["claims"]}
        entries: dict[str, Entry] = {}
        root = self._project.root
        for label, claim in self._claims.items():
            if label in fresh:
                entries[label] = refreshed(fresh[label], claim, self._stated.get(label), root)
            elif others and (old := self._current(label, fresh)):
                entries[label] = refreshed(old, claim, self._stated.get(label), root)
        settle(list(entries.values()))
        if results and (edited := self._sources.changed()):
            now = Sources(self._project, statements(self._project.book))
            self._edited = edited
            self._dropped = [label for label in entries if now.digest(self._claims[label]) != self._digests[label]]
        self.entries = {label: entry for label, entry in entries.items() if label not in self._dropped}
        listed = list(self.entries.values())
        try:
            kept.write(listed, self._project.certificates, self._claims)
        except OSError as error:
            self._unkept = f"certificates cannot be kept in {self._project.certificates}: {error.strerror or error}"
        found = {**found, "checksum": checksum(listed), "claims": listed}
        self.written = not same(found, self._path)
        if self.written:
            report.write(found, self._path)
        self._sources.keep()
        if results and self._path.is_file():
            self._write_timing(results, jobs)

    def _write_timing(self, results: Mapping[str, Result], jobs: int) -> None:
        """Beside the report: the seconds of ``results``, and those known of the other claims that it holds."""
        path = self._path.with_name("timing.json")
        try:
            old = dict(report.read_json(path)["claims"])
        except (report.ReportError, LookupError, TypeError, ValueError):
            old = {}  # it is lost, and nothing depends on it
        now = report.timing(results, jobs)
        known = {label: old[label] for label in self.entries if label in old}
        report.write({**now, "claims": {**known, **now["claims"]}}, path)

    def settled(self, results: Mapping[str, Result]) -> dict[str, Result]:
        """``results`` with the grades of the report, which knows of every claim that one of them cites or uses."""
        told = {label: self.entries.get(label, vars(result)) for label, result in results.items()}
        return {
            label: replace(result, status=told[label]["status"], problem=told[label]["problem"])
            for label, result in results.items()
        }

    def _current(self, label: str, fresh: Iterable[str]) -> Entry | None:
        """What is recorded about ``label``, if it was earned by what is there now; ``fresh`` claims were run now."""
        entry = self._known.get(label)
        if entry is None or not earned(entry, self._digests[label]):
            return None
        # what failed may have failed because of a claim that holds now
        return None if entry["status"] == "failed" and set(entry["uses"]) & set(fresh) else entry

    def stale(self, names: Iterable[str]) -> str:
        """What is missing in the report, because only claims that ``names`` stand for were run."""
        missing = len(self._claims) - len(self.entries) - len(self._dropped) if names else 0
        claims = "1 other claim is" if missing == 1 else f"{missing} other claims are"
        return f"{claims} left out: not verified yet, or what they depend on has changed" if missing else ""

    def faults(self, results: Mapping[str, Result]) -> list[str]:
        """One sentence for each thing that is wrong beyond the results themselves."""
        found = [self._unkept] if self._unkept else []
        found += [
            f"{label}: {entry['problem']}"
            for label, entry in self.entries.items()
            if entry["status"] == "failed" and label not in results and self._known[label]["status"] != "failed"
        ]
        if self._dropped:
            names = ", ".join(path.name for path in self._edited)
            claims = f"{len(self._dropped)} claims depend" if len(self._dropped) > 1 else f"{self._dropped[0]} depends"
            found.append(
                f"{names} changed while {claims} on it; verify again: what was read at the start is no longer there"
            )
        return found
