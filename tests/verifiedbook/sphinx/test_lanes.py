"""The lines beside a list lead from each entry to all that use it, to the right, and no two share a piece of a lane."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from verifiedbook.sphinx.lanes import OUTSIDE, Height, Layout, closure, layout

#: What each entry of a list uses, any entries but those further on in a hidden order, so that there is no circle.
LISTS = (
    st.integers(1, 12)
    .flatmap(
        lambda size: st.tuples(
            st.permutations(range(size)), st.lists(st.sets(st.integers(-1, size - 1)), min_size=size, max_size=size)
        )
    )
    .map(
        lambda drawn: {
            f"e{name}": [OUTSIDE if one < 0 else f"e{drawn[0][one]}" for one in drawn[1][at] if one < at]
            for at, name in sorted(enumerate(drawn[0]), key=lambda pair: pair[1])
        }
    )
)


def ways(found: Layout) -> set[tuple[str, str]]:
    """Who reaches whom when an eye follows the pieces from row to row."""
    names = list(found.rows)
    reached = set()
    for at, name in enumerate(names):
        for join in found.rows[name].joins:
            step = -1 if join.above else 1
            towards, away = (Height.BOTTOM, Height.TOP) if join.above else (Height.TOP, Height.BOTTOM)
            row = at + step
            while 0 <= row < len(names):
                here = found.rows[names[row]]
                pieces = [line for line in here.lines() if line.lane == join.lane]
                assert any(towards in (line.start, line.end) for line in pieces), "the line is broken"
                if here.lane == join.lane:
                    reached.add((names[row], name))
                    break
                assert any(away in (line.start, line.end) for line in pieces), "the line ends in nothing"
                row += step
            else:
                assert join.of == OUTSIDE
                reached.add((OUTSIDE, name))
    return reached


@given(LISTS)
def test_an_eye_that_follows_the_lines_finds_exactly_what_is_used(uses):
    assert ways(layout(uses)) == {(used, name) for name, below in uses.items() for used in below}


@given(LISTS)
def test_every_entry_stands_right_of_all_that_it_uses(uses):
    rows = layout(uses).rows
    assert all(rows[used].lane < rows[name].lane for name, below in uses.items() for used in below if used != OUTSIDE)
    assert all(join.lane < rows[name].lane for name in uses for join in rows[name].joins)


@given(LISTS)
def test_no_two_lines_share_a_piece_of_a_lane(uses):
    order = list(Height)
    found = layout(uses)
    for row in found.rows.values():
        for one, other in combinations(row.lines(), 2):
            apart = order.index(one.end) <= order.index(other.start) or order.index(other.end) <= order.index(one.start)
            assert one.lane != other.lane or apart
        lanes = [line.lane for line in row.lines() if {line.start, line.end} == {Height.TOP, Height.BOTTOM}]
        assert row.lane not in lanes
        assert all(0 <= line.lane < found.lanes for line in row.lines())


def test_a_list_in_which_nothing_uses_anything_needs_one_lane():
    found = layout({"a": [], "b": []})
    assert (found.lanes, [list(row.lines()) for row in found.rows.values()]) == (1, [[], []])


def test_what_is_no_entry_comes_from_outside_on_the_first_lane_and_from_above():
    found = layout({"a": [], "b": ["elsewhere", "a"], "c": ["far"]})
    assert {join.of for name in "bc" for join in found.rows[name].joins} == {OUTSIDE, "a"}
    assert [line.of for line in found.rows["a"].lines() if line.lane == 0] == [OUTSIDE]


def test_a_circle_in_a_damaged_record_does_not_hang_the_layout():
    assert list(layout({"a": ["b"], "b": ["a"], "c": ["c"]}).rows) == ["a", "b", "c"]
    assert closure("a", {"a": ["b"], "b": ["a"]}) == {"b"}


def test_all_that_can_be_reached_is_found_once():
    assert closure("a", {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}) == {"b", "c", "d"}
