"""Connections, and what is said when there is none."""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, make_url, text

from tests.storage.conftest import Cluster
from worker_core.storage import Storage, StorageError, migrate
from worker_core.storage import engine as engine_module
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import create_engine, reading, writing

SHA = "5" * 64


def refused(url: str | URL) -> StorageError:
    """The error of opening a storage at ``url``."""
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    with pytest.raises(StorageError) as caught:
        Storage.open(address, "unused").close()
    error = caught.value
    assert error.message.count("\n") == 0
    assert error.remedy.endswith(".")
    return error


def query(engine: Engine, statement: str) -> object:
    with reading(engine) as connection:
        return connection.scalar(text(statement))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_waits_for_locks_keeps_a_log_and_checks_keys(engine: Engine) -> None:
    assert query(engine, "PRAGMA journal_mode") == "wal"
    assert query(engine, "PRAGMA busy_timeout") == 30_000
    assert query(engine, "PRAGMA foreign_keys") == 1
    assert query(engine, "PRAGMA synchronous") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_sees_one_state_and_does_not_hold_up_a_writer(
    engine: Engine, documents: DocumentRepository
) -> None:
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM documents")) == 0
        documents.register(SHA, "a", 1, "text/plain", "t")
        assert connection.scalar(text("SELECT count(*) FROM documents")) == 0
    assert query(engine, "SELECT count(*) FROM documents") == 1


def test_any_spelling_of_a_postgresql_address_leads_to_psycopg_3(empty_postgresql: str) -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"):
        engine = create_engine(empty_postgresql.replace("postgresql", scheme, 1))
        with reading(engine) as connection:
            assert isinstance(connection.connection.driver_connection, psycopg.Connection)
            assert connection.scalar(text("SHOW application_name")) == "afi-desk"
        engine.dispose()


def test_a_postgresql_database_that_was_made_without_a_language_holds_every_letter(
    postgresql: Cluster,
) -> None:
    """As initdb makes them where LANG is not set, in containers for one."""
    url = postgresql.new_database("template0 ENCODING 'SQL_ASCII'")
    migrate.upgrade(url)
    engine = create_engine(url)
    try:
        documents = DocumentRepository(engine)
        documents.register(SHA, "Größe 東京.txt", 1, "text/plain", "1")
        found = documents.by_sha(SHA)
        assert found is not None
        assert found.filename == "Größe 東京.txt"
    finally:
        engine.dispose()


def test_an_option_in_the_address_beats_ours(empty_postgresql: str) -> None:
    engine = create_engine(empty_postgresql + "?application_name=mine&connect_timeout=9")
    assert query(engine, "SHOW application_name") == "mine"
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "mysql://user:secret@host/afi",
        "postgresql://user:secret@host:port/afi",
        "postgresql://user:secret@host",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:afi?mode=memory&uri=true",
        "sqlite://host/afi.sqlite3",
    ],
)
def test_an_address_that_cannot_be_used_is_explained(url: str) -> None:
    error = refused(url)
    assert error.code == "bad_url"
    assert "sqlite:///" in error.remedy
    assert "secret" not in str(error)


def test_a_server_that_does_not_answer_is_worth_another_attempt() -> None:
    error = refused("postgresql://user:secret@127.0.0.1:1/afi")
    assert error.code == "unreachable"
    assert error.transient
    assert "postgresql://user@127.0.0.1:1/afi" in error.message
    assert "secret" not in str(error)


def test_a_host_that_does_not_exist_is_unreachable() -> None:
    assert refused("postgresql://user@nowhere.invalid/afi").code == "unreachable"


def test_a_wrong_password_is_said_to_be_one(empty_postgresql: str) -> None:
    error = refused(make_url(empty_postgresql).set(password="wrong secret"))
    assert error.code == "refused"
    assert "password" in error.remedy
    assert "wrong secret" not in str(error)
    assert not error.transient


def test_a_database_that_the_server_lacks_is_said_to_be_missing(empty_postgresql: str) -> None:
    error = refused(make_url(empty_postgresql).set(database="nothing"))
    assert error.code == "no_database"
    assert "createdb nothing" in error.remedy


def test_a_user_who_may_not_make_tables_is_told_so(empty_postgresql: str) -> None:
    role = f"reader_{secrets.token_hex(4)}"
    with psycopg.connect(empty_postgresql) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'reader'".encode())
    error = refused(make_url(empty_postgresql).set(username=role, password="reader"))
    assert error.code == "no_permission"


def test_a_server_with_no_free_connection_is_busy(empty_postgresql: str) -> None:
    role = f"crowd_{secrets.token_hex(4)}"
    with psycopg.connect(empty_postgresql) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'crowd' CONNECTION LIMIT 0".encode())
    error = refused(make_url(empty_postgresql).set(username=role, password="crowd"))
    assert error.code == "busy"
    assert error.transient


def test_a_database_that_takes_no_writes_is_said_to_be_a_copy(empty_postgresql: str) -> None:
    read_only = "options=-c%20default_transaction_read_only%3Don"
    error = refused(f"{empty_postgresql}?{read_only}")
    assert error.code == "read_only"
    assert "primary" in error.remedy


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_lost_in_the_middle_is_transient_and_the_next_call_works(
    engine: Engine, documents: DocumentRepository
) -> None:
    with pytest.raises(StorageError) as caught:
        query(engine, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert caught.value.code == "unreachable"
    assert caught.value.transient
    assert documents.counts()["pending"] == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_idle_connections_that_the_server_closed_are_replaced_unnoticed(
    engine: Engine, documents: DocumentRepository, database_url: str
) -> None:
    documents.counts()
    with psycopg.connect(database_url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert documents.counts()["pending"] == 0


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    with Storage.open(f"sqlite:///{tmp_path}/a/b c/ü.sqlite3", "unused") as storage:
        assert storage.documents.counts()["pending"] == 0
    assert (tmp_path / "a" / "b c" / "ü.sqlite3").is_file()


def test_a_relative_path_means_the_same_file_after_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = create_engine("sqlite:///afi.sqlite3")
    monkeypatch.chdir("/")
    migrate.upgrade(engine)
    engine.dispose()
    assert (tmp_path / "afi.sqlite3").is_file()


def test_a_folder_in_the_place_of_the_file_is_explained(tmp_path: Path) -> None:
    error = refused(f"sqlite:///{tmp_path}")
    assert error.code == "no_permission"
    assert str(tmp_path) in error.message


def test_a_file_in_the_place_of_the_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert refused(f"sqlite:///{tmp_path}/file/afi.sqlite3").code == "no_permission"


def test_a_folder_without_write_permission_is_explained(
    as_ordinary_user: Callable[[], Path],
) -> None:
    folder = as_ordinary_user()
    folder.chmod(0o500)
    for path in (folder / "afi.sqlite3", folder / "new" / "afi.sqlite3"):
        error = refused(f"sqlite:///{path}")
        assert error.code == "no_permission"
        assert "AFI_DATA_DIR" in error.remedy


def test_a_database_without_write_permission_is_explained(
    as_ordinary_user: Callable[[], Path],
) -> None:
    folder = as_ordinary_user()
    url = f"sqlite:///{folder / 'afi.sqlite3'}"
    migrate.upgrade(url)
    (folder / "afi.sqlite3").chmod(0o400)
    with Storage.open(url, "unused") as storage:
        assert storage.documents.counts()["pending"] == 0
        with pytest.raises(StorageError) as caught:
            storage.documents.register(SHA, "a", 1, "text/plain", "t")
    assert caught.value.code == "read_only"


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "afi.sqlite3"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    error = refused(f"sqlite:///{path}")
    assert error.code == "corrupt"
    assert "backup" in error.remedy
    assert path.read_bytes().startswith(b"This is a letter")


def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "afi.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StorageError) as caught, Storage.open(f"sqlite:///{path}", "x") as storage:
        storage.documents.register(SHA, "a", 1, "text/plain", "t")
    assert caught.value.code == "corrupt"


def test_a_lock_that_is_held_too_long_is_transient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_S", 0.05)
    url = f"sqlite:///{tmp_path}/afi.sqlite3"
    with Storage.open(url, "unused") as storage:
        other = sqlite3.connect(tmp_path / "afi.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError) as caught:
            storage.documents.register(SHA, "a", 1, "text/plain", "t")
        assert storage.documents.counts()["pending"] == 0
        other.close()
        storage.documents.register(SHA, "a", 1, "text/plain", "t")
    assert caught.value.code == "busy"
    assert caught.value.transient


def test_a_program_without_a_free_connection_is_busy(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    held = [engine.connect() for _ in range(15)]
    with pytest.raises(StorageError) as caught:
        query(engine, "SELECT 1")
    for connection in held:
        connection.close()
    assert caught.value.code == "busy"
    assert query(engine, "SELECT 1") == 1


def test_a_statement_that_the_database_refuses_is_not_called_transient(engine: Engine) -> None:
    with pytest.raises(StorageError) as caught:
        query(engine, "SELECT missing FROM nowhere")
    assert caught.value.code == "failed"
    assert "nowhere" in caught.value.message
    assert not caught.value.transient


def test_threads_share_one_repository(documents: DocumentRepository) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for count in range(10):
                documents.register(f"{number:032d}{count:032d}", "a", 1, "text/plain", "t")
                documents.list(5)
        except StorageError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert documents.counts()["pending"] == 80


def test_writing_undoes_everything_when_its_last_step_fails(engine: Engine) -> None:
    def write_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("DELETE FROM documents"))
            connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))
            connection.execute(text("SELECT missing FROM nowhere"))

    with pytest.raises(StorageError):
        write_and_fail()
    with pytest.raises(StorageError):
        query(engine, "SELECT count(*) FROM left_behind")
