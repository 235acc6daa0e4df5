"""Citation: what another claim of the book proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..evidence import Outcome, Verdict
from .rule import Inference, Premise


@dataclass(frozen=True, eq=False)
class Cites(Inference):
    """What the claim ``label`` says, or one ``clause`` of it, is used as it stands there.

    It holds if that does, which the runner sees to: the claim that cites must name the label in its ``uses``. There is
    nothing of its own to attack, so it has no near misses.
    """

    rule: ClassVar[str] = "citation"
    sentence: ClassVar[str] = (
        "What another statement of the book says, under its own hypotheses, may be used. It counts for no more than it "
        "counts there, and fails with it."
    )
    proof: ClassVar[str] = "Nothing is to be proved; that no statements cite each other in a circle is checked."
    label: str
    clause: str | None = None

    def premises(self) -> Sequence[Premise]:
        return []

    def cites(self) -> tuple[tuple[str, str], ...]:
        """The label, and the clause or nothing."""
        return ((self.label, self.clause or ""),)

    def attempt(self) -> Verdict:
        return Verdict("holds", f"as {self._named()} says")

    def run(self) -> Outcome:
        outcome = super().run()
        return replace(outcome, status="holds", detail=self.attempt().detail)

    def relations(self) -> list[Any]:
        return []

    def _named(self) -> str:
        return f"{self.label} ({self.clause})" if self.clause else self.label
