"""The engine: what a claim is, how it is proved, checked and attacked. It knows no chapter."""

from .clauses import Clauses, clauses
from .enclosure import Enclosure
from .evidence import Erratum, Evidence, NearMiss, Outcome, Verdict
from .exact import Exact
from .identity import Identity
from .numerical import Agreement, Measured
from .registry import Claim, ClaimError, claim, load
from .runner import Result, run, run_all
from .statistical import MonteCarlo
from .universal import ForAll

__all__ = [
    "Agreement",
    "Claim",
    "ClaimError",
    "Clauses",
    "Enclosure",
    "Erratum",
    "Evidence",
    "Exact",
    "ForAll",
    "Identity",
    "Measured",
    "MonteCarlo",
    "NearMiss",
    "Outcome",
    "Result",
    "Verdict",
    "claim",
    "clauses",
    "load",
    "run",
    "run_all",
]
