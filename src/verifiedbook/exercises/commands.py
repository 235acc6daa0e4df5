"""LaTeX's commands, rewritten as plain signs: ``\\frac{a}{b}`` is ``((a)/(b))``, ``\\sqrt2`` is ``sqrt(2)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import spelling
from .functions import FUNCTIONS, SPELLINGS
from .tree import Unreadable

#: Brackets, fractions and roots within each other at most.
DEPTH = 25


@dataclass(frozen=True)
class Sign:
    """A piece of the text: its kind, how it is written, and the place at which it begins, counted from 1."""

    kind: str
    text: str
    place: int


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Commands that only say how something is set.
_SILENT = _words(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle limits"
)
_COMPARE = _words("lt le leq leqslant gt ge geq geqslant ne neq approx sim pm mp equiv")
_SIGNS: dict[str, tuple[str, str]] = {
    **{word: ("STAR", "*") for word in _words("cdot times ast star cdotp")},
    "div": ("SLASH", "/"),
    **{word: ("BAR", "|") for word in _words("lvert rvert vert mid lVert rVert")},
    **{word: ("OPEN", sign) for word, sign in {"lbrace": "{", "lbrack": "[", "lfloor": "⌊", "lceil": "⌈"}.items()},
    **{word: ("CLOSE", sign) for word, sign in {"rbrace": "}", "rbrack": "]", "rfloor": "⌋", "rceil": "⌉"}.items()},
}
_FRACTIONS = _words("frac dfrac tfrac cfrac")
_BINOMIALS = _words("binom dbinom tbinom")


def comparison(written: str, place: int) -> str:
    return f"“{written}” at place {place} compares or leaves open; give the formula alone."


def rewrite(signs: list[Sign], depth: int = 0) -> list[Sign]:
    """The signs without LaTeX's commands: ``\\frac{a}{b}`` is ``((a)/(b))``, ``\\sqrt2`` is ``sqrt(2)``."""
    if depth > DEPTH:
        raise Unreadable(f"Your answer has more than {DEPTH} fractions or roots within each other.")
    queue, out = list(reversed(signs)), []
    while queue:
        sign = queue.pop()
        word, place = _command(sign), sign.place
        if word in _FRACTIONS | _BINOMIALS:
            over, under = (rewrite(_argument(queue, sign), depth + 1) for _ in range(2))
            if word in _FRACTIONS:
                inner = [*_bracket(over, place), Sign("SLASH", "/", place), *_bracket(under, place)]
                out += _bracket(inner, place)
            else:
                out += _call("binomial", [*over, Sign("COMMA", ",", place), *under], place)
        elif word == "sqrt":
            degree = rewrite(_square(queue), depth + 1)
            inside = rewrite(_argument(queue, sign), depth + 1)
            if degree:
                out += _call("root", [*inside, Sign("COMMA", ",", place), *degree], place)
            else:
                out += _call("sqrt", inside, place)
        elif word == "abs":
            out += _call("abs", rewrite(_argument(queue, sign), depth + 1), place)
        elif word in _COMPARE:
            raise Unreadable(comparison(sign.text, place))
        elif word in _SIGNS:
            kind, written = _SIGNS[word]
            out.append(Sign(kind, written, place))
        elif sign.kind == "BEGIN":
            out.append(Sign("OPEN", "[", place))
        elif sign.kind == "END":
            out.append(Sign("CLOSE", "]", place))
        elif sign.kind == "ROOT":
            out.append(Sign("WORD", "sqrt" if sign.text == "√" else "cbrt", place))
        elif word and word not in _SILENT and word not in spelling.COMMANDS and _function(word) is None:
            raise Unreadable(f"“{sign.text}” at place {place} is not a command that is read here.")
        elif word not in _SILENT:
            out.append(sign)
    return out


def _command(sign: Sign) -> str:
    """The word of a LaTeX command such as ``\\frac``; empty for other signs."""
    return sign.text[1:] if sign.kind == "WORD" and re.fullmatch(r"\\[A-Za-z]+", sign.text) else ""


def _function(word: str) -> str | None:
    """The function of the allow-list that ``word`` spells."""
    name = SPELLINGS.get(word, word)
    return name if name in FUNCTIONS else None


def _argument(queue: list[Sign], owner: Sign) -> list[Sign]:
    """What a LaTeX command takes next from the (reversed) queue: a group in braces, or one sign, or one digit."""
    if not queue:
        raise Unreadable(f"“{owner.text}” at place {owner.place} lacks what it applies to.")
    first = queue.pop()
    if first.kind == "OPEN" and first.text == "{":
        return _until(queue, first, "{", "}")
    if first.kind == "NUMBER" and len(first.text) > 1:
        queue.append(Sign("NUMBER", first.text[1:], first.place + 1))
        return [Sign("NUMBER", first.text[0], first.place)]
    if _command(first) in _FRACTIONS:
        return [first, *(part for _ in range(2) for part in [_BRACE[0], *_argument(queue, first), _BRACE[1]])]
    if _command(first) in ("sqrt", "abs"):
        return [first, _BRACE[0], *_argument(queue, first), _BRACE[1]]
    return [first]


_BRACE = (Sign("OPEN", "{", 0), Sign("CLOSE", "}", 0))


def _square(queue: list[Sign]) -> list[Sign]:
    """The degree of a root, ``[3]``, if one stands next."""
    if queue and queue[-1].kind == "OPEN" and queue[-1].text == "[":
        return _until(queue, queue.pop(), "[", "]")
    return []


def _until(queue: list[Sign], opened: Sign, left: str, right: str) -> list[Sign]:
    """The signs up to the bracket that closes ``opened``, which is taken away too."""
    inside: list[Sign] = []
    open_brackets = 1
    while queue:
        sign = queue.pop()
        open_brackets += (sign.kind == "OPEN" and sign.text == left) - (sign.kind == "CLOSE" and sign.text == right)
        if open_brackets == 0:
            return inside
        inside.append(sign)
    raise Unreadable(f"The bracket “{opened.text}” at place {opened.place} is never closed.")


def _bracket(inside: list[Sign], place: int) -> list[Sign]:
    return [Sign("OPEN", "(", place), *inside, Sign("CLOSE", ")", place)]


def _call(function: str, inside: list[Sign], place: int) -> list[Sign]:
    return [Sign("WORD", function, place), *_bracket(inside, place)]
