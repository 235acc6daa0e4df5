"""One style sheet out of several: what no page uses is left out, what is between the rules too.

Only as much of CSS is read as that needs: comments, strings, and blocks within blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

TOKEN = re.compile(r"""/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|[^"'{};/]+|/""", re.DOTALL)
ADDRESS = re.compile(r"url\(\s*(['\"]?)(?!data:|https?:|/|#)([^'\")]+)\1\s*\)")
BRACES = ("{", "}", ";", "")
NESTING = ("@media", "@supports", "@layer", "@container")


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Head and body of each rule at the top of ``css``, compact; the body of ``@import …`` and the like is ``None``."""
    head: list[str] = []
    body: list[str] = []
    depth = 0
    for token in TOKEN.findall(css):
        if token.startswith("/*"):
            continue
        if token == "}":
            depth -= 1
            if depth == 0:
                yield compact(head), compact(body)
                head, body = [], []
                continue
        if token == ";" and depth == 0:
            if compact(head):
                yield compact(head), None
            head = []
            continue
        if token == "{":
            depth += 1
            if depth == 1:
                continue
        (body if depth else head).append(token)


def compact(tokens: list[str]) -> str:
    """The tokens without the space that only people need; strings stay as they are."""
    made = ""
    for token in tokens:
        text = token if token[0] in "\"'" else re.sub(r"\s+", " ", token)
        made = made.rstrip(" ") + text if text in BRACES else made + (text.lstrip(" ") if made[-1:] in BRACES else text)
    return made.strip(" ").removesuffix(";")


def selectors(head: str) -> list[str]:
    """The parts of a list of selectors; a comma within brackets separates nothing."""
    parts, depth = [""], 0
    for mark in head:
        depth += (mark in "([") - (mark in ")]")
        if mark == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [part.strip() for part in parts]


def without(css: str, unused: Sequence[re.Pattern[str]]) -> str:
    """``css`` without the rules whose selectors all match one of ``unused``; a font face is matched as a whole."""
    kept = []
    for head, body in rules(css):
        if body is None:
            kept.append(f"{head};")
        elif head.startswith(NESTING):
            inner = without(body, unused)
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif head.startswith("@"):
            if not any(pattern.search(f"{head}{{{body}}}") for pattern in unused):
                kept.append(f"{head}{{{body}}}")
        else:
            used = [part for part in selectors(head) if not any(pattern.search(part) for pattern in unused)]
            kept += [f"{','.join(used)}{{{body}}}"] if used and body else []
    return "".join(kept)


def moved(css: str, folder: str) -> str:
    """``css`` with the addresses in it as they are read from above ``folder``."""
    return ADDRESS.sub(lambda match: f'url("{_joined(folder, match[2])}")', css) if folder else css


def _joined(folder: str, address: str) -> str:
    parts: list[str] = []
    for part in f"{folder}/{address}".split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
