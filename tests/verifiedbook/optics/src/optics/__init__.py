"""A book on optics, two chapters."""
