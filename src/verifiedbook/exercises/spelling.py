"""How names and signs are spelt: on a keyboard, in LaTeX, in Unicode. Everything is brought to one spelling."""

from __future__ import annotations

import re
import unicodedata

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi"
    " psi omega"
)
_GREEK = _NAMES.split()


def _letter(case: str, name: str) -> str:
    """A Greek letter by its name; Unicode spells lambda without b."""
    return unicodedata.lookup(f"GREEK {case} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")


#: Letters that are written as words: α is alpha.
LETTERS: dict[str, str] = {
    **{_letter("SMALL", name): name for name in _GREEK},
    **{_letter("CAPITAL", name): name.capitalize() for name in _GREEK},
    "ς": "sigma",
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "ϰ": "kappa",
    "ϖ": "pi",
    "µ": "mu",
    "ℓ": "ell",
    "ℯ": "e",
    "𝑒": "e",
}

#: Commands of LaTeX for letters.
COMMANDS: dict[str, str] = {
    **{name: name for name in _GREEK},
    **{name.capitalize(): name.capitalize() for name in _GREEK},
    "ell": "ell",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
    "varkappa": "kappa",
    "varpi": "pi",
}

#: Names that Python or a hurried hand spells otherwise.
VARIANTS: dict[str, str] = {"lamda": "lambda", "lam": "lambda", "ϵ": "epsilon", "eps": "epsilon", "sig": "sigma"}

SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

#: Fractions that are one character.
VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"


def fraction_of(sign: str) -> tuple[int, int]:
    """Numerator and denominator of a fraction that is one character."""
    over, under = unicodedata.normalize("NFKD", sign).split("⁄")
    return int(over), int(under)


def canonical(name: str) -> str:
    """One spelling for all of ``σ_1``, ``\\sigma_{1}``, ``sigma₁`` and ``sigma_1``: the last."""
    name = re.sub(r"\\(?:mathrm|text|mathit|operatorname)\s*", "", name)
    stem, _, index = name.translate(SUBSCRIPTS).partition("_") if "_" in name else (name, "", "")
    if not index:
        found = re.fullmatch(r"(.*?)([₀-₉ₐ-ₜᵢᵣᵤᵥⱼ]+)", name)
        stem, index = (found[1], found[2].translate(SUBSCRIPTS)) if found else (name, "")
    stem, index = (_word(piece.strip("{} \\")) for piece in (stem, index))
    return f"{stem}_{index}" if index else stem


def _word(piece: str) -> str:
    spelt = "".join(LETTERS.get(letter, letter) for letter in piece)
    return VARIANTS.get(spelt, COMMANDS.get(spelt, spelt))


def tex(name: str) -> str:
    """How a name is set: ``sigma_1`` is ``\\sigma_{1}``."""
    stem, _, index = name.partition("_")
    letter = rf"\{stem}" if stem in COMMANDS and stem not in ("omicron", "Omicron") else stem
    if len(letter) > 1 and not letter.startswith("\\"):
        letter = rf"\mathrm{{{letter}}}"
    if not index:
        return letter
    if index in COMMANDS or index in ("max", "min"):
        index = rf"\{index}"
    return f"{letter}_{{{index}}}"
