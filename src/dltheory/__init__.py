"""Deep Learning Theory, Verified: the claims behind the book, and the code that checks them."""

import logging

# a first run says on standard error that it computes its list of fonts, which no page may show
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

__version__ = "0.1.0"
