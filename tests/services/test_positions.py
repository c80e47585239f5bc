"""How far journals were read, kept in a file."""

from pathlib import Path

from desktop_app.monitor.journal import Position
from desktop_app.services.positions import JournalPositions

HERE = Position("1-0", 7, 100.0)
THERE = Position("2-5", None, 200.0)


def test_a_position_is_found_again_by_the_name_of_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "not yet there" / "positions.json"
    JournalPositions(path).write("here", HERE)
    JournalPositions(path).write("there", THERE)
    again = JournalPositions(path)
    assert (again.read("here"), again.read("there"), again.read("nowhere")) == (HERE, THERE, None)


def test_a_damaged_file_counts_as_none_and_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "positions.json"
    path.write_bytes(b"{")
    positions = JournalPositions(path)
    assert positions.read("here") is None
    positions.write("here", HERE)
    assert positions.read("here") == HERE


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    positions = JournalPositions(occupied / "positions.json")
    positions.write("here", HERE)
    assert positions.read("here") is None


def test_brokers_not_seen_for_long_are_forgotten(tmp_path: Path) -> None:
    positions = JournalPositions(tmp_path / "positions.json")
    for number in range(60):
        positions.write(str(number), HERE)
    assert positions.read("0") is None
    assert positions.read("59") == HERE
