"""The derivations of the chapter: each result is one SymPy object, printed, proved, computed with and plotted."""
