"""What holds about thin lenses."""

from . import focus, magnification

__all__ = ["focus", "magnification"]
