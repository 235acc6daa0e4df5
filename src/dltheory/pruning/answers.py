"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

from . import answers_analysis, answers_quadratic, answers_speed

ANSWERS = {**answers_quadratic.ANSWERS, **answers_analysis.ANSWERS, **answers_speed.ANSWERS}
