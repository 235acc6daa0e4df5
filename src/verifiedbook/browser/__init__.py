"""Python in the reader's browser: how its files are made here, and what it is asked there.

``obtain`` fetches Pyodide, pinned and with its hash, and translates SymPy and the rest of what grading needs for it;
``session`` is what runs in the browser; ``page/`` are the scripts around it. A book is built without all this too: then
its pages say how to grade an answer in the notebook.
"""

#: The book's graded exercises, as they were recorded when the pages were made, beside the module ``session``.
EXERCISES = "exercises.json"
