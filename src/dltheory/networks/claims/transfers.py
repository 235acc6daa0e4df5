"""What transfers: for every theorem of the book whether it holds for networks, and the evidence that says so.

A row names a statement of the book and one of its clauses. What it says is read off the evidence that is filed there:
*exactly* and *to first order* need a proof, an enumeration or two computations that agree; *within x %* takes x from
the tolerance that was fixed for a measurement; a row cannot say more than its clause shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from dltheory.networks.claims import predictions
from verifiedbook.claims import Claim, Clauses, Evidence, Measured, load

#: What a row may say.
Kind = Literal["exactly", "first order", "measured", "fails"]
#: Evidence that proves or computes twice, in the engine's words.
_PROOFS = ("universal", "identity", "exact", "agreement", "statistical", "inference")
CHAPTERS = ("foundations", "momentum", "dropout", "pruning", "compression", "networks")
#: Claims that state something; observations are measurements already.
STATED = ("thm", "cor", "lem", "prop")


@dataclass(frozen=True)
class Transfer:
    """One row: what is said of a theorem for networks, by which clause of which claim, and in words."""

    kind: Kind
    claim: str
    clause: str = ""
    words: str = ""

    def verdict(self) -> str:
        """The verdict in words, with the percentage that its evidence was held to; ValueError if it shows less."""
        pieces = _evidence(self.claim, self.clause)
        named = f"{self.claim} ({self.clause})" if self.clause else self.claim
        if self.kind in ("exactly", "first order"):
            if not any(piece.kind in _PROOFS for piece in pieces):
                raise ValueError(f"{named} is measured: it shows nothing exactly")
            return "exactly" if self.kind == "exactly" else "to first order"
        if self.kind == "fails":
            return "fails"
        measurements = [piece for piece in pieces if isinstance(piece, Measured)]
        if not measurements:
            raise ValueError(f"{named} has no measurement: nothing was measured")
        tolerance = measurements[0].tolerance
        if not tolerance:
            if not self.predicted():
                return "measured, not predicted"
            return "measured, not as predicted" if self.otherwise() else "as predicted"
        return f"within {100 * tolerance:.3g} %" + (", not as first predicted" if self.otherwise() else "")

    def otherwise(self) -> bool:
        """Whether a prediction or a tolerance was changed after the data had been seen."""
        return any(self._changes())

    def predicted(self) -> bool:
        """Whether anything had been written down before the data were seen."""
        return not any(predictions.AFTERWARDS in change for change in self._changes())

    def _changes(self) -> list[str]:
        return [piece.changed for piece in _evidence(self.claim, self.clause) if isinstance(piece, Measured)]


def exactly(claim: str, clause: str = "", words: str = "") -> Transfer:
    """Holds for networks as it stands."""
    return Transfer("exactly", claim, clause, words)


def to_first_order(claim: str, clause: str = "", words: str = "") -> Transfer:
    """Holds where the network is replaced by its expansion: near a minimum, or for small noise."""
    return Transfer("first order", claim, clause, words)


def measured(claim: str, clause: str = "", words: str = "") -> Transfer:
    """Came out so on real networks, as predicted unless its evidence says otherwise."""
    return Transfer("measured", claim, clause, words)


def fails(claim: str, clause: str = "", words: str = "") -> Transfer:
    """Measured to be false of networks, or refuted by an exact counterexample."""
    return Transfer("fails", claim, clause, words)


_AT_MINIMUM = "at a minimum"
_OUTPUTS = "of the first residual, all outputs together"
TRANSFERS: Mapping[str, Transfer] = {
    "thm-gd-modes": measured("obs-network-width", "iv", f"{_OUTPUTS}, width 2048, 400 steps"),
    "thm-gd-stability": to_first_order(
        "thm-network-step-limit",
        "i",
        "at a minimum; training itself lives at the line, and above it, without diverging",
    ),
    "thm-gd-optimal-step": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-gd-filter": measured("obs-network-width", "iv", f"{_OUTPUTS}, width 2048, 400 steps"),
    "cor-gd-large-modes-first": measured(
        "obs-network-directions",
        "ii",
        "the order, width 2048; of the times, which were predicted, 49 of 50 came true (i)",
    ),
    "thm-gd-min-norm": measured("obs-network-ends", "i", "of the way, width 2048"),
    "thm-ridge-filter": measured("obs-network-ends", "iv", "width 2048, the ridge on the way from the start"),
    "thm-early-stopping": measured("obs-network-ends", "v", "width 2048"),
    "thm-momentum-modes": measured("obs-network-width", "iv", f"{_OUTPUTS}, width 2048, β = 0.3"),
    "thm-momentum-heavy-ball": exactly("thm-momentum-heavy-ball", "i", "its proof asks nothing of the gradients"),
    "thm-momentum-charpoly": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-discriminant": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-regimes": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "lem-momentum-jury": exactly("thm-network-step-limit", "i", "it is about polynomials"),
    "thm-momentum-stability": to_first_order(
        "thm-network-step-limit",
        "i",
        "at a minimum; training itself lives at the line, and above it, without diverging",
    ),
    "cor-momentum-step-gain": measured("obs-network-sharpness", "ii", "each of the two lines"),
    "thm-momentum-jordan": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-powers": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-all-complex": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-optimal": measured("obs-network-minimum", "i", "the rate near a minimum"),
    "cor-momentum-acceleration": to_first_order("cor-network-tuned-rate", "i", _AT_MINIMUM),
    "thm-momentum-residual-polynomial": to_first_order("thm-network-glm", "iii", _AT_MINIMUM),
    "thm-momentum-transient": measured("obs-network-minimum", "ii", "10⁻⁶ away from a minimum"),
    "cor-momentum-short-first-step": measured("obs-network-first-step", "i", "10⁻⁶ away from a minimum"),
    "thm-momentum-lower-bound": exactly(
        "thm-network-lower-bound", "", "computed twice on six instances: its hardest problem trains a last layer"
    ),
    "thm-momentum-nesterov": measured("obs-network-sharpness", "ii", "as the line of its polynomial"),
    "thm-momentum-noise": measured("obs-network-minimum", "iii", "near a minimum; five had been predicted"),
    "thm-momentum-not-global": measured(
        "obs-network-sharpness-limits", "iii", "two of three runs diverge, from below the line"
    ),
    "thm-dropout-expected-loss": to_first_order("thm-network-dropout-penalty", "i", "exactly on frozen features"),
    "cor-dropout-ridge": to_first_order("thm-network-dropout-penalty", "i", "exactly on frozen features"),
    "thm-dropout-noise-law": fails(
        "obs-network-dropout-penalty",
        "iv",
        "with cross-entropy the Bernoulli noise's higher moments are seen at every rate",
    ),
    "cor-dropout-standardised": exactly(
        "thm-network-dropout-moving", "i", "last hidden layer and squared loss, while all layers learn"
    ),
    "thm-dropout-minimiser": exactly("thm-last-layer-dropout", "ii", "for the last layer on frozen features only"),
    "thm-dropout-scale-free": exactly("thm-network-scale-free", "i", "for dropout on the inputs"),
    "thm-dropout-conditioning": exactly(
        "thm-network-dropout-moving",
        "iii",
        "for the weights of one output; for all weights together the lower bound alone (iv)",
    ),
    "cor-dropout-step-size": fails(
        "thm-network-dropout-step", "v", "at the flattest minimum of a chain of three weights it doubles for p = 1/8"
    ),
    "thm-dropout-equal-contributions": exactly(
        "thm-network-dropout-moving", "v", "for the units of the last hidden layer, while all layers learn"
    ),
    "thm-dropout-discontinuity": exactly(
        "thm-network-two-units", "v", "the jump is there, between contributions of units; proved for two of them"
    ),
    "thm-dropout-mean-dynamics": fails("thm-network-mean-path", "ii", "true of one step, false of two"),
    "thm-dropout-iterate-covariance": exactly(
        "thm-last-layer-dropout", "iii", "for the last layer on frozen features only"
    ),
    "thm-adam-sign": exactly(
        "thm-network-two-units", "iv", "of contributions of units, not of weights; proved for two of them"
    ),
    "thm-dropout-glm": to_first_order("thm-network-dropout-penalty", "i", "in any layer; Bernoulli noise is not small"),
    "thm-dropout-linear-network": exactly(
        "thm-network-dropout-penalty",
        "ii",
        "the penalty, last layer, squared loss; the bound needs linear layers below",
    ),
    "thm-dropout-ensemble": fails("thm-network-ensemble", "ii", "exact for the last hidden layer, false below a ReLU"),
    "thm-dropout-relu-on-logits": exactly("thm-dropout-relu-on-logits", "i", "it is about networks"),
    "thm-prune-loss": measured(
        "obs-network-surgeon", "ii", "of 1.06 times the prediction, summed over single weights, Gauss–Newton"
    ),
    "thm-magnitude-projection": exactly("thm-magnitude-projection", "i", "it is about vectors of weights"),
    "thm-obd": measured(
        "obs-network-surgeon", "ii", "of 1.06 times clause (i), summed over single weights, Gauss–Newton"
    ),
    "thm-obs": fails(
        "obs-network-surgeon", "iii", "for single weights its order holds, its price is too low by a third or more"
    ),
    "cor-obs-below-obd": measured("obs-network-surgeon", "vi", "every single weight of three networks"),
    "thm-obs-is-a-t-test": measured(
        "obs-network-retrained", "i", "median of rise after retraining over saliency, single weights"
    ),
    "thm-finetune-recovers": fails("obs-network-retrained", "iii", "retraining wins back more"),
    "thm-obs-greedy-gap": measured("obs-network-greedy-rows", "", "in the last layers of three networks"),
    "thm-random-pruning-is-dropout": exactly("thm-network-random-pruning", "i", "for units of any layer and any loss"),
    "thm-gaussian-energy": fails(
        "obs-network-gaussian-share", "", "the smaller half holds less than half of that share"
    ),
    "thm-pruning-and-gd-bias": measured(
        "obs-network-ends", "iii", "width 2048; of coordinates along singular directions of J, not of single weights"
    ),
    "prop-pruning-schedule": exactly("prop-pruning-schedule", "i", "it is about step sizes"),
    "thm-sparse-storage": exactly("thm-sparse-storage", "i", "it is about matrices of weights"),
    "thm-channel-permutation": exactly("thm-channel-permutation", "i", "it is about networks"),
    "thm-macs": exactly("thm-macs", "i", "it is about networks"),
    "thm-speedup-bound": exactly("thm-speedup-bound", "i", "it is about layers"),
}


@cache
def _claims() -> Mapping[str, Claim]:
    return load(tuple(f"dltheory.{chapter}.claims" for chapter in CHAPTERS))


@cache
def _evidence(label: str, clause: str) -> tuple[Evidence, ...]:
    """The evidence under a clause. Raises KeyError for a clause that the claim does not have."""
    built = _claims()[label].build()
    if not isinstance(built, Clauses):
        return tuple(built)
    return tuple(built.evidence[place] for place in built.filed[clause])


def theorems() -> dict[str, str]:
    """The label of every statement that is no observation, of the chapters before this one, and its chapter.

    In the order of the book, as far as the book lies beside the package.
    """
    chosen = {
        label: claim.chapter
        for label, claim in _claims().items()
        if label.split("-")[0] in STATED and claim.chapter != CHAPTERS[-1]
    }
    printed = list(_titles())
    place = {label: printed.index(label) if label in printed else len(printed) for label in chosen}
    return dict(sorted(chosen.items(), key=lambda pair: (CHAPTERS.index(pair[1]), place[pair[0]])))


@cache
def _titles() -> Mapping[str, str]:
    """The titles that the book prints, by label; none where there is no book beside the package."""
    from verifiedbook.project import ProjectError, find
    from verifiedbook.statements import statements

    try:
        return {stated.label: stated.title for stated in statements(find().book)}
    except (ProjectError, OSError):
        return {}


def counts() -> dict[str, int]:
    """How many theorems have each kind of verdict, and under ``otherwise`` how many of those measured came out so."""
    kinds: list[str] = [row.kind for row in TRANSFERS.values()]
    told = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return told | {"otherwise": sum(row.kind == "measured" and row.otherwise() for row in TRANSFERS.values())}


def as_markdown() -> str:
    """A table for each chapter, one row a theorem in the order of the book, with links to statement and evidence."""
    lines: list[str] = []
    before = ""
    for label, chapter in theorems().items():
        if chapter != before:
            lines += ["", f"**{chapter.capitalize()}**", "", "| theorem | for networks |", "|---|---|"]
            before = chapter
        row = TRANSFERS[label]
        told = f"**{row.verdict()}**, {{prf:ref}}`{row.claim}`" + (f" ({row.clause})" if row.clause else "")
        told += f": {row.words}" if row.words else ""
        lines.append(f"| {{prf:ref}}`{label}` {_titles().get(label, '')} | {told} |")
    return "\n".join(lines).strip()
