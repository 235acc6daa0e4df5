"""The relations that a MyST text prints: where each stands, and its two sides in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .mathematics import Mathematics, pieces
from .symbols import BRACKETS, DOTS, LOOKS, RELATIONS, WORD
from .words import compact


@dataclass(frozen=True)
class Printed:
    r"""One relation as the page prints it: ``left operator right``, at ``line`` and ``column`` (from 1) of the text.

    ``a<b\le c`` is two of them, and the second begins at the b. ``formula`` is the dotted path of the object that a
    ``{formula}`` prints; then the two sides are empty but for ``:lhs:``. ``span``: where it begins and ends.
    """

    left: str
    operator: str
    right: str
    line: int
    column: int
    formula: str = field(default="", kw_only=True)
    span: tuple[int, int] = field(default=(0, 0), kw_only=True, compare=False)

    @property
    def source(self) -> str:
        """LaTeX of the relation."""
        if self.formula:
            return f"{self.left} {self.operator} {{formula}} {self.formula}".strip()
        command = self.operator[-1:].isalpha() and self.right[:1].isalpha()
        return f"{self.left}{self.operator}{' ' if command else ''}{self.right}"

    @property
    def relation(self) -> str:
        """The name of its sign: one of the values of ``RELATIONS``."""
        return RELATIONS[self.operator]

    @property
    def where(self) -> str:
        """``line 3, column 14``."""
        return f"line {self.line}, column {self.column}"


def relations_in(text: str) -> list[Printed]:
    """All relations of a MyST text, in order: in dollars, in ``{math}`` and in ``{formula}``, single and split."""
    found: list[Printed] = []
    for piece in pieces(text):
        if isinstance(piece, Mathematics):
            for start, end, left, operator, right in _relations(piece.latex):
                found.append(_at(text, (piece.start + start, piece.start + end), left, operator, right))
        else:
            found.append(_at(text, (piece.start, piece.start), piece.left, piece.operator, "", piece.path))
    return sorted(found, key=lambda printed: printed.span[0])


def _at(text: str, span: tuple[int, int], left: str, operator: str, right: str, formula: str = "") -> Printed:
    line = text.count("\n", 0, span[0]) + 1
    column = span[0] - (text.rfind("\n", 0, span[0]) + 1) + 1
    return Printed(left, operator, right, line, column, formula=formula, span=span)


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    depth: int


_LINES = re.compile(r"\\(?:begin|end)\{(?:aligned|align|split|gathered|gather|equation)\*?\}")
_MATRIX = re.compile(r"\\(begin|end)\{(\w+)\*?\}")
_TEXT = re.compile(r"\\(?:text|mbox|textit|textbf)\{[^{}]*\}|\\(?:tag|label)\{[^{}]*\}")
_CLOSING = frozenset(BRACKETS.values())
#: Looks that part one relation from the next, where all brackets are closed.
_PARTING = frozenset([r"\quad", r"\qquad", r"\\", ",", ";"])


def _words(latex: str) -> list[_Word]:
    """The words with how deep in braces, brackets and matrices they stand; ``\\text{…}`` and ``\\begin{…}`` are one."""
    words: list[_Word] = []
    depth, at = 0, 0
    while match := WORD.search(latex, at):
        word = match.group()
        if word in (r"\text", r"\mbox", r"\tag", r"\label") and (whole := _TEXT.match(latex, match.start())):
            words.append(_Word(whole.group(), match.start(), whole.end(), depth))
            at = whole.end()
            continue
        if word in (r"\begin", r"\end") and (whole := _MATRIX.match(latex, match.start())):
            depth -= word == r"\end"
            words.append(_Word(whole.group(), match.start(), whole.end(), depth + 1))
            depth += word == r"\begin"
            at = whole.end()
            continue
        if word in BRACKETS or word == "{":
            words.append(_Word(word, match.start(), match.end(), depth + 1))
            depth += 1
        elif word in _CLOSING or word == "}":
            words.append(_Word(word, match.start(), match.end(), depth))
            depth -= 1
        else:
            # g_= is a letter with an index, not a relation
            raised = bool(words) and words[-1].text in ("_", "^")
            words.append(_Word(word, match.start(), match.end(), depth + raised))
        at = match.end()
    return words


_Side = tuple[int, int]


@dataclass(frozen=True)
class _Segment:
    """Sides and the signs between them, and what parts it from the segment before."""

    sides: tuple[_Side, ...]
    signs: tuple[str, ...]
    parting: str


def _relations(latex: str) -> Iterator[tuple[int, int, str, str, str]]:
    """Start, end, left side, sign, right side of each relation of a formula."""
    latex = _joined(_LINES.sub(lambda match: " " * len(match.group()), latex).replace("{}", "  "))
    segments = _segments(latex, _words(latex))
    for i, segment in enumerate(segments):
        if not segment.signs:
            continue
        sides = [_side(latex, side) for side in segment.sides]
        if not sides[0][1] and i and segments[i - 1].signs:
            # a line of an aligned display goes on where the one before stopped
            sides[0] = _side(latex, segments[i - 1].sides[-1])
        sides, signs = _without_dots(sides, segment.signs)
        if len(signs) == 1 and signs[0] == "=" and (values := _listed(latex, segments[i + 1 :])):
            listed = ",".join([sides[1][1], *values])
            yield sides[0][0], sides[0][0], sides[0][1], r"\in", rf"\{{{listed}\}}"
            continue
        for (start, left), (ending, right), sign in zip(sides, sides[1:], signs, strict=False):
            if sign == signs[0]:
                for other_start, other in _names_before(latex, segments[:i], segment):
                    if left == sides[0][1]:
                        yield other_start, ending + len(right), other, sign, right
            if (left or right) and not (":" in left and RELATIONS[sign] == "to"):
                # a lone sign is spoken of, and f: R -> R says what f is
                yield start, ending + len(right), left, sign, right


#: What a line of a display that goes on begins with: room, then a sign between terms or a relation.
_GOES_ON = re.compile(
    r"\\\\(?:\[[^\]]*\])?(?:\s|&|\\q?quad\b|\\[,;:! ])*(?=[-+=]|\\(?:pm|mp|cdot|times|leq?|geq?|lt|gt)\b|[<>])"
)


def _joined(latex: str) -> str:
    """``latex`` with the lines of a display joined, where one goes on with the next; every letter keeps its place."""
    breaks = [word.start for word in _words(latex) if word.depth == 0 and word.text == "\\\\"]
    for start in breaks:
        if found := _GOES_ON.match(latex, start):
            latex = latex[:start] + " " * len(found.group()) + latex[found.end() :]
    return latex


def _segments(latex: str, words: list[_Word]) -> list[_Segment]:
    """The pieces between commas, wide spaces, line breaks and words, where no bracket is open."""
    segments: list[_Segment] = []
    sides: list[_Side] = []
    signs: list[str] = []
    begin, parting = 0, ""

    def close(end: int) -> None:
        inner = latex[begin:end]
        if not signs and (bracketed := _bracketed(inner)) is not None:
            start = begin + inner.index("(") + 1
            for segment in _segments(bracketed, _words(bracketed)):
                moved = tuple((a + start, b + start) for a, b in segment.sides)
                segments.append(_Segment(moved, segment.signs, segment.parting or parting))
        else:
            segments.append(_Segment((*sides, (begin, end)), tuple(signs), parting))
        sides.clear()
        signs.clear()

    for word in words:
        if word.depth == 0 and word.text in RELATIONS:
            sides.append((begin, word.start))
            signs.append(word.text)
            begin = word.end
        elif word.depth == 0 and (word.text in _PARTING or word.text.startswith((r"\text", r"\mbox", r"\tag"))):
            close(word.start)
            begin = word.end
            parting = word.text
        elif word.depth == 0 and word.text == ":" and not latex[word.end :].strip():
            break
    close(len(latex))
    return segments


def _bracketed(latex: str) -> str | None:
    """What stands in the round brackets that hold all of ``latex``, if there is a relation in there."""
    words = [word for word in _words(latex) if word.text not in LOOKS]
    while words and words[-1].text in (".", ";", ":"):
        words.pop()
    if len(words) < 3 or words[0].text != "(" or words[-1].text != ")":
        return None
    if any(word.depth == 0 for word in words[1:-1]):
        return None
    if not any(word.depth == 1 and word.text in RELATIONS for word in words[1:-1]):
        return None
    return latex[words[0].end : words[-1].start]


_EDGES = re.compile(r"^(?:\s|~|&|\\[,;:! ]|\\displaystyle\b)+|(?:\s|~|&|\\[,;:! ]|[.:;])+$")


def _side(latex: str, side: _Side) -> tuple[int, str]:
    """A side without spaces, signs of alignment and the full stop behind it, and where it begins."""
    text = latex[side[0] : side[1]]
    stripped = _EDGES.sub("", text)
    if text.rstrip().endswith("\\") and not stripped.endswith("\\"):
        stripped = _EDGES.sub("", text.rstrip()[:-1])
    return side[0] + max(text.find(stripped), 0), stripped


def _without_dots(
    sides: list[tuple[int, str]], signs: tuple[str, ...]
) -> tuple[list[tuple[int, str]], tuple[str, ...]]:
    r"""``a\ge\dots\ge b`` as the one relation of its ends."""
    kept, left = [sides[0]], []
    for (_, side), sign in zip(sides[1:-1], signs[:-1], strict=True):
        if side not in DOTS:
            kept.append((_, side))
            left.append(sign)
    return [*kept, sides[-1]], (*left, signs[-1])


def _listed(latex: str, following: list[_Segment]) -> list[str]:
    r"""The values behind the first in ``i=1,\dots,d`` and ``t=1,2``; none if what follows is no such list."""
    values: list[str] = []
    for segment in following:
        value = _side(latex, segment.sides[0])[1]
        dotted = value in DOTS or (bool(values) and values[-1] in DOTS)
        if segment.signs or segment.parting != "," or not (dotted or value.replace(".", "", 1).isdigit()):
            break
        values.append(value)
    return values if not values or values[-1] not in DOTS else []


_NAME = re.compile(r"\\?[A-Za-z]+(?:'|_\{[^{}]*\}|_\\?\w|\^\{?\\star\}?)*")


def _names_before(latex: str, before: list[_Segment], segment: _Segment) -> list[tuple[int, str]]:
    r"""The names that share the relation: T in ``T,D\in\R``."""
    names: list[tuple[int, str]] = []
    parting = segment.parting
    for earlier in reversed(before):
        side = _side(latex, earlier.sides[-1])
        if parting != "," or earlier.signs or not _NAME.fullmatch(compact(side[1])):
            break
        names.append(side)
        parting = earlier.parting
    return names[::-1]
