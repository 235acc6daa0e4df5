"""Answers of the chapter's exercises."""

from verifiedbook.exercises import Exercise, by_label, grader, positive

from . import derivation as d

ANSWERS = by_label(Exercise("ex-lens-image", lambda: d.image, (positive("f"), positive("g"))))
check = grader(ANSWERS)
