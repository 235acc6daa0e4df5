"""Claims by label. A chapter's ``claims`` module registers its claims when it is imported, and does no work then."""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .clauses import Clauses
from .evidence import Evidence

#: What a claim returns: evidence by clause, or a list for the whole statement.
Built = Clauses | Sequence[Evidence]


@dataclass(frozen=True)
class Claim:
    """One statement of the book: label, what it uses, where it comes from, and how to build its evidence.

    ``source`` is one bibliography key or several, comma separated.
    """

    label: str
    chapter: str
    statement: str
    uses: tuple[str, ...]
    source: str
    build: Callable[[], Built]

    @property
    def title(self) -> str:
        """The name of the function, as words."""
        return self.build.__name__.replace("_", " ").capitalize()

    def code(self) -> dict[str, str | int]:
        """Where the claim is written: path below the project's root, line and function name."""
        path = Path(inspect.getsourcefile(self.build) or "")
        parts = path.parts[-path.parts[::-1].index("src") - 1 :] if "src" in path.parts else (path.name,)
        _, line = inspect.getsourcelines(self.build)
        return {"path": "/".join(parts), "line": line, "function": self.build.__name__}


class ClaimError(ValueError):
    """The claims as written do not fit together; the message says which one and why."""


_REGISTRY: dict[str, Claim] = {}


def claim(
    label: str, *, uses: Iterable[str] = (), source: str = ""
) -> Callable[[Callable[[], Built]], Callable[[], Built]]:
    """Register the decorated function as the claim ``label``.

    Its docstring, if it has one, says in a line what the claim is about; the statement stands in the book alone.
    """

    def register(build: Callable[[], Built]) -> Callable[[], Built]:
        statement = inspect.cleandoc(build.__doc__ or "")
        known = _REGISTRY.get(label)
        if known is not None and (known.build.__module__, known.build.__qualname__) != (
            build.__module__,
            build.__qualname__,
        ):
            raise ClaimError(f"claim {label!r} is registered twice: in {known.build.__module__} and {build.__module__}")
        chapter = _chapter(build.__module__)
        _REGISTRY[label] = Claim(label, chapter, statement, tuple(uses), source, build)
        return build

    return register


def _chapter(module: str) -> str:
    """``book.optics.claims.lenses`` belongs to ``optics``."""
    parts = module.split(".")
    return parts[parts.index("claims") - 1] if "claims" in parts[1:] else parts[0]


def load(modules: Iterable[str]) -> dict[str, Claim]:
    """The claims that ``modules`` (and their submodules) register, by label, in order of registration.

    Raises :class:`ClaimError` for a module that cannot be imported, a use of an unknown label, or a circle of uses.
    """
    modules = tuple(modules)
    for module in modules:
        _import(module)
    inside = tuple(f"{module}." for module in modules)
    claims = {
        label: claim
        for label, claim in _REGISTRY.items()
        if claim.build.__module__ in modules or claim.build.__module__.startswith(inside)
    }
    for label in claims:
        check_uses(label, claims)
    return claims


def _import(module: str) -> None:
    """Import ``module``; what its author has to mend is one sentence."""
    try:
        importlib.import_module(module)
    except ClaimError:
        raise
    except SyntaxError as error:
        raise ClaimError(f"{error.filename}:{error.lineno}: {error.msg}; nothing was verified") from None
    except Exception as error:
        package = module.split(".")[0]
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            raise ClaimError(
                f"Python finds no package {package!r}; install it (pip install --editable .), "
                "or add the folder that it lies in to PYTHONPATH"
            ) from None
        at = traceback.extract_tb(error.__traceback__)[-1]
        raise ClaimError(
            f"{module} cannot be imported: {type(error).__name__}: {error} ({at.filename}:{at.lineno})"
        ) from error


def check_uses(label: str, claims: dict[str, Claim], above: tuple[str, ...] = ()) -> None:
    """Raise :class:`ClaimError` if what ``label`` uses is unknown or comes back to ``label``."""
    if label in above:
        circle = " → ".join([*above[above.index(label) :], label])
        raise ClaimError(f"the claims use each other in a circle: {circle}")
    if label not in claims:
        raise ClaimError(f"claim {above[-1]!r} uses {label!r}, which is not a claim")
    for used in claims[label].uses:
        check_uses(used, claims, (*above, label))
