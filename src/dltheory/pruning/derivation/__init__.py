"""Derivations of the chapter, in SymPy alone."""
