"""How a page is laid out: sections are drawn when they come near, no line begins with a comma, and no number in a
table is torn from its unit.

Each section is told about how high it will be, so that the page can be scrolled: a guess from what is in the section,
at the width of a desk. A browser replaces it by the true one as soon as it has drawn the section once.
"""

from __future__ import annotations

import re

SECTION = re.compile(r"<(/?)section\b([^>]*)>")
MARKUP = re.compile(r"<noscript>.*?</noscript>|<math\b.*?</math>|<details\b.*?</details>|<[^>]*>", re.DOTALL)
FOLDED = re.compile(r"(<noscript>.*?</noscript>)", re.DOTALL)
FOLLOWED = re.compile(r"(<math\b(?:(?!</math>).)*</math>)([,.;:!?)\]’”]+)", re.DOTALL)
LAST = "</mrow></math>"
CODE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
WORD = re.compile(r'<span class="pre">([^<]*)</span>')
PLAIN = re.compile(r'<span(?: class="[pw]")?>([^<]*)</span>')  # punctuation and blanks look like all code
CELL = re.compile(r"<td\b[^>]*>(?:(?!</td>).)*</td>", re.DOTALL)
# In "86.0 ± 10.3 %" and "18.4 ms" no line ends.
MEASURED = re.compile(r"(?<=\d) (?=(?:±|%|[kMG]?B\b|[KMG]iB\b|[mµ]?s\b|M\b|to \d))|(?<=±) (?=\d)|(?<=\bto) (?=\d)")
LINE = 80  # characters of text in a line
HEIGHTS = {  # pixels
    "<p": 18,
    'display="block"': 62,
    "<img": 380,
    '<div class="admonition': 70,
    "<h": 60,
    "<tr": 34,
    "<pre": 40,
}
LEVEL = 2  # the sections within the page's own


def tied(html: str) -> str:
    """The page with each formula and the stop after it in one line, and code without elements that have no look.

    In what is folded only weight counts: words of code lose the elements that keep each in one piece.
    """
    parts = FOLDED.split(html)
    for index in range(1, len(parts), 2):
        parts[index] = WORD.sub(r"\1", parts[index])
    for index in range(0, len(parts), 2):
        part = FOLLOWED.sub(_together, parts[index])
        parts[index] = CODE.sub(lambda match: PLAIN.sub(r"\1", match[0]), part)
    return CELL.sub(lambda match: MEASURED.sub("\u00a0", match[0]), "".join(parts))


def _together(found: re.Match[str]) -> str:
    """A formula and the stop after it: in one box, or within the last row of a formula that comes in several."""
    formula, stop = found.groups()
    if 'class="breaks"' in formula and formula.endswith(LAST):
        return f"{formula.removesuffix(LAST)}<mtext>{stop}</mtext>{LAST}"
    return f'<span class="tied">{formula}{stop}</span>'


def with_heights(html: str) -> str:
    """The page with ``--tall`` at the sections of its second level, and the class ``later`` at all but the first."""
    depth = 0
    opened: re.Match[str] | None = None
    found: list[tuple[re.Match[str], int]] = []
    start = html.find("<article")
    for match in SECTION.finditer(html, max(start, 0)):
        if match[1]:
            if depth == LEVEL and opened is not None:
                found.append((opened, height(html[opened.end() : match.start()])))
            depth -= 1
        else:
            depth += 1
            opened = match if depth == LEVEL else opened
    for match, tall in reversed(found[1:]):
        tag = f'<section class="later" style="--tall:{tall}px"{match[2]}>'
        html = html[: match.start()] + tag + html[match.end() :] if "class=" not in match[2] else html
    return html


def height(content: str) -> int:
    """About how many pixels the section is high, rounded to hundreds."""
    visible = re.sub(r"<noscript>.*?</noscript>", "", content, flags=re.DOTALL)
    code = "".join(re.findall(r"<pre>(.*?)</pre>", visible, re.DOTALL))
    text = MARKUP.sub("x", visible)
    pixels = len(text) / LINE * 28 + code.count("\n") * 20
    pixels += sum(visible.count(mark) * each for mark, each in HEIGHTS.items())
    return max(200, round(pixels / 100) * 100)
