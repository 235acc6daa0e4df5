"""Make the fonts of the pages from their sources: ``python tools/fonts.py``. Only needed when a sign is missing.

- STIX Two Math, for MathML: the signs that a book on this subject can need, with the tables for layout and growth.
- Source Serif 4, for text: weights 400 to 700 and the features that the style sheet asks for.
- Font Awesome's free icons, those that the theme and this book show.

Sources come from the npm registry (Fontsource) and from the installed theme. Needs npm, fontTools and ``brotli``
(``pip install brotli``), which nothing else in this repository needs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

REPOSITORY = Path(__file__).parents[1]
MATHEMATICS = REPOSITORY / "src" / "verifiedbook" / "sphinx" / "_mathematics" / "stix-two-math.woff2"
FONTS = REPOSITORY / "book" / "_static" / "fonts"
PACKAGES = ("@fontsource/stix-two-math@5.3.0", "@fontsource-variable/source-serif-4@5.2.9")
WEIGHTS = (400, 400, 700)

#: Ranges and single code points of the mathematics: Latin, Greek and accents, arrows, operators, brackets, alphabets.
SIGNS = """
20-7e a0 a8 ac af b0 b1 b4 b7 d7 f7 2c6 2c7 2c9 2d8-2dd 300-308 30c 332 333 338 20d7
391-3a9 3b1-3c9 3d1 3d5 3d6 3f0 3f1 3f5 2002-200b 2010 2013 2014 2016 2026 2032-2037 203e 2061-2064
2102 210b 210e 210f 2110 2111 2112 2113 2115 2118 2119 211a 211b 211c 211d 2124 212c 2130 2131 2133
2190-2194 21a6 21d0 21d2 21d4 27f5-27fa 2200-2213 2216-2218 221a 221d 221e 2223-222c 222e 2234 2235 223c 2243 2245
2248 2249 2254 2260 2261 2264-2267 226a 226b 2272 2273 227a 227b 2282-2287 2295-2299 22a2 22a4 22a5 22a8
22c0-22c3 22c5 22c6 22ee-22f1 2308-230b 23b4 23b5 23de 23df 25a0 25a1 25b3 27e8 27e9 2a7d 2a7e 2aaf 2ab0
1d400-1d467 1d49c-1d4b5 1d538-1d550 1d6e2-1d71b 1d7ce-1d7d7 1d7d9
"""
#: Code points of the icons: arrows, bars, list, magnifier, download, file, code, sun, moon, pencil, link, warnings, …
ICONS = """
f002 f00c f00d f0c9 f03a f019 f15b f1c1 f121 f042 f185 f186 f062 f104 f105 f106 f107 f078 f077 f054 f053 f303 f304
f059 f05a f06a f071 f0a1 f0eb f188 f0f3 f057 f08e f0c1 f015 f146 f010 f0fe f135 f0ed f35d f067 f068 f04b f021 f2f9 f0e2
"""


def code_points(text: str) -> Iterable[int]:
    """The numbers in a list of single code points and ranges."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def reduced(source: Path, target: Path, signs: Iterable[int] | None, features: list[str], *, variable: bool) -> None:
    """Write the part of the font ``source`` that is needed, compressed; say how large it is."""
    font = TTFont(source, lazy=False, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = features
    options.hinting = options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["DSIG"] if variable else ["DSIG", "GPOS"]
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=font.getBestCmap() if signs is None else signs)
    chosen.subset(font)
    if variable:
        instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    font.save(target)
    print(f"{target.relative_to(REPOSITORY)}: {source.stat().st_size} to {target.stat().st_size} bytes")


def narrow_roots(path: Path) -> None:
    """Make the larger root signs of a font of mathematics as wide as the smallest.

    A browser keeps as much room as the widest of them takes, whichever it draws, and leaves a gap after the root.
    """
    font = TTFont(path, lazy=False, recalcTimestamp=False)
    glyphs, widths = font["glyf"], font["hmtx"]
    root = font.getBestCmap()[0x221A]
    variants = font["MATH"].table.MathVariants
    made = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(root)]
    larger = [[record.VariantGlyph] for record in made.MathGlyphVariantRecord if record.VariantGlyph != root]
    if made.GlyphAssembly is not None:
        larger.append([part.glyph for part in made.GlyphAssembly.PartRecords])
    for group in larger:
        factor = widths[root][0] / max(widths[name][0] for name in group)
        for name in group:
            glyphs[name].coordinates.scale((factor, 1))
            glyphs[name].coordinates.toInt()
            glyphs[name].recalcBounds(glyphs)
            widths[name] = (round(widths[name][0] * factor), glyphs[name].xMin)
    font.save(path)


def main() -> None:
    """Fetch the sources into a folder that is thrown away and write the fonts."""
    icons = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "install", "--silent", "--prefix", os.fspath(folder), *PACKAGES], check=True)
        sources = Path(folder) / "node_modules"
        mathematics = sources / "@fontsource" / "stix-two-math" / "files" / "stix-two-math-latin-400-normal.woff2"
        reduced(mathematics, MATHEMATICS, code_points(SIGNS), ["ssty", "dtls", "flac", "ccmp", "ss01"], variable=False)
        narrow_roots(MATHEMATICS)
        serif = sources / "@fontsource-variable" / "source-serif-4" / "files"
        for target in sorted(FONTS.glob("source-serif-*.woff2")):
            # accents that are set apart from their letters come from a formula, whose font has them
            features = ["kern", "liga", "lnum", "onum", "tnum", "pnum"]
            reduced(serif / target.name, target, None, features, variable=True)
        reduced(icons / "fa-solid-900.ttf", FONTS / "icons.woff2", code_points(ICONS), [], variable=False)
        reduced(icons / "fa-brands-400.ttf", FONTS / "icons-brands.woff2", [0xF09B], [], variable=False)


if __name__ == "__main__":
    main()
