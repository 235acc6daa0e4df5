r"""The tokens of a formula: names whole, with accent, primes, star and index; arguments in braces, written or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Token
from lark.lexer import Lexer

from .symbols import (
    ACCENTS,
    BRACKETS,
    DOTS,
    FONTS,
    FUNCTIONS,
    GREEK,
    LETTERS,
    LOOKS,
    WORD,
    UnreadableError,
)

_CLOSING = frozenset(BRACKETS.values())
_SIGNS = {"+": "SIGN", "-": "SIGN", r"\pm": "SIGN", r"\mp": "SIGN", "/": "SLASH", ",": "COMMA", "!": "BANG"}
_SIGNS |= {r"\cdot": "TIMES", r"\times": "TIMES", r"\odot": "TIMES", "*": "TIMES", "&": "AMP", r"\\": "ROW"}
_FRACTIONS = {r"\frac": "FRAC", r"\tfrac": "FRAC", r"\dfrac": "FRAC", r"\binom": "BINOM", r"\tbinom": "BINOM"}
_ENCLOSING = {r"\norm": (r"\lVert", r"\rVert"), r"\abs": (r"\lvert", r"\rvert")}
_STARS = frozenset([r"\star", r"\ast", "*"])
_DIGITS = "0123456789"


def compact(latex: str) -> str:
    r"""``latex`` without anything that only looks: ``{ t + 1,\, i }`` and ``t+1,i`` become the same."""
    made = ""
    for word in WORD.findall(latex):
        if word not in LOOKS:
            made += " " + word if _ends_in_command(made) and word[0].isalpha() else word
    while made.startswith("{") and _closing(made, 0) == len(made) - 1:
        made = made[1:-1]
    return made


def _ends_in_command(text: str) -> bool:
    tail = text[text.rfind("\\") :] if "\\" in text else ""
    return len(tail) > 1 and tail[1:].isalpha()


def _closing(text: str, start: int) -> int:
    """Where the brace that opens at ``start`` closes."""
    depth, i = 0, start
    while i < len(text):
        if text[i] == "\\":
            i += 1
        elif text[i] == "{":
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return i
        i += 1
    raise UnreadableError(f"a brace is not closed in {text!r}")


class Tokens:
    """The tokens of one formula, left to right."""

    def __init__(self, latex: str) -> None:
        self.text = latex
        self.at = 0
        self.bars: list[str] = []

    def peek(self) -> str:
        """The next word that means something, or nothing at the end."""
        while match := WORD.search(self.text, self.at):
            if match.group() not in LOOKS:
                self.at = match.start()
                return match.group()
            self.at = match.end()
        return ""

    def take(self) -> str:
        """The same, and go on behind it."""
        word = self.peek()
        match = WORD.search(self.text, self.at)
        if not word or match is None:
            raise UnreadableError(f"something is missing at the end of {self.text!r}")
        self.at = match.end()
        return word

    def raw(self) -> str:
        """The next argument as it is written, without its braces."""
        word = self.take()
        if word == "{":
            end = _closing(self.text, self.at - 1)
            inside, self.at = self.text[self.at : end], end + 1
            return inside
        return word + (f"{{{self.raw()}}}" if word in FONTS | ACCENTS else "")

    def __iter__(self) -> Iterator[Token]:
        while word := self.peek():
            yield from self.one(word)

    def one(self, word: str) -> Iterator[Token]:
        """The tokens of what begins with ``word``."""
        start = self.at
        if word[0] in _DIGITS:
            yield Token("NUMBER", self.number(), start)
        elif self.begins_name(word):
            yield Token("NAME", self.name(), start)
        elif word in FUNCTIONS or word == r"\operatorname":
            yield from self.function()
        elif word in _FRACTIONS:
            self.take()
            yield Token(_FRACTIONS[word], word, start)
            yield from self.argument()
            yield from self.argument()
        elif word == r"\sqrt":
            yield from self.root()
        elif word in _ENCLOSING:
            self.take()
            opening, closing = _ENCLOSING[word]
            yield Token("OPEN", opening, start)
            yield from Tokens(self.raw())
            yield Token("CLOSE", closing, self.at)
        elif word == "^":
            self.take()
            yield from self.raised()
        elif word == "_":
            self.take()
            yield Token("INDEX", compact(self.raw()), start)
        elif word in (r"\begin", r"\end"):
            self.take()
            kind = self.raw()
            if not kind.endswith("matrix"):
                raise UnreadableError(f"no formula may begin with {kind}: {self.text!r}")
            yield Token("BEGIN" if word == r"\begin" else "END", kind, start)
        else:
            yield self.sign(word)

    def sign(self, word: str) -> Token:
        """A sign, a bracket or a bar."""
        start = self.at
        self.take()
        if word in BRACKETS or word in _CLOSING:
            return Token("OPEN" if word in BRACKETS else "CLOSE", word, start)
        if word in ("|", r"\|"):
            bar = ("vert" if word == "|" else "Vert", "")[0]
            if self.bars and self.bars[-1] == word:
                self.bars.pop()
                return Token("CLOSE", rf"\r{bar}", start)
            self.bars.append(word)
            return Token("OPEN", rf"\l{bar}", start)
        if word in DOTS:
            return Token("DOTS", word, start)
        if word == "'":
            raise UnreadableError(f"a prime stands behind no letter in {self.text!r}")
        if word in ("{", "}"):
            return Token("LEFT" if word == "{" else "RIGHT", word, start)
        if word in _SIGNS:
            return Token(_SIGNS[word], word, start)
        raise UnreadableError(f"{word} is not in the grammar of the notation: {self.text!r}")

    def number(self) -> str:
        """Digits, with a decimal point if digits follow it."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in _DIGITS:
            self.at += 1
        if self.text[self.at : self.at + 1] == "." and self.text[self.at + 1 : self.at + 2].isdigit():
            self.at += 1
            while self.at < len(self.text) and self.text[self.at] in _DIGITS:
                self.at += 1
        return self.text[start : self.at]

    def begins_name(self, word: str) -> bool:
        """Whether a name begins here."""
        return word.isalpha() or word in GREEK | LETTERS | FONTS | ACCENTS or word == r"\nabla"

    def name(self) -> str:
        r"""A name in its one spelling: letter, primes, ``^{\star}``, ``_{index}``."""
        letter = self.take()
        if letter in FONTS | ACCENTS:
            letter = f"{letter}{{{compact(self.raw())}}}"
        elif letter == r"\nabla":
            letter = rf"\nabla {self.take()}"
        primes, star, index = "", "", ""
        while word := self.peek():
            if word == "'":
                self.take()
                primes += "'"
            elif word == "_" and not index:
                self.take()
                index = f"_{{{compact(self.raw())}}}"
            elif word == "^" and not star:
                before = self.at
                self.take()
                raised = compact(self.raw())
                if raised in _STARS:
                    star = r"^{\star}"
                elif set(raised.replace(r"\prime", "'")) == {"'"}:
                    primes += raised.replace(r"\prime", "'")
                elif self.peek() == "_" and not index:
                    # X^2_j is written for X_j^2
                    self.take()
                    index = f"_{{{compact(self.raw())}}}"
                    self.text = self.text[: self.at] + f"^{{{raised}}}" + self.text[self.at :]
                    break
                else:
                    self.at = before
                    break
            else:
                break
        return letter + primes + star + index

    def function(self) -> Iterator[Token]:
        """A function in front of its argument; its index, as written, behind a colon."""
        start = self.at
        word = self.take()
        name = compact(self.raw()) if word == r"\operatorname" else word[1:]
        index = ""
        if self.peek() == "_":
            self.take()
            index = self.raw().strip()
        yield Token("FUNCTION", f"{name}:{index}", start)

    def argument(self) -> Iterator[Token]:
        """An argument in braces, of one word if there are none."""
        yield Token("LEFT", "{", self.at)
        if self.peek()[:1] in tuple(_DIGITS):
            self.at += 1
            yield Token("NUMBER", self.text[self.at - 1], self.at)
        else:
            yield from Tokens(self.raw())
        yield Token("RIGHT", "}", self.at)

    def root(self) -> Iterator[Token]:
        r"""``\sqrt{x}`` or ``\sqrt[n]{x}``."""
        start = self.at
        self.take()
        if self.peek() == "[":
            end = self.text.index("]", self.at)
            degree, self.at = self.text[self.at + 1 : end], end + 1
            yield Token("ROOT", "root", start)
            yield Token("LEFT", "{", start)
            yield from Tokens(degree)
            yield Token("RIGHT", "}", start)
        else:
            yield Token("SQRT", "sqrt", start)
        yield from self.argument()

    def raised(self) -> Iterator[Token]:
        """What stands raised: a transpose, a pseudo-inverse, a side from which to approach, or an exponent."""
        start = self.at
        if self.peek()[:1] in tuple(_DIGITS):
            yield Token("CARET", "^", start)
            yield from self.argument()
            return
        inside = self.raw()
        short = compact(inside)
        if short in (r"\top", r"\intercal"):
            yield Token("TRANSPOSE", short, start)
        elif short in ("+", "-"):
            yield Token("SIDE", short, start)
        elif short in _STARS:
            yield Token("INDEX", r"\star", start)
        else:
            yield Token("CARET", "^", start)
            yield Token("LEFT", "{", start)
            yield from Tokens(inside)
            yield Token("RIGHT", "}", start)


class WordLexer(Lexer):
    """The tokens above, as Lark asks for them."""

    def __init__(self, _conf: Any) -> None:
        """Nothing to set."""

    def lex(self, data: Any, _parser_state: Any = None) -> Iterator[Token]:
        """The tokens of a formula."""
        text = data if isinstance(data, str) else getattr(data, "text", data)
        return iter(Tokens(str(getattr(text, "text", text))))
