"""Copies of an SQLite database: before it is changed, and back when it is damaged."""

import errno
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from worker_core.storage import Storage, StorageError, backups, migrate
from worker_core.storage.condition import condition, sqlite_file

SHA = "5" * 64


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """With one document, one revision behind."""
    path = tmp_path / "afi.sqlite3"
    with Storage.open(f"sqlite:///{path}", "unused") as storage:
        storage.documents.register(SHA, "kept.html", 1, "text/plain", "t")
    migrate.downgrade(f"sqlite:///{path}", "-1")
    return path


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT filename FROM documents")]


def damage(path: Path) -> None:
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    path.write_bytes(b"this is no database" * 500)


def test_an_update_copies_the_database_before_it_changes_it(database: Path) -> None:
    before = migrate.current(f"sqlite:///{database}")
    assert before != migrate.HEAD
    migrate.upgrade(f"sqlite:///{database}")
    (copy,) = backups.backups(database)
    assert copy.revision == before
    assert migrate.current(f"sqlite:///{copy.path}") == before
    assert names(copy.path) == names(database) == ["kept.html"]
    assert copy.path.stat().st_mode & 0o077 == 0


def test_a_first_start_and_a_start_without_an_update_make_no_copy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'afi.sqlite3'}"
    migrate.upgrade(url)
    migrate.upgrade(url)
    assert backups.backups(tmp_path / "afi.sqlite3") == []


def test_the_last_three_copies_stay(database: Path) -> None:
    made = [backups.make_backup(database, f"000{number}") for number in range(5)]
    assert backups.backups(database) == made[:1:-1]


def test_a_copy_holds_what_is_committed_while_others_write(database: Path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("UPDATE documents SET filename = 'not yet'")
        copy = backups.make_backup(database, "x1")
        writer.rollback()
    assert names(copy.path) == ["kept.html"]


def test_a_copy_is_done_although_others_write_all_the_time(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy in steps begins again whenever another process has written in between."""
    with closing(sqlite3.connect(database)) as writer:
        with writer:
            writer.execute("CREATE TABLE busy (body BLOB)")
            writer.execute("INSERT INTO busy VALUES (zeroblob(400000))")
        steps = []

        def write(_status: int, remaining: int, _total: int) -> None:
            steps.append(remaining)
            assert len(steps) < 200, steps
            with writer:
                writer.execute("INSERT INTO busy VALUES (zeroblob(1))")

        monkeypatch.setattr(backups, "_PAGES", 10)
        monkeypatch.setattr(backups, "_hear", write)
        copy = backups.make_backup(database, "x1")
    assert len(steps) > 10
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT count(*) FROM busy").fetchone() == (1,)


def test_regular_copies_and_those_of_updates_do_not_push_each_other_out(database: Path) -> None:
    of_updates = [backups.make_backup(database, f"000{number}") for number in range(3)]
    regular = [backups.make_backup(database, "0004", regular=2) for _ in range(4)]
    assert backups.backups(database) == [*regular[:1:-1], *of_updates[::-1]]
    assert all(one.regular for one in regular)
    assert names(regular[-1].path) == ["kept.html"]


def test_a_damaged_database_makes_no_copy_and_takes_none_away(database: Path) -> None:
    kept = backups.make_backup(database, "0004", regular=1)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
    whole = bytearray(database.read_bytes())
    for begin in range(3 * 4096, len(whole) - 4096, 4096):
        whole[begin : begin + 200] = b"\xff" * 200
    database.write_bytes(whole)
    with pytest.raises(StorageError) as caught:
        backups.make_backup(database, "0004", regular=1)
    assert caught.value.code == "corrupt"
    assert str(kept.path) in caught.value.remedy
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]


def test_a_copy_is_due_when_the_last_one_is_old_enough(database: Path) -> None:
    hour = timedelta(hours=1)
    assert backups.due(database, hour)
    assert not backups.due(database.with_name("none.sqlite3"), hour)
    backups.make_backup(database, "0004", regular=2)
    assert not backups.due(database, hour)
    assert backups.due(database, timedelta(0))


def test_a_copy_that_cannot_be_made_leaves_the_database_as_it_was(database: Path) -> None:
    before = migrate.current(f"sqlite:///{database}")
    (database.parent / backups.FOLDER).write_text("a file where the folder should be")
    with pytest.raises(StorageError) as caught:
        migrate.upgrade(f"sqlite:///{database}")
    assert "was not changed" in caught.value.message
    assert migrate.current(f"sqlite:///{database}") == before


def test_a_damaged_database_is_answered_with_its_copy_and_the_copy_comes_back(
    database: Path,
) -> None:
    copy = backups.make_backup(database, "0011")
    damage(database)
    with pytest.raises(StorageError) as caught:
        Storage.open(f"sqlite:///{database}", "unused")
    assert caught.value.code == "corrupt"
    assert str(copy.path) in caught.value.remedy
    assert "afi backups restore" in caught.value.remedy
    aside = backups.restore_backup(database, copy)
    with Storage.open(f"sqlite:///{database}", "unused"):
        assert names(database) == ["kept.html"]
    assert (aside / database.name).read_bytes().startswith(b"this is no database")


def test_a_copy_that_cannot_be_put_back_leaves_all_files_where_they_were(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backups.make_backup(database, "0011")
    before = database.read_bytes()
    log = Path(f"{database}-wal")
    log.write_bytes(b"what is committed and not in the file yet")
    really = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.suffix == ".restored":
            raise OSError(errno.EIO, "the disk does not answer")
        return really(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(StorageError, match="could not be put back: the disk does not answer"):
        backups.restore_backup(database, copy)
    assert database.read_bytes() == before
    assert log.read_bytes().startswith(b"what is committed")
    assert not list(database.parent.glob("*-damaged-*"))
    assert not list(database.parent.glob("*.restored"))


def test_a_file_that_is_only_named_like_a_copy_is_none(database: Path) -> None:
    copy = backups.make_backup(database, "0011")
    copy.path.with_name("afi-0011-20259999T999999999999.sqlite3").touch()
    assert backups.backups(database) == [copy]


def test_without_a_copy_the_words_are_those_of_moving_the_file(tmp_path: Path) -> None:
    path = tmp_path / "afi.sqlite3"
    path.write_bytes(b"this is no database" * 500)
    with pytest.raises(StorageError) as caught:
        condition(f"sqlite:///{path}")
    assert caught.value.code == "corrupt"
    assert "move the file" in caught.value.remedy


def test_a_page_damaged_in_the_middle_is_found_when_all_are_read(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    whole = bytearray(database.read_bytes())
    for begin in range(3 * 4096, len(whole) - 4096, 4096):
        whole[begin : begin + 200] = b"\xff" * 200
    database.write_bytes(whole)
    with pytest.raises(StorageError) as caught:
        condition(f"sqlite:///{database}")
    assert caught.value.code == "corrupt"


def test_looking_at_a_database_makes_none(tmp_path: Path) -> None:
    found = condition(f"sqlite:///{tmp_path / 'none' / 'afi.sqlite3'}")
    assert found.revision is None
    assert list(tmp_path.iterdir()) == []


def test_a_newer_database_is_known(database: Path) -> None:
    migrate.upgrade(f"sqlite:///{database}")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE afi_schema_version SET version_num = '9999'")
    with pytest.raises(StorageError) as caught:
        condition(f"sqlite:///{database}")
    assert caught.value.code == "newer"
    assert "Update AFI Desk" in caught.value.remedy


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////a/b.sqlite3", Path("/a/b.sqlite3")),
        ("postgresql://user@host/afi", None),
        ("sqlite://", None),
    ],
)
def test_the_file_of_an_address(url: str, file: Path | None) -> None:
    assert sqlite_file(url) == file
