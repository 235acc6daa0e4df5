project = "Optics"
extensions = ["myst_nb", "sphinx_proof", "sphinx_exercise", "verifiedbook.sphinx"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
html_theme = "basic"
