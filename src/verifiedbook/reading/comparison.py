"""A statement of the page beside what was proved: which relations are bound, which are declared, which are neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .printed import Printed, relations_in
from .probes import equality
from .relation import Relation, carried, readings, relations_of
from .sameness import Sameness, same
from .symbols import UnreadableError
from .vocabulary import Vocabulary
from .words import compact

#: From here on two relations are so alike that one may be meant for the other.
_ALIKE = 1.0


@dataclass(frozen=True)
class Offered:
    """A relation that was proved or assumed, where it comes from, and whether the page must print it."""

    relation: Relation
    origin: str = ""
    required: bool = False


@dataclass(frozen=True)
class Bound:
    """A printed relation, and what it was compared with: offered relations, or ``identity`` or ``printed``."""

    printed: Printed
    how: str
    offered: tuple[Offered, ...] = ()


@dataclass(frozen=True)
class Declared:
    """A printed relation that is not compared, and the author's reason."""

    printed: Printed
    reason: str


@dataclass(frozen=True)
class Unbound:
    """A printed relation that nothing stands behind; the nearest thing that was proved, and what differs."""

    printed: Printed
    reason: str
    nearest: Offered | None = None

    def message(self) -> str:
        """What the page says, and what was proved."""
        text = f"{self.printed.where}: the page says {self.printed.source}"
        if self.nearest is None:
            return f"{text}; {self.reason}"
        origin = f" ({self.nearest.origin})" if self.nearest.origin else ""
        return f"{text}; what was proved is {self.nearest.relation.latex()}{origin}; {self.reason}"


@dataclass(frozen=True)
class Report:
    """All relations of a statement, each in one of the first three; and what is wrong the other way round.

    ``missing``: relations that the page had to print and does not. ``stale``: declarations of nothing on the page.
    """

    bound: tuple[Bound, ...]
    declared: tuple[Declared, ...]
    unbound: tuple[Unbound, ...]
    missing: tuple[Offered, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every relation is bound or declared, and nothing is missing or stale."""
        return not (self.unbound or self.missing or self.stale)

    def messages(self) -> list[str]:
        """One sentence for each thing that is wrong."""
        found = [unbound.message() for unbound in self.unbound]
        found += [
            f"the page does not say {offered.relation.latex()}" + (f" ({offered.origin})" if offered.origin else "")
            for offered in self.missing
        ]
        return found + [f"declared, but not on the page: {text}" for text in self.stale]


def offers(proved: Any, origin: str = "", required: bool = True) -> list[Offered]:
    """What a SymPy relation, an ``And`` of them, a pair of sides or a triple offers, each relation by itself.

    What an author lists must stand on the page; what evidence assumes or proves beside it need not.
    """
    if isinstance(proved, Offered):
        return [proved]
    return [Offered(relation, origin, required) for relation in relations_of(proved)]


def assumptions(offered: Iterable[Offered], required: bool = False) -> list[Offered]:
    """What the symbols of the offered relations carry: ``0 < beta`` for a positive symbol."""
    symbols = {symbol for one in offered for symbol in one.relation.free_symbols}
    return [Offered(relation, "assumption of the symbol", required) for relation in carried(sorted(symbols, key=str))]


def compare(
    text: str,
    offered: Iterable[Any],
    vocabulary: Vocabulary | Mapping[str, Any] | None = None,
    declared: Sequence[tuple[str, str]] = (),
    conventions: Iterable[Any] = (),
) -> Report:
    """The relations of a statement's text beside those that were proved.

    ``offered``: SymPy relations, pairs, triples, which the page must print, as often as they are listed, or
    :class:`Offered`, which says whether it must. The assumptions of their symbols are offered too.
    ``vocabulary``: printed names and what they stand for. ``declared``: relations in LaTeX as printed, each with the
    reason why it is not compared. ``conventions``: relations that hold in the whole book, which no page must repeat.
    """
    words = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary or {})
    given = [one for item in offered for one in offers(item)]
    given += assumptions(given)
    own = {symbols: words.with_symbols(symbols) for symbols in {frozenset(one.relation.symbols) for one in given}}
    words = words.alone({symbol for one in given for symbol in one.relation.free_symbols})
    with_words = [(one, own[frozenset(one.relation.symbols)]) for one in given]
    reasons = {compact(latex): reason for latex, reason in declared}
    bound: list[Bound] = []
    named: list[Declared] = []
    unbound: list[Unbound] = []
    printed = relations_in(text)
    for relation in printed:
        if relation.formula:
            bound.append(Bound(relation, "printed"))
            continue
        outcome = _bind(relation, with_words, words)
        if isinstance(outcome, Bound):
            bound.append(outcome)
        elif compact(relation.source) in reasons:
            named.append(Declared(relation, reasons[compact(relation.source)]))
        else:
            unbound.append(outcome)
    usual = [relation for item in conventions for relation in relations_of(item)]
    on_page = {compact(relation.source) for relation in printed}
    stale = tuple(latex for latex, _ in declared if compact(latex) not in on_page)
    return Report(tuple(bound), tuple(named), tuple(unbound), tuple(_missing(given, bound, usual)), stale)


def _missing(given: Sequence[Offered], bound: Sequence[Bound], usual: Sequence[Relation]) -> list[Offered]:
    """The required relations that fewer places of the page say than were offered."""
    missing: list[Offered] = []
    for i, one in enumerate(given):
        if not one.required or any(same(relation, one.relation).decision == "same" for relation in usual):
            continue
        wanted = sum(other.required and other.relation == one.relation for other in given[: i + 1])
        said = sum(any(other.relation == one.relation for other in place.offered) for place in bound)
        if said < wanted:
            missing.append(one)
    return missing


def _bind(printed: Printed, given: Sequence[tuple[Offered, Vocabulary]], words: Vocabulary) -> Bound | Unbound:
    """What the printed relation is bound to, or why it is not."""
    problem = ""
    told: dict[Vocabulary, list[Relation]] = {}
    for vocabulary in (words, *(own for _, own in given)):
        if vocabulary not in told:
            try:
                told[vocabulary] = readings(printed, vocabulary)
            except UnreadableError as error:
                told[vocabulary] = []
                problem = str(error)
    found: list[Offered] = []
    matched: set[int] = set()
    different: list[tuple[Relation, Offered, Sameness]] = []
    for one, vocabulary in given:
        for i, relation in enumerate(told[vocabulary]):
            outcome = same(relation, one.relation)
            if outcome.decision == "same":
                matched.add(i)
                found.append(one)
            else:
                different.append((relation, one, outcome))
    count = max(map(len, told.values()))
    if matched and len(matched) == count:
        return Bound(printed, "proved", tuple(dict.fromkeys(found)))
    if _is_identity(printed, told[words]):
        return Bound(printed, "identity")
    if not count:
        return Unbound(printed, f"it cannot be read: {problem}")
    ranked = [(_closeness(says, one.relation), one, outcome) for says, one, outcome in different]
    closest = max((three for three in ranked if three[0] >= _ALIKE), key=lambda three: three[0], default=None)
    if closest is None:
        return Unbound(printed, "nothing like it was offered to compare it with")
    return Unbound(printed, closest[2].reason, closest[1])


def _is_identity(printed: Printed, alone: Sequence[Relation]) -> bool:
    """Whether it is an equation that holds for the objects of the vocabulary, whatever was offered."""
    if not alone or compact(printed.left) == compact(printed.right):
        return False
    return all(one.sign == "=" and bool(equality(one.left, one.right).holds) for one in alone)


def _closeness(page: Relation, proved: Relation) -> float:
    """How alike the two look, and more so if they have symbols, a side or the sign in common."""
    alike = SequenceMatcher(None, page.latex(), proved.latex(), autojunk=False).ratio()
    symbols = page.symbols | proved.symbols
    shared = len(page.symbols & proved.symbols) / len(symbols) if symbols else 0.0
    sides = (page.left == proved.left) + (page.right == proved.right)
    return alike + shared + 0.5 * (sides if shared else 0) + 0.5 * (page.sign == proved.sign)
