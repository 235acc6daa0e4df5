#!/bin/sh
# Says what the PDF needs and this machine lacks, with the packages that bring it; says nothing if all is there.
# With --debian it only prints the names of Debian's packages, for continuous integration.

debian="latexmk texlive-xetex texlive-latex-extra texlive-fonts-recommended fonts-texgyre fonts-texgyre-math fonts-dejavu-core"
if [ "$1" = --debian ]; then
    echo "$debian"
    exit
fi

missing=
for program in xelatex latexmk kpsewhich; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -z "$missing" ]; then
    for file in unicode-math.sty polyglossia.sty titlesec.sty tcolorbox.sty microtype.sty tabulary.sty framed.sty \
        needspace.sty upquote.sty capt-of.sty wrapfig.sty pzdr.tfm texgyrepagella-regular.otf texgyreheros-regular.otf \
        texgyrepagella-math.otf DejaVuSans.ttf DejaVuSansMono.ttf; do
        [ -n "$(kpsewhich "$file")" ] || missing="$missing $file"
    done
fi
[ -z "$missing" ] && exit

cat >&2 <<END
The PDF is typeset by XeLaTeX, and something that it needs is not installed:$missing
Nothing has been done yet. Install TeX, then run \`make pdf\` again:
  Debian, Ubuntu  sudo apt-get install --no-install-recommends $debian
  Fedora          sudo dnf install latexmk texlive-xetex texlive-collection-latexextra \\
                      texlive-collection-fontsrecommended texlive-tex-gyre texlive-tex-gyre-math texlive-dejavu
  macOS           brew install --cask mactex-no-gui
END
exit 1
