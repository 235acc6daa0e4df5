"""From text to signs: what was typed, cut into pieces with every bracket matched. Nothing is evaluated."""

from __future__ import annotations

import re

from . import spelling
from .commands import DEPTH, Sign, comparison, rewrite
from .tree import Unreadable

#: Characters of an answer at most.
LENGTH = 1000


_LETTERS = "A-Za-z" + "".join(spelling.LETTERS)
_UPRIGHT = r"\\(?:mathrm|operatorname|text|mathit)\s*\{[A-Za-z]+\}"
_PIECES = re.compile(
    rf"""
    (?P<SPACE>   \s+ | \\[,;:!\ ] | ~ | \\q?quad\b | \$ )
  | (?P<NUMBER>  (?:\d+(?:\.\d+)? | \.\d+)(?:[eE][+-]?\d+(?![\w.]))? | \d+\.(?![\w.]) )
  | (?P<BEGIN>   \\begin\{{[a-z]*matrix\}} )
  | (?P<END>     \\end\{{[a-z]*matrix\}} )
  | (?P<WORD>    {_UPRIGHT}
               | (?:\\[A-Za-z]+ | [{_LETTERS}]+\d*)
                 (?: _\s*(?: \{{ (?:[^{{}}]{{1,20}} | {_UPRIGHT}) \}} | {_UPRIGHT}
                        | \\[A-Za-z]+ | \d+ | [{_LETTERS}]+\d* )
                   | [₀-₉ₐ-ₜᵢᵣᵤᵥⱼ]+ )? )
  | (?P<COMMA>   [,;] | \\\\ | & )
  | (?P<OPEN>    [(\[{{⌊⌈] | \\\{{ )
  | (?P<CLOSE>   [)\]}}⌋⌉] | \\\}} )
  | (?P<BAR>     [|∣] | \\\| )
  | (?P<POWER>   \*\* | \^ )
  | (?P<RAISED>  [⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+ )
  | (?P<VULGAR>  [{spelling.VULGAR}] )
  | (?P<ROOT>    [√∛] )
  | (?P<STAR>    [*·×⋅∙∗•⨯] )
  | (?P<SLASH>   [/÷∕⁄] )
  | (?P<PLUS>    [+＋] )
  | (?P<MINUS>   [-−–—‒‐‑﹣－] )
  | (?P<BANG>    ! )
  | (?P<EQUALS>  = )
  | (?P<COMPARE> [<>≤≥≠≈∼≡±∓] )
    """,
    re.VERBOSE,
)

_PAIRS = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "|": "|"}
_CALLED = {"⌊": "floor", "⌈": "ceiling", "|": "abs"}


def scan(text: str) -> list[Sign]:
    """The signs of ``text``: LaTeX's commands rewritten, brackets matched, bars turned into absolute values.

    Raises ``Unreadable`` for a character that formulas do not contain, an unknown command, and brackets that do not
    match.
    """
    if len(text) > LENGTH:
        raise Unreadable(f"Your answer has {len(text)} characters; at most {LENGTH} are read.")
    signs = rewrite(_cut(text))
    if not signs:
        raise Unreadable("Your answer is empty: type a formula.")
    return _matched(signs)


def _cut(text: str) -> list[Sign]:
    found: list[Sign] = []
    # a sentence's full stop, or the semicolon that ends a cell, is no part of the formula
    end = len(re.sub(r"[\s;.$]+$", "", text))
    at = 0
    while at < end:
        piece = _PIECES.match(text, at, end)
        if piece is None or piece.lastgroup is None:
            raise Unreadable(f"{_shown(text[at])} at place {at + 1} is not a sign that formulas are written with.")
        kind, written = piece.lastgroup, piece.group()
        if kind == "COMPARE":
            raise Unreadable(comparison(written, at + 1))
        if kind != "SPACE":
            found.append(Sign(kind, written, at + 1))
        at = piece.end()
    return found


def _shown(character: str) -> str:
    return f"“{character}”" if character.isprintable() else f"The character U+{ord(character):04X}"


_ENDS = frozenset(("NUMBER", "WORD", "CLOSE", "RAISED", "VULGAR", "BANG"))


def _matched(signs: list[Sign]) -> list[Sign]:
    """The signs with every bracket closed by its own kind, and bars and floors as calls."""
    out: list[Sign] = []
    opened: list[Sign] = []
    for sign in signs:
        kind, text = sign.kind, sign.text.removeprefix("\\")
        if kind == "BAR":
            # a bar closes if one is open here and something stands before it that can end a formula
            closes = bool(opened) and opened[-1].kind == "BAR" and bool(out) and out[-1].kind in _ENDS
            kind, text = ("CLOSE" if closes else "OPEN"), "|"
        if kind == "OPEN":
            opened.append(Sign(sign.kind, text, sign.place))
            if len(opened) > DEPTH:
                raise Unreadable(f"Your answer has more than {DEPTH} brackets within each other.")
            if text in _CALLED:
                out.append(Sign("WORD", _CALLED[text], sign.place))
            out.append(Sign("OPEN", "(" if text in _CALLED else text, sign.place))
        elif kind == "CLOSE":
            if not opened:
                raise Unreadable(f"The bracket “{text}” at place {sign.place} closes nothing.")
            before = opened.pop()
            if _PAIRS[before.text] != text:
                raise Unreadable(
                    f"The bracket “{before.text}” at place {before.place} is closed by “{text}” at place {sign.place}."
                )
            out.append(Sign("CLOSE", ")", sign.place))
        else:
            out.append(sign)
    if opened:
        raise Unreadable(f"The bracket “{opened[-1].text}” at place {opened[-1].place} is never closed.")
    return out
