"""From signs to what the grammar knows: names of the exercise, functions, constants, and products that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .commands import Sign
from .functions import FUNCTIONS, LISTS, SPELLINGS
from .spelling import COMMANDS, canonical
from .tree import Unreadable

#: Names of constants, where the exercise does not use them otherwise.
CONSTANTS = {"pi": "pi", "e": "e", "E": "e"}

#: Letters of a word at most: longer ones are no product of names.
WORD = 60

_ENDS = frozenset(("NUMBER", "NAME", "CONSTANT", "CLOSE", "RAISED", "VULGAR", "BANG"))
_BEGINS = frozenset(("NUMBER", "NAME", "CONSTANT", "OPEN", "FUNCTION", "VULGAR"))


def name(signs: list[Sign], names: Iterable[str], parts: int = 1) -> list[Sign]:
    """The signs with every word recognised, decimal commas read and products between neighbours made explicit.

    Raises ``Unreadable`` for a word that is neither a name of the exercise nor a function of the allow-list.
    """
    known = tuple(names)
    words = _words(_without_quantities(signs), known)
    return _products(_decimals(words, parts))


def uses(names: Iterable[str]) -> str:
    """The end of the sentence about a name that does not belong: which ones do."""
    known = list(names)
    if not known:
        return "the answer is a number"
    return f"it uses {', '.join(known[:-1])} and {known[-1]}" if len(known) > 1 else f"it uses {known[0]}"


def _without_quantities(signs: list[Sign]) -> list[Sign]:
    """Without the name of what is asked for: ``eta = ...``, ``w_1 = ..., w_2 = ...``, ``w^* = ...``."""
    out: list[Sign] = []
    at = start = 0  # start: where the formula begins after the last name that was taken away
    while at < len(signs):
        begins = (not out and not start) or (bool(out) and out[-1].kind in ("COMMA", "OPEN") and start < at)
        end = at + 1
        while begins and end < min(at + 3, len(signs)) and signs[end].kind in ("POWER", "STAR"):
            end += 1
        if begins and signs[at].kind == "WORD" and end < len(signs) and signs[end].kind == "EQUALS":
            at = start = end + 1
            continue
        if signs[at].kind == "EQUALS":
            raise Unreadable(
                f"“=” at place {signs[at].place}: give the formula alone, at most with one name and “=” in front of it."
            )
        out.append(signs[at])
        at += 1
    return out


def _words(signs: list[Sign], names: tuple[str, ...]) -> list[Sign]:
    out: list[Sign] = []
    for at, sign in enumerate(signs):
        if sign.kind != "WORD":
            out.append(sign)
            continue
        following = signs[at + 1].kind if at + 1 < len(signs) else ""
        out += _word(sign, names, following)
    return out


def _word(sign: Sign, names: tuple[str, ...], following: str) -> list[Sign]:
    """A word as one name, function or constant, or as a product of several, as ``2ab`` has it."""
    word = canonical(sign.text)
    if word in LISTS and word not in names and following == "OPEN":
        return []  # Matrix([...]) is the list in it
    pieces = _split(word, names, following)
    if pieces is None:
        if SPELLINGS.get(word, word) in FUNCTIONS:
            raise Unreadable(f"{word} at place {sign.place} is a function: it lacks what it applies to.")
        typed = sign.text if sign.text.isascii() and "\\" not in sign.text and "{" not in sign.text else word
        typed = typed if len(typed) <= WORD else typed[: WORD - 3] + "..."
        raise Unreadable(
            f"Your answer contains {typed} at place {sign.place}, which this exercise does not use; {uses(names)}."
        )
    return [Sign(kind, text, sign.place) for kind, text in pieces]


@lru_cache(maxsize=2048)
def _split(word: str, names: tuple[str, ...], following: str) -> tuple[tuple[str, str], ...] | None:
    """The names, constants and functions that make up ``word``, the longest first; ``None`` if there is no such way."""
    if len(word) > WORD:
        return None
    whole = _known(word, names, following)
    if whole is not None:
        return (whole,)
    if word in COMMANDS or word in SPELLINGS or word in FUNCTIONS:
        return None  # beta is one letter, never b times eta
    for length in range(len(word) - 1, 0, -1):
        first = _known(word[:length], names, "")
        if first is not None and first[0] != "FUNCTION":
            rest = _split(word[length:], names, following)
            if rest is not None:
                return (first, *rest)
    return None


def _known(word: str, names: tuple[str, ...], following: str) -> tuple[str, str] | None:
    """What one word means: a name that the exercise declares before anything else."""
    if word in names:
        return ("NAME", word)
    for candidate in names:
        if "_" in candidate and word == candidate.replace("_", ""):
            return ("NAME", candidate)
    function = SPELLINGS.get(word, word).replace("log_2", "log2").replace("log_10", "log10")
    if function in FUNCTIONS and following:
        return ("FUNCTION", function)
    return ("CONSTANT", CONSTANTS[word]) if word in CONSTANTS else None


def _decimals(signs: list[Sign], parts: int) -> list[Sign]:
    """With decimal commas read, where a comma between digits can be nothing else."""
    semicolons = any(sign.kind == "COMMA" and sign.text == ";" for sign in signs)
    if parts > 1 and not semicolons:
        return signs
    out: list[Sign] = []
    lists: list[bool] = []  # for each open bracket: may it hold several things?
    for at, sign in enumerate(signs):
        if sign.kind == "OPEN":
            caller = signs[at - 1] if at else sign
            several = caller.kind == "FUNCTION" and FUNCTIONS[caller.text].arguments[1] > 1
            lists.append(several or sign.text == "[")
        elif sign.kind == "CLOSE":
            lists.pop()
        if len(out) > 1 and not any(lists[-1:]) and _is_decimal(out[-2], out[-1], sign):
            after = signs[at + 1] if at + 1 < len(signs) else None
            if after is None or after.text != ",":
                whole = out[-2]
                out[-2:] = [Sign("NUMBER", f"{whole.text}.{sign.text}", whole.place)]
                continue
        out.append(sign)
    return out


def _is_decimal(before: Sign, comma: Sign, after: Sign) -> bool:
    digits = before.kind == after.kind == "NUMBER" and before.text.isdigit() and after.text.isdigit()
    adjacent = before.place + len(before.text) == comma.place == after.place - 1
    return digits and comma.text == "," and adjacent


def _products(signs: list[Sign]) -> list[Sign]:
    """With a sign ``TIMES`` wherever two things stand side by side, and ``RAISE`` for a power of a function's name."""
    out: list[Sign] = []
    exponents: set[int] = set()  # where the exponent of a function's name ends: sin^2 x is no product
    for at, sign in enumerate(signs):
        before = signs[at - 1] if at else None
        if sign.kind == "POWER" and before is not None and before.kind == "FUNCTION":
            exponents.add(_end_of_group(signs, at + 1))
            sign = Sign("RAISE", sign.text, sign.place)
        elif sign.kind == "RAISED" and before is not None and before.kind == "FUNCTION":
            exponents.add(at)
            sign = Sign("LIFT", sign.text, sign.place)
        elif before is not None and before.kind in _ENDS and sign.kind in _BEGINS and at - 1 not in exponents:
            if before.kind == "NUMBER" and sign.kind in ("NUMBER", "VULGAR"):
                raise Unreadable(
                    f"“{before.text} {sign.text}” at place {before.place}: two numbers stand side by side; "
                    "put a sign between them."
                )
            out.append(Sign("TIMES", "", sign.place))
        out.append(sign)
    return out


def _end_of_group(signs: list[Sign], start: int) -> int:
    """The index at which a bracket that opens at ``start`` is closed; ``start`` itself if none opens there."""
    depth = 0
    for at in range(start, len(signs)):
        depth += (signs[at].kind == "OPEN") - (signs[at].kind == "CLOSE")
        if depth <= 0:
            return at
    return start
