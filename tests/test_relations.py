"""The relations that the book's statements print can be read: none is beyond the grammar of the notation."""

from __future__ import annotations

from verifiedbook.project import find
from verifiedbook.reading import UnreadableError, relations_in
from verifiedbook.reading.grammar import tree_of
from verifiedbook.statements import statements


def test_every_relation_in_a_box_is_in_the_grammar_or_printed_from_an_object():
    stated = statements(find().book)
    assert sum(len(relations_in(statement.text)) for statement in stated) > 300
    unread = []
    for statement in stated:
        for printed in relations_in(statement.text):
            try:
                for side in () if printed.formula else (printed.left, printed.right):
                    tree_of(side)
            except UnreadableError as error:
                unread.append(f"{statement.where}: {printed.source}: {error}")
    assert not unread, "\n".join(unread)
