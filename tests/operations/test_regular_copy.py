"""A copy of the database every so many hours."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from worker_core.operations import regular_copy
from worker_core.settings import Settings
from worker_core.storage import StorageError, backups, migrate

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "afi.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    return path


def settings(path: Path, **others: object) -> Settings:
    return Settings.model_validate({"data_dir": path.parent, "database": None} | others)


def test_a_copy_is_made_once_in_its_time(file: Path) -> None:
    made = regular_copy.copy_if_due(settings(file))
    assert made is not None
    assert made.regular
    assert made.revision == migrate.HEAD
    assert regular_copy.copy_if_due(settings(file)) is None
    assert backups.backups(file) == [made]


def test_none_is_made_of_a_server_of_nothing_or_where_none_is_wanted(
    file: Path, tmp_path: Path
) -> None:
    server = settings(file, database="postgresql://nobody@127.0.0.1:9/afi")
    assert regular_copy.copy_if_due(server) is None
    assert regular_copy.copy_if_due(settings(file, backup_hours=0)) is None
    assert regular_copy.copy_if_due(settings(tmp_path / "none" / "afi.sqlite3")) is None
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "afi.sqlite3").touch()
    assert regular_copy.copy_if_due(settings(tmp_path / "empty" / "afi.sqlite3")) is None
    assert backups.backups(file) == []


def test_a_disk_that_is_nearly_full_is_not_filled_by_a_copy(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**7))
    with pytest.raises(StorageError) as caught:
        regular_copy.copy_if_due(settings(file))
    assert caught.value.code == "disk_full"
    assert "The database was not changed" in caught.value.message
    assert backups.backups(file) == []


def test_what_a_process_left_that_was_ended_while_it_copied_goes_away_later(file: Path) -> None:
    folder = file.parent / backups.FOLDER
    folder.mkdir()
    old, fresh = folder / "afi-0001-x.unfinished", folder / "afi-0002-x.unfinished"
    for path in (old, fresh):
        path.touch()
    os.utime(old, (0, 0))
    assert regular_copy.copy_if_due(settings(file)) is not None
    assert not old.exists()
    assert fresh.exists()
