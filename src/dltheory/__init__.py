"""Deep Learning Theory, Verified: the claims behind the book, and the code that checks them."""

__version__ = "0.1.0"
