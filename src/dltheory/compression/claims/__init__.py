"""What the chapter claims about what pruning saves, and how each statement is proved, checked and attacked."""

from . import channels, counts, latency, networks, speed, storage

__all__ = ["channels", "counts", "latency", "networks", "speed", "storage"]
