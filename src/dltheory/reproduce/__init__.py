"""Long runs that can be repeated: progress, resuming, provenance, and the published numbers beside the reproduced.

``reproduce`` is a click group with one subcommand a chapter. Nothing here imports torch before a run starts.
"""

from dltheory.reproduce.command import reproduce

__all__ = ["reproduce"]
