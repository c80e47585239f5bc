"""Searches kept under a name."""

from pathlib import Path

import pytest

from desktop_app.monitor.query import parse
from desktop_app.services.named_file import LONGEST_NAME, MOST, NamedFileError
from desktop_app.services.saved_queries import STARTERS, SavedQueries


@pytest.fixture
def saved(tmp_path: Path) -> SavedQueries:
    return SavedQueries(tmp_path / "deep" / "searches.json")


def names(saved: SavedQueries) -> list[str]:
    return [query.name for query in saved.all()]


def test_there_are_some_to_begin_with_and_all_are_understood(saved: SavedQueries) -> None:
    assert saved.all() == STARTERS
    assert not any(parse(query.text).everything for query in STARTERS)


def test_what_is_saved_is_there_after_a_restart(saved: SavedQueries, tmp_path: Path) -> None:
    saved.save("  Late   forecasts ", 'task:forecast* "x"')
    again = SavedQueries(tmp_path / "deep" / "searches.json")
    assert again.all()[-1].name == "Late forecasts"
    assert again.all()[-1].text == 'task:forecast* "x"'
    assert again.problem == ""


def test_a_name_is_kept_once_in_whichever_case(saved: SavedQueries) -> None:
    saved.save("retrying", "state:retry queue:q")
    assert names(saved) == [*[query.name for query in STARTERS[:-1]], "retrying"]


def test_searches_are_renamed_moved_and_removed(saved: SavedQueries) -> None:
    saved.rename("Retrying", "Again")
    saved.move("Again", 0)
    saved.remove("Slow: ran over 1 min")
    saved.remove("Slow: ran over 1 min")
    assert names(saved) == ["Again", "Failed in the last hour", "Waiting over 5 min"]
    for query in saved.all():
        saved.remove(query.name)
    assert saved.all() == ()


def test_a_name_that_is_taken_or_no_name_is_refused(saved: SavedQueries) -> None:
    with pytest.raises(NamedFileError, match="named “Retrying” already") as caught:
        saved.rename("Failed in the last hour", "retrying")
    assert caught.value.remedy == "Choose another name."
    for name in ("", "  ", "a\x00b", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(NamedFileError):
            saved.save(name, "a")
    assert saved.all() == STARTERS


def test_there_is_an_end_to_how_many_are_kept(saved: SavedQueries) -> None:
    for number in range(MOST - len(STARTERS)):
        saved.save(f"n{number}", "a")
    with pytest.raises(NamedFileError, match="already"):
        saved.save("one more", "a")
    saved.save("n0", "b")


@pytest.mark.parametrize("content", [b"", b"{", b'[{"name": 1}]', b"\xff\x00", b'[{"name": ""}]'])
def test_a_file_that_is_not_understood_is_put_aside(
    saved: SavedQueries, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "deep" / "searches.json"
    path.parent.mkdir()
    path.write_bytes(content)
    assert saved.all() == STARTERS
    assert "put aside" in saved.problem
    assert path.with_suffix(".unreadable").read_bytes() == content
    saved.save("new", "a")
    assert names(saved)[-1] == "new"
    assert saved.problem == ""


def test_a_folder_that_cannot_be_written_to_is_told_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    saved = SavedQueries(tmp_path / "file" / "searches.json")
    with pytest.raises(NamedFileError, match="could not be stored") as caught:
        saved.save("new", "a")
    assert "can be written to" in caught.value.remedy
    assert saved.all() == STARTERS
