"""The relations of a MyST text are found, each once, with its place."""

from __future__ import annotations

import pytest

from verifiedbook.reading import relations_in


def sources(text: str) -> list[str]:
    return [printed.source for printed in relations_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"Let $0<\beta\le1$ hold.", [r"0<\beta", r"\beta\le1"]),
        (r"a lone $x$ and $p(1-p)$ say nothing", []),
        (r"$\alpha=\eta\beta$ and $\mu=1-\beta$", [r"\alpha=\eta\beta", r"\mu=1-\beta"]),
        (r"$$a=b,\qquad c=d$$", ["a=b", "c=d"]),
        (r"$$a=b\quad\text{for } i\le r,\quad c.$$", ["a=b", r"i\le r"]),
        (r"$v_i^\top w\ \text{arbitrary for } i>r$", ["i>r"]),
        (r"$a=1 \text{ and } b=2$", ["a=1", "b=2"]),
        (r"$T,D\in\R$", [r"T\in\R", r"D\in\R"]),
        (r"$v_A,v_Z>0$, $o\ge0$", ["v_A>0", "v_Z>0", r"o\ge0"]),
        (r"$i=1,\dots,d$", [r"i\in\{1,\dots,d\}"]),
        (r"$$x_i=y\qquad(i=1,\dots,d).$$", ["x_i=y", r"i\in\{1,\dots,d\}"]),
        (r"$t=1,2$ or $p=0.25,0.5$", [r"t\in\{1,2\}", r"p\in\{0.25,0.5\}"]),
        (r"$a=1,b=2$", ["a=1", "b=2"]),
        (r"$v:=2$ and $W_{2,:j}=x$", ["v=2", "W_{2,:j}=x"]),
        (r"$\sigma_1\ge\dots\ge\sigma_r>0$", [r"\sigma_1\ge\sigma_r", r"\sigma_r>0"]),
        (r"$\max_{i\le r}x_i$ and $\sum_{i<t}x$ only range", []),
        (r"$g_>$ and $g_=$ are letters", []),
        (r"the same with $\le$", []),
        (r"$f:\R\to\R$ is a signature", []),
        (r"$x=(10,1)$, $p\in[0,1]$", ["x=(10,1)", r"p\in[0,1]"]),
        (r"$w_{t+1,i}=2,\ y\ne0$", ["w_{t+1,i}=2", r"y\ne0"]),
        (r"$a\ \ge\ b\ >\ c.$", [r"a\ge b", "b>c"]),
        (r"$p\to1^-$", [r"p\to1^-"]),
        (r"$M=\begin{pmatrix}1&2\\3&4\end{pmatrix}\succ0$", [
            r"M=\begin{pmatrix}1&2\\3&4\end{pmatrix}",
            r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\succ0",
        ]),
        (r"$$\begin{aligned}a&=b\\&\le c\\ d&<e\end{aligned}$$", ["a=b", r"b\le c", "d<e"]),
        (r"costs \$5 and $x=1$", ["x=1"]),
        (r"`$x=1$` is code and ``$y=`2`$`` too", []),
        ("<!-- $x=1$ --> $y=2$", ["y=2"]),
        ("% $x=1$\n$y=2$", ["y=2"]),
        ("{math}`x=1` in a role", ["x=1"]),
    ],
)  # fmt: skip
def test_relations_are_split_where_a_reader_splits_them(text, found):
    assert sources(text) == found


def test_display_mathematics_is_read_in_dollars_and_in_directives():
    text = "$$\nx=1.\n$$\n\n```{math}\n:label: eq\n\ny<2\n```\n\n:::{math}\nz>3\n:::\n"
    assert sources(text) == ["x=1", "y<2", "z>3"]


def test_boxes_are_read_and_listings_are_not():
    text = (
        "````{prf:theorem} Title with $a=b$\n:label: thm\n\nLet $x>0$.\n\n```{math}\ny=x\n```\n````\n\n"
        "```{code-cell}\nprint('$x=1$')\n```\n\n```python\n'$x=2$'\n```\n"
    )
    assert sources(text) == ["a=b", "x>0", "y=x"]


def test_the_place_of_a_relation_is_where_its_left_side_begins():
    (first, second) = relations_in("A line.\n\nLet $0<\\beta\\le1$.\n")
    assert (first.line, first.column) == (3, 6)
    assert (second.line, second.column) == (3, 8)


def test_printed_objects_count_as_relations():
    text = "```{formula} pkg.limit\n:lhs: \\eta\n:relation: <\n```\nand {formula}`pkg.rate` too"
    directive, role = relations_in(text)
    assert (directive.formula, directive.left, directive.operator) == ("pkg.limit", r"\eta", "<")
    assert (role.formula, role.line) == ("pkg.rate", 5)
