"""Whether two values say the same, as far as that can be seen without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
import sympy as sp

from verifiedbook.claims.evidence import NearMiss

SAME, OPAQUE, DIFFERENT = range(3)  # the larger prevails over the smaller where parts are compared
_PLAIN = (str, int, float, complex, bool, Fraction, type(None))


def compare(now: Any, then: Any, book: frozenset[str]) -> int:
    """SAME, DIFFERENT, or OPAQUE where only running can tell, as for functions of the packages in ``book``."""
    if isinstance(now, sp.Basic | sp.MatrixBase):
        return SAME if type(now) is type(then) and now == then else DIFFERENT
    if isinstance(now, _PLAIN):
        return SAME if type(now) is type(then) and now == then else DIFFERENT
    if isinstance(now, FunctionType | BuiltinFunctionType | type):
        return SAME if now is then and (now.__module__ or "").split(".")[0] not in book else OPAQUE
    if type(now) is not type(then):
        return OPAQUE
    if isinstance(now, np.ndarray):
        return SAME if now.dtype == then.dtype and np.array_equal(now, then) else DIFFERENT
    if isinstance(now, Mapping):
        return _all(((now[key], then[key]) for key in now), book) if list(now) == list(then) else DIFFERENT
    if isinstance(now, list | tuple):
        return _all(zip(now, then, strict=True), book) if len(now) == len(then) else DIFFERENT
    if isinstance(now, NearMiss):
        return compare(now.changes, then.changes, book)
    if is_dataclass(now) and type(now).__module__.split(".")[0] not in book:
        names = [field.name for field in fields(now) if field.init]
        return _all(((getattr(now, name), getattr(then, name)) for name in names), book)
    return OPAQUE


def _all(pairs: Iterable[tuple[Any, Any]], book: frozenset[str]) -> int:
    return max((compare(now, then, book) for now, then in pairs), default=SAME)
