"""A relation that was read takes the values that it has when written by hand in Python."""

from __future__ import annotations

import cmath
import math
import random

import numpy as np
import pytest
import sympy as sp

from verifiedbook.reading import UnreadableError, Vocabulary, noncommuting, norm, over, read, relations_in
from verifiedbook.reading.relation import readings
from verifiedbook.reading.vocabulary import entry, expectation, integers, space

sqrt, ln, exp = cmath.sqrt, cmath.log, cmath.exp

#: LaTeX of a relation, the symbols it is read with, and both its sides as functions of their values.
PRINTED = [
    (r"0<\beta", "beta", lambda b: (0, b)),
    (r"\beta\le1", "beta", lambda b: (b, 1)),
    (r"\beta\leqslant1", "beta", lambda b: (b, 1)),
    (r"\sigma>0", "sigma", lambda s: (0, s)),
    (r"\alpha=\eta\beta", "alpha beta eta", lambda a, b, e: (a, e * b)),
    (r"\mu=1-\beta", "beta mu", lambda b, m: (m, 1 - b)),
    (r"\lambda=\frac{1-p}p", "lambda p", lambda lam, p: (lam, (1 - p) / p)),
    (r"\lambda=(1-p)/p", "lambda p", lambda lam, p: (lam, (1 - p) / p)),
    (r"p=\frac12", "p", lambda p: (p, 0.5)),
    (r"0<\eta\sigma_1^2", "eta sigma_1", lambda e, s: (0, e * s**2)),
    (r"\eta\,(\sigma_i^2+\sigma_j^2)<1", "eta sigma_i sigma_j", lambda e, s, t: (e * (s**2 + t**2), 1)),
    (r"\eta=1/(\sigma_1^2+\sigma_r^2)", "eta sigma_1 sigma_r", lambda e, s, t: (e, 1 / (s**2 + t**2))),
    (r"\rho\ge\frac{\kappa-1}{\kappa+1}", "kappa rho", lambda k, r: ((k - 1) / (k + 1), r)),
    (r"x=2\tau\sigma_i^2", "sigma_i tau x", lambda s, t, x: (x, 2 * t * s**2)),
    (r"\lambda=1/(2\tau)", "lambda tau", lambda lam, t: (lam, 1 / (2 * t))),
    (r"R=\frac{(1+x)(1-e^{-x})}{x}", "R x", lambda r, x: (r, (1 + x) * (1 - exp(-x)) / x)),
    (r"1+\frac{x_\star}{1+x_\star+x_\star^2}<1.2985", "x_star", lambda x: (1 + x / (1 + x + x**2), 1.2985)),
    (r"e^x=1+x+x^2", "x", lambda x: (exp(x), 1 + x + x**2)),
    (r"e^x=1+2x", "x", lambda x: (exp(x), 1 + 2 * x)),
    (
        r"z_1+z_2=2-\beta-2\eta\beta\sigma^2",
        "beta eta sigma z_1 z_2",
        lambda b, e, s, z, w: (z + w, 2 - b - 2 * e * b * s**2),
    ),
    (r"z_1z_2=1-\beta", "beta z_1 z_2", lambda b, z, w: (z * w, 1 - b)),
    (r"y=2(2-\beta)-2\eta\beta\sigma^2", "beta eta sigma y", lambda b, e, s, y: (y, 2 * (2 - b) - 2 * e * b * s**2)),
    (
        r"D=(\beta+2\eta\beta\sigma^2)^2-8\eta\beta\sigma^2",
        "D beta eta sigma",
        lambda d, b, e, s: (d, (b + 2 * e * b * s**2) ** 2 - 8 * e * b * s**2),
    ),
    (
        r"D=4\beta^2\sigma^4(\eta-h)(\eta-m)",
        "D beta eta h m sigma",
        lambda d, b, e, h, m, s: (d, 4 * b**2 * s**4 * (e - h) * (e - m)),
    ),
    (
        r"\eta=\frac{(1+\sqrt{1-\beta})^2}{2\beta\sigma^2}",
        "beta eta sigma",
        lambda b, e, s: (e, (1 + sqrt(1 - b)) ** 2 / (2 * b * s**2)),
    ),
    (r"\abs z<\rho", "rho z", lambda r, z: (abs(z), r)),
    (r"\abs T\rho<\rho^2+D", "D T rho", lambda d, t, r: (abs(t) * r, r**2 + d)),
    (r"\lvert T\rvert\rho<\rho^2+D", "D T rho", lambda d, t, r: (abs(t) * r, r**2 + d)),
    (r"\eta\beta\sigma^2<2-\beta", "beta eta sigma", lambda b, e, s: (e * b * s**2, 2 - b)),
    (
        r"\sqrt\kappa\le\frac{1+\sqrt{1-\beta}}{1-\sqrt{1-\beta}}",
        "beta kappa",
        lambda b, k: (sqrt(k), (1 + sqrt(1 - b)) / (1 - sqrt(1 - b))),
    ),
    (r"\kappa=\ell/m", "ell kappa m", lambda el, k, m: (k, el / m)),
    (r"q=(\sqrt\kappa-1)/(\sqrt\kappa+1)", "kappa q", lambda k, q: (q, (sqrt(k) - 1) / (sqrt(k) + 1))),
    (r"\alpha=\frac4{(\sqrt\ell+\sqrt m)^2}", "alpha ell m", lambda a, el, m: (a, 4 / (sqrt(el) + sqrt(m)) ** 2)),
    (r"\mu=q^2", "mu q", lambda m, q: (m, q * q)),
    (
        r"\frac{\ln q}{\ln\frac{\kappa-1}{\kappa+1}}>\sqrt\kappa",
        "kappa q",
        lambda k, q: (sqrt(k), ln(q) / ln((k - 1) / (k + 1))),
    ),
    (r"z=\mu^{t/2}", "mu t z", lambda m, t, z: (z, m ** (t / 2))),
    (r"\alpha/(1-\mu)=\eta", "alpha eta mu", lambda a, e, m: (a / (1 - m), e)),
    (
        r"y=\tfrac{2\mu}{1+\mu}T_t+\tfrac{1-\mu}{1+\mu}U_t",
        "T_t U_t mu y",
        lambda a, b, m, y: (y, 2 * m / (1 + m) * a + (1 - m) / (1 + m) * b),
    ),
    (r"y=q^t\bigl(1+t\,(1+q)\bigr)", "q t y", lambda q, t, y: (y, q**t * (1 + t * (1 + q)))),
    (r"\kappa>3+2\sqrt2", "kappa", lambda k: (3 + 2 * math.sqrt(2), k)),
    (r"q^t(1+t(1-q))\le1", "q t", lambda q, t: (q**t * (1 + t * (1 - q)), 1)),
    (r"t=\sqrt\kappa/2", "kappa t", lambda k, t: (t, sqrt(k) / 2)),
    (
        r"y=q^t\Bigl(1+t\,\frac{1-q^2}{1+q^2}\Bigr)",
        "q t y",
        lambda q, t, y: (y, q**t * (1 + t * (1 - q**2) / (1 + q**2))),
    ),
    (r"y=2q/(1+q^2)", "q y", lambda q, y: (y, 2 * q / (1 + q**2))),
    (r"y=\frac{2q^t}{1+q^{2t}}", "q t y", lambda q, t, y: (y, 2 * q**t / (1 + q ** (2 * t)))),
    (
        r"y=z^2-(1+\mu)(1-\alpha h)\,z+\mu(1-\alpha h)",
        "alpha h mu y z",
        lambda a, h, m, y, z: (y, z**2 - (1 + m) * (1 - a * h) * z + m * (1 - a * h)),
    ),
    (r"y=1-\frac1{\sqrt\kappa}", "kappa y", lambda k, y: (y, 1 - 1 / sqrt(k))),
    (r"\alpha h<2(1+\mu)", "alpha h mu", lambda a, h, m: (a * h, 2 * (1 + m))),
    (
        r"\frac{\alpha\,\nu\,(1+\mu)}{h\,(1-\mu)\,\bigl(2(1+\mu)-\alpha h\bigr)}=v",
        "alpha h mu nu v",
        lambda a, h, m, n, v: (a * n * (1 + m) / (h * (1 - m) * (2 * (1 + m) - a * h)), v),
    ),
    (r"\alpha=\frac19", "alpha", lambda a: (a, 1 / 9)),
    (r"x=-\tfrac{2208}{1225}", "x", lambda x: (x, -2208 / 1225)),
    (r"y=1-2\eta\sigma_i^2", "eta sigma_i y", lambda e, s, y: (y, 1 - 2 * e * s**2)),
    (r"y=(1-2\eta\sigma_i^2)^t", "eta sigma_i t y", lambda e, s, t, y: (y, (1 - 2 * e * s**2 + 0j) ** t)),
    (r"y=\left(\frac{\kappa-1}{\kappa+1}\right)^t", "kappa t y", lambda k, t, y: (y, ((k - 1) / (k + 1) + 0j) ** t)),
    (
        r"y=\frac{\sigma_i^2}{\sigma_i^2+\lambda}\cdot\frac{b}{\sigma_i}",
        "b lambda sigma_i y",
        lambda b, lam, s, y: (y, s**2 / (s**2 + lam) * b / s),
    ),
    (r"10w_1+w_2=11", "w_1 w_2", lambda u, v: (10 * u + v, 11)),
    (r"20w_1+2w_2>11", "w_1 w_2", lambda u, v: (11, 20 * u + 2 * v)),
    (r"w_1<\frac{11}{20}", "w_1", lambda u: (u, 11 / 20)),
    (r"w_2<\frac{11}2", "w_2", lambda u: (u, 11 / 2)),
    (r"\eta=0.001", "eta", lambda e: (e, 0.001)),
    (r"x_iw^\star_i=\frac y{d+\lambda}", "d lambda w_star_i x_i y", lambda d, lam, w, x, y: (x * w, y / (d + lam))),
    (r"\pi_i=1/(1+e^{-z_i})", "pi_i z_i", lambda p, z: (p, 1 / (1 + exp(-z)))),
    (r"y=1+\frac{dp}{1-p}", "d p y", lambda d, p, y: (y, 1 + d * p / (1 - p))),
    (r"y=\frac{p(1-p)}{d-1}", "d p y", lambda d, p, y: (y, p * (1 - p) / (d - 1))),
    (r"\frac\pi6s^3<R", "R s", lambda r, s: (math.pi / 6 * s**3, r)),
    (r"R=\frac\pi6s^3+\frac{\pi^2}{60}s^5", "R s", lambda r, s: (r, math.pi / 6 * s**3 + math.pi**2 / 60 * s**5)),
    (r"2\eta\sigma^2=\zeta_t", "eta sigma zeta_t", lambda e, s, z: (2 * e * s**2, z)),
    (
        r"2t\zeta(1-\zeta)^{t-1}+(1-\zeta)^t=1",
        "t zeta",
        lambda t, z: (2 * t * z * (1 - z) ** (t - 1) + (1 - z) ** t, 1),
    ),
    (r"t\zeta_t>x^\star", "t x_star zeta_t", lambda t, x, z: (x, t * z)),
    (r"2\eta t\sigma_1^2\le x^\star", "eta sigma_1 t x_star", lambda e, s, t, x: (2 * e * t * s**2, x)),
    (
        r"y=\frac\eta2\bigl(1+\cos\frac{\pi k}K\bigr)",
        "K eta k y",
        lambda K, e, k, y: (y, e / 2 * (1 + math.cos(math.pi * k / K))),
    ),
    (r"\dfrac kN<1-\dfrac{\lceil N/8\rceil}{4N}", "N k", lambda N, k: (k / N, 1 - math.ceil(N / 8) / (4 * N))),
    (r"\dfrac kN<\dfrac{31}{32}", "N k", lambda N, k: (k / N, 31 / 32)),
    (
        r"\dfrac kN<\dfrac{4N-\iota(N_r+1)}{(\iota+4)N}",
        "N N_r iota k",
        lambda N, r, i, k: (k / N, (4 * N - i * (r + 1)) / ((i + 4) * N)),
    ),
    (
        r"\dfrac kN<\dfrac{\lceil N/8\rceil/\iota-(N_r+1)}N",
        "N N_r iota k",
        lambda N, r, i, k: (k / N, (math.ceil(N / 8) / i - (r + 1)) / N),
    ),
    (r"\dfrac kN<\dfrac1{8\iota}", "N iota k", lambda N, i, k: (k / N, 1 / (8 * i))),
    (r"g_{\max}=\max(A/A',\,Z/Z')", "A A_prime Z Z_prime g_max", lambda a, b, z, w, g: (g, max(a / b, z / w))),
    (r"T/T'\ge\min(A/A',\,Z/Z')", "A A_prime T T_prime Z Z_prime", lambda a, b, t, u, z, w: (min(a / b, z / w), t / u)),
    (r"A/A'=(1-c)^{-2}", "A A_prime c", lambda a, b, c: (a / b, (1 - c) ** -2)),
    (r"(1-c)^{-1}\le Z/Z'", "Z Z_prime c", lambda z, w, c: (1 / (1 - c), z / w)),
    (r"y=\dfrac1{f+(1-f)/g_{\max}}", "f g_max y", lambda f, g, y: (y, 1 / (f + (1 - f) / g))),
    (r"w_i=2G_{jj}/(G_{ii}+G_{jj})", "G_ii G_jj w_i", lambda a, b, w: (w, 2 * b / (a + b))),
    (r"G_{jj}w_j^2=\tfrac12H_{jj}w_j^2", "G_jj H_jj w_j", lambda g, h, w: (g * w**2, h * w**2 / 2)),
    (r"\hat\sigma^2=\mathrm{RSS}/(n-d)", "RSS d n sigma_hat", lambda r, d, n, s: (s**2, r / (n - d))),
    (r"y=\frac{w_j}{\hat\sigma\sqrt{g}}", "g sigma_hat w_j y", lambda g, s, w, y: (y, w / (s * sqrt(g)))),
    (r"n!=n\cdot(n-1)!", "n", lambda n: (math.gamma(n + 1), n * math.gamma(n))),
    (r"y=\sqrt[3]{x}", "x y", lambda x, y: (y, x ** (1 / 3))),
    (r"y=e", "y", lambda y: (y, math.e)),
    (r"y=\ln x\ln z", "x y z", lambda x, y, z: (y, ln(x) * ln(z))),
    (r"y=\ln(x)z", "x y z", lambda x, y, z: (y, ln(x) * z)),
    (r"y=\exp(-x^2)", "x y", lambda x, y: (y, exp(-(x**2)))),
    (r"y=\cos^2x", "x y", lambda x, y: (y, math.cos(x) ** 2)),
    (r"y=\binom{5}{2}x", "x y", lambda x, y: (y, 10 * x)),
    (r"y=\sum_{i=1}^4 ix^i", "x y", lambda x, y: (y, sum(i * x**i for i in range(1, 5)))),
    (r"y=\sum_{i<4}x^i", "x y", lambda x, y: (y, sum(x**i for i in range(4)))),
    (r"y=\prod_{i=1}^3(x+i)", "x y", lambda x, y: (y, (x + 1) * (x + 2) * (x + 3))),
    (r"y=-x^2", "x y", lambda x, y: (y, -(x**2))),
    (r"y=|x-2|+1", "x y", lambda x, y: (y, abs(x - 2) + 1)),
    (r"y=\lfloor 3x\rfloor", "x y", lambda x, y: (y, math.floor(3 * x))),
]


@pytest.mark.parametrize(("latex", "names", "by_hand"), PRINTED, ids=[latex for latex, _, _ in PRINTED])
def test_a_printed_relation_has_the_values_of_the_same_written_in_python(latex, names, by_hand):
    (printed,) = relations_in(f"${latex}$")
    (relation,) = readings(printed, Vocabulary())
    names = names.split()
    assert {symbol.name for symbol in relation.free_symbols} <= set(names)
    rng = random.Random(latex)
    for _ in range(5):
        values = [rng.uniform(0.1, 0.9) for _ in names]
        at = {sp.Symbol(name): value for name, value in zip(names, values, strict=True)}
        for side, expected in zip((relation.left, relation.right), by_hand(*values), strict=True):
            assert complex(side.subs(at).doit().evalf()) == pytest.approx(expected, rel=1e-11)


def test_a_function_of_the_vocabulary_is_applied_and_any_other_name_multiplies():
    x, p = sp.symbols("x p")
    square = Vocabulary({"P_t": sp.Lambda(x, x**2 + 1)})
    assert read(r"P_t(x+1)", square) == (x + 1) ** 2 + 1
    assert read(r"P_t(3)^2", square) == 100
    assert read(r"p(1-p)") == p * (1 - p)


def test_a_name_before_a_lone_letter_or_number_in_brackets_is_a_function():
    x = sp.Symbol("x")
    assert read("R(x)") == sp.Function("R")(x)
    assert read(r"\chi(-1)") == sp.Function("chi")(-1)
    assert read("w(0)") != 0


def test_primes_on_a_function_are_its_derivatives():
    x = sp.Symbol("x")
    cube = Vocabulary({"A": sp.Lambda(x, x**3)})
    assert read("A''(x)", cube) == 6 * x
    assert read("A'(2)", cube) == 12
    assert read("A'", cube) == sp.Symbol("A_prime")


def test_the_inverse_of_a_function_is_not_its_reciprocal():
    u, phi, quantile = sp.Symbol("u"), sp.Function("Phi"), sp.Function("quantile")
    named = Vocabulary({r"\Phi": phi, r"\Phi^{-1}": quantile})
    assert read(r"\Phi^{-1}\bigl(\frac{1+u}2\bigr)", named) == quantile((1 + u) / 2)
    assert read(r"\Phi^{-1}(u)", Vocabulary({r"\Phi": phi})) not in (1 / phi(u), u / phi(u))


def test_matrices_keep_their_order_and_their_transposes():
    X, w, y = noncommuting("X w y")
    words = Vocabulary({"X": X, "w": w, "y": y})
    assert read(r"X^\top Xw-X^\top y", words) == sp.transpose(X) * X * w - sp.transpose(X) * y
    assert read(r"Xw", words) != read(r"wX", words)
    with pytest.raises(UnreadableError, match="transposed"):
        read(r"X^\top y")


def test_matrices_in_brackets_are_read_entry_by_entry():
    beta, sigma = sp.symbols("beta sigma")
    read_matrix = read(r"\begin{pmatrix}1-\beta&2\beta\sigma^2\\0&1\end{pmatrix}")
    assert read_matrix == sp.ImmutableMatrix([[1 - beta, 2 * beta * sigma**2], [0, 1]])
    matrix = sp.ImmutableMatrix([[1, 2], [3, 4]])
    assert read(r"M^2", Vocabulary({"M": matrix})) == sp.ImmutableMatrix(np.array([[7, 10], [15, 22]]))
    assert read(r"\det M", Vocabulary({"M": matrix})) == -2


def test_norms_expected_values_maxima_and_entries_are_what_the_vocabulary_names():
    x, w, t = sp.symbols("x w t")
    assert read(r"\norm{x-w}^2") == norm(x - w) ** 2
    assert read(r"\norm w^2") == norm(w) ** 2
    assert read(r"\lVert w\rVert") == norm(w)
    assert read(r"\E x^2") == expectation(x**2)
    assert read(r"t\E x\,w-t") == t * expectation(x * w) - t
    assert read(r"\max_{i\le r}\abs{x}") == over("max", sp.Abs(x), r"i\le r")
    assert read(r"\sum_{j\in P}x") == over("sum", x, r"j\in P")
    assert read(r"(xw)_j") == entry(x * w, "j")
    assert read(r"\norm{xw}_*") != read(r"\norm{xw}")


def test_spaces_and_integers_are_sets():
    n, d = sp.symbols("n d")
    assert read(r"\R^{n\times d}") == space(sp.Symbol("R"), n, d)
    assert read(r"\{1,\dots,d\}") == integers(1, d)
    assert read(r"\{1,2\}") == sp.FiniteSet(1, 2)
    assert read(r"\emptyset") is sp.EmptySet


def test_indices_reach_an_indexed_base():
    i, sigma = sp.Symbol("i"), sp.IndexedBase("sigma")
    words = Vocabulary({r"\sigma": sigma})
    assert read(r"\sigma_i^2+\sigma_1", words) == sigma[i] ** 2 + sigma[1]


@pytest.mark.parametrize(
    ("latex", "why"),
    [
        (r"1+\dots+n", "dots"),
        (r"\frac1", "missing"),
        (r"(1+x", "end"),
        (r"1/2x", "fraction"),
        (r"x\mathop{?}y", "grammar"),
        (r"\sqrt{x", "not closed"),
        (r"x+", "end"),
        ("", "nothing"),
        (r"\ln", "argument"),
        (r"1/0", "divides by 0"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(latex, why):
    with pytest.raises(UnreadableError, match=why) as caught:
        read(latex)
    assert "\n" not in str(caught.value)
