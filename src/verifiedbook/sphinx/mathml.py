"""MathML with as few elements as say the same: formulas are most of a page.

Temml writes a row around nearly everything. A row that holds one thing, or that stands where a row is understood
anyway, is dropped; so are attributes that browsers do not read. Inline styles become classes of ``mathematics.css``,
because a page with a strict content security policy has no inline styles.
"""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

#: What browsers neither draw nor read out.
UNREAD = ("fence", "separator", "symmetric", "linebreak", "columnalign", "rowspacing")
#: Temml's inline styles and the classes that say the same; an empty class is what the style sheet does anyway.
CLASSES = {
    "padding-left:0em;padding-right:0em;": "",
    "padding-left:0em;padding-right:5.9776pt;": "gap-right",
    "padding-left:5.9776pt;padding-right:0em;": "gap-left",
    "padding-left:5.9776pt;padding-right:5.9776pt;": "gap-left gap-right",
    "padding-left:1em;padding-right:0em;": "gap-wide",
    "display:block math;": "",
    "math-depth:0;": "accent",
    "math-depth:2;": "",  # beside scriptlevel="2"
    "text-align:left;": "tml-left",
}
#: Content that is higher than a line: brackets around it grow, around anything else they need not.
HIGH = {"mfrac", "mtable", "munder", "munderover", "msqrt", "mroot", "menclose"}
LARGE_SIGNS = set("∑∏∫∮⋂⋃⨁⨂")
#: Signs that open or close wherever they stand.
BRACKETS = "()[]{}⌈⌉⌊⌋⟨⟩"
#: Signs that stand differently before, between and after what they belong to.
PLACED = set("+−±∓|‖∥")
#: What has something raised or lowered at its first part.
POWERS = {"msup", "msub", "msubsup"}
#: After these, the sign that applies a function among them, no line ends; those alone begin none.
HALF = {"\u2061", "(", "["}
CLOSING = {")", "]", "=", ":", "<", ">", "≤", "≥"}
LONG_PIECE = 20  # signs
#: Elements whose several children are a row without being told.
ROWS = {"math", "mrow", "mtd", "msqrt", "mstyle", "mpadded", "menclose"}


def lean(mathml: str) -> str:
    """The formula ``mathml`` with fewer elements, drawn the same."""
    root = ElementTree.fromstring(mathml)
    parts = len(root)
    _tidy(root)
    for row in list(root):
        if parts == 1 and row.tag == "mrow":  # several rows at the top are where a line may break
            root[:] = list(row)
    if parts > 1:
        root[:] = [row for piece in _lines(root) for row in _factors(piece)]
        if root[-1].tag != "mrow":  # a stop behind the formula goes into its last row
            root[-1] = _row(root[-1])
        root.set("class", " ".join(filter(None, (root.get("class"), "breaks"))))
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _tidy(element: Element) -> None:
    for name in UNREAD:
        element.attrib.pop(name, None)
    if element.text in PLACED - set("|‖∥"):
        element.attrib.pop("stretchy", None)
    if element.tag == "mo" and element.text and element.text in BRACKETS:
        element.attrib.pop("form", None)
    _class_for_style(element)
    for index, child in enumerate(list(element)):
        _tidy(child)
        if child.tag == "mrow" and len(child) == 1 and not child.attrib:
            element[index] = child[0]
        if child.tag == "msup" and all(part.get("class", "").startswith("tml-prime") for part in _parts(child[1])):
            element[index] = _beside(child)
        if _holds_one_table(child):
            element[index] = child[0][0][0]
        if child.tag == "mstyle" and len(child) == 1 and not set(child.keys()) & set(child[0].keys()):
            child[0].attrib.update(child.attrib)
            element[index] = child[0]
    if element.tag == "mrow":
        _shrink_brackets(element)
    if element.tag == "mtr":
        for cell in element[1:]:  # an empty cell before it is enough to make a sign stand between two things
            if len(cell) and cell[0].text in PLACED and "tml-left" in cell.get("class", ""):
                cell[0].set("form", "infix")
    if element.tag in ROWS - {"math"}:
        _open_rows(element)


def _lines(root: Element) -> list[Element]:
    """The pieces after which a line may break: none ends with what needs more, none is a sign of what came before."""
    pieces: list[Element] = []
    ended = ""
    for piece in root:
        text = "".join(piece.itertext())
        if pieces and (ended in HALF or text in CLOSING):
            pieces[-1] = _row(*_opened(pieces[-1]), *_opened(piece))
        else:
            pieces.append(piece)
        ended = text[-1:]
    return pieces


def _opened(row: Element) -> list[Element]:
    """What a row holds; a row by itself if it says something, or if brackets in it grow with what is between them."""
    if row.tag != "mrow" or row.attrib or any(_grows(part) for part in row):
        return [row]
    return list(row)


def _row(*parts: Element) -> Element:
    row = Element("mrow")
    row.extend(parts)
    return row


def _factors(piece: Element) -> list[Element]:
    """A long piece of a formula that may break, cut between brackets that are multiplied; a short one as it is."""
    rows, depth, closed = [_row()], 0, False
    for part in piece if len("".join(piece.itertext())) > LONG_PIECE else ():
        edges = part[0] if part.tag in POWERS else part
        opens, closes = _bracket(edges, 0, "([{"), _bracket(edges, -1, ")]}")
        if depth == 0 and closed and opens:
            rows.append(_row())
        if edges.tag == "mo":
            depth += opens - closes
        closed = closes
        rows[-1].append(part)
    return rows if len(rows) > 1 else [piece]


def _bracket(part: Element, edge: int, signs: str) -> bool:
    """Whether ``part``, a sign or a row, has one of ``signs`` at this edge."""
    mark = part[edge] if part.tag == "mrow" and len(part) else part
    return mark.tag == "mo" and (mark.text or "-") in signs


def _beside(power: Element) -> Element:
    """A prime beside its letter: as a sign of text size it is raised already, and as a power it would be tiny."""
    primes = _parts(power[1])
    for prime in primes:
        del prime.attrib["class"]
    power.tag = "mrow"
    power[1:] = primes
    return power


def _parts(element: Element) -> list[Element]:
    return list(element) if element.tag == "mrow" else [element]


def _holds_one_table(element: Element) -> bool:
    one = element.tag == "mtable" and len(element) == len(element[0]) == len(element[0][0]) == 1
    return one and element[0][0][0].tag == "mtable"


def _class_for_style(element: Element) -> None:
    style = element.get("style")
    if style in CLASSES:
        del element.attrib["style"]
        classes = " ".join(filter(None, (element.get("class"), CLASSES[style])))
        if classes:
            element.set("class", classes)


def _shrink_brackets(row: Element) -> None:
    """Brackets that grow with what is in them, as TeX's do: a power alone does not make them higher."""
    edges = [mark for mark in (row[0], row[-1]) if _grows(mark)] if len(row) else []
    if len(edges) == 2 and not any(part.tag in HIGH or part.text in LARGE_SIGNS for part in row.iter()):
        for mark in edges:
            mark.set("stretchy", "false")


def _grows(mark: Element) -> bool:
    return mark.tag == "mo" and mark.get("stretchy") == "true" and mark.get("minsize") is None


def _open_rows(element: Element) -> None:
    """Put the children of a row within a row in its place; the outermost signs keep the spaces that they had."""
    opened: list[Element] = []
    for child in element:
        if len(child) == 0 or _opened(child) == [child]:
            opened.append(child)
            continue
        for mark, form in ((child[0], "prefix"), (child[-1], "postfix")):
            if mark.tag == "mo" and mark.text in PLACED and mark.get("form") is None:
                mark.set("form", form)
        opened += list(child)
    element[:] = opened
