"""Wrong edits of the relations that a text prints: what a tired author or a careless merge could do to a formula."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .printed import Printed, relations_in
from .words import compact

KINDS = ("sign", "factor", "exponent", "strictness", "index", "dropped")

_STRICTNESS = {
    "<": r"\le ",
    ">": r"\ge ",
    r"\le": "<",
    r"\leq": "<",
    r"\leqslant": "<",
    r"\ge": ">",
    r"\geq": ">",
    r"\geqslant": ">",
    r"\ne": "=",
    r"\succ": r"\succeq ",
}
_PLUS_OR_MINUS = re.compile(r"(?<![_^])[+-](?![}\s]*$)")
_EXPONENT = re.compile(r"\^(?:\{(?P<long>[^{}\\]+)\}|(?P<short>\w))")
_INDEX = re.compile(r"_(?:\{(?P<long>\\?\w+)\}|(?P<short>\w))")
_NAME_WITHOUT_EXPONENT = re.compile(
    r"(?:\\(?:alpha|beta|eta|kappa|lambda|mu|sigma|rho|tau)|\b[a-zA-Z])(?![\w^'({\\\[])"
)
_NUMBER = re.compile(r"(?<![\w^_.])\d+(?![\w.]*\})")
_HYPOTHESES = re.compile(r"\b(?:[Ll]et|[Ii]f|[Ff]or|[Ww]ith)\b[^.;]*$")


@dataclass(frozen=True)
class Edit:
    """A text with one relation made wrong: how, which one, what stands there now."""

    kind: str
    printed: Printed
    now: str
    text: str


def wrong_edits(text: str, seed: int = 0) -> list[Edit]:
    """For each relation one wrong edit of each kind that fits it; where several do, the seed chooses."""
    rng = random.Random(seed)
    edits: list[Edit] = []
    for printed in relations_in(text):
        start, end = printed.span
        here = text[start:end]
        if compact(here) != compact(printed.source):
            continue
        for kind, found in _edits(printed, here):
            edited = rng.choice(found)
            if compact(edited) != compact(here):
                edits.append(Edit(kind, printed, edited.strip(), text[:start] + edited + text[end:]))
        if dropped := _dropped(text, printed):
            edits.append(Edit("dropped", printed, "", dropped))
    return edits


def _edits(printed: Printed, here: str) -> Iterator[tuple[str, list[str]]]:
    """The edits of each kind that make the relation say something else."""
    loose = printed.relation in ("in", "to", "positive definite")
    # 2x = 0 says the same as x = 0
    nothing = "0" in (compact(printed.left), compact(printed.right)) or loose
    if signs := [_put(here, match, "-" if match.group() == "+" else "+") for match in _PLUS_OR_MINUS.finditer(here)]:
        yield "sign", signs
    elif not nothing and printed.right[:1] not in "(\\{" and r"\pm" not in here:
        yield "sign", [_right(printed, here, "-")]
    if not nothing:
        numbers = [_put(here, match, str(2 * int(match.group()))) for match in _NUMBER.finditer(here)]
        if numbers and numbers != [here]:
            yield "factor", numbers
        elif printed.right[:1] not in "(\\{-+0123456789" or printed.right.startswith(r"\frac"):
            yield "factor", [_right(printed, here, "2")]
    if exponents := [_put(here, match, _raised(match)) for match in _EXPONENT.finditer(here)]:
        yield "exponent", exponents
    elif names := [_put(here, match, match.group() + "^2") for match in _NAME_WITHOUT_EXPONENT.finditer(here)]:
        # x^2 = 0 says the same as x = 0
        yield from [("exponent", names)] if not nothing or printed.relation in ("<", ">", "<=", ">=") else []
    if (weaker := _STRICTNESS.get(printed.operator)) is not None:
        at = here.index(printed.operator, len(printed.left.rstrip()))
        yield "strictness", [here[:at] + weaker + here[at + len(printed.operator) :]]
    if indices := [_put(here, match, _other_index(match)) for match in _INDEX.finditer(here)]:
        yield "index", indices


def _put(here: str, match: re.Match[str], instead: str) -> str:
    return here[: match.start()] + instead + here[match.end() :]


def _right(printed: Printed, here: str, before: str) -> str:
    """The relation with something put before its right side."""
    at = len(here) - len(printed.right)
    return here[:at] + " " + before + here[at:]


def _raised(match: re.Match[str]) -> str:
    exponent = match["long"] or match["short"]
    return f"^{{{int(exponent) + 1}}}" if exponent.isdigit() else f"^{{{exponent}+1}}"


def _other_index(match: re.Match[str]) -> str:
    index = match["long"] or match["short"]
    if index in (r"\max", r"\min"):
        return r"_{\min}" if index == r"\max" else r"_{\max}"
    if index.isdigit():
        return f"_{{{int(index) + 1}}}"
    return "_{k}" if index != "k" else "_{j}"


def _dropped(text: str, printed: Printed) -> str:
    r"""The text without the relation, if it is a hypothesis: an end of a chain, or a formula of its own."""
    start, end = printed.span
    before, after = text[:start], text[end:]
    if not _HYPOTHESES.search(before.replace("\n", " ")):
        return ""
    if before.endswith("$") and not before.endswith("$$") and after.startswith("$"):
        return before[:-1] + "it" + after[1:]
    if before.endswith("$") and not before.endswith("$$"):
        # the right side stays: it begins the rest of the chain
        return before + text[end - len(printed.right) : end] + after
    if after.startswith("$") and not after.startswith("$$"):
        return before + printed.left + after
    return ""
