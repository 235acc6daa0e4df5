"""Files that are written whole or not at all."""

import stat

import pytest

from verifiedbook.replacing import replacing


def test_what_was_there_stays_until_the_end(tmp_path):
    path = tmp_path / "kept.json"
    path.write_text("old")
    with replacing(path) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
        assert beside.parent == tmp_path  # on the same disk, where a move is one step
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("broken", [ValueError, KeyboardInterrupt])
def test_what_was_not_finished_is_gone_and_the_old_file_is_there(tmp_path, broken):
    path = tmp_path / "kept.json"
    path.write_text("old")

    def interrupted():
        with replacing(path) as beside:
            beside.write_text("half")
            raise broken

    with pytest.raises(broken):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_that_write_at_once_do_not_meet(tmp_path):
    path = tmp_path / "kept.json"
    with replacing(path) as first, replacing(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # it ends last
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_what_was_written(tmp_path):
    with replacing(tmp_path / "kept.json") as beside:
        beside.write_text("all")
    assert stat.S_IMODE((tmp_path / "kept.json").stat().st_mode) == 0o644


def test_where_nothing_can_be_written_nothing_happens(tmp_path):
    place = replacing(tmp_path / "missing" / "kept.json")
    with pytest.raises(OSError, match="No such file"):
        place.__enter__()
