project = "Optics"
extensions = ["myst_nb", "sphinx_proof", "sphinx_exercise", "verifiedbook.sphinx"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
html_theme = "basic"

# in print
latex_engine = "xelatex"
latex_docclass = {"manual": "book"}
latex_toplevel_sectioning = "chapter"
latex_domain_indices = False
latex_use_xindy = False
latex_table_style = ["booktabs"]
latex_elements = {
    "extraclassoptions": "openany",
    "babel": "",
    "cmappkg": "",
    "fontpkg": "",
    "fncychap": "",
    "figure_align": "!htbp",
    "fvset": r"\fvset{fontsize=\small}",
    "preamble": r"\usepackage{verifiedbook}",
    "maketitle": r"\booktitlepage",
    "tableofcontents": r"\bookcontents",
    "makeindex": "",
    "printindex": "",
}
