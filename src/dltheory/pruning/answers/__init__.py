"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

from verifiedbook.exercises import grader

from . import analysis, quadratic

ANSWERS = {**quadratic.ANSWERS, **analysis.ANSWERS}

check = grader(ANSWERS)
